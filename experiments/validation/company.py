"""The scenario's own company and budget, for trials of one channel on top of the others.

Letters: ``A`` channels, ``K`` parts of an action.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from onevoice.envs.spec.scenario import MESSAGES, Scenario
from onevoice.experiments.validation.worlds import PLENTY, WEEK_DAYS, Overrides, world_of
from onevoice.policies.calendar import MODERATE, STORY_WEEKS, manual_plan


def company(
    scenario: Scenario,
    added: Mapping[str, Overrides] | None = None,
    *,
    days: float,
    population: int,
) -> Scenario:
    """The scenario's channels with their own money, and others with as much as they need.

    Where the scenario's channels share a budget, it never runs dry: a channel more would otherwise
    take the others' money.
    """
    extra = dict(added or {})
    channels: dict[str, Overrides] = {name: {} for name in scenario.channels}
    channels |= extra
    return world_of(
        scenario, channels, days=days, population=population, budget=_budget(scenario, extra)
    )


def _budget(scenario: Scenario, extra: Mapping[str, Overrides]) -> Overrides | None:
    own = scenario.budget
    if own.kind == "pooled":
        return None
    split: dict[str, float] = {**dict(own.split.items()), **dict.fromkeys(extra, PLENTY)}
    return {"kind": "split", "pacing": own.pacing, "amount": sum(split.values()), "split": split}


def manual(scenario: Scenario, decision: int) -> npt.NDArray[np.int64]:
    """The plan that teams make by hand, without its discounts, int64 ``[A, K]``."""
    plan = manual_plan(scenario, decision)
    plan[:, 2:-1:3] = 0
    return plan


def stories(scenario: Scenario, decision: int, together: bool) -> npt.NDArray[np.int64]:
    """A new story every four weeks: one for all channels, or another for each; ``[A, K]``."""
    day = int(decision * scenario.decision_hours // 24)
    story = day // (STORY_WEEKS * WEEK_DAYS) + np.arange(len(scenario.channels)) * (not together)
    plan = manual(scenario, decision)
    plan[:, 0:-1:3] = MODERATE
    plan[:, 1:-1:3] = (story % len(MESSAGES))[:, None]
    return plan
