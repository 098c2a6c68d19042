"""Cuts the customers of environments into blocks, and the blocks into budget groups.

Letters: ``B`` environments, ``S`` segments.
"""

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64

BLOCKS_PER_GROUP = 32
"""Blocks that share one part of the budget, one after the other."""


def segment_sizes(scenario: Scenario) -> I64:
    """Customers per segment by largest remainder, int64 ``[S]``; they add up to the population."""
    exact = scenario.segments.shares * scenario.population
    sizes = np.floor(exact).astype(np.int64)
    order = np.argsort(sizes - exact, kind="stable")
    sizes[order[: scenario.population - int(sizes.sum())]] += 1
    return sizes


def make_blocks(sizes: I64, num_envs: int, width: int) -> tuple[I64, I64]:
    """Cut every environment into blocks of at most ``width`` customers.

    Returns:
        Spans of blocks and blocks, rows as in ``kernels.advance``.
    """
    per_env, first = [], 0
    for segment, size in enumerate(sizes):
        end = first + int(size)
        starts = list(range(first, end, width)) or [first]
        per_env += [(segment, lo, min(lo + width, end)) for lo in starts]
        first = end
    spans = np.tile(np.array(per_env, np.int64), (num_envs, 1))
    env = np.repeat(np.arange(num_envs), len(per_env))
    spans[:, 1:] += env[:, None] * first
    together = len(sizes) if first <= width else 1
    begin = np.arange(0, len(spans), together)
    return np.column_stack([env, spans]), np.stack([begin, begin + together], axis=1)


def make_budget_groups(blocks: I64, num_envs: int) -> I64:
    """First and end block of each budget group, none across environments, int64 ``[groups, 2]``.

    How many blocks a group has depends on nothing but the population, so that neither threads nor
    the number of environments change a result.
    """
    per_env = len(blocks) // num_envs
    starts = np.arange(0, per_env, BLOCKS_PER_GROUP)
    one = np.stack([starts, np.minimum(starts + BLOCKS_PER_GROUP, per_env)], axis=1)
    first = np.arange(num_envs) * per_env
    return np.asarray((first[:, None, None] + one).reshape(-1, 2))
