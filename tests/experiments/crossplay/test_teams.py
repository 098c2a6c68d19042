"""Which runs take part, and who meets whom."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.crossplay.run import Team, find_teams, partner
from onevoice.training.config import TrainingConfig
from onevoice.training.run import RunConfig, write_run
from tests.experiments.crossplay.builders import teams

ErrorLine = Callable[[Callable[[], object]], str]
SCENARIO = Scenario.model_validate({"channels": ["email"], "population": 10})


@pytest.fixture
def benchmark(tmp_path: Path) -> Path:
    """A folder with training runs of two modes, as a benchmark leaves them."""
    for mode, seed in (("shared_reward", 3), ("shared_reward", 1), ("independent", 0)):
        training = TrainingConfig(seed=seed)
        folder = tmp_path / "bench" / "training" / f"{mode}-{seed}"
        write_run(folder, RunConfig(scenario=SCENARIO, mode=mode, training=training))
    (tmp_path / "bench" / "training" / "other").mkdir()
    return tmp_path / "bench"


def test_runs_are_found_in_a_benchmark_and_by_themselves(benchmark: Path) -> None:
    found = find_teams([benchmark])
    assert {mode: [team.seed for team in several] for mode, several in found.items()} == {
        "independent": [0], "shared_reward": [1, 3],
    }  # fmt: skip
    run = benchmark / "training" / "shared_reward-3"
    assert find_teams([run]) == {"shared_reward": [Team("shared_reward", 3, run)]}


def test_what_is_no_run_or_given_twice_is_refused(benchmark: Path, error_line: ErrorLine) -> None:
    assert "holds no training run" in error_line(lambda: find_teams([benchmark / "tasks"]))
    run = benchmark / "training" / "shared_reward-3"
    assert "are both shared_reward with seed 3" in error_line(lambda: find_teams([benchmark, run]))


def test_partners_are_the_next_seed_of_every_mode() -> None:
    found = teams(shared_reward=3, independent=2, single_controller=1)
    seeds = [
        [one.seed if (one := partner(found, team, mode)) else None for mode in found]
        for team in found["shared_reward"]
    ]
    assert seeds == [[1, 1, 0], [2, 0, 0], [0, 1, 0]]
    assert partner(found, found["single_controller"][0], "single_controller") is None
