"""Random draws and elementary functions of the slow model, in plain NumPy on whole arrays."""

from typing import Any

import numpy as np

from onevoice.envs.typing import F32, U64

WORD = 2**32 - 1
LONG = 2**64 - 1


def f32(value: float) -> np.float32:
    """A float32 constant; a Python float beside a float32 array stays float32 too."""
    return np.float32(value)


def mix(x: Any) -> U64:
    """lowbias32, a hash of 32-bit words; computed in 64 bits, where no product overflows."""
    x = np.asarray(x, np.uint64) & WORD
    x = x ^ (x >> 16)
    x = x * 0x7FEB352D & WORD
    x = x ^ (x >> 15)
    x = x * 0x846CA68B & WORD
    return np.asarray(x ^ (x >> 16))


def tick_key(seed: int, tick: int) -> int:
    """splitmix64 of the seed, ``tick + 1`` steps on."""
    x = (seed + (tick + 1) * 0x9E3779B97F4A7C15) & LONG
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & LONG
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & LONG
    return x ^ (x >> 31)


class Draws:
    """All random numbers of customers ``first`` to ``end`` in one tick, for each purpose."""

    def __init__(self, seed: int, tick: int, first: int, end: int) -> None:
        self.key = tick_key(seed, tick)
        numbers = np.arange(first, end, dtype=np.uint64)
        self._words = mix(mix(numbers + (self.key & WORD)) ^ (self.key >> 32))

    def word(self, purpose: int) -> U64:
        """32 random bits."""
        return mix(self._words ^ mix((purpose + 1) * 0x9E3779B9))

    def uniform(self, purpose: int) -> F32:
        """A float32 in [0, 1) with 24 random bits."""
        return np.asarray((self.word(purpose) >> 8).astype(np.float32) * f32(2.0**-24))

    def quantile(self, table: F32, purpose: int) -> F32:
        """A draw from a distribution given by 1,024 quantiles."""
        return np.asarray(table[self.word(purpose) >> 22])


def exponential(x: F32) -> F32:
    """``e**x``: four terms of its series at ``x / 8``, to the power of 8; limited to |x| <= 8."""
    x = np.where(x > f32(8), f32(8), x)
    x = np.where(x < f32(-8), f32(-8), x)
    y = x * f32(1 / 8)
    series = f32(1) + y * (f32(1) + y * (f32(1 / 2) + y * (f32(1 / 6) + y * f32(1 / 24))))
    square = series * series
    fourth = square * square
    return np.asarray(fourth * fourth)


def logistic(odds: F32 | np.float32, x: F32) -> F32:
    """Probability whose odds are ``odds * e**x``."""
    scaled = odds * exponential(x)
    return np.asarray(scaled / (f32(1) + scaled))


def hazard(rate: F32) -> F32:
    """``1 - e**-rate`` by a rational function; rates are limited to 3."""
    rate = np.where(rate > f32(3), f32(3), rate)
    return np.asarray(rate / (f32(1) + rate * (f32(1 / 2) + rate * f32(1 / 12))))


def clip01(x: F32) -> F32:
    """``x`` limited to [0, 1]."""
    return np.where(x < f32(0), f32(0), np.where(x > f32(1), f32(1), x))
