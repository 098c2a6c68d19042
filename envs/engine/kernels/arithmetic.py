"""Functions of single numbers, in float32 and in sums and products: the same bits everywhere."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.compiling import scalar

ZERO = np.float32(0.0)
HALF = np.float32(0.5)
ONE = np.float32(1.0)
THREE = np.float32(3.0)
EIGHT = np.float32(8.0)
EIGHTH = np.float32(1 / 8)
TWELFTH = np.float32(1 / 12)
SIXTH = np.float32(1 / 6)
TWENTY_FOURTH = np.float32(1 / 24)
PERCENT = np.float32(0.01)
NO, YES = np.uint8(0), np.uint8(1)


@scalar
def exponential(x: Any) -> Any:
    """``e**x`` for |x| <= 8, by a polynomial."""
    x = EIGHT if x > EIGHT else x
    x = -EIGHT if x < -EIGHT else x
    y = x * EIGHTH
    p = ONE + y * (ONE + y * (HALF + y * (SIXTH + y * TWENTY_FOURTH)))
    p = p * p
    p = p * p
    return p * p


@scalar
def probability_from_odds(odds: Any, x: Any) -> Any:
    """Probability whose odds are ``odds * e**x``."""
    scaled = odds * exponential(x)
    return scaled / (ONE + scaled)


@scalar
def event_probability(rate: Any) -> Any:
    """``1 - e**-rate`` for rates up to 3 a tick, by a rational function."""
    rate = THREE if rate > THREE else rate
    return rate / (ONE + rate * (HALF + rate * TWELFTH))


@scalar
def clip01(x: Any) -> Any:
    """``x`` limited to [0, 1]."""
    x = ZERO if x < ZERO else x
    return ONE if x > ONE else x


@scalar
def flag(condition: Any) -> Any:
    """1 or 0 as a byte."""
    return YES if condition else NO


@scalar
def ticks_since(now: Any, stamp: Any) -> Any:
    """Ticks since a time stamp."""
    return np.int32(now) - np.int32(stamp)
