"""How rows are judged, and the fields that every row must have."""

import dataclasses
import math

import pytest

from onevoice.experiments.core.statistics import Estimate, mean
from onevoice.experiments.validation.estimates import (
    UNKNOWN,
    Row,
    around_one,
    half_to_one_and_a_half,
    judge,
    reason,
)
from onevoice.experiments.validation.published import all_rows
from onevoice.experiments.validation.report import DIGITS

ROW = Row(
    key="key", label="label", compared="this with that", unit="%", published=10.0,
    accepted=(5.0, 15.0), source="somebody", statistic=mean, samples=("x",), below="too low",
    above="too high",
)  # fmt: skip
ROWS = all_rows()
NOTHING = Estimate(math.nan, math.nan, math.nan)


@pytest.mark.parametrize(
    ("ours", "verdict", "why"),
    [
        (Estimate(10.0, 9.0, 11.0), "inside", ""),
        (Estimate(4.0, 3.0, 5.0), "inside", ""),
        (Estimate(16.0, 15.0, 17.0), "inside", ""),
        (Estimate(4.0, 3.0, 4.9), "outside", "too low"),
        (Estimate(16.0, 15.1, 17.0), "outside", "too high"),
        (NOTHING, "outside", UNKNOWN),
    ],
)
def test_inside_is_a_value_in_common(ours: Estimate, verdict: str, why: str) -> None:
    assert (judge(ROW, ours), reason(ROW, ours)) == (verdict, why)


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [
        (Estimate(-3.0, -5.0, -1.0), "inside"),
        (Estimate(-3.0, -5.0, 0.0), "outside"),
        (Estimate(1.0, -5.0, 2.0), "outside"),
    ],
)
def test_a_direction_needs_the_whole_interval(ours: Estimate, verdict: str) -> None:
    direction = dataclasses.replace(ROW, published=None, accepted=(-15.0, 0.0), wholly=True)
    assert judge(direction, ours) == verdict


def test_ranges_around_a_point() -> None:
    assert half_to_one_and_a_half(-50.0) == (-75.0, -25.0)
    assert around_one(0.8) == pytest.approx((0.7, 0.9))


def test_most_rows_are_held_out_and_the_others_are_those_that_were_looked_at() -> None:
    fitted = {row.key for row in ROWS if row.role == "fitted"}
    assert fitted == {
        "email_optimum",
        "email_4_a_month",
        "email_10_a_month",
        "search_overstatement",
        "display_visits",
        "display_carry_over",
        "brand_ad_visits",
        "brand_ad_orders",
        "relevance_opted_out",
    }
    assert len(ROWS) - len(fitted) > len(fitted)


@pytest.mark.parametrize("row", ROWS, ids=[row.key for row in ROWS])
def test_every_row_is_complete(row: Row) -> None:
    assert all((row.label, row.compared, row.source, row.below, row.above, row.samples))
    assert row.unit in DIGITS
    assert row.accepted[0] < row.accepted[1]
    if row.published is None:
        assert row.wholly
    else:
        assert row.accepted[0] <= row.published <= row.accepted[1]


def test_keys_and_labels_are_unique() -> None:
    assert len({row.key for row in ROWS}) == len({row.label for row in ROWS}) == len(ROWS)
