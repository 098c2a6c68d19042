"""Trajectories of episodes: the counts of every decision, summed over segments.

Letters: ``T`` decisions, ``B`` episodes, ``C`` channels, ``A`` agents, ``E`` entries of an action.
"""

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64
from onevoice.experiments.core.rollout import Progress
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.rollout import play as play_on

if TYPE_CHECKING:
    from onevoice.envs.company.touch_log import TouchLog
    from onevoice.envs.engine.population import Survey

Moment = tuple[dict[str, npt.NDArray[np.generic]], Observations]
FIELDS = ("channels", "system", "survey", "subscribed")


class Trajectory(NamedTuple):
    """Counts, and money in 1/10,000 dollar, of every decision; columns as in ``envs.kernels``."""

    channels: I64
    """``[T, B, C, CHANNEL_COLUMNS]``"""
    system: I64
    """``[T, B, SYSTEM_COLUMNS]``"""
    survey: I64
    """The customers before each decision and after the last, ``[T + 1, B, SURVEY_COLUMNS]``."""
    subscribed: I64
    """Living customers each channel can address, likewise, ``[T + 1, B, C]``."""

    def then(self, later: "Trajectory") -> "Trajectory":
        """This trajectory and what followed it."""
        pairs = zip(FIELDS, self, later, strict=True)
        return Trajectory(*(
            np.concatenate([early, late[1:] if name in FIELDS[2:] else late])
            for name, early, late in pairs
        ))  # fmt: skip


class Played(NamedTuple):
    """A trajectory and the actions that led to it, ``[T, B, A, E]``."""

    trajectory: Trajectory
    actions: Actions


class Episodes:
    """One episode in each of several markets, played in stretches that can be played again.

    Args:
        scenario: the environment.
        markets: market ids, ``[B]``.
        seeds: of the customers' random numbers, ``[B]``.
        threads: share the customers' work; never change a result.
    """

    def __init__(
        self, scenario: Scenario, markets: Sequence[int], seeds: Sequence[int], threads: int = 1
    ) -> None:
        from onevoice.envs.interface.vector_env import ChannelsVectorEnv

        self.env: ChannelsVectorEnv = ChannelsVectorEnv(
            scenario, len(markets), auto_reset=False, threads=threads
        )
        self._observations: Observations = self.env.reset(seeds, markets)

    def mark(self) -> Moment:
        """This moment, to come back to."""
        return self.env.snapshot(), self._observations

    def back(self, moment: Moment) -> None:
        """Return to a moment."""
        snapshot, self._observations = moment
        self.env.restore(snapshot)

    def play(
        self,
        policy: Policy,
        decisions: int,
        *,
        touch_log: "TouchLog | None" = None,
        progress: Progress | None = None,
    ) -> Played:
        """Let ``policy`` decide for a while; it is not reset before.

        Args:
            policy: decides for all channels.
            decisions: how many.
            touch_log: takes every touch, engagement and purchase; for a single episode.
            progress: told of ``(decisions done, decisions in all)``.

        Raises:
            OneVoiceError: if the customers of an episode are gone before it is over.
        """
        env = self.env
        env.population.on_tick = touch_log.note if touch_log is not None else None
        actions, tallies, surveys = [], [], [env.survey]
        _somebody_is_left(env.survey)
        for made, step in islice(play_on(env, policy, self._observations), decisions):
            self._observations = step.observations
            actions.append(made)
            tallies.append(env.tally)
            surveys.append(env.survey)
            if progress is not None:
                progress(len(actions), decisions)
            if len(actions) < decisions:
                _somebody_is_left(env.survey)
        trajectory = Trajectory(
            np.stack([tally.channels.sum(axis=2) for tally in tallies]),
            np.stack([tally.system.sum(axis=1) for tally in tallies]),
            np.stack([survey.states.sum(axis=1) for survey in surveys]),
            np.stack([survey.subscribed.sum(axis=2) for survey in surveys]),
        )
        return Played(trajectory, np.stack(actions))


def _somebody_is_left(survey: "Survey") -> None:
    from onevoice.envs.engine import kernels

    if not survey.states[..., kernels.ALIVE].sum(axis=1).all():
        raise OneVoiceError(
            "all customers of a market have left before its end; raise population or lower "
            "customers.churn"
        )


def play(
    scenario: Scenario,
    policy: Policy,
    markets: Sequence[int],
    seeds: Sequence[int],
    *,
    decisions: int | None = None,
    threads: int = 1,
    touch_log: "TouchLog | None" = None,
    progress: Progress | None = None,
) -> Played:
    """Play one episode in each of ``markets``, by default to its end; see :class:`Episodes`.

    The first seed is also the policy's.
    """
    episodes = Episodes(scenario, markets, seeds, threads)
    policy.attach(episodes.env)
    policy.reset(len(markets), seeds[0])
    total = decisions or scenario.decisions
    return episodes.play(policy, total, touch_log=touch_log, progress=progress)
