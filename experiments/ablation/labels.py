"""How tables and figures call the variants."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.experiments.ablation.losses import State
from onevoice.experiments.ablation.variants import FEWEST

UNIT = "$ per 1,000 customers per 28 days"
COUNTS = range(FEWEST, len(CHANNEL_NAMES) + 1)
"""Rows of the diagram."""
WORDS: dict[State, str] = {
    "collapse": "collapse", "loss": "loss only", "open": "not told apart", "gain": "gain",
}  # fmt: skip


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


def runs(states: Mapping[float, State]) -> dict[State, str]:
    """The factors of each state, consecutive ones as a range, e.g. ``0, 2 to 8``."""
    found: dict[State, list[str]] = {}
    for kind, run in groupby(states, key=lambda factor: states[factor]):
        first, *rest = (f"{factor:g}" for factor in run)
        found.setdefault(kind, []).append(f"{first} to {rest[-1]}" if rest else first)
    return {kind: ", ".join(texts) for kind, texts in found.items()}


def where(states: Mapping[float, State]) -> str:
    """The factors at which the collapse exists."""
    if set(states.values()) == {"collapse"}:
        return "everywhere"
    return runs(states).get("collapse", "nowhere")
