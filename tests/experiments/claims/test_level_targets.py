"""Targets about levels, of simulations built by hand: shares, money and lifts."""

import numpy as np
import pytest

from onevoice.experiments.claims.estimates import MET, MISSED, Row
from onevoice.experiments.claims.level_targets import budget_scale
from tests.experiments.claims.builders import (
    ROUND,
    SIMULATIONS,
    agents,
    by_measure,
    rows,
    simulations,
)
from tests.experiments.core.builders import Columns

MOST = "highest spend above a channel's budget in any month, $"


def dashboard_rows(first: Columns, team: Columns) -> list[Row]:
    return rows(simulations({"greedy_first": first, "manual": team}), "C1")


def test_dashboards_are_ratios_of_sums_beside_the_teams() -> None:
    first = {"email/TOUCHES": 100, "email/ENGAGEMENTS": 34, "search/SPEND": 2, "search/CLAIMED": 6}
    team = {"email/TOUCHES": 200, "email/ENGAGEMENTS": 50, "search/SPEND": 1, "search/CLAIMED": 2.5}
    rows = dashboard_rows(first, team)
    values = [row.ours.value for row in rows]
    assert values == pytest.approx([34.0, 9.0, 8.0, 0.0, 20.0, 0.0, 3.0, 0.5])
    verdicts = [row.verdict for row in rows]
    assert verdicts == [MET, MET, MET, MISSED, MISSED, MISSED, MISSED, MET]


@pytest.mark.parametrize(("team", "verdict"), [(2.1, MET), (1.8, MISSED), (2.7, MISSED)])
def test_the_gain_in_roas_must_lie_in_its_range(team: float, verdict: str) -> None:
    rows = dashboard_rows(
        {"search/SPEND": 1, "search/CLAIMED": 2.8}, {"search/SPEND": 1, "search/CLAIMED": team}
    )
    assert [row.verdict for row in rows[-2:]] == [MET, verdict]


def test_only_the_first_month_counts_for_dashboards() -> None:
    built = simulations({"greedy_later": {"email/ENGAGEMENTS": 0}, "greedy_first": {}})
    row = rows(built, "C1")[0]
    assert row.ours.value == pytest.approx(30.0)


def test_a_company_is_scaled_by_its_budget() -> None:
    assert budget_scale(simulations().scenario) == pytest.approx(500.0)


def test_audiences_are_scaled_and_overlap_by_each_ones_size() -> None:
    found = by_measure(simulations(), "C5")
    assert found["e-mail list"].ours.value == pytest.approx(500_000)
    assert found["social followers"].ours.value == pytest.approx(120_000)
    assert found["list members who follow, %"].ours.value == pytest.approx(12.0)
    assert found["followers on the list, %"].ours.value == pytest.approx(50.0)
    assert {row.verdict for row in found.values()} == {MET}


@pytest.mark.parametrize("both", [0.0, 240.0])
def test_audiences_apart_or_one_in_the_other_are_missed(both: float) -> None:
    built = simulations(audience_overlap=[[1000.0, both], [both, 240.0]])
    verdicts = [row.verdict for row in rows(built, "C5")[-2:]]
    assert verdicts == ([MISSED, MISSED] if both == 0 else [MET, MISSED])


def test_a_budget_spent_as_it_is_split_is_met() -> None:
    rows = by_measure(simulations(), "C6", "C7")
    assert [rows[f"spent on {name}, $"].ours.value for name in ("email", "social", "search")] == [
        0.0, 4000.0, 5000.0,
    ]  # fmt: skip
    assert all(row.verdict == MET for name, row in rows.items() if name.startswith("spent"))
    assert rows[MOST].verdict == MET


@pytest.mark.parametrize(("weekly", "verdict"), [(1.99, MET), (1.97, MISSED)])
def test_one_percent_of_a_budget_may_be_left(weekly: float, verdict: str) -> None:
    assert by_measure(simulations(agents({"social/SPEND": weekly})), "C6", "C7")[
        "spent on social, $"
    ].verdict == (verdict)


def test_one_simulation_that_overspends_in_one_month_is_enough() -> None:
    spend = np.full((8, SIMULATIONS), 2.0)
    spend[5, 2] += 0.0001
    row = by_measure(simulations({"greedy_later": {"social/SPEND": spend}}), "C6", "C7")[MOST]
    assert row.verdict == MISSED
    assert row.ours.value == pytest.approx(0.0001 / SIMULATIONS)


def test_clicks_are_scaled_and_priced() -> None:
    rows = by_measure(simulations(agents({"search/CLICKS": 1})), "C6", "C7")
    assert rows["clicks bought on search"].ours.value == pytest.approx(2000.0)
    assert rows["paid for a click on search, $"].ours.value == pytest.approx(2.5)


def test_no_click_has_no_price() -> None:
    rows = by_measure(simulations(agents({"social/CLICKS": 0})), "C6", "C7")
    assert rows["clicks bought on social"].verdict == MISSED
    assert not rows["paid for a click on social, $"].ours.known


def test_search_is_worth_what_silencing_it_costs() -> None:
    built = simulations(
        {
            "greedy_first": {"REVENUE": 20 + 3 * ROUND[None], "AWARE_CLICKS": 8},
            "no_search": {"REVENUE": 16.5 + 3 * ROUND[None]},
        }
    )
    aware, worth, _ = rows(built, "C8", "C9", "C10")
    assert aware.ours.value == pytest.approx(40.0)
    assert worth.ours == pytest.approx((1.4, 1.4, 1.4))  # paired: the simulations' noise is gone
    assert (aware.verdict, worth.verdict) == (MET, MET)


@pytest.mark.parametrize(
    ("left", "verdict"), [(62, MET), (63, MET), (60, MET), (66, MISSED), (58, MISSED)]
)
def test_search_volume_without_social_counts_from_the_second_month(left: int, verdict: str) -> None:
    """Of 80 queries a week so many are left; the first month does not count."""
    silent = {"BRAND": [0] * 4 + [30] * 8, "GENERIC": [0] * 4 + [left - 30] * 8}
    row = rows(simulations({"no_social": silent}), "C8", "C9", "C10")[2]
    assert row.ours.value == pytest.approx(100 * (left / 80 - 1))
    assert row.verdict == verdict


def test_queries_that_never_came_leave_a_missed_row() -> None:
    row = rows(simulations(agents({"BRAND": 0, "GENERIC": 0})), "C10")[0]
    assert not row.ours.known
    assert row.verdict == MISSED
