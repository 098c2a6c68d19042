"""E-mail, erosion and relaxed rules in simulations built by hand."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from onevoice.experiments.claims.estimates import (
    MET,
    MISSED,
    churn,
    click_cost,
    open_rate,
    opt_out_rate,
    weekly_slope,
)
from tests.experiments.claims.builders import ROUND, SIMULATIONS, agents, by_measure, simulations
from tests.experiments.core.builders import Columns

STRETCHES = tuple(
    (branch, slice(4 * start, 4 * end))
    for branch, start, end in (
        ("greedy_first", 0, 1), ("greedy_later", 1, 3), ("raised_one", 1, 2), ("raised_two", 2, 3),
    )
)  # fmt: skip
"""Branches of the agents, and the weeks ``[12]`` that they are."""


def over_months(name: str, weeks: npt.ArrayLike) -> dict[str, dict[str, npt.ArrayLike]]:
    """A column of the agents, week by week ``[12]``."""
    values = np.asarray(weeks, np.float64)
    return {branch: {name: values[part]} for branch, part in STRETCHES}


def test_email_is_worth_what_silencing_it_costs_per_thousand_sends() -> None:
    built = simulations(
        {
            "no_email": {"REVENUE": 17 + ROUND[None]},
            "manual": {"REVENUE": 20 + ROUND[None]},
            "more_email": {"email/TOUCHES": 1250, "REVENUE": 21 + ROUND[None], "LIST_VALUE": 20},
        }
    )
    rows = by_measure(built, "C12")
    assert rows["spent on e-mail, $"].verdict == MET
    worth = rows["revenue that 1,000 sends cause, $"]
    assert worth.ours == pytest.approx((3.0, 3.0, 3.0))
    assert rows["more e-mail than the team sends, %"].ours.value == pytest.approx(25.0)
    more = rows["NCV of sending more, minus the team's"]
    assert more.ours == pytest.approx((4.0, 4.0, 4.0))
    assert (worth.verdict, more.verdict) == (MET, MET)


def test_email_that_costs_or_brings_nothing_is_missed() -> None:
    built = simulations({"manual": {"email/SPEND": 0.01}})
    rows = by_measure(built, "C12")
    assert rows["spent on e-mail, $"].verdict == MISSED
    assert rows["revenue that 1,000 sends cause, $"].verdict == MISSED


def test_slopes_are_a_week() -> None:
    assert weekly_slope([np.array([1.0, 5.0]), np.array([3.0, 5.0])]).tolist() == [
        2.0, 0.0,
    ]  # fmt: skip
    weeks = [np.array([2.0, 1.0]), np.array([1.0, math.nan]), np.array([6.0, 1.0])]
    slope = weekly_slope(weeks)
    assert slope[0] == pytest.approx(2.0)
    assert math.isnan(slope[1])


def test_erosion_by_hand() -> None:
    """Opens fall by 0.5 points a week, opt-outs rise by 1 in 1,000, clicks by 10 cents."""
    week = np.arange(12)
    built = simulations(
        {
            branch: {
                "email/ENGAGEMENTS": 300 - 5 * week[part],
                "email/OPT_OUTS": 2.1 * week[part],
                "social/SPEND": 3 * (0.1 + 0.1 * week[part]),
                "search/SPEND": 27 * (0.1 + 0.1 * week[part]),
                "social/CLICKS": 3,
                "search/CLICKS": 27,
            }
            for branch, part in STRETCHES
        }
    )
    rows = by_measure(built, "C13")
    assert rows["e-mail open rate, %, change a week"].ours.value == pytest.approx(-0.5)
    opt_outs = rows["opt-outs per 1,000 touches, change a week"].ours.value
    assert opt_outs == pytest.approx(1.0, abs=0.02)
    assert rows["cost of a paid click, $, change a week"].ours.value == pytest.approx(0.1)
    assert rows["cost of a click on social, $, change a week"].ours.value == pytest.approx(0.1)
    spend = rows["spend as dashboards allow, third month minus first, $"]
    assert spend.ours.value == pytest.approx(0.1 * 8 * 30 * 4)
    assert {row.verdict for row in rows.values() if row.target} == {MET}


@pytest.mark.parametrize(("rise", "verdict"), [(-1.0, MET), (0.0, MET), (1.0, MISSED)])
def test_flat_revenue_does_not_rise(rise: float, verdict: str) -> None:
    built = simulations(over_months("REVENUE", 20 + rise * np.arange(12)))
    row = by_measure(built, "C13")["revenue with it, third month minus first, $"]
    assert row.ours.value == pytest.approx(4 * 8 * rise)
    assert row.verdict == verdict


def test_a_week_without_a_click_leaves_that_simulation_out() -> None:
    clicks = np.ones((12, SIMULATIONS))
    clicks[3, 1] = 0
    branches: dict[str, Columns] = {
        branch: {"social/CLICKS": clicks[part], "search/CLICKS": 0} for branch, part in STRETCHES
    }
    assert by_measure(simulations(branches), "C13")[
        "cost of a paid click, $, change a week"
    ].ours.known
    silent = simulations(agents({"social/CLICKS": 0, "search/CLICKS": 0}))
    assert by_measure(silent, "C13")["cost of a paid click, $, change a week"].verdict == MISSED


def test_relaxed_rules_by_hand() -> None:
    """The layer claims 20 % less and earns more; relaxed, it is the other way round."""
    built = simulations(
        {
            "layer": {"search/CLAIMED": 4, "email/ENGAGEMENTS": 260, "social/ENGAGEMENTS": 60,
                      "REVENUE": 25},
            "layer_kept": {"search/CLAIMED": 4, "REVENUE": 25},
            "relaxed_volume": {"search/CLAIMED": 6, "REVENUE": 15},
        }
    )  # fmt: skip
    rows = by_measure(built, "C16")
    values = {name.split(",")[0]: row.ours.value for name, row in rows.items()}
    assert values["revenue claimed in the layer's first fortnight"] == pytest.approx(-20.0)
    assert values["engagements"] == pytest.approx(-15.0)
    assert values["NCV with the layer"] == pytest.approx(4 * 5.0)
    assert values["revenue claimed once the rules are relaxed"] == pytest.approx(50.0)
    assert values["NCV once the rules are relaxed"] == pytest.approx(-4 * 10.0)
    assert {row.verdict for row in rows.values() if row.target} == {MET}


def test_a_layer_that_changes_nothing_is_missed() -> None:
    assert {row.verdict for row in by_measure(simulations(), "C16").values()} == {MISSED}


def test_rates_of_a_window() -> None:
    built = simulations(agents({"CHURNED": 5, "email/OPT_OUTS": 21, "email/TOUCHES": 0}))
    window = built.window("greedy", 0, 2)
    assert churn(window) == pytest.approx(100 * 5 * 4 / 1000)
    assert opt_out_rate(window) == pytest.approx(1000 * 21 / 1100)
    assert np.isnan(open_rate(window)).all()
    assert click_cost(window) == pytest.approx(4.5 / 30)
