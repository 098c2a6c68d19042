"""Work that is always the same, beside which the engine is timed: nanoseconds do not travel.

Letters: ``C`` channels, ``N`` customers. For each customer, channel and tick the loop does two
integer mixes, four float32 multiply-adds, one comparison and one select, and it reads and writes
five bytes. Like the engine it takes a block of customers, which stays in the cache, through all
ticks, and its parts run in threads of their own. It shares no code with the engine.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import numpy as np
from numba import njit

from onevoice.envs.typing import F32, U8
from onevoice.experiments.speed.clock import Turn, timed

TICKS = 32
"""Of a turn, which so takes about as long as one of the engine: interruptions hit both alike."""
BLOCK = 2048
"""Customers that go through all ticks together."""
KEEP, PULL, CUT = np.float32(0.875), np.float32(0.0625), np.float32(0.5)
"""A level keeps most of itself in each step, is pulled up, and is cut where a channel chooses."""
CHANCE = (np.float32(0.25), np.float32(0.125), np.float32(0.0625), np.float32(0.03125))
"""Coefficients of the chance of that, from the constant on."""
CALLS = 10
COMPILATIONS = 3
"""Whose median counts."""
UNIT = np.float32(2.0**-24)
Compile = Callable[[Callable[..., Any]], Any]
inner: Compile = njit(nogil=True, error_model="numpy", forceinline=True)
outer: Compile = njit(nogil=True, error_model="numpy")


@inner
def mix(word: Any) -> Any:
    """Mix 32 bits (lowbias32 by C. Wellons); cut to 32 after each step, as Numba widens to 64."""
    word = np.uint32(word ^ np.uint32(word >> np.uint32(16)))
    word = np.uint32(word * np.uint32(0x7FEB352D))
    word = np.uint32(word ^ np.uint32(word >> np.uint32(15)))
    word = np.uint32(word * np.uint32(0x846CA68B))
    return np.uint32(word ^ np.uint32(word >> np.uint32(16)))


@outer
def sweep(levels: Any, chosen: Any, ticks: Any) -> None:
    """Take levels ``[N]`` and bytes ``[C, N]`` through some ticks, in place."""
    channels, customers = chosen.shape
    for lo in range(0, customers, BLOCK):
        block = levels[lo : lo + BLOCK]
        for step in range(ticks * channels):
            row = chosen[step % channels, lo : lo + BLOCK]
            salt = np.uint32(step)
            for q in range(len(block)):
                word = mix(np.uint32(mix(np.uint32(lo + q)) ^ salt))
                draw = np.float32(np.int32(word >> np.uint32(8))) * UNIT
                x = block[q] * KEEP + PULL
                hit = draw < ((CHANCE[3] * x + CHANCE[2]) * x + CHANCE[1]) * x + CHANCE[0]
                block[q] = x * CUT if hit else x
                row[q] ^= np.uint8(1) if hit else np.uint8(0)


def loop(channels: int, customers: int, threads: int) -> Turn:
    """A turn of the loop: contiguous parts of the customers, one for each thread."""
    sizes = [len(part) for part in np.array_split(np.arange(customers), threads)]
    parts = [states(channels, size) for size in sizes]
    pool = ThreadPoolExecutor(threads)
    sweep(*states(channels, 0), 0)  # compiles it
    return timed(lambda: list(pool.map(lambda part: sweep(*part, TICKS), parts)))


def states(channels: int, customers: int) -> tuple[F32, U8]:
    """Levels and bytes of customers whom nothing has happened to yet."""
    return np.zeros(customers, np.float32), np.zeros((channels, customers), np.uint8)


@outer
def nothing(rows: Any, table: Any, number: Any, packed: Any) -> None:
    """Takes arguments like those of the engine's kernels, and does nothing."""


def calls() -> Callable[[], None]:
    """The work that a call is held against: ``CALLS`` calls of a kernel, of NumPy, of Python."""
    rows, table = np.zeros((3, 4), np.int64), np.ones((1, 4, 3), np.int64)
    packed = tuple(np.zeros(5, np.float32) for _ in range(8))
    names = ("one", "two", "three", "four")

    def work() -> None:
        for number in range(CALLS):
            nothing(rows, table, number, packed)
            np.add(rows, number)
            dict(zip(names, rows, strict=False))

    work()
    return work


def compile_seconds() -> float:
    """Seconds that Numba takes to compile the loop, once it has compiled something before."""
    nobody = states(1, 0)

    def compile_anew() -> None:
        outer(sweep.py_func)(*nobody, 0)

    compile_anew()
    return median(timed(compile_anew)() for _ in range(COMPILATIONS))
