"""The manual and the coordinated marketing calendar; letters as in ``baselines``."""

import numpy as np
import numpy.typing as npt

from onevoice.envs.spec.scenario import MESSAGES, Scenario

MODERATE = 2
"""The middle of the intensity levels 0-4."""
SMALL_OFFER = 1
"""Index of the smallest discount."""
WEEK_DAYS = 7
OFFER_EVERY_WEEKS = 4
STORY_WEEKS = 4
"""Weeks for which a campaign keeps its message."""


def manual_plan(scenario: Scenario, decision: int) -> npt.NDArray[np.int64]:
    """Return the manual plan's actions at a decision, int64 ``[A, E]``.

    One team plans campaigns of four weeks, but works through its channels one after the other:
    each channel joins a campaign a week after the one before. Each gives a small offer in one week
    of four, on its own calendar, and addresses everyone with moderate intensity.
    """
    agents = np.arange(len(scenario.agents))
    week = int(decision * scenario.decision_hours // (24 * WEEK_DAYS))
    message = (week - agents) // STORY_WEEKS % len(MESSAGES)
    given = (week + agents) % OFFER_EVERY_WEEKS == 0
    offer = np.where(given, min(SMALL_OFFER, len(scenario.offers) - 1), 0)
    entry = np.stack([np.full_like(agents, MODERATE), message, offer], axis=-1)
    everyone = np.zeros((len(agents), 1), dtype=np.int64)
    return np.concatenate([np.tile(entry, scenario.segments.count), everyone], axis=-1)


def coordinated_plan(scenario: Scenario, decision: int) -> npt.NDArray[np.int64]:
    """Return the actions of one calendar for all channels, int64 ``[A, E]``.

    The manual plan with two differences: all channels change messages at the same time, and none
    gives a discount.
    """
    plan = manual_plan(scenario, decision)
    week = int(decision * scenario.decision_hours // (24 * WEEK_DAYS))
    plan[:, 1:-1:3] = week // STORY_WEEKS % len(MESSAGES)
    plan[:, 2:-1:3] = 0
    return plan
