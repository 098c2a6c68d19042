"""The whole command: files, going on after a stop, mistakes in one line."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from onevoice.configs.loader import load_config
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.attribution.run import HeldOutMarket, only, task_costs, totals
from onevoice.experiments.cli import main
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.statistics import Bootstrap, mean
from onevoice.policies import make
from tests.experiments.attribution.builders import config, scenario
from tests.experiments.mistakes import Capture, error_line

SMOKE = ["attribution", "smoke", "--markets", "2", "--workers", "1", "--resamples", "50"]


def test_the_command_writes_everything_and_goes_on_where_it_stopped(
    tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    assert main([*SMOKE, "--out", str(out)]) == 0
    assert "Platforms together" in capsys.readouterr().out
    tasks = sorted(out.glob("tasks/*.npz"))
    assert [task.stem for task in tasks] == ["market_0", "market_1"]
    names = ("credit.csv", "returns.csv", "totals.csv", "report.html", "attribution.json")
    first = {name: (out / name).read_bytes() for name in names}
    assert len(json.loads(first["attribution.json"])["tables"]["credit"]) == 10
    made = tasks[0].stat().st_mtime_ns
    (out / "attribution.json").unlink()
    assert main([*SMOKE, "--out", str(out)]) == 0
    assert {name: (out / name).read_bytes() for name in names} == first
    assert tasks[0].stat().st_mtime_ns == made


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--policy", "greedi"], "policy: unknown policy 'greedi'; did you mean 'greedy'?"),
        (["--policy", "runs/none"], "policy: runs/none: there is no such training run"),
        (["--policy", "."], ".: not a training run"),
        (["--markets", "1"], "markets: is 1; it should be greater than or equal to 2"),
        (["--step", "1"], "step: is 1; it should be less than 1"),
        (["--kind", "view"], "kind: is 'view'; it should be 'engagement' or 'touch'"),
        (["--lookback_days", "0"], "lookback_days: is 0; it should be greater than 0"),
        (["--scenario.dayz", "3"], "scenario.dayz: unknown key; did you mean"),
    ],
)
def test_a_mistake_is_one_line(
    words: list[str], expected: str, capsys: Capture, tmp_path: Path
) -> None:
    given = [*SMOKE[:2], *words, "--out", str(tmp_path / "out")]
    assert error_line(given, capsys).startswith(expected)


def test_every_market_costs_its_coalitions_and_steps() -> None:
    assert task_costs(config(scenario("email", "search"))) == {"market_0": 9, "market_1": 9}


def test_the_import_is_light() -> None:
    code = (
        "import sys, onevoice.experiments.attribution; "
        "print(sorted({'torch', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_search_in_the_quartet_claims_more_than_its_silence_would_cost() -> None:
    quartet = load_config(Scenario, "scenarios", "quartet", {"days": 56})
    count, gaps = 5, []
    search = list(quartet.channels).index("search")
    members = np.ones((1, 4), np.bool_)
    members[0, search] = False
    for market, seed in zip(market_ids("test", count), episode_seeds(0, count), strict=True):
        at = HeldOutMarket(quartet, market, seed)
        played, _ = at.record(make("greedy", quartet))
        done = totals(quartet, played.trajectory)
        silenced = totals(quartet, at.replay(only(played.actions, members)))
        gaps.append(done.claimed[0, search] - (done.revenue[0] - silenced.revenue[0]))
    bootstrap = Bootstrap(count, resamples=500, confidence=0.95, seed=0)
    assert bootstrap.interval(mean, np.array(gaps)).low > 0.0
