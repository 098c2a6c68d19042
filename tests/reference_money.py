"""The slow model's money: one touch after the other out of the slice of its block."""

from itertools import accumulate

import numpy as np
import numpy.typing as npt

from onevoice.envs import kernels as k
from tests.reference_draws import f32
from tests.reference_world import I64, Counts, Tick, World, blocks


def pay(world: World, tick: Tick, slices: I64, counts: Counts) -> None:
    """Each touch is paid from its block's slice, one by one from a start that rotates."""
    turn = tick.draw.key >> 33
    for block, (_, lo, hi) in enumerate(blocks(world)):
        for step in range(hi - lo):
            q = lo + (turn + step) % (hi - lo)
            for place in range(world.n_channels):
                c = (turn + step + place) % world.n_channels
                if tick.touch[c, q]:
                    pay_one(world, tick, c, q, slices[block], counts)
    for c in range(world.n_channels):
        counts.add(c, k.TOUCHES, tick.touch[c])


def pay_one(world: World, tick: Tick, c: int, q: int, purses: I64, counts: Counts) -> None:
    """Pay one touch, or take it back if the slice does not hold its price."""
    pot, price = world.channels.pot[c], tick.price[c, q]
    if price <= purses[pot]:
        purses[pot] -= price
        counts.channels[c, world.segment[q], k.SPEND] += price
    else:
        tick.touch[c, q] = tick.paid[c, q] = False
        counts.channels[c, world.segment[q], k.REFUSED] += 1


def share_out(world: World, plan: k.Plan, purses: I64) -> I64:
    """Slices of the purses by block, int64 ``[blocks, pots]``, by what each is likely to cost.

    A slice is the rise of the whole money shared out so far, so that no part is lost or made.
    """
    cut, pot_of = blocks(world), world.channels.pot
    slices = np.zeros((len(cut), len(purses)), np.int64)
    for pot, purse in enumerate(purses):
        weights = [
            (hi - lo) * (sum(expected_costs(world, plan, segment)[pot_of == pot]) + 1e-9)
            for segment, lo, hi in cut
        ]
        upto = [0, *(int(np.floor(purse * (x / sum(weights)))) for x in accumulate(weights))]
        slices[:, pot] = np.diff(upto)
    return slices


def expected_costs(world: World, plan: k.Plan, segment: int) -> npt.NDArray[np.float64]:
    """Rough cost per customer and tick of each channel in a segment, float64 ``[C]``."""
    channels, rows = world.channels, np.arange(world.n_channels)
    level = plan.pressure[0, :, segment]
    chance = np.maximum(channels.calm[rows, level], channels.event[rows, level] * f32(0.05))
    cost = channels.cost[rows, level].astype(np.float64) * chance
    return np.asarray(np.where(channels.kind == k.SEARCH, 0.02 * cost, cost))
