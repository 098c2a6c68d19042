"""``onevoice evaluate``: a run on held-out markets, on its own scenario and on shifted ones."""

import json
from pathlib import Path

import numpy as np
import pytest

from onevoice.configs.loader import load_config
from onevoice.envs import load_scenario
from onevoice.envs.engine.market import Split, market_ids
from onevoice.experiments.cli import main
from onevoice.experiments.core.rollout import evaluate
from onevoice.policies import load
from onevoice.training.config import TrainingConfig
from onevoice.training.trainer import train

Capture = pytest.CaptureFixture[str]
FEW = ["--count", "3", "--policies", "manual"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train one controller a little."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    config = load_config(TrainingConfig, "training", "smoke", {"total_steps": 112})
    train(load_scenario("smoke"), "single_controller", config, folder)
    return folder


def values(out: Path, name: str = "single_controller") -> list[float]:
    found: list[float] = json.loads((out / "results.json").read_text())["policies"][name][
        "per_market"
    ]["ncv"]
    return found


@pytest.mark.parametrize("split", ["test", "validation"])
def test_it_plays_the_markets_asked_for(run: Path, tmp_path: Path, split: Split) -> None:
    assert main(["evaluate", str(run), "--markets", split, "--out", str(tmp_path / "o"), *FEW]) == 0
    scenario, markets = load_scenario("smoke"), market_ids(split, 3)
    expected = evaluate("single_controller", load(run), scenario, markets, 0).metrics["ncv"]
    np.testing.assert_array_equal(values(tmp_path / "o"), expected)
    assert (tmp_path / "o" / "results.csv").is_file()


def test_a_shifted_scenario(run: Path, tmp_path: Path, capsys: Capture) -> None:
    poor = ["--scenario.budget.amount", "10", "--out", str(tmp_path / "poor")]
    for words in (["--out", str(tmp_path / "own")], poor):
        assert main(["evaluate", str(run), *words, *FEW]) == 0
    assert values(tmp_path / "poor") != values(tmp_path / "own")
    table = capsys.readouterr().out
    assert "single_controller" in table
    assert "manual" in table


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["RUN", "--scenario", "septet"], "was trained on email, search, but the scenario's"),
        (["RUN", "--scenario.segments.ages", "[[18, 79]]", "--scenario.segments.age_shares", "[1]"],
         "was trained on other segments"),
        (["RUN", "--markets", "tests"], "did you mean 'test'"),
        (["nowhere"], "nowhere: not a training run"),
        ([], "evaluate needs a RUN"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(run: Path, words: list[str], message: str, capsys: Capture) -> None:
    assert main(["evaluate", *(str(run) if word == "RUN" else word for word in words)]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
