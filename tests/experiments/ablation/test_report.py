"""The tables follow the intervals."""

import re

import pytest

from onevoice.experiments.ablation import report
from onevoice.experiments.ablation.config import SWITCHED_OFF, Config
from onevoice.experiments.cli import main
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.html import as_page
from onevoice.experiments.report.study import cell_text
from tests.experiments.ablation.builders import config, estimates


def chosen(task: str, key: str) -> float:
    """A loss of 50 that conflict halves, fatigue ends and both turn."""
    special = {"off-conflict": 25.0, "off-fatigue": 0.0, "off-fatigue-conflict": -50.0}
    return special.get(task, 50.0)


def test_mechanisms_have_a_row_each_with_a_verdict() -> None:
    rows = {row["off"]: row for row in report.mechanisms(estimates(chosen)).rows}
    assert len(rows) == len(SWITCHED_OFF)
    found = {name: rows[name]["verdict"] for name in ("nothing", "conflict", "fatigue", "regret")}
    assert found == {
        "nothing": None, "conflict": "shrinks", "fatigue": "gone", "regret": "remains",
    }  # fmt: skip
    assert rows["fatigue + conflict"]["verdict"] == "reverses"


def test_mechanisms_tell_what_is_left_of_the_collapse() -> None:
    made = estimates(chosen, trust=lambda task, key: 0.0 if task == "off-conflict" else 0.06)
    rows = {row["off"]: row for row in report.mechanisms(made).rows}
    assert {name: rows[name]["state"] for name in ("nothing", "conflict", "fatigue", "regret")} == {
        "nothing": "collapse", "conflict": "loss only", "fatigue": "not told apart",
        "regret": "collapse",
    }  # fmt: skip
    assert rows["fatigue + conflict"]["state"] == "gain"
    assert rows["nothing"]["trust"] is None
    back = rows["conflict"]["trust"]
    assert isinstance(back, Estimate)
    assert back.value == pytest.approx(100.0)


def test_customers_are_told_in_enough_digits_to_see_that_a_small_harm_is_one() -> None:
    made = estimates(chosen, trust=lambda task, key: 0.0039 if task == "off-regret" else 0.06)
    table = report.customers(made)
    [column] = [column for column in table.columns if column.key == "trust"]
    [row] = [row for row in table.rows if row["off"] == "regret"]
    assert cell_text(row["trust"], column.digits).startswith("\N{MINUS SIGN}0.0039 (")


def test_the_sensitivity_tells_where_the_loss_and_the_collapse_exist() -> None:
    setting = config(factors=(0.0, 0.5, 2.0, 4.0))
    ncv, trust = {"0": 50.0, "0.5": 0.0, "2": 50.0, "4": 50.0}, {"0": 0.0, "4": -0.06}
    made = estimates(
        lambda task, key: ncv[key] if task == "factor-trust_conflict" else 50.0,
        setting,
        trust=lambda task, key: trust.get(key, 0.06) if task == "factor-all_harms" else 0.06,
        equity=lambda task, key: 0.0 if task == "factor-narrative_gain" else 900.0,
    )
    rows = {str(row["coefficient"]).split(",")[0]: row for row in report.sensitivity(made).rows}
    assert rows["trust conflict"]["where"] == "0, 2 to 4"
    assert rows["trust regret"]["where"] == "everywhere"
    assert rows["all harms"]["where"] == "0.5 to 2"
    assert rows["narrative gain"]["where"] == "nowhere"
    assert rows["tolerance"]["x0"] is None
    without = rows["all harms"]["x0"]
    assert isinstance(without, Estimate)
    assert without.value == pytest.approx(50.0)


def test_the_sensitivity_names_the_fields_that_are_scaled_together() -> None:
    note = report.sensitivity(estimates(chosen)).note
    assert "Trust losses: trust_conflict, trust_overload and trust_regret together." in note
    assert note.endswith("trust_regret, churn_overload and opt_out_overload together.")


def test_the_study_writes_a_page_with_three_figures() -> None:
    study = report.make_study(estimates(chosen))
    names = [figure.name for figure in study.figures]
    assert names == ["mechanisms", "sensitivity", "phase_diagram"]
    assert all(int.from_bytes(p.png[16:20], "big") == 900 for p in study.figures)
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
