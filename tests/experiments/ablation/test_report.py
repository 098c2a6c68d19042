"""The report: headline, tables and figures say what the intervals say."""

import re

import pytest

from onevoice.experiments.ablation import bands, sheets
from onevoice.experiments.ablation.config import Config
from onevoice.experiments.ablation.report import headline, make_study
from onevoice.experiments.ablation.variants import COEFFICIENTS, switched_off
from onevoice.experiments.cli import main
from onevoice.experiments.study import as_page
from tests.experiments.ablation.made import config, losses


def chosen(part: str, key: str) -> float:
    """A loss of 50 that conflict halves, fatigue ends and both turn; none among two channels."""
    special = {
        "off-conflict": 25.0, "off-fatigue": 0.0, "off-fatigue-conflict": -50.0, "channels-2": -9.0,
    }  # fmt: skip
    if part == "factor-tolerance":
        return 0.0
    return special.get(part, 50.0)


def test_the_headline_tells_every_turn() -> None:
    text = headline(losses(chosen))
    assert text.startswith("Greedy channels lose 50 (")
    assert "The loss shrinks without conflict; cannot be told from zero without fatigue" in text
    assert "turns into a gain without fatigue + conflict." in text
    assert f"for {len(COEFFICIENTS) - 1} of {len(COEFFICIENTS)}, but not for tolerance." in text
    assert text.endswith("10 of 12 cells show a loss and 2 a gain.")


@pytest.mark.parametrize(
    ("loss", "start"), [(0.0, "The loss of greedy channels cannot"), (-50.0, "There is no coll")]
)
def test_the_headline_admits_that_there_is_no_loss(loss: float, start: str) -> None:
    text = headline(losses(lambda part, key: loss))
    assert text.startswith(start)
    assert "The loss shrinks" not in text


def test_dashboards_that_are_not_better_everywhere_are_counted() -> None:
    assert "better than manual ones in 0 of 17 variants" in headline(losses(chosen))


def test_mechanisms_have_a_row_each_with_a_verdict() -> None:
    rows = {row["off"]: row for row in sheets.mechanisms(losses(chosen)).rows}
    assert len(rows) == len(switched_off())
    found = {name: rows[name]["verdict"] for name in ("nothing", "conflict", "fatigue", "regret")}
    assert found == {
        "nothing": "loss", "conflict": "shrinks", "fatigue": "gone", "regret": "remains",
    }  # fmt: skip
    assert rows["fatigue + conflict"]["verdict"] == "reverses"


def test_the_sensitivity_tells_where_the_loss_exists() -> None:
    low = {"0": 50.0, "0.5": 0.0, "2": 50.0, "4": 50.0}
    setting = config(factors=(0.0, 0.5, 2.0, 4.0))
    made = losses(lambda part, key: low[key] if part == "factor-trust_conflict" else 50.0, setting)
    rows = {str(row["coefficient"]).split(",")[0]: row for row in bands.sensitivity(made).rows}
    assert rows["trust conflict"]["where"] == "0, 2 to 4"
    assert rows["trust regret"]["where"] == "everywhere"
    assert rows["tolerance"]["x0"] is None


def test_the_study_writes_a_page_with_three_figures() -> None:
    study = make_study(losses(chosen))
    names = [picture.name for picture in study.pictures]
    assert names == ["mechanisms", "sensitivity", "phase_diagram"]
    assert all(int.from_bytes(p.png[16:20], "big") == 900 for p in study.pictures)
    assert as_page(study, "onevoice ablate").count("<img") == 3


@pytest.mark.parametrize(
    "words",
    [
        "--factors 1,0.5", "--factors -1,1", "--factors []", "--overlaps 0,2", "--markets 1",
        "--scenario.action_type discrete",
    ],
)  # fmt: skip
def test_mistakes_are_told_in_one_line(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ablate", "smoke", *words.split()]) == 2
    assert re.fullmatch(r"onevoice: error: [^\n]+\n", capsys.readouterr().err)


def test_the_fields_have_a_sentence_each() -> None:
    assert all(field.description for name, field in Config.model_fields.items())
