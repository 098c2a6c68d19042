"""Estimates: read from the right arrays, judged from intervals alone."""

import numpy as np
import pytest

from onevoice.experiments.ablation.config import COEFFICIENTS
from onevoice.experiments.ablation.estimates import WORDS, Shortfall, State, runs, verdict
from onevoice.experiments.ablation.report import where_collapsed
from onevoice.experiments.ablation.run import WHOLE
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.wording import direction
from tests.experiments.ablation.builders import estimates

ABOVE, AROUND, BELOW = Estimate(5, 3, 7), Estimate(0, -2, 2), Estimate(-5, -7, -3)
FROM_ZERO, TO_ZERO = Estimate(2, 0, 4), Estimate(-2, -4, 0)
UNKNOWN = Estimate(np.nan, np.nan, np.nan)


def test_the_loss_is_coordinated_less_greedy() -> None:
    made = estimates(lambda task, key: 50.0)
    loss = made.shortfall(WHOLE).ncv
    assert loss.value == pytest.approx(50.0)
    assert 47.0 <= loss.low < loss.high <= 53.0
    assert made.shortfall(WHOLE, rival="manual").ncv.value == pytest.approx(100.0)


def test_a_shortfall_is_that_of_greedy_in_three_measures() -> None:
    made = estimates(lambda *_: 50.0, trust=lambda *_: 0.02, equity=lambda *_: -700.0)
    assert [one.value for one in made.whole] == pytest.approx([50.0, 0.02, -700.0])
    to_manual = made.shortfall(WHOLE, rival="manual")
    assert [one.value for one in to_manual] == pytest.approx([100.0, 0.04, -1400.0])
    assert made.whole.ncv == made.shortfall(WHOLE).ncv


def test_the_loss_that_goes_is_paired() -> None:
    made = estimates(lambda task, key: 20.0 if task == "off-conflict" else 50.0)
    assert made.shrinkage("off-conflict") == pytest.approx((30.0, 30.0, 30.0))
    assert made.shrinkage("off-regret") == pytest.approx((0.0, 0.0, 0.0))
    share = made.share_gone("off-conflict")
    assert share is not None
    assert share.value == pytest.approx(60.0)


def test_trust_may_be_back_where_the_loss_remains() -> None:
    made = estimates(
        lambda *_: 50.0, trust=lambda task, _: 0.015 if task == "off-conflict" else 0.06
    )
    back, gone = made.share_gone("off-conflict", "trust"), made.share_gone("off-conflict")
    assert back is not None
    assert back.value == pytest.approx(75.0)
    assert gone is not None
    assert gone.value == pytest.approx(0.0)


def test_no_share_of_no_loss() -> None:
    assert estimates(lambda task, key: 0.0).share_gone("off-conflict") is None
    unharmed = estimates(lambda *_: 50.0, trust=lambda *_: 0.0)
    assert unharmed.share_gone("off-conflict", "trust") is None
    assert unharmed.share_gone("off-conflict") is not None


def test_dashboards_are_compared_in_percent() -> None:
    rise = estimates(lambda task, key: 1.0).rise(WHOLE, "claims")
    assert rise.value == pytest.approx(100.0)


def test_factor_one_is_the_whole_model_and_some_factors_are_impossible() -> None:
    made = estimates(lambda task, key: 7.0 if key == "2" else 50.0)
    by_name = {c.name: c for c in COEFFICIENTS}
    assert made.at_factor(by_name["tolerance"], 1.0) == made.whole
    assert made.at_factor(by_name["tolerance"], 0.0) is None
    double = made.at_factor(by_name["tolerance"], 2.0)
    assert double is not None
    assert double.ncv.value == pytest.approx(7.0)


def test_every_possible_factor_has_a_state() -> None:
    made = estimates(
        lambda task, key: {"0": -50.0}.get(key, 50.0),
        trust=lambda task, key: 0.0 if key == "2" else 0.06,
    )
    by_name = {c.name: c for c in COEFFICIENTS}
    assert made.states(by_name["tolerance"]) == {1.0: "collapse", 2.0: "loss"}
    assert made.states(by_name["all_harms"]) == {0.0: "gain", 1.0: "collapse", 2.0: "loss"}


def test_a_cell_of_the_diagram_has_its_loss_and_its_overlap() -> None:
    made = estimates(lambda task, key: 30.0 if (task, key) == ("channels-3", "-1") else 50.0)
    assert made.at_overlap(3, -1.0).ncv.value == pytest.approx(30.0)
    assert made.at_overlap(3, 1.0).ncv.value == pytest.approx(50.0)
    assert made.realised(3, -1.0) == 0.5


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (ABOVE, 1), (AROUND, 0), (BELOW, -1), (FROM_ZERO, 0), (TO_ZERO, 0), (UNKNOWN, 0),
    ],
)  # fmt: skip
def test_an_interval_that_touches_zero_lies_on_neither_side(
    estimate: Estimate, expected: int
) -> None:
    assert direction(estimate) == expected


def test_all_three_lost_are_the_collapse() -> None:
    assert Shortfall(ABOVE, ABOVE, ABOVE).state == "collapse"


@pytest.mark.parametrize("held", [AROUND, BELOW, FROM_ZERO, TO_ZERO, UNKNOWN])
def test_a_loss_with_trust_or_equity_held_is_no_collapse(held: Estimate) -> None:
    assert Shortfall(ncv=ABOVE, trust=held, equity=ABOVE).state == "loss"
    assert Shortfall(ncv=ABOVE, trust=ABOVE, equity=held).state == "loss"
    assert Shortfall(ncv=ABOVE, trust=held, equity=held).state == "loss"


@pytest.mark.parametrize("others", [ABOVE, AROUND, BELOW])
@pytest.mark.parametrize(
    ("ncv", "expected"),
    [(AROUND, "open"), (FROM_ZERO, "open"), (TO_ZERO, "open"), (UNKNOWN, "open"), (BELOW, "gain")],
)
def test_without_a_loss_of_ncv_trust_and_equity_decide_nothing(
    ncv: Estimate, others: Estimate, expected: str
) -> None:
    assert Shortfall(ncv, others, others).state == expected


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


LETTERS: dict[str, State] = {"c": "collapse", "l": "loss", "o": "open", "g": "gain"}


def states(word: str) -> dict[float, State]:
    """One letter for each factor of 0, 0.5, 1, 2, 4."""
    return dict(zip((0.0, 0.5, 1.0, 2.0, 4.0), (LETTERS[one] for one in word), strict=True))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ccccc", "everywhere"), ("lcccc", "0.5 to 4"), ("ccccg", "0 to 2"),
        ("lcocc", "0.5, 2 to 4"), ("cllll", "0"), ("clclc", "0, 1, 4"),
        ("lllll", "nowhere"), ("ooggl", "nowhere"),
    ],
)  # fmt: skip
def test_where_the_collapse_exists(word: str, expected: str) -> None:
    assert where_collapsed(states(word)) == expected


def test_a_coefficient_that_was_nowhere_within_bounds_has_no_collapse() -> None:
    assert where_collapsed({}) == "nowhere"


def test_every_state_has_its_runs() -> None:
    assert runs(states("gglol")) == {"gain": "0 to 0.5", "loss": "1, 4", "open": "2"}


def test_every_state_has_words_of_its_own() -> None:
    assert set(WORDS) == set(LETTERS.values())
    assert len(set(WORDS.values())) == len(WORDS)
