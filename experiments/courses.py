"""The course of episodes: what happened in every decision, summed over segments.

Letters: ``T`` decisions, ``B`` episodes, ``A`` channels.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.scenario import Scenario
from onevoice.policies.base import Actions, Policy

if TYPE_CHECKING:
    from onevoice.envs.journeys import Journal

I64 = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]


class Course(NamedTuple):
    """Counts, and money in 1/10,000 dollar, of every decision; columns as in ``envs.kernels``."""

    channels: I64
    """``[T, B, A, CHANNEL_COLUMNS]``"""
    system: I64
    """``[T, B, SYSTEM_COLUMNS]``"""
    survey: I64
    """The customers before each decision and after the last, ``[T + 1, B, SURVEY_COLUMNS]``."""
    subscribed: I64
    """Living customers each channel can address, likewise, ``[T + 1, B, A]``."""


class Played(NamedTuple):
    """A course and the actions that led to it, ``[T, B, A, K]``."""

    course: Course
    actions: Actions


def play(
    scenario: Scenario,
    policy: Policy,
    markets: Sequence[int],
    seeds: Sequence[int],
    *,
    decisions: int | None = None,
    threads: int = 1,
    journal: "Journal | None" = None,
    progress: Progress | None = None,
) -> Played:
    """Play one episode in each of ``markets`` and keep what every decision led to.

    Args:
        scenario: the environment.
        policy: decides for all channels.
        markets: market ids, ``[B]``.
        seeds: of the customers' random numbers, ``[B]``; the first is also the policy's.
        decisions: stop after so many, by default at the episode's end.
        threads: share the customers' work; never change a result.
        journal: takes every touch, engagement and purchase; for a single episode.
        progress: told of ``(decisions done, decisions in all)``.
    """
    from onevoice.envs.vector import ChannelsVectorEnv

    env = ChannelsVectorEnv(scenario, len(markets), auto_reset=False, threads=threads)
    observations = env.reset(seeds, markets)
    env.population.journal = journal
    policy.reset(len(markets), seeds[0])
    total = decisions or scenario.decisions
    actions, tallies, surveys = [], [], [env.survey]
    for done in range(1, total + 1):
        actions.append(np.array(policy.act_batch(observations), order="C"))
        observations = env.step(actions[-1]).observations
        tallies.append(env.tally)
        surveys.append(env.survey)
        if progress is not None:
            progress(done, total)
    course = Course(
        np.stack([tally.channels.sum(axis=2) for tally in tallies]),
        np.stack([tally.system.sum(axis=1) for tally in tallies]),
        np.stack([survey.states.sum(axis=1) for survey in surveys]),
        np.stack([survey.subscribed.sum(axis=2) for survey in surveys]),
    )
    return Played(course, np.stack(actions))
