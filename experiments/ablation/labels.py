"""How tables and figures call the variants."""

from collections.abc import Sequence

from onevoice.envs.scenario import CHANNEL_NAMES
from onevoice.experiments.ablation.variants import FEWEST

UNIT = "$ per 1,000 customers per 28 days"
COUNTS = range(FEWEST, len(CHANNEL_NAMES) + 1)
"""Rows of the diagram."""


def off_label(off: Sequence[str]) -> str:
    """How a set of switched-off mechanisms is called."""
    return " + ".join(name.replace("_", "-") for name in off) or "nothing"


def count_text(count: int) -> str:
    """A row of the diagram: how many channels, and the one that has come in."""
    if count == FEWEST:
        return f"{count}: {', '.join(CHANNEL_NAMES[:count])}"
    return f"{count}: + {CHANNEL_NAMES[count - 1]}"


def overlap_text(overlap: float) -> str:
    """An overlap for a reader, with a real minus."""
    return f"{overlap:g}".replace("-", "\N{MINUS SIGN}")
