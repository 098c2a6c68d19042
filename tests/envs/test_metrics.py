"""Metrics of an episode whose sums can be done by hand."""

import numpy as np
import pytest

from onevoice.envs.company.metrics import CHANNEL_METRICS, SYSTEM_METRICS, EpisodeMetrics
from onevoice.envs.engine import kernels as k
from onevoice.envs.engine.population import Tally
from onevoice.envs.spec.scenario import Scenario
from tests.envs.builders import EMAIL, SOCIAL, dollars, hand_scenario, hand_survey, hand_tally

FIRST = hand_tally(
    {
        (EMAIL, 0): {k.TOUCHES: 100, k.ENGAGEMENTS: 30, k.CLICKS: 6, k.CLAIMED: dollars(90)},
        (EMAIL, 1): {k.SPEND: dollars(2), k.OPT_OUTS: 3},
        (SOCIAL, 0): {k.TOUCHES: 50, k.CLAIMED: dollars(60)},
    },
    {
        0: {k.ORDERS: 2, k.REVENUE: dollars(90), k.LIST_VALUE: dollars(100), k.CONFLICTS: 40},
        1: {k.CHURNED: 5, k.AWARE_CLICKS: 7},
    },
)
SECOND = hand_tally(
    {
        (EMAIL, 1): {k.TOUCHES: 100, k.ENGAGEMENTS: 20, k.SPEND: dollars(3)},
        (SOCIAL, 0): {k.OPT_OUTS: 1},
    },
    {1: {k.ORDERS: 1, k.REVENUE: dollars(10), k.LIST_VALUE: dollars(10), k.CHURNED: 1}},
)
AFTER = hand_survey(equity=995.0)


def report(*tallies: Tally, scenario: Scenario | None = None) -> dict[str, float]:
    metrics = EpisodeMetrics(scenario or hand_scenario(), 1)
    metrics.reset([0], hand_survey(equity=1000.0))
    for tally in tallies:
        metrics.add(tally)
    return {name: float(values[0]) for name, values in metrics.report(AFTER).items()}


def test_the_dashboard_of_each_channel() -> None:
    seen = report(FIRST, SECOND)
    expected = {
        "touches": 200,
        "engagements": 50,
        "engagement_rate": 0.25,
        "clicks": 6,
        "claimed_revenue": 90,
        "spend": 5,
        "opt_outs": 3,
        "roas": 18,
    }
    assert set(expected) == set(CHANNEL_METRICS)
    assert {name: seen[f"email/{name}"] for name in expected} == pytest.approx(expected)


def test_the_truth() -> None:
    # margin: $100 of revenue - 0.6 x $110; NCV: it - $5 - twice $5 of equity, of 100 in 4 days
    expected = {
        "ncv": (34 - 5 - 10) * 10 * 7,
        "revenue": 100,
        "margin": 34,
        "spend": 5,
        "orders": 3,
        "churn": 0.06,
        "opt_outs": 0.04,
        "trust": 0.5,
        "awareness": 0.25,
        "conflicts": 0.4,
        "aware_clicks": 7,
        "overclaim": 1.5,
        "budget_used": 0.1,  # $5 of $500 per 1,000 for 100 customers
        "equity": 1990,
    }
    seen = report(FIRST, SECOND)
    assert set(expected) == set(SYSTEM_METRICS)
    assert {name: seen[name] for name in expected} == pytest.approx(expected)


def test_a_rate_without_a_base_is_not_a_number() -> None:
    empty = report(hand_tally())
    for name in ("email/engagement_rate", "email/roas", "overclaim"):
        assert np.isnan(empty[name])
    assert np.isnan(report(FIRST)["social/roas"])


def test_before_the_first_decision_nothing_has_happened() -> None:
    metrics = EpisodeMetrics(hand_scenario(), 1)
    metrics.reset([0], AFTER)
    seen = metrics.report(AFTER)
    assert seen["ncv"][0] == 0
    assert seen["equity"][0] == 1990


@pytest.mark.parametrize(("decisions", "months"), [(1, 1), (14, 1), (15, 2), (28, 2)])
def test_the_budget_counts_every_month_begun(decisions: int, months: int) -> None:
    scenario = hand_scenario(days=84)
    used = report(*[SECOND] * decisions, scenario=scenario)["budget_used"]
    assert used == pytest.approx(3 * decisions / (50 * months))


def test_a_split_budget_counts_all_purses() -> None:
    split = {"kind": "split", "amount": 500, "split": {"email": 500}}
    assert report(FIRST, scenario=hand_scenario(budget=split))["budget_used"] == pytest.approx(0.04)


def test_a_reset_forgets_one_environment_alone() -> None:
    metrics = EpisodeMetrics(hand_scenario(), 2)
    twice = Tally(*(np.repeat(array, 2, axis=0) for array in FIRST))
    survey = type(AFTER)(*(np.repeat(array, 2, axis=0) for array in AFTER))
    metrics.reset([0, 1], survey)
    metrics.add(twice)
    metrics.reset([0], survey)
    assert metrics.report(survey)["orders"].tolist() == [0, 2]
