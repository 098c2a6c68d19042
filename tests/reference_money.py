"""The slow model's money: one touch after the other out of the slice of its block."""

from itertools import accumulate

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels as k
from onevoice.envs.typing import I64
from tests.reference_draws import f32
from tests.reference_world import Counts, Tick, World, lanes

GOLDEN = (5**0.5 - 1) / 2


def pay(world: World, tick: Tick, budget: I64, counts: Counts) -> None:
    """Each touch of a block is paid from its lane's slice, one by one from a rotating start."""
    turn = tick.draw.key >> 33
    for step in range(world.people):
        q = (turn + step) % world.people
        for place in range(world.n_channels):
            c = (turn + step + place) % world.n_channels
            if tick.touch[c, q]:
                pay_one(world, tick, c, q, budget, counts)
    for c in range(world.n_channels):
        counts.add(c, k.TOUCHES, tick.touch[c])


def pay_one(world: World, tick: Tick, c: int, q: int, budgets: I64, counts: Counts) -> None:
    """Pay one touch, or take it back if the slice does not hold its price."""
    account, price = world.channels.account[c], tick.price[c, q]
    if price <= budgets[account]:
        budgets[account] -= price
        counts.channels[c, world.segment[q], k.SPEND] += price
    else:
        tick.touch[c, q] = tick.paid[c, q] = False
        counts.channels[c, world.segment[q], k.REFUSED] += 1


def share_out(world: World, plan: k.Plan, budgets: I64) -> I64:
    """Slices of the budgets by lane, int64 ``[lanes, accounts]``, by what each is likely to cost.

    Money is shared out in the highest price that a budget may meet, as the rise of what has been
    shared out so far, so that no part is lost or made; the last lane gets the rest.
    """
    cut, pot_of = lanes(world), world.channels.account
    slices = np.zeros((len(cut), len(budgets)), np.int64)
    phase = world.ticks_lived / world.scenario.ticks_per_decision * GOLDEN % 1.0
    prices = np.maximum(world.channels.cost, world.channels.brand_cost)
    for account, budget in enumerate(budgets):
        unit = max(int(prices[pot_of == account].max()), 1)
        weights = [
            sum(
                (hi - lo) * (sum(expected_costs(world, plan, segment)[pot_of == account]) + 1e-9)
                for parts in lane
                for segment, lo, hi in parts
            )
            for lane in cut
        ]
        shares = [x / sum(weights) for x in accumulate(weights)]
        most = int(budget // unit)
        upto = [min(int(np.floor(most * share + phase)), most) * unit for share in shares[:-1]]
        slices[:, account] = np.diff([0, *upto, budget])
    return slices


def expected_costs(world: World, plan: k.Plan, segment: int) -> npt.NDArray[np.float64]:
    """Rough cost per customer and tick of each channel in a segment, float64 ``[C]``."""
    channels, rows = world.channels, np.arange(world.n_channels)
    level = plan.pressure[0, :, segment]
    chance = np.maximum(
        channels.base_chance[rows, level], channels.triggered_chance[rows, level] * f32(0.05)
    )
    cost = channels.cost[rows, level].astype(np.float64) * chance
    queries = np.where(channels.kind == k.SEARCH, 0.02, 1.0)
    return np.asarray(cost * queries * reach(world, segment))


def reach(world: World, segment: int) -> npt.NDArray[np.float64]:
    """Share of a segment that each channel is expected to reach, the mean over its ages."""
    scenario = world.scenario
    first, last = scenario.segments.ages[segment // len(scenario.segments.values)]
    shares = [
        [
            min(
                max(c.reach + c.reach_per_decade / 10 * (age - scenario.customers.reach_age), 0.0),
                1.0,
            )
            for c in channels
        ]
        for channels in [scenario.channels.values()]
        for age in range(first, last + 1)
    ]
    return np.asarray(np.mean(shares, axis=0))
