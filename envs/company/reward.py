"""Rewards: one function of what happened for each credit rule.

The rules return what each segment adds, $ per 1,000 customers of all segments, float64
``[B, A, S]``.
"""

import numpy as np

from onevoice.envs.company.transition import Outcome, net_value
from onevoice.envs.engine import kernels
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32, F64


def claimed(scenario: Scenario, outcome: Outcome) -> F64:
    """What each platform reports as its own success: a total, so more touches claim more.

    Claimed revenue - own spend + a small value for each engagement.
    """
    channels = outcome.tally.channels
    values = np.empty(channels.shape[:3])
    kernels.value_claims(channels, scenario.reward.engagement_value, scenario.population, values)
    return values


def shared(scenario: Scenario, outcome: Outcome) -> F64:
    """The change in net customer value, the same for every channel."""
    value = net_value(scenario, outcome)
    return np.repeat(value[:, None], len(scenario.channels), axis=1)


def incremental(value: F64, value_without: F64) -> F64:
    """The change in net customer value that exists only because the channel acted.

    Args:
        value: the change, ``[B, S]``.
        value_without: of the same decision, with the same random numbers, without each channel,
            ``[B, A, S]``.
    """
    return value[:, None] - value_without


def of_company(scenario: Scenario, outcome: Outcome) -> tuple[F32, F32]:
    """What an orchestrator is rewarded with whatever the channels' credit: the change in NCV.

    Returns:
        As ``mix_team``, for one agent.
    """
    return mix_team(net_value(scenario, outcome)[:, None], 0.0)


def mix_team(credit: F64, team_spirit: float) -> tuple[F32, F32]:
    """Mix the channels' mean credit into each one's own.

    Returns:
        By segment, float32 ``[B, A, S]``, and added up, float32 ``[B, A]``.
    """
    parts, rewards = np.empty(credit.shape, np.float32), np.empty(credit.shape[:2], np.float32)
    kernels.mix_team(credit, team_spirit, parts, rewards)
    return parts, rewards
