"""Counter-based random numbers: a hash of seed, tick, customer and purpose."""

from typing import Any

import numpy as np

from onevoice.envs.reference.arithmetic import f32
from onevoice.envs.typing import F32, U32

WORD = 2**32 - 1
LONG = 2**64 - 1


def mix(x: Any) -> U32:
    """The hash lowbias32 of 32-bit words; its products lose what goes beyond 32 bits."""
    x = np.asarray(x & WORD, np.uint32)
    x = np.multiply(x ^ (x >> 16), 0x7FEB352D)
    x = np.multiply(x ^ (x >> 15), 0x846CA68B)
    return np.asarray(x ^ (x >> 16))


def tick_key(seed: int, tick: int) -> int:
    """The key of a tick's draws: ``tick + 1`` steps of splitmix64 from the seed.

    Args:
        seed: 64 bits.
        tick: number of the tick in the episode.

    Returns:
        64 bits.
    """
    x = (seed + (tick + 1) * 0x9E3779B97F4A7C15) & LONG
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & LONG
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & LONG
    return x ^ (x >> 31)


class Draws:
    """All random numbers of some customers in one tick, for each purpose.

    Args:
        seed: 64-bit key of the environment.
        tick: number of the tick in the episode.
        first: number of the first customer.
        end: number after the last customer.
    """

    def __init__(self, seed: int, tick: int, first: int, end: int) -> None:
        self.key = tick_key(seed, tick)
        numbers = np.arange(first, end, dtype=np.uint64)
        self._words = mix(mix(numbers + (self.key & WORD)) ^ (self.key >> 32))

    def word(self, purpose: int) -> U32:
        """32 random bits for each customer, ``[N]``."""
        return mix(self._words ^ mix((purpose + 1) * 0x9E3779B9))

    def uniform(self, purpose: int) -> F32:
        """Numbers in [0, 1) with 24 random bits, ``[N]``."""
        return np.asarray((self.word(purpose) >> 8).astype(np.float32) * f32(2.0**-24))

    def quantile(self, table: F32, purpose: int) -> F32:
        """Draws from a distribution, ``[N]``.

        Args:
            table: its 1,024 quantiles.
            purpose: what is drawn.
        """
        return np.asarray(table[self.word(purpose) >> 22])
