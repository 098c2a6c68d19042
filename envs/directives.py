"""What the orchestrator decides: directives that channels see and the coordination layer enforces.

Its action is, per segment, ``lead, cap, ceiling``, and at the end a weight for each channel:
``K = 3 S + C`` whole numbers, all neutral at 0.

* lead: 0, or 1 to ``M``: the message that every channel tells this segment, whatever it wished.
* cap: 0 for none, then ``coordination.orchestrator.caps`` from lax to strict: the load of the rule
  ``global_cap`` for this segment.
* ceiling: how many of the largest offers are withheld; what a channel offers above it is lowered.
* weight, 0 to 4: the channel's share of what the purse may spend until the next decision. With all
  at 0 the shares are equal.

Letters: ``C`` channels, ``S`` segments, ``M`` messages.
"""

import numpy as np
import numpy.typing as npt

from onevoice.envs.coordination import ORCHESTRATOR, WITHOUT_END, as_load
from onevoice.envs.scenario import MESSAGES, Scenario

I64 = npt.NDArray[np.int64]
AGENT = f"{ORCHESTRATOR}_0"
WEIGHTS = 5
"""Levels of a channel's weight in the split of the purse."""
NAMES = (*(f"lead/{name}" for name in ("none", *MESSAGES)), "cap", "ceiling")
"""Names of the entries that show the directives for a segment."""


def segment_choices(scenario: Scenario) -> list[int]:
    """Options of lead, cap and ceiling."""
    return [1 + len(MESSAGES), len(cap_loads(scenario)), len(scenario.offers)]


def cap_loads(scenario: Scenario) -> I64:
    """The load that each cap stands for, as rules count it, int64 ``[caps]``."""
    caps = scenario.coordination.orchestrator.caps
    return np.array([WITHOUT_END, *(as_load(cap) for cap in caps)], np.int64)
