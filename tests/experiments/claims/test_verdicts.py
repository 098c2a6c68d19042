"""Verdicts on samples made by hand, at and beside every border."""

import math

import numpy as np
import pytest

from onevoice.envs.typing import F64
from onevoice.experiments.claims.estimates import (
    FALLS,
    MET,
    MISSED,
    REPORT,
    REPORTED,
    RISES,
    Check,
    Row,
    Simulations,
    Target,
    between,
    estimate,
    judge,
    near,
    verdict,
)
from onevoice.experiments.core.statistics import Estimate
from tests.experiments.claims.builders import config

FOUR = Simulations(config(resamples=500, confidence=0.9), [{}, {}, {}, {}])
UNKNOWN = Estimate(math.nan, math.nan, math.nan)


def target(check: Check, *samples: F64, digits: int = 2) -> Target:
    return Target("C1", "what", "34 %", lambda _: samples, check, digits)


def judged(check: Check, *samples: F64, digits: int = 2) -> Row:
    return judge(target(check, *samples, digits=digits), FOUR)


def sample(*values: float) -> F64:
    return np.array(values)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(9.75, MET), (9.5, MET), (10.5, MET), (9.4375, MISSED), (10.5625, MISSED), (math.nan, MISSED)],
)
def test_a_level_is_met_up_to_its_tolerance(value: float, verdict: str) -> None:
    row = judged(near(10, 0.5), np.full(4, value))
    assert row.verdict == verdict
    assert row.target == "10 ± 0.5"


def test_a_level_is_judged_by_its_value_not_by_its_interval() -> None:
    row = judged(near(10, 1), sample(0.0, 20.0, 0.0, 20.0))
    assert row.ours.low < 9
    assert row.ours.high > 11
    assert row.verdict == MET


def test_a_level_of_two_samples_is_a_ratio_of_sums() -> None:
    above, below = sample(1.0, 1.0, 1.0, 7.0), sample(1.0, 1.0, 1.0, 2.0)
    assert judged(near(2, 0), above, below).ours.value == 2.0


@pytest.mark.parametrize("direction", [1, -1])
def test_a_direction_is_met_if_the_whole_interval_lies_on_its_side(direction: int) -> None:
    def found(*values: float) -> str:
        return judged(RISES if direction > 0 else FALLS, direction * sample(*values)).verdict

    assert found(1.0, 2.0, 3.0, 1.0) == MET
    assert found(-1.0, -2.0, -3.0, -1.0) == MISSED
    assert found(9.0, 0.5, -4.0, 1.0) == MISSED  # the mean has the sign, the interval holds zero
    assert found(0.0, 0.0, 0.0, 0.0) == MISSED


def test_the_target_of_a_direction_says_which_side() -> None:
    assert judged(RISES, np.ones(4)).target == "above 0"
    assert judged(FALLS, np.ones(4)).target == "below 0"


@pytest.mark.parametrize(
    ("ours", "word"),
    [
        (Estimate(2.0, 1.01, 2.99), MET),
        (Estimate(2.0, 1.0, 2.5), MISSED),
        (Estimate(2.0, 1.5, 3.0), MISSED),
        (Estimate(4.0, 3.5, 4.5), MISSED),
        (UNKNOWN, MISSED),
    ],
)
def test_a_range_must_hold_the_whole_interval(ours: Estimate, word: str) -> None:
    row = verdict(target(between(1, 3)), ours)
    assert row.verdict == word
    assert row.target == "1 to 3"
    assert row.ours == ours


def test_the_number_of_samples_says_what_is_estimated() -> None:
    above, below = sample(1.0, 2.0, 3.0, 6.0), sample(1.0, 1.0, 1.0, 3.0)
    assert estimate(target(REPORT, above), FOUR)[0].value == 3.0
    assert estimate(target(REPORT, above, below), FOUR)[0].value == 2.0
    assert estimate(target(REPORT, above, below, below, above), FOUR)[0].value == 1.5


def test_a_report_has_no_target() -> None:
    row = judged(REPORT, sample(1.0, 2.0, 3.0, 6.0), digits=1)
    assert (row.verdict, row.target, row.ours.value, row.digits) == (REPORTED, "", 3.0, 1)


def test_simulations_without_a_value_are_left_out() -> None:
    row = judged(RISES, sample(1.0, math.nan, 3.0, 2.0))
    assert row.ours.value == 2.0
    assert row.verdict == MET
    assert judged(RISES, np.full(4, math.nan)).verdict == MISSED


def test_a_row_becomes_cells_by_column() -> None:
    row = verdict(target(between(0, 1)), Estimate(0.5, 0.25, 0.75))
    assert row._asdict() == {
        "claim": "C1", "measure": "what", "article": "34 %", "target": "0 to 1",
        "ours": Estimate(0.5, 0.25, 0.75), "verdict": MET, "digits": 2,
    }  # fmt: skip
