"""Actions and an orchestrator's directives as the plan of a decision.

Letters: ``A`` agents, ``C`` channels, ``S`` segments, ``E`` entries of an action.
"""

from itertools import pairwise

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.spec.coordination import WITHOUT_END
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64


def plan_of(scenario: Scenario, joint: I64) -> k.Plan:
    """The plan of a joint action, an orchestrator's directives carried out.

    Args:
        scenario: the configuration.
        joint: int64 ``[1, A, E]``.

    Returns:
        ``[1, C, S]``.
    """
    channels, segments = len(scenario.channels), scenario.segments.count
    plan = k.silent_plan(1, channels, segments, np.empty((1, segments), np.int64))
    for segment in range(segments):
        lead, cap, ceiling = directives(scenario, joint, segment)
        plan.cap[0, segment] = cap
        for c in range(channels):
            intensity, message, offer = joint[0, c, 3 * segment : 3 * segment + 3]
            plan.intensity[0, c, segment] = intensity
            plan.message[0, c, segment] = message if lead is None else lead
            plan.offer[0, c, segment] = round(100 * scenario.offers[min(offer, ceiling)])
            plan.audience[0, c] = joint[0, c, 3 * segments]
    return plan


def directives(scenario: Scenario, joint: I64, segment: int) -> tuple[int | None, int, int]:
    """The directives for a segment.

    Args:
        scenario: the configuration.
        joint: int64 ``[1, A, E]``.
        segment: number of the segment.

    Returns:
        The message that leads, if any; load of the cap, 1/1,000 touch; number of the largest offer.
    """
    layer, largest = scenario.coordination, len(scenario.offers) - 1
    standing = round(1000 * layer.global_cap.load) if layer.global_cap else WITHOUT_END
    if not layer.orchestrated:
        return None, standing, largest
    lead, cap, withheld = joint[0, -1, 3 * segment : 3 * segment + 3]
    loads = [standing, *(round(1000 * load) for load in layer.orchestrator.caps)]
    return lead - 1 if lead else None, loads[cap], largest - withheld


def split(scenario: Scenario, joint: I64, money: int) -> list[int]:
    """Divide money among the channels by the orchestrator's weights.

    Args:
        scenario: the configuration.
        joint: int64 ``[1, A, E]``.
        money: units that may be spent.

    Returns:
        Whole units by channel; none is lost.
    """
    channels, segments = len(scenario.channels), scenario.segments.count
    weights = joint[0, -1, 3 * segments :].tolist()
    weights = weights if sum(weights) else [1] * channels
    ends = [money * sum(weights[:c]) // sum(weights) for c in range(channels + 1)]
    return [end - start for start, end in pairwise(ends)]
