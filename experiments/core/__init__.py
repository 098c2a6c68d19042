"""What every study is built from: tasks, rollouts, statistics, progress."""
