"""One market lived through again and again: as recorded, without some channels, with more of one.

All replays share the recorded actions and the customers' random numbers, so that differences
between them are effects. Letters: ``T`` decisions, ``B`` replays, ``A`` channels, ``K`` action
entries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.company.touch_log import Events, TouchLog
from onevoice.envs.company.transition import margin
from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import MONEY
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.core.trajectories import Course, Played, play
from onevoice.policies.base import Actions, Policy
from onevoice.policies.replay import Replay

CUSTOMERS_AT_ONCE = 400_000
"""Customers of replays that are stepped together: bounds the memory."""


@dataclass(frozen=True)
class Stage:
    """One market and the seed of its customers' random numbers."""

    scenario: Scenario
    market: int
    seed: int
    tell: Callable[[int], None] = lambda episodes: None
    """Told after every decision of how many episodes it was."""

    def record(self, policy: Policy) -> tuple[Played, Events]:
        """Let ``policy`` play alone, and write down all that customers met and did."""
        touch_log = TouchLog()
        played = play(
            self.scenario, policy, [self.market], [self.seed], touch_log=touch_log,
            progress=lambda done, total: self.tell(1),
        )  # fmt: skip
        return played, touch_log.events()

    def replay(self, actions: Actions, scenario: Scenario | None = None) -> Course:
        """Play the actions ``[T, B, A, K]`` in ``B`` copies of the market."""
        scenario, copies = scenario or self.scenario, actions.shape[1]
        return play(
            scenario, Replay(scenario, actions), [self.market] * copies, [self.seed] * copies,
            progress=lambda done, total: self.tell(copies),
        ).course  # fmt: skip


class Totals(NamedTuple):
    """A course summed over its decisions, in $ and counts."""

    revenue: F64
    """``[B]``"""
    net: F64
    """Margin - spend + change of customer equity, ``[B]``."""
    claimed: F64
    """``[B, A]``"""
    spend: F64
    """``[B, A]``"""
    touches: F64
    """``[B, A]``"""


def totals(scenario: Scenario, course: Course) -> Totals:
    """Sum a course; purchases and departures count as they fell."""
    system, channels = course.system.sum(axis=0), course.channels.sum(axis=0)
    spend = channels[..., kernels.SPEND] / MONEY
    equity = (course.survey[-1] - course.survey[0])[:, kernels.EQUITY] / MONEY
    return Totals(
        system[:, kernels.REVENUE] / MONEY,
        margin(scenario, system) - spend.sum(axis=1) + equity,
        channels[..., kernels.CLAIMED] / MONEY,
        spend,
        channels[..., kernels.TOUCHES] / 1.0,
    )


def coalitions(channels: int) -> npt.NDArray[np.bool_]:
    """Who speaks in each coalition, bool ``[2**A, A]``; bit ``a`` of the row stands for ``a``."""
    return (np.arange(2**channels)[:, None] >> np.arange(channels) & 1).astype(np.bool_)


def replay_coalitions(stage: Stage, actions: Actions) -> tuple[F64, F64]:
    """Revenue and net value of every coalition, $ ``[2**A]`` each.

    Args:
        stage: the market.
        actions: what all channels did, int64 ``[T, 1, A, K]``.
    """
    members = coalitions(len(stage.scenario.channels))
    size = max(CUSTOMERS_AT_ONCE // stage.scenario.population, 1)
    worth = []
    for first in range(0, len(members), size):
        course = stage.replay(only(actions, members[first : first + size]))
        worth.append(totals(stage.scenario, course))
    return np.concatenate([w.revenue for w in worth]), np.concatenate([w.net for w in worth])


def only(actions: Actions, members: npt.NDArray[np.bool_]) -> Actions:
    """The actions ``[T, 1, A, K]`` of the member channels ``[B, C]`` alone, ``[T, B, A, K]``.

    An orchestrator, which is no member, keeps to what it did.
    """
    several = np.repeat(actions, len(members), axis=1)
    several[:, :, : members.shape[1], 0:-1:3] *= members[:, :, None]
    return several
