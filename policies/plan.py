"""The calendar that a marketing team plans by hand; letters as in ``baselines``."""

import numpy as np
import numpy.typing as npt

from onevoice.envs.scenario import MESSAGES, Scenario

MODERATE = 2
"""The middle of the pressure levels 0-4."""
SMALL_OFFER = 1
"""Index of the smallest discount."""
WEEK_DAYS = 7
OFFER_EVERY_WEEKS = 4
STORY_WEEKS = 4
"""How long all channels of a coordinated plan tell the same story."""


def manual_plan(scenario: Scenario, decision: int) -> npt.NDArray[np.int64]:
    """Return what every channel does at a decision of the plan, int64 ``[A, K]``.

    Each team rotates through the messages week by week on its own calendar, starts its week on its
    own day, gives a small offer in one week of four, and addresses everyone with moderate pressure.
    Nobody has looked at the other calendars.
    """
    agents = np.arange(len(scenario.agents))
    day = int(decision * scenario.decision_hours // 24)
    week = (day + 2 * agents) // WEEK_DAYS + agents
    offer = np.where(week % OFFER_EVERY_WEEKS == 0, min(SMALL_OFFER, len(scenario.offers) - 1), 0)
    entry = np.stack([np.full_like(agents, MODERATE), week % len(MESSAGES), offer], axis=-1)
    everyone = np.zeros((len(agents), 1), dtype=np.int64)
    return np.concatenate([np.tile(entry, scenario.segments.count), everyone], axis=-1)


def coordinated_plan(scenario: Scenario, decision: int) -> npt.NDArray[np.int64]:
    """Return what every channel does if one calendar serves them all, int64 ``[A, K]``.

    The manual plan with two differences: all channels tell the same story, a new one every four
    weeks, and none gives a discount.
    """
    plan = manual_plan(scenario, decision)
    day = int(decision * scenario.decision_hours // 24)
    plan[:, 1:-1:3] = day // (STORY_WEEKS * WEEK_DAYS) % len(MESSAGES)
    plan[:, 2:-1:3] = 0
    return plan
