"""Real teams, trained for a moment: what is played is what it is called, and the command."""

import json
from pathlib import Path

import numpy as np
import pytest

from onevoice.configs.loader import load_config
from onevoice.envs import load_scenario
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.cli import main
from onevoice.experiments.core.rollout import evaluate
from onevoice.experiments.crossplay.config import Config
from onevoice.experiments.crossplay.run import GREEDY, JOINING, LEAVING, SELF, play_task
from onevoice.policies import Policy, load, make
from onevoice.policies.mixed import Mixed, Silenced
from onevoice.training.config import TrainingConfig
from onevoice.training.trainer import train
from tests.experiments.mistakes import Capture, error_line

FIELDS = ["--scenario.population", "256", "--day", "4", "--markets", "2", "--workers", "1"]


def quiet(stage: str, done: int, total: int) -> None:
    """Hear nothing."""


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return load_scenario("smoke", population=256)


@pytest.fixture(scope="session")
def runs(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Two runs of one mode and one of another."""
    folder = tmp_path_factory.mktemp("runs")
    for mode, seed in (("shared_reward", 0), ("shared_reward", 1), ("independent", 0)):
        training = load_config(TrainingConfig, "training", "smoke", {"seed": seed})
        train(scenario, mode, training, folder / f"{mode}-{seed}")
    return tuple(sorted(folder.iterdir()))


def config(scenario: Scenario, runs: tuple[Path, ...]) -> Config:
    return Config(scenario=scenario, runs=runs, markets=2, day=4.0, resamples=50)


def value(policy: Policy, scenario: Scenario) -> F64:
    return evaluate("", policy, scenario, market_ids("test", 2), 0).metrics["ncv"]


def test_a_task_holds_every_change_of_every_channel(
    scenario: Scenario, runs: tuple[Path, ...]
) -> None:
    told: list[tuple[int, int]] = []
    found = play_task(
        config(scenario, runs), "shared_reward-0", lambda _, *counts: told.append(counts)
    )
    assert set(found) == {SELF, "shared_reward", "independent", GREEDY, LEAVING, JOINING}
    assert told == [(count, 11) for count in range(1, 12)]
    independent, host, other = (load(run) for run in runs)
    assert np.array_equal(found[SELF], value(host, scenario))
    expected: dict[str, tuple[Policy, Policy]] = {
        guest: (
            Mixed(scenario, {"email": player, "search": host}),
            Mixed(scenario, {"email": host, "search": player}),
        )
        for guest, player in (
            ("shared_reward", other),
            ("independent", independent),
            (GREEDY, make("greedy", scenario)),
        )
    }
    expected[LEAVING] = (Silenced(host, "email", 4, 14), Silenced(host, "search", 4, 14))
    expected[JOINING] = (Silenced(host, "email", 0, 4), Silenced(host, "search", 0, 4))
    for guest, (email, search) in expected.items():
        values = np.stack([value(email, scenario), value(search, scenario)])
        assert np.array_equal(found[guest], values), guest


def test_a_swap_with_oneself_changes_nothing(scenario: Scenario, runs: tuple[Path, ...]) -> None:
    twins = {"email": load(runs[1]), "search": load(runs[1])}
    assert np.array_equal(value(Mixed(scenario, twins), scenario), value(load(runs[1]), scenario))


def test_the_command_leaves_a_report(
    runs: tuple[Path, ...], tmp_path: Path, capsys: Capture
) -> None:
    out, given = tmp_path / "out", ",".join(map(str, runs))
    words = ["crossplay", "smoke", "--runs", given, *FIELDS, "--resamples", "50"]
    assert main([*words, "--out", str(out)]) == 0
    assert "Teams of shared_reward reach" in capsys.readouterr().out
    found = json.loads((out / "crossplay.json").read_text())
    assert len(found["findings"]) == 2
    assert len(found["tables"]["crossplay"]) == 6 + 5
    assert len(found["tables"]["channels"]) == 5 + 4
    assert (out / "figures" / "crossplay.png").is_file()
    assert {path.stem for path in (out / "tasks").iterdir()} == {run.name for run in runs}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "runs is empty; give training runs, or a benchmark that holds some"),
        (["--runs", "nowhere"], "runs: nowhere: holds no training run"),
        (["--runs", "x", "--day", "14"], "day must come before the end, 14 days"),
    ],
)
def test_a_mistake_is_one_line(
    words: list[str], expected: str, tmp_path: Path, capsys: Capture
) -> None:
    fields = [word for word in FIELDS if word not in ("--day", "4")]
    day = [] if "--day" in words else ["--day", "4"]
    given = ["crossplay", "smoke", *fields, *day, *words]
    assert error_line([*given, "--out", str(tmp_path / "out")], capsys).startswith(expected)
