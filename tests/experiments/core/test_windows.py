"""Windows on a trajectory written by hand: two channels, four decisions of two days, two worlds."""

import numpy as np
import pytest

from onevoice.experiments.core.trajectories import Trajectory
from onevoice.experiments.core.windows import Window
from tests.envs.builders import hand_scenario
from tests.experiments.core.builders import make_trajectory

SCENARIO = hand_scenario(customers={"margin": 0.25})
TRAJECTORY = make_trajectory(
    SCENARIO,
    4,
    {
        "email/TOUCHES": [[1, 10], [2, 20], [3, 30], [4, 40]],
        "social/TOUCHES": 5,
        "email/SPEND": [0.5, 0.25, 0, 0],
        "social/SPEND": [0, 1, 2, 0],
        "social/CLAIMED": 7,
        "REVENUE": [100, 90, 80, 70],
        "LIST_VALUE": 100,
        "CHURNED": [0, 0, 10, 0],
        "ALIVE": [100, 100, 100, 80, 80],
        "TRUST": [0.75, 0.75, 0.5, 0.25, 0.125],
        "IN_MARKET": [0, 0.1, 0.2, 0.5, 0.5],
        "FOUR_MESSAGES": [1, 0, 0.5, 0.25, 0],
        "EQUITY": [50, 40, 30, 20, 20],
    },
    worlds=2,
)


def window(first: int = 1, end: int = 3) -> Window:
    return Window(SCENARIO, TRAJECTORY, first, end)


def test_counts_are_of_one_channel_in_the_window_alone() -> None:
    assert window().count("email", "TOUCHES").tolist() == [5, 50]
    assert window().count("social", "TOUCHES").tolist() == [10, 10]
    assert window().total("TOUCHES").tolist() == [15, 60]
    assert window(0, 4).total("TOUCHES").tolist() == [30, 120]


def test_money_is_in_dollars() -> None:
    assert window().count("email", "SPEND").tolist() == [0.25, 0.25]
    assert window().total("SPEND").tolist() == [3.25, 3.25]
    assert window().count("social", "CLAIMED").tolist() == [14, 14]
    assert window().system("REVENUE").tolist() == [170, 170]
    assert window().system("CHURNED").tolist() == [10, 10]


def test_an_empty_window_holds_nothing() -> None:
    assert window(2, 2).total("TOUCHES").tolist() == [0, 0]


def test_a_state_is_the_mean_over_who_is_left_at_the_end() -> None:
    assert window().mean_state("TRUST") == pytest.approx(0.25)
    assert window(0, 2).mean_state("TRUST") == pytest.approx(0.5)
    assert window().mean_state("IN_MARKET") == pytest.approx(0.5)


def test_a_share_is_averaged_over_the_ends_of_the_windows_decisions() -> None:
    assert window().mean_share("FOUR_MESSAGES") == pytest.approx((0.5 + 0.25) / 2)


def test_nobody_left_is_no_error() -> None:
    empty = make_trajectory(SCENARIO, 1, {"ALIVE": 0})
    last = Window(SCENARIO, empty, 0, 1)
    assert last.mean_state("TRUST").tolist() == last.mean_share("TWO_MESSAGES").tolist() == [0.0]


def test_length_and_the_factor_to_a_month() -> None:
    assert window().days == 4
    assert window().per_month == 7


def test_ncv_is_margin_less_spend_and_the_change_of_equity_by_hand() -> None:
    """100 customers: a factor of 10 to 1,000 of them, and of 7 to 28 days."""
    margin = 170 - 0.75 * 200
    assert window().margin == pytest.approx(margin)
    assert window().equity().tolist() == [200, 200]
    assert window().equity(end=False).tolist() == [400, 400]
    assert window().ncv == pytest.approx(((margin - 3.25) * 10 + 200 - 400) * 7)


def test_windows_of_the_parts_are_windows_of_the_whole() -> None:
    parts = [
        Trajectory(
            *(array[lo : hi + extra] for array, extra in zip(TRAJECTORY, (0, 0, 1, 1), strict=True))
        )
        for lo, hi in ((0, 2), (2, 4))
    ]
    whole = parts[0].then(parts[1])
    for one, other in zip(whole, TRAJECTORY, strict=True):
        np.testing.assert_array_equal(one, other)
