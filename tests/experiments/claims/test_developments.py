"""Developments of stories told by hand: every difference and slope with a known answer."""

import numpy as np
import pytest

from onevoice.experiments.claims import developments
from onevoice.experiments.claims.judge import MET, MISSED, REPORTED, Row
from onevoice.experiments.claims.story import Story
from tests.experiments.claims.told import ROUND, WORLDS, agents, counted, judge_of, judged, story


def customers(told: Story) -> dict[str, Row]:
    return judged(developments.customers(told, judge_of(told)))


def spiral(told: Story) -> dict[str, Row]:
    return judged(developments.spiral(told, judge_of(told)))


def test_customers_gaps_are_paired_and_signed() -> None:
    noise = 5 * ROUND[None]
    told = story(
        {
            **agents({"CHURNED": 6 + noise, "TRUST": 0.5, "EQUITY": 400 + 40 * noise}),
            "coordinated": {"CHURNED": 5 + noise, "TRUST": 0.6, "EQUITY": 440 + 40 * noise},
        }
    )
    rows = customers(told)
    churn = rows["churn, % of customers a month, agents minus one coordinated plan"]
    assert churn.ours == pytest.approx((0.4, 0.4, 0.4), abs=0.02)
    trust = rows["trust at the end, agents minus one coordinated plan"]
    assert trust.ours.value == pytest.approx(-0.1, abs=1e-4)
    equity = rows["equity at the end, $ per 1,000, agents minus one coordinated plan"]
    assert equity.ours.value == pytest.approx(-40.0)
    assert {row.verdict for row in (churn, trust, equity)} == {MET}


def test_ncv_is_compared_with_the_plan_the_month_before_and_the_first_month() -> None:
    """A list value equal to revenue of $20 a week at a margin of 40 %, less $7 of spend."""
    later = {"REVENUE": 15, "LIST_VALUE": 15}
    told = story({"greedy_first": {}, "greedy_later": later, "coordinated": {"social/SPEND": 0}})
    margin = told.scenario.customers.margin
    rows = customers(told)
    gap = rows["NCV, agents minus one coordinated plan"].ours.value
    assert gap == pytest.approx(-4 * (5 * margin * 2 / 3 + 2))
    fell = rows["NCV of the third month minus the first"].ours.value
    assert fell == pytest.approx(-4 * 5 * margin)
    after = rows["NCV after the takeover minus the month before"].ours.value
    assert after == pytest.approx(-4 * 5 * margin * 2 / 3)


def test_voices_are_shares_of_customers_before_and_after() -> None:
    told = story(
        {
            "warm_up": {"FOUR_MESSAGES": 0.01},
            **agents({"FOUR_MESSAGES": 0.03, "THREE_MESSAGES": 0.1}),
        }
    )
    rows = customers(told)
    before, after = (
        rows[f"customers with 4 different messages in 72 h {when}, %"]
        for when in ("before", "after")
    )
    assert (before.ours.value, after.ours.value) == pytest.approx((1.0, 3.0))
    assert before.verdict == REPORTED
    assert rows["4 different messages, after minus before, %"].ours.value == pytest.approx(2.0)
    three = rows["customers with 3 different messages, after minus before, %"]
    assert three.ours.value == pytest.approx(10.0)


def test_trust_and_equity_fall_from_the_takeover_on() -> None:
    falling = np.linspace(0.7, 0.46, 13)
    told = story({"greedy_first": {"TRUST": falling[:5]}, "greedy_later": {"TRUST": falling[4:]}})
    row = customers(told)["trust in three months"]
    assert row.ours.value == pytest.approx(-0.24, abs=1e-4)
    assert row.verdict == MET
    assert customers(told)["equity in three months"].verdict == MISSED


@pytest.mark.parametrize(
    ("power", "verdict"), [(2.0, MET), (1.1, MET), (0.9, MISSED), (0.5, MISSED)]
)
def test_growth_is_the_power_of_the_channels(power: float, verdict: str) -> None:
    told = story()
    rows = judged(developments.growth(told, judge_of(told), counted(power)))
    row = rows["exponent: conflicts grow as channels to this power"]
    assert row.ours.value == pytest.approx(power)
    assert row.verdict == verdict
    assert rows["conflicts per customer and month, 5 channels"].ours.value == pytest.approx(
        5**power
    )


def test_pairs_that_conflict_are_counted_among_the_first_channels() -> None:
    quiet = counted(silent=("content",))
    assert (developments.conflicting_pairs(counted(), 6) == 15).all()
    assert (developments.conflicting_pairs(counted(), 7) == 21).all()
    assert (developments.conflicting_pairs(quiet, 6) == 10).all()
    assert (developments.conflicting_pairs(counted(silent=("push",)), 6) == 15).all()
    told = story()
    rows = judged(developments.growth(told, judge_of(told), quiet))
    assert rows["pairs that do conflict, 6 channels"].verdict == MISSED


def test_sizes_are_averaged_over_all_sets() -> None:
    found = counted()
    found["conflicts"] = np.asarray(found["members"], np.float64)[:, :1] * np.ones(
        WORLDS
    )  # 1 where e-mail is there
    means = developments.conflict_means(found)
    assert means[:, 0] == pytest.approx(np.arange(2, 8) / 7)


def test_the_spiral_names_who_is_cut_and_what_falls() -> None:
    told = story(
        {
            "cut_one": {"AWARENESS": 0.15, "BRAND": 20, "search/CLAIMED": 4},
            "cut_two": {"REVENUE": 18, "VISITS": 30, "IN_MARKET": 0.08},
        }
    )
    falls = {name: row.ours.value for name, row in spiral(told).items()}
    assert falls["worlds where social is cut first and search next, %"] == 100.0
    expected = {"awareness, month after cutting social, %": -25.0, "search volume": -12.5,
                "revenue claimed by search": -20.0, "pipeline": -20.0, "visits": -25.0,
                "revenue, same month": -10.0}  # fmt: skip
    for start, value in expected.items():
        (found,) = (falls[name] for name in falls if name.startswith(start))
        assert found == pytest.approx(value, abs=0.01), start
    assert {row.verdict for row in spiral(told).values()} == {MET}


@pytest.mark.parametrize("cuts", [(2, 1), (1, 3), (0, 2)])
def test_another_order_of_cuts_is_missed(cuts: tuple[int, int]) -> None:
    told = story(cut_one_channel=cuts[0], cut_two_channel=cuts[1])
    row = spiral(told)["worlds where social is cut first and search next, %"]
    assert (row.ours.value, row.verdict) == (0.0, MISSED)


def test_nothing_to_fall_from_is_missed_not_an_error() -> None:
    told = story({"greedy_later": {"REVENUE": 0}, "cut_two": {"REVENUE": 0}})
    row = spiral(told)["revenue, same month, %"]
    assert not row.ours.known
    assert row.verdict == MISSED
