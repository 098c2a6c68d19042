"""Losses: read from the right arrays, judged from intervals alone."""

import numpy as np
import pytest

from onevoice.experiments.ablation.losses import state, verdict
from onevoice.experiments.ablation.variants import COEFFICIENTS, WHOLE
from onevoice.experiments.statistics import Estimate
from tests.experiments.ablation.made import losses

ABOVE, AROUND, BELOW = Estimate(5, 3, 7), Estimate(0, -2, 2), Estimate(-5, -7, -3)


def test_the_loss_is_coordinated_less_greedy() -> None:
    made = losses(lambda part, key: 50.0)
    assert made.whole.value == pytest.approx(50.0)
    assert 47.0 <= made.whole.low < made.whole.high <= 53.0
    assert made.loss(WHOLE, beside="manual").value == pytest.approx(100.0)


def test_the_loss_that_goes_is_paired() -> None:
    made = losses(lambda part, key: 20.0 if part == "off-conflict" else 50.0)
    assert made.shrinkage("off-conflict") == pytest.approx((30.0, 30.0, 30.0))
    assert made.shrinkage("off-regret") == pytest.approx((0.0, 0.0, 0.0))
    share = made.share_gone("off-conflict")
    assert share is not None
    assert share.value == pytest.approx(60.0)


def test_no_share_of_no_loss() -> None:
    assert losses(lambda part, key: 0.0).share_gone("off-conflict") is None


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
    assert double.value == pytest.approx(7.0)


def test_a_cell_of_the_diagram_has_its_loss_and_its_overlap() -> None:
    made = losses(lambda part, key: 30.0 if (part, key) == ("channels-3", "-1") else 50.0)
    assert made.at_overlap(3, -1.0).value == pytest.approx(30.0)
    assert made.at_overlap(3, 1.0).value == pytest.approx(50.0)
    assert made.realised(3, -1.0) == 0.5


@pytest.mark.parametrize(("loss", "expected"), [(ABOVE, "loss"), (AROUND, "open"), (BELOW, "gain")])
def test_states(loss: Estimate, expected: str) -> None:
    assert state(loss) == expected


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


def test_an_unknown_loss_is_neither_loss_nor_gain() -> None:
    assert state(Estimate(np.nan, np.nan, np.nan)) == "open"
