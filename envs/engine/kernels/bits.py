"""Words of 64 bits, and lists of the places at which flags are set.

Lists are in rising order. They hold the few customers that something happens to, so that loops over
everybody have no branches.
"""

from typing import Any

import numpy as np
from numba import types

from onevoice.envs.engine.kernels.arithmetic import NO
from onevoice.envs.engine.kernels.compiling import machine, phase, scalar

EMPTY, ONE_BIT = np.uint64(0), np.uint64(1)
FLAGS = np.uint64(0x0101010101010101)
PACK_FLAGS, PACKED_AT = np.uint64(0x0102040810204080), np.uint64(56)
VECTOR = 16
"""Columns that a vector holds at most."""


@machine
def first_bit(context: Any, word: Any) -> Any:
    """Place of the lowest bit set in a word of 64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), generate


@machine
def count_bits(context: Any, word: Any) -> Any:
    """How many bits are set in a word of 64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@scalar
def whole_vectors(n: Any) -> Any:
    """``n`` rounded up, so that a vectorised loop over columns has no remainder."""
    return (n + VECTOR - 1) // VECTOR * VECTOR


@phase
def wipe(flags: Any, n: Any) -> None:
    """Set the first ``n`` flags to 0."""
    head = flags[:n]
    for q in range(len(head)):
        head[q] = NO


@phase
def unite(rows: Any, n: Any, found: Any) -> None:
    """Set the flags that any row has set, among the first ``n``."""
    head = found[:n]
    wipe(found, n)
    for c in range(len(rows)):
        row = rows[c]
        for q in range(len(head)):
            head[q] = head[q] | row[q]


@phase
def list_flags(flags: Any, n: Any, places: Any) -> Any:
    """List the places of the flags set among the first ``n``; returns how many there are.

    A flag is a number from 0 to 3. 64 of them become the bits of a word, whose ones are few.
    """
    words, count, whole = flags.view(np.uint64), 0, n // 64 + 1
    for q in range(n, 64 * whole):
        flags[q] = NO
    for w in range(whole):
        bits = EMPTY
        for byte in range(8):
            eight = words[8 * w + byte]
            eight = (eight | (eight >> ONE_BIT)) & FLAGS
            bits = bits | (((eight * PACK_FLAGS) >> PACKED_AT) << np.uint64(8 * byte))
        while bits != EMPTY:
            places[count] = np.uint64(64 * w) + first_bit(bits)
            count += 1
            bits = bits & (bits - ONE_BIT)
    return count


@phase
def keep(flags: Any, listed: Any, places: Any) -> Any:
    """List those of a list whose flags are set, in the same list or another; returns how many."""
    count = 0
    for q in listed:
        places[count] = q
        count += 1 if flags[q] != NO else 0
    return count
