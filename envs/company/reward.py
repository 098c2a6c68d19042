"""Rewards: one function of the transition for each credit rule.

The rules return what each segment adds, $ per 1,000 customers of all segments, float64
``[B, C, S]``.
"""

import numpy as np

from onevoice.envs.company import reward_kernels
from onevoice.envs.company.transition import Transition, net_value
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32, F64


def claimed(scenario: Scenario, transition: Transition) -> F64:
    """Claimed credit, the total that each platform reports; more touches claim more.

    Claimed revenue - own spend + a small value for each engagement.
    """
    channels = transition.tally.channels
    values = np.empty(channels.shape[:3])
    reward_kernels.value_claims(
        channels, scenario.reward.engagement_value, scenario.population, values
    )
    return values


def team(scenario: Scenario, transition: Transition) -> F64:
    """The change in net customer value, the same for every channel."""
    value = net_value(scenario, transition)
    return np.repeat(value[:, None], len(scenario.channels), axis=1)


def incremental(value: F64, value_without: F64) -> F64:
    """The change in net customer value that exists only because the channel acted.

    Args:
        value: the change, ``[B, S]``.
        value_without: of the same decision, with the same random numbers, without each channel,
            ``[B, C, S]``.
    """
    return value[:, None] - value_without


def of_company(scenario: Scenario, transition: Transition) -> tuple[F32, F32]:
    """Reward of an orchestrator under every credit rule: the change in NCV.

    Returns:
        As ``mix_team``, for one agent.
    """
    return mix_team(net_value(scenario, transition)[:, None], 0.0)


def mix_team(credit: F64, team_spirit: float) -> tuple[F32, F32]:
    """Mix the mean credit of all channels into each channel's own.

    Returns:
        By segment, float32 ``[B, C, S]``, and added up, float32 ``[B, C]``.
    """
    parts, rewards = np.empty(credit.shape, np.float32), np.empty(credit.shape[:2], np.float32)
    reward_kernels.mix_team(credit, team_spirit, parts, rewards)
    return parts, rewards
