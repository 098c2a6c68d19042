"""What the orchestrator decides: directives that channels see and the coordination layer enforces.

Its action is, per segment, ``lead, cap, ceiling``, and at the end a weight for each channel:
``K = 3 S + C`` whole numbers, all neutral at 0.

* lead: 0, or 1 to ``M``: the message that every channel tells this segment, whatever it wished.
* cap: 0 for none, then ``coordination.orchestrator.caps`` from lax to strict: the load of the rule
  ``global_cap`` for this segment.
* ceiling: how many of the largest offers are withheld; what a channel offers above it is lowered.
* weight, 0 to 4: the channel's share of what the purse may spend until the next decision. With all
  at 0 the shares are equal.

Of what is not among ``coordination.orchestrator.powers`` it decides nothing: the only choice is 0,
and without the power to split, the purse pays for all channels as if there were no orchestrator.

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
"""Levels of a channel's weight in the split of the purse."""
NAMES = (*(f"lead/{name}" for name in ("none", *MESSAGES)), "cap", "ceiling")
"""Names of the entries that show the directives for a segment."""


def choices(scenario: Scenario) -> list[int]:
    """Options of every part of the action; one where the orchestrator may not decide."""
    segment = [
        count if scenario.coordination.directs(power) else 1
        for power, count in zip(BY_SEGMENT, segment_options(scenario), strict=True)
    ]
    weight = WEIGHTS if scenario.coordination.directs("split") else 1
    return segment * scenario.segments.count + [weight] * len(scenario.channels)


def segment_options(scenario: Scenario) -> list[int]:
    """Options of lead, cap and ceiling, whether the orchestrator may decide or not."""
    return [1 + len(MESSAGES), len(cap_loads(scenario)), len(scenario.offers)]


def cap_loads(scenario: Scenario) -> I64:
    """The load that each cap stands for, as rules count it, int64 ``[caps]``."""
    layer = scenario.coordination
    return np.array(
        [layer.standing_load, *(as_load(cap) for cap in layer.orchestrator.caps)], np.int64
    )
