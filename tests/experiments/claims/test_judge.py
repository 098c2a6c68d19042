"""Verdicts on samples made by hand, at and beside every border."""

import math

import numpy as np
import pytest

from onevoice.envs.typing import F64
from onevoice.experiments.claims.judge import MET, MISSED, REPORTED, Judge
from onevoice.experiments.core.statistics import Bootstrap, Estimate

JUDGE = Judge(Bootstrap(4, resamples=500, confidence=0.9, seed=0))
UNKNOWN = Estimate(math.nan, math.nan, math.nan)


def sample(*values: float) -> F64:
    return np.array(values)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(9.75, MET), (9.5, MET), (10.5, MET), (9.4375, MISSED), (10.5625, MISSED), (math.nan, MISSED)],
)
def test_a_level_is_met_up_to_its_tolerance(value: float, verdict: str) -> None:
    row = JUDGE.level("C1", "what", "10", (np.full(4, value),), 10, 0.5)
    assert row.verdict == verdict
    assert row.target == "10 ± 0.5"


def test_a_level_is_judged_by_its_value_not_by_its_interval() -> None:
    row = JUDGE.level("C1", "what", "10", (sample(0.0, 20.0, 0.0, 20.0),), 10, 1)
    assert row.ours.low < 9
    assert row.ours.high > 11
    assert row.verdict == MET


def test_a_level_of_two_samples_is_a_ratio_of_sums() -> None:
    above, below = sample(1.0, 1.0, 1.0, 7.0), sample(1.0, 1.0, 1.0, 2.0)
    assert JUDGE.level("C1", "what", "", (above, below), 2, 0).ours.value == 2.0


@pytest.mark.parametrize("direction", [1, -1])
def test_a_direction_is_met_if_the_whole_interval_lies_on_its_side(direction: int) -> None:
    def verdict(*values: float) -> str:
        return JUDGE.sign("C2", "what", "up", direction * sample(*values), direction).verdict

    assert verdict(1.0, 2.0, 3.0, 1.0) == MET
    assert verdict(-1.0, -2.0, -3.0, -1.0) == MISSED
    assert verdict(9.0, 0.5, -4.0, 1.0) == MISSED  # the mean has the sign, the interval holds zero
    assert verdict(0.0, 0.0, 0.0, 0.0) == MISSED


def test_the_target_of_a_direction_says_which_side() -> None:
    assert JUDGE.sign("C2", "what", "up", np.ones(4), 1).target == "above 0"
    assert JUDGE.sign("C2", "what", "down", np.ones(4), -1).target == "below 0"


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [
        (Estimate(2.0, 1.01, 2.99), MET),
        (Estimate(2.0, 1.0, 2.5), MISSED),
        (Estimate(2.0, 1.5, 3.0), MISSED),
        (Estimate(4.0, 3.5, 4.5), MISSED),
        (UNKNOWN, MISSED),
    ],
)
def test_a_range_must_hold_the_whole_interval(ours: Estimate, verdict: str) -> None:
    row = JUDGE.range("C4", "what", "", ours, 1, 3)
    assert row.verdict == verdict
    assert row.target == "1 to 3"
    assert row.ours == ours


def test_the_number_of_samples_says_what_is_estimated() -> None:
    above, below = sample(1.0, 2.0, 3.0, 6.0), sample(1.0, 1.0, 1.0, 3.0)
    assert JUDGE.estimate(above).value == 3.0
    assert JUDGE.estimate(above, below).value == 2.0
    assert JUDGE.estimate(above, below, below, above).value == 1.5


def test_a_report_has_no_target() -> None:
    row = JUDGE.report("C7", "what", "9.41", sample(1.0, 2.0, 3.0, 6.0), 1)
    assert (row.verdict, row.target, row.ours.value, row.digits) == (REPORTED, "", 3.0, 1)


def test_worlds_without_a_value_are_left_out() -> None:
    row = JUDGE.sign("C2", "what", "up", sample(1.0, math.nan, 3.0, 2.0), 1)
    assert row.ours.value == 2.0
    assert row.verdict == MET
    assert JUDGE.sign("C2", "what", "up", np.full(4, math.nan), 1).verdict == MISSED


def test_a_row_becomes_cells_by_column() -> None:
    row = JUDGE.range("C1", "what", "34 %", Estimate(0.5, 0.25, 0.75), 0, 1)
    assert row.cells() == {
        "claim": "C1", "measure": "what", "article": "34 %", "target": "0 to 1",
        "ours": Estimate(0.5, 0.25, 0.75), "verdict": MET,
    }  # fmt: skip
