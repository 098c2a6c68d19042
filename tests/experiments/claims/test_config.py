"""Options of a study of claims: the article's company, for as long as the claims take."""

import json
from pathlib import Path

import pytest

from onevoice.envs.engine.market import market_ids
from onevoice.experiments.claims.config import CHANNELS
from onevoice.experiments.cli import main
from tests.experiments.claims.builders import company, config
from tests.experiments.mistakes import Capture, error_line


def test_one_market_for_all_simulations_or_one_each() -> None:
    first, *others = market_ids("test", 3)
    assert config(seeds=3, markets="one").market_ids == [first] * 3
    assert config(seeds=3, markets="many").market_ids == [first, *others]


@pytest.mark.parametrize(("hours", "month"), [(168, 4), (24, 28), (336, 2)])
def test_a_month_in_decisions(hours: float, month: int) -> None:
    assert config(scenario=company(decision_hours=hours)).month == month


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["duet"], f"the article's channels are {', '.join(CHANNELS)}"),
        (["septet"], "the article's channels are"),
        (["article", "--scenario.days", "84"], "days must be 112 at least"),
        (["article", "--scenario.decision_hours", "672"], "half a month of 14 days must"),
        (
            ["article", "--scenario.budget.kind", "pooled"],
            "the article's budget is split: set budget.kind to split",
        ),
        (["article", "--seeds", "1"], "seeds: is 1; it should be"),
        (["article", "--markets", "few"], "markets: "),
        (["article", "--growth_population", "9"], "growth_population: is 9; it should be"),
        (["article", "--seedz", "3"], "seedz: unknown key; did you mean 'seed'?"),
    ],
)
def test_another_company_or_setting_is_refused_in_one_line(
    fields: list[str], expected: str, capsys: Capture, tmp_path: Path
) -> None:
    line = error_line(["claims", *fields, "--out", str(tmp_path / "out")], capsys)
    assert expected in line
    assert not (tmp_path / "out").exists()


def test_help_lists_the_fields(capsys: Capture) -> None:
    assert main(["claims", "--help-all"]) == 0
    out = capsys.readouterr().out
    assert "--markets one|many" in out
    assert "--scenario.customers.overlap" in out


def test_a_finished_study_is_not_overwritten(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "claims.json").write_text(json.dumps({}))
    line = error_line(["claims", "article", "--out", str(tmp_path)], capsys)
    assert line.startswith(f"{tmp_path}: holds a finished study; give another folder with --out")
