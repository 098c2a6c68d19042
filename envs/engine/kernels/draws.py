"""Random numbers: a hash of seed, tick, customer and purpose, whatever the order of the draws."""

from typing import Any

import numpy as np
from numba import types

from onevoice.envs.engine.kernels.compiling import entry, machine, scalar, stage
from onevoice.envs.engine.kernels.purposes import CHANNEL_DRAWS

UNIT_24 = np.float32(2.0**-24)

SETUP_TICK = np.uint64(0xFFFFFFFF)


@machine
def mix_word(context: Any, word: Any) -> Any:
    """A 32-bit mixing hash (lowbias32 by C. Wellons): a bijection without visible structure.

    In instructions for 32 bits: Numba's own would widen all to 64, and half as many fit a vector.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        x = arguments[0]
        for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B), (16, 1)):
            x = builder.xor(x, builder.lshr(x, x.type(shift)))
            x = builder.mul(x, x.type(factor))
        return x

    return types.uint32(types.uint32), generate


@scalar
def mix(x: Any) -> Any:
    """``mix_word`` of the low 32 bits."""
    return mix_word(np.uint32(x))


@scalar
def tick_key(seed: Any, tick: Any) -> Any:
    """64 bits for a seed and a tick (splitmix64); the two halves key the customers' hashes."""
    x = np.uint64(seed) + np.uint64(tick + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@scalar
def customer_word(number: Any, key: Any) -> Any:
    """The word that a customer's draws in a tick start from."""
    low, high = np.uint32(key), np.uint32(key >> np.uint64(32))
    return mix(mix(np.uint32(number) + low) ^ high)


@entry
def first_turn(seed: Any, tick: Any) -> Any:
    """Decides which block of a budget group comes first in the decision that begins at a tick."""
    return np.int64(tick_key(seed, np.uint64(tick)) >> np.uint64(33))


@stage
def salt(purpose: Any) -> Any:
    """The word that separates the draws of one purpose from those of all others."""
    return mix(np.uint32(np.uint32(purpose + 1) * np.uint32(0x9E3779B9)))


@stage
def channel_salt(number: Any, draw: Any) -> Any:
    """The salt of one draw of the channel with this number among the seven."""
    return salt(CHANNEL_DRAWS + 4 * number + draw)


@scalar
def uniform(word: Any, purpose_salt: Any) -> Any:
    """A float32 in [0, 1) with 24 random bits."""
    return np.float32(mix(word ^ purpose_salt) >> np.uint32(8)) * UNIT_24


@scalar
def uniform_bits(word: Any, purpose_salt: Any) -> Any:
    """The same draw in 2**-24, int64."""
    return np.int64(mix(word ^ purpose_salt) >> np.uint32(8))


@stage
def quantile(table: Any, word: Any, purpose: Any) -> Any:
    """A draw from the distribution whose 1,024 quantiles the table holds."""
    return table[mix(word ^ salt(purpose)) >> np.uint32(22)]
