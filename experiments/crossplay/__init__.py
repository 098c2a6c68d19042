"""``onevoice crossplay``: channels of different training runs put together, as vendors are."""

from pathlib import Path

from onevoice.experiments.crossplay.config import Config
from onevoice.experiments.report.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> Study:
    """Play every run with a channel swapped in turn, or the rest of a stopped study."""
    from onevoice.experiments.core.tasks import complete
    from onevoice.experiments.crossplay.estimates import Drops
    from onevoice.experiments.crossplay.report import make_study
    from onevoice.experiments.crossplay.run import find_teams, play_task, task_costs

    teams = find_teams(config.runs)
    tasks = complete(
        config, out, "study of cross-play", task_costs(config, teams), play_task,
        workers=config.workers,
    )  # fmt: skip
    return make_study(Drops(config, teams, tasks))
