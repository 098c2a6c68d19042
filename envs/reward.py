"""Rewards: one function of what happened for each credit rule.

The rules return $ per 1,000 customers, float64 ``[B, A]``.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onevoice.envs import kernels
from onevoice.envs.outcome import Outcome, net_value
from onevoice.envs.scenario import Scenario

F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]


def claimed(scenario: Scenario, outcome: Outcome) -> F64:
    """What each platform reports as its own success: a total, so more touches claim more.

    Claimed revenue - own spend + a small value for each engagement.
    """
    channels = outcome.tally.channels
    values = np.empty(channels.shape[:2])
    kernels.value_claims(channels, scenario.reward.engagement_value, scenario.population, values)
    return values


def shared(scenario: Scenario, outcome: Outcome) -> F64:
    """The change in net customer value, the same for every channel."""
    value = net_value(scenario, outcome)
    return np.repeat(value[:, None], len(scenario.channels), axis=1)


def incremental(scenario: Scenario, outcome: Outcome, without: Sequence[Outcome]) -> F64:
    """The change in net customer value that exists only because the channel acted.

    Args:
        scenario: the configuration.
        outcome: what happened.
        without: for each channel the same decision, with the same random numbers, without it.
    """
    value = net_value(scenario, outcome)
    return np.stack([value - net_value(scenario, other) for other in without], axis=1)


def mix_team(credit: F64, team_spirit: float) -> F32:
    """Mix the channels' mean credit into each one's own, float32 ``[B, A]``."""
    rewards = np.empty(credit.shape, np.float32)
    kernels.mix_team(credit, team_spirit, rewards)
    return rewards
