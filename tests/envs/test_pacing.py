"""Daily pacing: an even share of what is left, all of it at the end, never more than the month."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevoice.envs.company.budget import Budget
from onevoice.envs.engine import kernels
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import I64
from tests.envs.builders import hand_spend, random_actions
from tests.envs.test_kernels import quick

POTS = np.array([0, 1], np.int32)
LENGTHS = st.sampled_from(
    [
        (6.0, 56.0),
        (24.0, 84.0),
        (72.0, 90.0),
        (168.0, 84.0),
        (288.0, 84.0),
        (672.0, 84.0),
        (2016.0, 84.0),
    ]
)
"""Hours of a decision, days of an episode; some decisions cross the end of a month."""


def paced(pacing: str = "daily", **fields: Any) -> Scenario:
    split = {"email": 30.0, "social": 5.0}
    budget = {"kind": "split", "pacing": pacing, "amount": 35.0, "split": split}
    values = {"channels": ["email", "social"], "population": 200, "days": 56, "budget": budget}
    return Scenario.model_validate(values | fields)


@quick
@given(LENGTHS, st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40), st.integers(0, 10**6))
def test_a_month_is_never_overspent_and_its_last_decision_gets_everything(
    length: tuple[float, float], greed: list[float], amount: int
) -> None:
    hours, days = length
    scenario = paced(decision_hours=hours, tick_hours=min(hours, 24.0), days=days)
    budget = Budget(scenario, 1, POTS)
    months: dict[int, I64] = {}
    budget.revise(np.full((1, 2), amount))
    for step in range(scenario.decisions):
        given_out, left = budget.available(), budget.left.copy()
        assert ((given_out >= 0) & (given_out <= left)).all()
        month, end = (int(np.floor(n * hours / (24 * MONTH_DAYS) + 1e-9)) for n in (step, step + 1))
        if end > month:
            np.testing.assert_array_equal(given_out, left)
        spend = np.floor(given_out * greed[step % len(greed)]).astype(np.int64)
        months[month] = months.get(month, 0) + spend
        budget.pay(hand_spend(spend))
    assert all((spent <= amount).all() for spent in months.values())
    if set(greed) == {1.0}:
        full = [spent for month, spent in months.items() if (month + 1) * MONTH_DAYS <= days]
        assert all((spent == amount).all() for spent in full)


def test_shares_are_even_and_what_is_saved_is_spread_over_the_rest() -> None:
    budget = Budget(paced(decision_hours=24 * 7), 1, POTS)
    assert budget.monthly.tolist() == [[60_000, 10_000]]
    assert budget.available().tolist() == [[15_000, 2_500]]
    budget.pay(hand_spend([[0, 2_500]]))
    assert budget.available().tolist() == [[20_000, 2_500]]
    budget.pay(hand_spend([[20_000, 0]]))
    assert budget.available().tolist() == [[20_000, 3_750]]
    budget.pay(hand_spend([[0, 0]]))
    assert budget.available().tolist() == [[40_000, 7_500]]
    budget.pay(hand_spend([[0, 0]]))
    assert budget.available().tolist() == [[15_000, 2_500]]


def test_environments_keep_their_own_calendar() -> None:
    budget = Budget(paced(decision_hours=24 * 7), 2, POTS)
    for _ in range(3):
        budget.pay(hand_spend(np.zeros((2, 2))))
    budget.reset([1])
    assert budget.available().tolist() == [[60_000, 10_000], [15_000, 2_500]]


def test_without_pacing_everything_is_there_at_once() -> None:
    budget = Budget(paced("none"), 1, POTS)
    given_out = budget.available()
    np.testing.assert_array_equal(given_out, budget.left)
    given_out[:] = 0  # a copy: the engine takes from it
    assert budget.left.all()


@pytest.mark.parametrize("pacing", ["daily", "none"])
def test_pacing_makes_a_tight_purse_last(pacing: str) -> None:
    """Money for 21 touches a day, where 4 times as many are wanted."""
    budget = {"kind": "split", "pacing": pacing, "amount": 60, "split": {"social": 60}}
    social = {"cost": 0.02, "reach": 0.5, "reach_per_decade": 0, "intensity": [0, 1, 1, 1, 1]}
    scenario = paced(pacing, channels={"social": social}, days=28, budget=budget)
    env = ChannelsVectorEnv(scenario, 1, auto_reset=False)
    env.reset([1])
    loud = random_actions(scenario, 1, 0)
    loud[..., 0:-1:3], loud[..., -1] = 4, 0
    touches = []
    for _ in range(28):
        env.step(loud)
        touches.append(int(env.tally.channels[..., kernels.TOUCHES].sum()))
    assert sum(touches) == 600
    assert (min(touches) >= 21) == (pacing == "daily")
