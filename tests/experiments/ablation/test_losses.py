"""Losses: read from the right arrays, judged from intervals alone."""

import numpy as np
import pytest

from onevoice.experiments.ablation.losses import Shortfall, side, state, verdict
from onevoice.experiments.ablation.variants import COEFFICIENTS, WHOLE
from onevoice.experiments.core.statistics import Estimate
from tests.experiments.ablation.made import losses

ABOVE, AROUND, BELOW = Estimate(5, 3, 7), Estimate(0, -2, 2), Estimate(-5, -7, -3)
FROM_ZERO, TO_ZERO = Estimate(2, 0, 4), Estimate(-2, -4, 0)
UNKNOWN = Estimate(np.nan, np.nan, np.nan)


def test_the_loss_is_coordinated_less_greedy() -> None:
    made = losses(lambda part, key: 50.0)
    loss = made.loss(WHOLE)
    assert loss.value == pytest.approx(50.0)
    assert 47.0 <= loss.low < loss.high <= 53.0
    assert made.loss(WHOLE, beside="manual").value == pytest.approx(100.0)


def test_a_shortfall_is_that_of_greedy_in_three_measures() -> None:
    made = losses(lambda *_: 50.0, trust=lambda *_: 0.02, equity=lambda *_: -700.0)
    assert [one.value for one in made.whole] == pytest.approx([50.0, 0.02, -700.0])
    beside_manual = made.shortfall(WHOLE, beside="manual")
    assert [one.value for one in beside_manual] == pytest.approx([100.0, 0.04, -1400.0])
    assert made.whole.ncv == made.loss(WHOLE)


def test_the_loss_that_goes_is_paired() -> None:
    made = losses(lambda part, key: 20.0 if part == "off-conflict" else 50.0)
    assert made.shrinkage("off-conflict") == pytest.approx((30.0, 30.0, 30.0))
    assert made.shrinkage("off-regret") == pytest.approx((0.0, 0.0, 0.0))
    share = made.share_gone("off-conflict")
    assert share is not None
    assert share.value == pytest.approx(60.0)


def test_trust_may_be_back_where_the_loss_remains() -> None:
    made = losses(lambda *_: 50.0, trust=lambda part, _: 0.015 if part == "off-conflict" else 0.06)
    back, gone = made.share_gone("off-conflict", "trust"), made.share_gone("off-conflict")
    assert back is not None
    assert back.value == pytest.approx(75.0)
    assert gone is not None
    assert gone.value == pytest.approx(0.0)


def test_no_share_of_no_loss() -> None:
    assert losses(lambda part, key: 0.0).share_gone("off-conflict") is None
    unharmed = losses(lambda *_: 50.0, trust=lambda *_: 0.0)
    assert unharmed.share_gone("off-conflict", "trust") is None
    assert unharmed.share_gone("off-conflict") is not None


def test_dashboards_are_compared_in_percent() -> None:
    rise = losses(lambda part, key: 1.0).rise(WHOLE, "claims", "greedy", "manual")
    assert rise.value == pytest.approx(100.0)


def test_factor_one_is_the_whole_model_and_some_factors_are_impossible() -> None:
    made = losses(lambda part, key: 7.0 if key == "2" else 50.0)
    by_name = {c.name: c for c in COEFFICIENTS}
    assert made.at_factor(by_name["tolerance"], 1.0) == made.whole
    assert made.at_factor(by_name["tolerance"], 0.0) is None
    double = made.at_factor(by_name["tolerance"], 2.0)
    assert double is not None
    assert double.ncv.value == pytest.approx(7.0)


def test_every_possible_factor_has_a_state() -> None:
    made = losses(
        lambda part, key: {"0": -50.0}.get(key, 50.0),
        trust=lambda part, key: 0.0 if key == "2" else 0.06,
    )
    by_name = {c.name: c for c in COEFFICIENTS}
    assert made.states(by_name["tolerance"]) == {1.0: "collapse", 2.0: "loss"}
    assert made.states(by_name["all_harms"]) == {0.0: "gain", 1.0: "collapse", 2.0: "loss"}


def test_a_cell_of_the_diagram_has_its_loss_and_its_overlap() -> None:
    made = losses(lambda part, key: 30.0 if (part, key) == ("channels-3", "-1") else 50.0)
    assert made.at_overlap(3, -1.0).ncv.value == pytest.approx(30.0)
    assert made.at_overlap(3, 1.0).ncv.value == pytest.approx(50.0)
    assert made.realised(3, -1.0) == 0.5


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (ABOVE, "above"), (AROUND, "around"), (BELOW, "below"),
        (FROM_ZERO, "around"), (TO_ZERO, "around"), (UNKNOWN, "around"),
    ],
)  # fmt: skip
def test_an_interval_that_touches_zero_lies_on_neither_side(
    estimate: Estimate, expected: str
) -> None:
    assert side(estimate) == expected


def test_all_three_lost_are_the_collapse() -> None:
    assert state(Shortfall(ABOVE, ABOVE, ABOVE)) == "collapse"


@pytest.mark.parametrize("held", [AROUND, BELOW, FROM_ZERO, TO_ZERO, UNKNOWN])
def test_a_loss_with_trust_or_equity_held_is_no_collapse(held: Estimate) -> None:
    assert state(Shortfall(ncv=ABOVE, trust=held, equity=ABOVE)) == "loss"
    assert state(Shortfall(ncv=ABOVE, trust=ABOVE, equity=held)) == "loss"
    assert state(Shortfall(ncv=ABOVE, trust=held, equity=held)) == "loss"


@pytest.mark.parametrize("others", [ABOVE, AROUND, BELOW])
@pytest.mark.parametrize(
    ("ncv", "expected"),
    [(AROUND, "open"), (FROM_ZERO, "open"), (TO_ZERO, "open"), (UNKNOWN, "open"), (BELOW, "gain")],
)
def test_without_a_loss_of_ncv_trust_and_equity_decide_nothing(
    ncv: Estimate, others: Estimate, expected: str
) -> None:
    assert state(Shortfall(ncv, others, others)) == expected


@pytest.mark.parametrize(
    ("loss", "shrinkage", "expected"),
    [
        (ABOVE, AROUND, "remains"),
        (ABOVE, ABOVE, "shrinks"),
        (ABOVE, BELOW, "grows"),
        (AROUND, ABOVE, "gone"),
        (AROUND, AROUND, "not told apart"),
        (BELOW, ABOVE, "reverses"),
    ],
)
def test_verdicts(loss: Estimate, shrinkage: Estimate, expected: str) -> None:
    assert verdict(ABOVE, loss, shrinkage) == expected
    assert verdict(AROUND, loss, shrinkage) == "there was no loss"
