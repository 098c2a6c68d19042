"""The slow model's company: from what the agents chose to what the customers meet.

Letters: ``C`` channels, ``A`` agents, ``S`` segments, ``K`` parts of an action.
"""

from itertools import pairwise

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.spec.coordination import WITHOUT_END
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64


def plan_of(scenario: Scenario, joint: I64) -> k.Plan:
    """The plan of a joint action ``[1, A, K]``, an orchestrator's directives carried out."""
    channels, segments = len(scenario.channels), scenario.segments.count
    plan = k.silent_plan(1, channels, segments, np.empty((1, segments), np.int64))
    for segment in range(segments):
        lead, cap, ceiling = directives(scenario, joint, segment)
        plan.cap[0, segment] = cap
        for c in range(channels):
            pressure, message, offer = joint[0, c, 3 * segment : 3 * segment + 3]
            plan.pressure[0, c, segment] = pressure
            plan.message[0, c, segment] = message if lead is None else lead
            plan.offer[0, c, segment] = round(100 * scenario.offers[min(offer, ceiling)])
            plan.audience[0, c] = joint[0, c, 3 * segments]
    return plan


def directives(scenario: Scenario, joint: I64, segment: int) -> tuple[int | None, int, int]:
    """Lead, load of the cap, and largest offer in a segment."""
    layer, largest = scenario.coordination, len(scenario.offers) - 1
    standing = round(1000 * layer.global_cap.load) if layer.global_cap else WITHOUT_END
    if not layer.orchestrated:
        return None, standing, largest
    lead, cap, withheld = joint[0, -1, 3 * segment : 3 * segment + 3]
    loads = [standing, *(round(1000 * load) for load in layer.orchestrator.caps)]
    return lead - 1 if lead else None, loads[cap], largest - withheld


def split(scenario: Scenario, joint: I64, money: int) -> list[int]:
    """What each channel may spend of what the budget may spend: whole units, none lost."""
    channels, segments = len(scenario.channels), scenario.segments.count
    weights = joint[0, -1, 3 * segments :].tolist()
    weights = weights if sum(weights) else [1] * channels
    upto = [money * sum(weights[:c]) // sum(weights) for c in range(channels + 1)]
    return [end - start for start, end in pairwise(upto)]
