"""Elementary functions in float32, the same operations in the same order as in the kernels."""

import numpy as np

from onevoice.envs.typing import F32


def f32(value: float) -> np.float32:
    """A float32 constant; a Python float beside a float32 array stays float32 too."""
    return np.float32(value)


def exponential(x: F32) -> F32:
    """``e**x``: four terms of its series at ``x / 8``, to the power of 8.

    Args:
        x: any shape; limited to |x| <= 8.

    Returns:
        The same shape; 0.01 % off at |x| = 2, 0.3 % at |x| = 4.
    """
    y = np.clip(x, f32(-8), f32(8)) * f32(1 / 8)
    series = f32(1) + y * (f32(1) + y * (f32(1 / 2) + y * (f32(1 / 6) + y * f32(1 / 24))))
    square = series * series
    fourth = square * square
    return np.asarray(fourth * fourth)


def probability_from_odds(odds: F32 | np.float32, x: F32) -> F32:
    """Probability whose odds are ``odds * e**x``.

    Args:
        odds: a number, or the shape of ``x``.
        x: log odds beside them.
    """
    scaled = odds * exponential(x)
    return np.asarray(scaled / (f32(1) + scaled))


def event_probability(rate: F32) -> F32:
    """Probability ``1 - e**-rate`` of an event in a tick, by a rational function.

    Args:
        rate: events per tick, limited to 3.
    """
    rate = np.minimum(rate, f32(3))
    return np.asarray(rate / (f32(1) + rate * (f32(1 / 2) + rate * f32(1 / 12))))


def clip01(x: F32) -> F32:
    """``x`` limited to [0, 1]."""
    return np.where(x < f32(0), f32(0), np.where(x > f32(1), f32(1), x))
