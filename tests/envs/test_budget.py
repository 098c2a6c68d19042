"""The budget: what it holds, when it refills, and whose it is."""

from typing import Any

import numpy as np
import pytest

from onevoice.envs.company.budget import Budget, monthly_amounts
from onevoice.envs.spec.scenario import Scenario
from tests.envs.builders import hand_spend

SHARED, SPLIT = np.array([0, 0], np.int32), np.array([0, 1], np.int32)


def scenario(**fields: Any) -> Scenario:
    values = {"channels": ["email", "social"], "population": 500, "budget": {"amount": 1000}}
    return Scenario.model_validate(values | fields)


def split(email: float, social: float) -> dict[str, Any]:
    parts = {"email": email, "social": social}
    return {"kind": "split", "amount": email + social, "split": parts}


def test_the_month_is_paid_per_thousand_customers_in_ten_thousandths_of_a_dollar() -> None:
    assert monthly_amounts(scenario()).tolist() == [5_000_000]
    assert monthly_amounts(scenario(budget=split(600, 400))).tolist() == [3_000_000, 2_000_000]
    assert monthly_amounts(scenario(population=1, budget={"amount": 0.04})).tolist() == [0]


def test_channels_that_the_split_leaves_out_get_nothing() -> None:
    budget = {"kind": "split", "amount": 7, "split": {"social": 7}}
    assert monthly_amounts(scenario(budget=budget)).tolist() == [0, 35_000]


def test_all_channels_pay_from_a_shared_purse() -> None:
    budget = Budget(scenario(), 2, SHARED)
    budget.pay(hand_spend([[1_000_000, 250_000], [0, 0]]))
    assert budget.left.tolist() == [[3_750_000], [5_000_000]]
    assert budget.view().shares.tolist() == [[0.75, 0.75], [1.0, 1.0]]


def test_each_channel_pays_from_its_own_purse() -> None:
    budget = Budget(scenario(budget=split(600, 400)), 1, SPLIT)
    budget.pay(hand_spend([[1_500_000, 500_000]]))
    assert budget.left.tolist() == [[1_500_000, 1_500_000]]
    assert budget.view().shares.tolist() == [[0.5, 0.75]]


def test_a_revised_month_counts_from_the_running_one_on_and_until_the_reset() -> None:
    budget = Budget(scenario(budget=split(600, 400)), 2, SPLIT)
    budget.pay(hand_spend([[2_500_000, 0], [0, 0]]))
    budget.revise(np.array([[1_500_000, 2_400_000], [3_000_000, 2_000_000]]))
    assert budget.left.tolist() == [[0, 2_400_000], [3_000_000, 2_000_000]]
    for _ in range(27):
        budget.pay(hand_spend(np.zeros((2, 2))))
    assert budget.left.tolist() == [[1_500_000, 2_400_000], [3_000_000, 2_000_000]]
    budget.reset([0])
    assert budget.left.tolist() == [[3_000_000, 2_000_000]] * 2


def test_a_purse_without_money_reads_empty() -> None:
    assert Budget(scenario(budget=split(600, 0)), 1, SPLIT).view().shares.tolist() == [[1.0, 0.0]]


@pytest.mark.parametrize(
    ("decision_hours", "days", "refills"),
    [
        (24, 84, [28, 56, 84]),
        (24 * 7, 84, [4, 8, 12]),
        (
            24 * 12,
            84,
            [3, 5, 7],
        ),  # the decision that crosses the end of a month pays from the old one
        (24 * 84, 84, [1]),
        (6, 56, [112, 224]),
    ],
)
def test_it_refills_when_a_month_is_over_and_what_is_left_lapses(
    decision_hours: float, days: float, refills: list[int]
) -> None:
    config = scenario(decision_hours=decision_hours, days=days)
    budget, seen = Budget(config, 1, SHARED), []
    for step in range(1, config.decisions + 1):
        budget.pay(hand_spend([[10, 0]]))
        if budget.left[0, 0] == budget.monthly[0]:
            seen.append(step)
    assert seen == refills


def test_the_calendar_shows_the_share_of_the_month_that_has_passed() -> None:
    budget, seen = Budget(scenario(decision_hours=24 * 7, days=84), 1, SHARED), []
    for _ in range(5):
        budget.pay(hand_spend(np.zeros((1, 2))))
        seen.append(float(budget.view().month[0]))
    assert seen == [0.25, 0.5, 0.75, 0.0, 0.25]


def test_a_reset_starts_the_month_of_one_environment_alone() -> None:
    budget = Budget(scenario(), 2, SHARED)
    budget.pay(hand_spend(np.full((2, 2), 1000)))
    budget.reset([1])
    assert budget.left.tolist() == [[4_998_000], [5_000_000]]
    assert budget.view().month.tolist() == pytest.approx([1 / 28, 0.0])
