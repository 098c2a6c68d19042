"""The findings follow the intervals, and say where there is no collapse."""

import pytest

from onevoice.experiments.ablation.config import COEFFICIENTS, SWITCHED_OFF
from onevoice.experiments.ablation.estimates import Estimates
from onevoice.experiments.ablation.report import findings
from tests.experiments.ablation.builders import config, estimates

COUNT, SETS = len(COEFFICIENTS), len(SWITCHED_OFF) - 1


def said(estimates: Estimates) -> str:
    return " ".join(findings(estimates))


def chosen(task: str, key: str) -> float:
    """A loss of 50 that conflict halves, fatigue ends and both turn; none among two channels."""
    special = {
        "off-conflict": 25.0, "off-fatigue": 0.0, "off-fatigue-conflict": -50.0, "channels-2": -9.0,
        "factor-tolerance": 0.0,
    }  # fmt: skip
    return special.get(task, 50.0)


def test_the_headline_tells_every_turn() -> None:
    text = said(estimates(chosen))
    assert text.startswith("Greedy channels lose 50 (")
    assert "and with it trust and customer equity: the collapse." in text
    assert (
        "The loss shrinks without conflict; is not distinguishable from zero without fatigue"
        in text
    )
    assert "turns into a gain without fatigue + conflict." in text


@pytest.mark.parametrize(
    ("loss", "start"),
    [(0.0, "The loss of greedy channels is not dist"), (-50.0, "There is no coll")],
)
def test_the_headline_admits_that_there_is_no_loss(loss: float, start: str) -> None:
    text = said(estimates(lambda task, key: loss))
    assert text.startswith(start)
    assert "The loss shrinks" not in text


@pytest.mark.parametrize(("trust", "equity"), [(0.0, 900.0), (0.06, 0.0), (-0.06, -900.0)])
def test_the_headline_admits_that_a_loss_is_no_collapse(trust: float, equity: float) -> None:
    made = estimates(lambda *_: 50.0, trust=lambda *_: trust, equity=lambda *_: equity)
    text = said(made)
    assert text.startswith("Greedy channels lose 50 (")
    assert "but not both trust and customer equity: there is no collapse." in text
    assert f"the collapse is there in 0 of {SETS} variants" in text
    assert f"the collapse is there throughout for 0 of {COUNT}" in text
    assert text.endswith("the collapse is there in 0 of 12 cells; loss only in 12.")


def test_dashboards_that_are_not_better_everywhere_are_counted() -> None:
    assert "better than manual ones in 0 of 18 variants" in said(estimates(chosen))


def test_the_headline_tells_without_which_mechanisms_there_is_no_collapse() -> None:
    back = {"off-regret": 0.0, "off-churn": 0.0}
    text = said(estimates(chosen, trust=lambda task, key: back.get(task, 0.06)))
    assert f"With mechanisms off the collapse is there in {SETS - 4} of {SETS} variants" in text
    groups = "fatigue (not told apart); regret or churn (loss only); fatigue + conflict (gain)."
    assert f"but not without {groups}" in text


def test_the_headline_tells_what_brings_most_of_the_trust_back() -> None:
    left = {"off-regret": 0.05, "off-fatigue-trust": 0.006}
    text = said(estimates(chosen, trust=lambda task, key: left.get(task, 0.06)))
    assert "Without fatigue + trust, 90 (" in text
    assert ") % of the lost trust returns." in text
    assert f"the collapse is there in {SETS - 2} of {SETS} variants" in text


def test_no_trust_is_back_where_none_was_lost_or_nothing_helps() -> None:
    assert "of the lost trust" not in said(estimates(chosen))
    assert "of the lost trust" not in said(estimates(chosen, trust=lambda *_: 0.0))


def test_the_headline_tells_where_the_collapse_ends() -> None:
    held = {("factor-all_harms", "0"), ("factor-all_harms", "0.5"), ("factor-trust_losses", "0")}
    held |= {("factor-trust_regret", "0")}
    made = estimates(
        lambda task, key: -50.0 if (task, key) == ("factor-churn_trust", "2") else 50.0,
        config(factors=(0.0, 0.5, 1.0, 2.0)),
        trust=lambda task, key: 0.0 if (task, key) in held else 0.06,
    )
    text = said(made)
    assert f"at 0 to 2 times its value the collapse is there throughout for {COUNT - 4}" in text
    assert (
        f"for {COUNT - 4} of {COUNT}, but not for trust regret or trust losses (loss only at 0); "
        "churn trust (gain at 2); all harms (loss only at 0 to 0.5)."
    ) in text


def test_the_headline_tells_a_collapse_throughout() -> None:
    text = said(estimates(lambda *_: 50.0))
    assert f"the collapse is there throughout for {COUNT} of {COUNT}. " in text
    assert f"the collapse is there in {SETS} of {SETS} variants. " in text
    assert text.endswith("Over channels and audiences the collapse is there in 12 of 12 cells.")


def test_a_coefficient_out_of_bounds_everywhere_is_not_called_a_collapse() -> None:
    text = said(estimates(lambda *_: 50.0, config(factors=(0.0,))))
    assert "but not for tolerance or orders per year (out of bounds)." in text


def test_the_headline_counts_the_cells_of_every_state() -> None:
    held = {("channels-3", "-1"), ("channels-4", "-1"), ("channels-5", "1")}
    made = estimates(
        lambda task, key: -9.0 if task == "channels-2" else 50.0,
        equity=lambda task, key: 0.0 if (task, key) in held else 900.0,
    )
    end = "the collapse is there in 7 of 12 cells; loss only in 3, gain in 2."
    assert said(made).endswith(end)
