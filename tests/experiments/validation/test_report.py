"""The study: its tables, sentences and figures, and the command's mistakes in one line."""

from pathlib import Path

import numpy as np
import pytest

from onevoice.envs.typing import Arrays
from onevoice.experiments.cli import main
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.files import as_json
from onevoice.experiments.report.html import as_page
from onevoice.experiments.report.plotting import png
from onevoice.experiments.report.study import Study
from onevoice.experiments.validation import figures, report
from onevoice.experiments.validation.config import Config
from onevoice.experiments.validation.published import POOLED_FREQUENCIES, all_rows
from tests.experiments.validation.test_published import NOTHING, ROW

PNG = b"\x89PNG"


@pytest.fixture(scope="session")
def study(config: Config, arrays: dict[str, Arrays]) -> Study:
    return report.make_study(config, arrays)


def test_there_is_a_line_for_every_row_and_a_reason_for_each_outside(study: Study) -> None:
    lines = study.tables[0].rows
    assert [line["label"] for line in lines] == [row.label for row in all_rows()]
    verdicts = [line["verdict"] for line in lines]
    assert set(verdicts) <= {"inside", "outside"}
    assert "outside" in verdicts
    assert all(bool(line["reason"]) == (line["verdict"] == "outside") for line in lines)


def test_every_line_says_what_is_compared_and_who_published_it(study: Study) -> None:
    lines = {line["label"]: line for line in study.tables[1].rows}
    assert all(lines[row.label]["source"] == row.source for row in all_rows())


def test_the_study_is_json_and_a_page_with_all_figures(study: Study) -> None:
    assert set(as_json(study)["tables"]) == {
        "experiments", "designs", "control_group", "frequency", "contacts",
    }  # fmt: skip
    assert as_page(study, "onevoice validate").count("<img") == 3
    assert all(figure.png.startswith(PNG) for figure in study.figures)


def test_the_headline_counts_held_out_rows_apart() -> None:
    inside, outside = Estimate(10.0, 9.0, 11.0), Estimate(99.0, 98.0, 100.0)
    assert (
        report.headline([(ROW, inside), (ROW, outside)])
        == "Figures inside their accepted range: 1 of 2 held out, 0 of 0 fitted."
    )


@pytest.mark.parametrize(
    ("fallen", "changed", "p"),
    [
        (5, 5, "p = 0.062"),
        (0, 5, "p = 0.062"),
        (3, 6, "p = 1.000"),
        (0, 0, "p = 1.000"),
        (12, 12, "p < 0.001"),
    ],
)
def test_the_sign_test(fallen: int, changed: int, p: str) -> None:
    assert f"({p}, two-sided)" in report.sign_note(fallen, changed)


def test_in_how_many_markets_the_best_level_falls() -> None:
    alone, beside = np.zeros((2, len(POOLED_FREQUENCIES), 3))
    alone[[8, 8, 8], [0, 1, 2]] = 1.0
    beside[[2, 8, 9], [0, 1, 2]] = 1.0
    assert report.falls({"alone": alone, "beside_others": beside}) == (1, 2)


def test_the_overview_is_scaled_to_the_accepted_range_and_stands_missing_values() -> None:
    assert [figures.scaled(ROW, x) for x in (5.0, 10.0, 15.0)] == [-1.0, 0.0, 1.0]
    judged = [(ROW, Estimate(1e6, -1e6, 1e6)), (ROW, NOTHING)]
    assert png(figures.overview(judged)).startswith(PNG)


def test_what_is_left_after_a_loss() -> None:
    assert report.remainder(Estimate(30.0, 20.0, 45.0)) == Estimate(70.0, 55.0, 80.0)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], "nowhere"),
        (["--markets", "1"], "markets"),
        (["--population", "few"], "population"),
        (["--customers", "5"], "customers"),
        (["--confidence", "1"], "confidence"),
    ],
)
def test_mistakes_are_told_in_one_line(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["validate", *words, "--out", str(tmp_path / "out")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("onevoice: error: ")
    assert err.count("\n") == 1
    assert told in err


def test_help_lists_the_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--help-all"]) == 0
    out = capsys.readouterr().out
    assert all(
        f"--{field}" in out for field in ("markets", "population", "scenario.customers.churn")
    )
