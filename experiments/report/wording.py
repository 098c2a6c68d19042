"""Numbers and differences as sentences write them."""

import math
from collections.abc import Sequence

from onevoice.experiments.core.statistics import Estimate

MISSING = "\N{EN DASH}"
"""Stands where nothing could be measured."""
MINUS = "\N{MINUS SIGN}"
VALUE_UNIT = "$ per 1,000 customers per 28 days"
COUNT_UNIT = "for 1,000 customers and 28 days"
"""Of counts and money in the studies of rules."""


def number(value: float, digits: int = 0) -> str:
    """``value`` with separated thousands and a real minus, but none before a zero."""
    if not math.isfinite(value):
        return MISSING
    text = f"{abs(value):,.{digits}f}"
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def dollars(value: float) -> str:
    """``$1,234``, with a minus before the sign of the currency."""
    text = number(value)
    return f"{MINUS}${text[1:]}" if text.startswith(MINUS) else f"${text}"


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b`` or ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def direction(estimate: Estimate, null: float = 0.0) -> int:
    """1 above ``null``, -1 below, 0 if the interval holds it."""
    return (estimate.low > null) - (estimate.high < null)


def change(gap: Estimate) -> str:
    """``$12 higher ($3 to $20)``, or that the two are not told apart."""
    if direction(gap) == 0:
        return f"not told apart ({dollars(gap.low)} to {dollars(gap.high)})"
    return _amount(gap, "higher" if gap.value > 0 else "lower")


def comparison(gap: Estimate, other: str) -> str:
    """``$12 above manual ($3 to $20)``, or that the two are not told apart."""
    if direction(gap) == 0:
        span = f"{dollars(gap.low)} to {dollars(gap.high)}"
        return f"not told apart from {other} (difference {dollars(gap.value)}, {span})"
    return _amount(gap, f"{'above' if gap.value > 0 else 'below'} {other}")


def _amount(gap: Estimate, side: str) -> str:
    """The size of a difference with its interval."""
    low, high = sorted((abs(gap.low), abs(gap.high)))
    return f"{dollars(abs(gap.value))} {side} ({dollars(low)} to {dollars(high)})"
