"""Rewards from tallies and surveys whose money can be added up by hand."""

import numpy as np
import pytest

from onevoice.envs import ChannelsVectorEnv
from onevoice.envs.company import reward
from onevoice.envs.company.transition import Transition, net_value
from onevoice.envs.engine import kernels as k
from tests.envs.builders import (
    EMAIL,
    LIVELY,
    SOCIAL,
    dollars,
    hand_scenario,
    hand_survey,
    hand_tally,
    random_actions,
)

TALLY = hand_tally(
    {
        (EMAIL, 0): {k.CLAIMED: dollars(30), k.SPEND: dollars(2), k.ENGAGEMENTS: 40},
        (EMAIL, 1): {k.CLAIMED: dollars(10), k.SPEND: dollars(1)},
        (SOCIAL, 1): {k.CLAIMED: dollars(20), k.SPEND: dollars(5), k.ENGAGEMENTS: 10},
    },
    {
        0: {k.REVENUE: dollars(90), k.LIST_VALUE: dollars(100), k.EXPECTED_MARGIN: dollars(25)},
        1: {k.REVENUE: dollars(50), k.LIST_VALUE: dollars(50), k.CHURN_LUCK: dollars(-3)},
    },
)
OUTCOME = Transition(hand_survey(equity=1000.0), TALLY, hand_survey(equity=998.0))


def test_claims_are_totals_less_the_own_spend() -> None:
    scenario = hand_scenario(reward={"engagement_value": 0.5})
    # $40 - $3 + 40 x $0.5 and $20 - $5 + 10 x $0.5, of 100 customers, per 1,000
    assert reward.claimed(scenario, OUTCOME).tolist() == [[[480.0, 90.0], [0.0, 200.0]]]


def test_the_net_value_is_margin_less_spend_plus_the_change_of_equity() -> None:
    scenario = hand_scenario(customers={"margin": 0.4}, reward={"expected": False})
    # $90 - 0.6 x $100 = $30 of margin, $2 of spend; $20 and $6; $2 of equity lost in each segment
    expected = pytest.approx(np.array([[260.0, 120.0]]))
    assert net_value(scenario, OUTCOME) == expected
    assert all(reward.team(scenario, OUTCOME)[:, channel] == expected for channel in range(2))


def test_the_expected_net_value_counts_purchases_and_departures_at_their_probability() -> None:
    # $25 of margin, $2 of spend; $6 of spend; $2 of equity lost in each, less luck of $-3
    assert net_value(hand_scenario(), OUTCOME) == pytest.approx(np.array([[210.0, -110.0]]))


def test_incremental_is_the_difference_that_the_channel_made() -> None:
    value, without = np.array([[4.0, 1.0]]), np.array([[[1.0, 1.0], [6.0, 0.5]]])
    assert reward.incremental(value, without).tolist() == [[[3.0, 0.0], [-2.0, 0.5]]]


@pytest.mark.parametrize(
    ("spirit", "mixed"), [(0.0, [6.0, 2.0]), (1.0, [4.0, 4.0]), (0.25, [5.5, 2.5])]
)
def test_team_spirit_mixes_in_the_mean(spirit: float, mixed: list[float]) -> None:
    parts, rewards = reward.mix_team(np.array([[[4.0, 2.0], [3.0, -1.0]]]), spirit)
    assert rewards.tolist() == [mixed]
    np.testing.assert_allclose(parts.sum(axis=2), rewards)


def make(credit: str, **fields: object) -> ChannelsVectorEnv:
    scenario = hand_scenario(
        population=400, customers=LIVELY, reward={"credit": credit, "expected": False} | fields
    )
    env = ChannelsVectorEnv(scenario, 2)
    env.reset([5, 6])
    return env


def test_the_incremental_reward_is_a_paired_run_with_the_channel_silent() -> None:
    env, actions = make("incremental"), random_actions(hand_scenario(), 2, 1)
    actions[..., 0:-1:3], actions[..., -1] = 4, 0  # loud, and to everyone
    env.step(actions)
    saved = env.snapshot()
    step = env.step(actions)
    found, paired = step.counterfactual, make("team")
    assert found is not None
    for channel in range(2):
        silent = actions.copy()
        silent[:, channel, 0:-1:3] = 0
        paired.restore(saved)
        loud = paired.step(actions).segment_rewards[:, 0]
        np.testing.assert_allclose(found.value, loud, rtol=1e-5)
        paired.restore(saved)
        quiet = paired.step(silent).segment_rewards[:, 0]
        np.testing.assert_allclose(found.value_without[:, channel], quiet, rtol=1e-5)
        np.testing.assert_array_equal(found.states_without[:, channel], paired.states())
        assert (found.states_without[:, channel] != env.states()).any()
        made = (loud - quiet).sum(axis=1)
        np.testing.assert_allclose(step.rewards[:, channel], made, rtol=1e-4)
        assert (made != 0).all()


def test_a_silent_channel_has_no_incremental_reward() -> None:
    env, actions = make("incremental"), random_actions(hand_scenario(), 2, 2)
    actions[:, SOCIAL, 0:-1:3] = 0
    assert (env.step(actions).rewards[:, SOCIAL] == 0).all()


@pytest.mark.parametrize("credit", ["claimed", "team", "incremental"])
def test_the_credit_rule_changes_rewards_and_nothing_else(credit: str) -> None:
    claimed, other = make("claimed"), make(credit)
    for seed in range(3):
        one, two = (env.step(random_actions(hand_scenario(), 2, seed)) for env in (claimed, other))
        np.testing.assert_array_equal(one.observations, two.observations)
    assert (one.rewards == two.rewards).all() == (credit == "claimed")


def test_full_team_spirit_gives_all_the_mean() -> None:
    alone, team = make("claimed"), make("claimed", team_spirit=1.0)
    actions = random_actions(hand_scenario(), 2, 3)
    own, shared = alone.step(actions).rewards, team.step(actions).rewards
    np.testing.assert_allclose(
        shared, np.repeat(own.mean(axis=1, keepdims=True), 2, axis=1), rtol=1e-5
    )


@pytest.mark.parametrize("credit", ["claimed", "team", "incremental"])
def test_the_segments_parts_add_up_to_the_reward(credit: str) -> None:
    actions = random_actions(hand_scenario(), 2, 4)
    actions[..., 0:-1:3], actions[..., -1] = 4, 0  # loud, and to everyone
    step = make(credit, team_spirit=0.3).step(actions)
    assert step.segment_rewards.shape == (2, 2, 2)
    assert (step.segment_rewards != 0).all()
    np.testing.assert_allclose(step.segment_rewards.sum(axis=2), step.rewards, rtol=1e-4)
