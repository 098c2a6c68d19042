"""Directives: the orchestrator's action, seen by channels and enforced by the layer.

Its action is, per segment, ``lead, cap, ceiling``, and at the end a weight for each channel:
``E = 3 S + C`` whole numbers, all neutral at 0.

* lead: 0, or 1 to ``M``: the message that every channel sends to this segment.
* cap: 0 for none, then ``coordination.orchestrator.caps`` from lax to strict: the load of the rule
  ``global_cap`` for this segment.
* ceiling: how many of the largest offers are withheld; what a channel offers above it is lowered.
* weight, 0 to 4: the channel's share of what the budget may spend until the next decision. With all
  at 0 the shares are equal.

Without a power in ``coordination.orchestrator.powers`` its entries have the one option 0,
and without the power to split, the budget pays for all channels as if there were no orchestrator.

Letters: ``C`` channels, ``S`` segments, ``M`` messages.
"""

import numpy as np

from onevoice.envs.spec.coordination import ORCHESTRATOR, POWERS, as_load
from onevoice.envs.spec.scenario import MESSAGES, Scenario
from onevoice.envs.typing import I64

AGENT = f"{ORCHESTRATOR}_0"
BY_SEGMENT = POWERS[:3]
"""What it decides for each segment."""
WEIGHTS = 5
"""Levels of a channel's weight in the split of the budget."""
NAMES = (*(f"lead/{name}" for name in ("none", *MESSAGES)), "cap", "ceiling")
"""Names of the entries that show the directives for a segment."""


def choices(scenario: Scenario) -> list[int]:
    """Options of every entry of the action; 1 without the power to decide."""
    segment = [
        count if scenario.coordination.directs(power) else 1
        for power, count in zip(BY_SEGMENT, segment_options(scenario), strict=True)
    ]
    weight = WEIGHTS if scenario.coordination.directs("split") else 1
    return segment * scenario.segments.count + [weight] * len(scenario.channels)


def segment_options(scenario: Scenario) -> list[int]:
    """Options of lead, cap and ceiling, with or without the power to decide."""
    return [1 + len(MESSAGES), len(cap_loads(scenario)), len(scenario.offers)]


def cap_loads(scenario: Scenario) -> I64:
    """The load that each cap stands for, as rules count it, int64 ``[caps]``."""
    layer = scenario.coordination
    return np.array(
        [layer.standing_load, *(as_load(cap) for cap in layer.orchestrator.caps)], np.int64
    )
