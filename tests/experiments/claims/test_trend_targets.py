"""Targets about changes, of simulations built by hand: every difference with a known answer."""

import numpy as np
import pytest

from onevoice.experiments.claims.estimates import MET, MISSED, REPORTED, conflict_means
from onevoice.experiments.claims.trend_targets import conflicting_pairs
from tests.experiments.claims.builders import (
    ROUND,
    SIMULATIONS,
    agents,
    by_measure,
    counted,
    simulations,
)


def test_customers_gaps_are_paired_and_signed() -> None:
    noise = 5 * ROUND[None]
    built = simulations(
        {
            **agents({"CHURNED": 6 + noise, "TRUST": 0.5, "EQUITY": 400 + 40 * noise}),
            "coordinated": {"CHURNED": 5 + noise, "TRUST": 0.6, "EQUITY": 440 + 40 * noise},
        }
    )
    rows = by_measure(built, "C2")
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
    built = simulations(
        {"greedy_first": {}, "greedy_later": later, "coordinated": {"social/SPEND": 0}}
    )
    margin = built.scenario.customers.margin
    rows = by_measure(built, "C2")
    gap = rows["NCV, agents minus one coordinated plan"].ours.value
    assert gap == pytest.approx(-4 * (5 * margin * 2 / 3 + 2))
    fell = rows["NCV of the third month minus the first"].ours.value
    assert fell == pytest.approx(-4 * 5 * margin)
    after = rows["NCV after the takeover minus the month before"].ours.value
    assert after == pytest.approx(-4 * 5 * margin * 2 / 3)


def test_voices_are_shares_of_customers_before_and_after() -> None:
    built = simulations(
        {
            "warm_up": {"FOUR_MESSAGES": 0.01},
            **agents({"FOUR_MESSAGES": 0.03, "THREE_MESSAGES": 0.1}),
        }
    )
    rows = by_measure(built, "C2")
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
    built = simulations(
        {"greedy_first": {"TRUST": falling[:5]}, "greedy_later": {"TRUST": falling[4:]}}
    )
    row = by_measure(built, "C2")["trust in three months"]
    assert row.ours.value == pytest.approx(-0.24, abs=1e-4)
    assert row.verdict == MET
    assert by_measure(built, "C2")["equity in three months"].verdict == MISSED


@pytest.mark.parametrize(
    ("power", "verdict"), [(2.0, MET), (1.1, MET), (0.9, MISSED), (0.5, MISSED)]
)
def test_growth_is_the_power_of_the_channels(power: float, verdict: str) -> None:
    rows = by_measure(simulations(conflicts=counted(power)), "C4")
    row = rows["exponent: conflicts grow as channels to this power"]
    assert row.ours.value == pytest.approx(power)
    assert row.verdict == verdict
    assert rows["conflicts per customer and month, 5 channels"].ours.value == pytest.approx(
        5**power
    )


def test_pairs_that_conflict_are_counted_among_the_first_channels() -> None:
    quiet = counted(silent=("content",))
    assert (conflicting_pairs(6, simulations()) == 15).all()
    assert (conflicting_pairs(7, simulations()) == 21).all()
    assert (conflicting_pairs(6, simulations(conflicts=quiet)) == 10).all()
    assert (conflicting_pairs(6, simulations(conflicts=counted(silent=("push",)))) == 15).all()
    rows = by_measure(simulations(conflicts=quiet), "C4")
    assert rows["pairs that do conflict, 6 channels"].verdict == MISSED


def test_sizes_are_averaged_over_all_sets() -> None:
    found = counted()
    found["conflicts"] = np.asarray(found["members"], np.float64)[:, :1] * np.ones(
        SIMULATIONS
    )  # 1 where e-mail is there
    means = conflict_means(found)
    assert means[:, 0] == pytest.approx(np.arange(2, 8) / 7)


def test_the_spiral_names_who_is_cut_and_what_falls() -> None:
    built = simulations(
        {
            "cut_one": {"AWARENESS": 0.15, "BRAND": 20, "search/CLAIMED": 4},
            "cut_two": {"REVENUE": 18, "VISITS": 30, "IN_MARKET": 0.08},
        }
    )
    falls = {name: row.ours.value for name, row in by_measure(built, "C11").items()}
    assert falls["simulations where social is cut first and search next, %"] == 100.0
    expected = {"awareness, month after cutting social, %": -25.0, "search volume": -12.5,
                "revenue claimed by search": -20.0, "pipeline": -20.0, "visits": -25.0,
                "revenue, same month": -10.0}  # fmt: skip
    for start, value in expected.items():
        (found,) = (falls[name] for name in falls if name.startswith(start))
        assert found == pytest.approx(value, abs=0.01), start
    assert {row.verdict for row in by_measure(built, "C11").values()} == {MET}


@pytest.mark.parametrize("cuts", [(2, 1), (1, 3), (0, 2)])
def test_another_order_of_cuts_is_missed(cuts: tuple[int, int]) -> None:
    built = simulations(cut_one_channel=cuts[0], cut_two_channel=cuts[1])
    row = by_measure(built, "C11")["simulations where social is cut first and search next, %"]
    assert (row.ours.value, row.verdict) == (0.0, MISSED)


def test_nothing_to_fall_from_is_missed_not_an_error() -> None:
    built = simulations({"greedy_later": {"REVENUE": 0}, "cut_two": {"REVENUE": 0}})
    row = by_measure(built, "C11")["revenue, same month, %"]
    assert not row.ours.known
    assert row.verdict == MISSED
