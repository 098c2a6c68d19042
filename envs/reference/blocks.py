"""Divides the customers: into segments, blocks, and groups of blocks that share a budget slice."""

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64

BLOCKS_PER_GROUP = 32
Span = tuple[int, int, int]
"""Segment, first customer, and the customer after the last one."""
Block = list[Span]


def segment_sizes(scenario: Scenario) -> I64:
    """Customers per segment, int64 ``[S]``.

    Each gets the whole part of its share, then one more in the order of the largest rest.
    """
    exact = scenario.segments.shares * scenario.population
    whole = np.floor(exact).astype(np.int64)
    for s in sorted(range(len(exact)), key=lambda s: whole[s] - exact[s]):
        if whole.sum() < scenario.population:
            whole[s] += 1
    return np.asarray(whole)


def blocks(scenario: Scenario) -> list[Block]:
    """The blocks of customers that go through a decision together.

    A population that fits into one block is one; otherwise a block never crosses a segment.
    """
    cut, first, width = list[Block](), 0, scenario.block
    for segment, size in enumerate(segment_sizes(scenario).tolist()):
        end = first + size
        starts = list(range(first, end, width)) or [first]
        cut += [[(segment, lo, min(lo + width, end))] for lo in starts]
        first = end
    return [[span for block in cut for span in block]] if first <= width else cut


def budget_groups(scenario: Scenario) -> list[list[Block]]:
    """The blocks that share a slice of the budget, group by group."""
    cut = blocks(scenario)
    return [cut[i : i + BLOCKS_PER_GROUP] for i in range(0, len(cut), BLOCKS_PER_GROUP)]
