"""Levels of stories told by hand: shares, money and lifts with known answers."""

import numpy as np
import pytest

from onevoice.experiments.claims import levels
from onevoice.experiments.claims.judge import MET, MISSED, Row
from onevoice.experiments.claims.story import Story
from tests.experiments.claims.told import ROUND, WORLDS, agents, judge_of, judged, story
from tests.experiments.handmade import Columns


def dashboard_rows(first: Columns, team: Columns) -> list[Row]:
    told = story({"greedy_first": first, "manual": team})
    return levels.dashboards(told, judge_of(told))


def money_rows(told: Story) -> dict[str, Row]:
    return judged(levels.money(told, judge_of(told)))


def search_rows(told: Story) -> list[Row]:
    return levels.search(told, judge_of(told))


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
    told = story({"greedy_later": {"email/ENGAGEMENTS": 0}, "greedy_first": {}})
    row = levels.dashboards(told, judge_of(told))[0]
    assert row.ours.value == pytest.approx(30.0)


def test_a_company_is_scaled_by_its_budget() -> None:
    assert levels.scale(story().scenario) == pytest.approx(500.0)


def test_audiences_are_scaled_and_overlap_by_each_ones_size() -> None:
    told = story()
    rows = judged(levels.audiences(told, judge_of(told)))
    assert rows["e-mail list"].ours.value == pytest.approx(500_000)
    assert rows["social followers"].ours.value == pytest.approx(120_000)
    assert rows["list members who follow, %"].ours.value == pytest.approx(12.0)
    assert rows["followers on the list, %"].ours.value == pytest.approx(50.0)
    assert {row.verdict for row in rows.values()} == {MET}


@pytest.mark.parametrize("both", [0.0, 240.0])
def test_audiences_apart_or_one_in_the_other_are_missed(both: float) -> None:
    told = story(audience_overlap=[[1000.0, both], [both, 240.0]])
    verdicts = [row.verdict for row in levels.audiences(told, judge_of(told))[-2:]]
    assert verdicts == ([MISSED, MISSED] if both == 0 else [MET, MISSED])


def test_a_budget_spent_as_it_is_split_is_met() -> None:
    rows = money_rows(story())
    assert [rows[f"spent on {name}, $"].ours.value for name in ("email", "social", "search")] == [
        0.0, 4000.0, 5000.0,
    ]  # fmt: skip
    assert all(row.verdict == MET for name, row in rows.items() if name.startswith("spent"))
    assert rows["most spent above a budget in any month, $"].verdict == MET


@pytest.mark.parametrize(("weekly", "verdict"), [(1.99, MET), (1.97, MISSED)])
def test_one_percent_of_a_purse_may_be_left(weekly: float, verdict: str) -> None:
    assert money_rows(story(agents({"social/SPEND": weekly})))["spent on social, $"].verdict == (
        verdict
    )


def test_one_world_that_overspends_in_one_month_is_enough() -> None:
    spend = np.full((8, WORLDS), 2.0)
    spend[5, 2] += 0.0001
    row = money_rows(story({"greedy_later": {"social/SPEND": spend}}))[
        "most spent above a budget in any month, $"
    ]
    assert row.verdict == MISSED
    assert row.ours.value == pytest.approx(0.0001 / WORLDS)


def test_clicks_are_scaled_and_priced() -> None:
    rows = money_rows(story(agents({"search/CLICKS": 1})))
    assert rows["clicks bought on search"].ours.value == pytest.approx(2000.0)
    assert rows["paid for a click on search, $"].ours.value == pytest.approx(2.5)


def test_no_click_has_no_price() -> None:
    rows = money_rows(story(agents({"social/CLICKS": 0})))
    assert rows["clicks bought on social"].verdict == MISSED
    assert not rows["paid for a click on social, $"].ours.known


def test_search_is_worth_what_silencing_it_costs() -> None:
    told = story(
        {
            "greedy_first": {"REVENUE": 20 + 3 * ROUND[None], "AWARE_CLICKS": 8},
            "no_search": {"REVENUE": 16.5 + 3 * ROUND[None]},
        }
    )
    aware, worth, _ = search_rows(told)
    assert aware.ours.value == pytest.approx(40.0)
    assert worth.ours == pytest.approx((1.4, 1.4, 1.4))  # paired: the worlds' noise is gone
    assert (aware.verdict, worth.verdict) == (MET, MET)


@pytest.mark.parametrize(
    ("left", "verdict"), [(62, MET), (63, MET), (60, MET), (66, MISSED), (58, MISSED)]
)
def test_search_volume_without_social_counts_from_the_second_month(left: int, verdict: str) -> None:
    """Of 80 queries a week so many are left; the first month does not count."""
    silent = {"BRAND": [0] * 4 + [30] * 8, "GENERIC": [0] * 4 + [left - 30] * 8}
    row = search_rows(story({"no_social": silent}))[2]
    assert row.ours.value == pytest.approx(100 * (left / 80 - 1))
    assert row.verdict == verdict


def test_queries_that_never_came_leave_a_missed_row() -> None:
    row = search_rows(story(agents({"BRAND": 0, "GENERIC": 0})))[2]
    assert not row.ours.known
    assert row.verdict == MISSED
