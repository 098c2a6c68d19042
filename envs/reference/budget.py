"""Money: touches are paid from the slice of their block, and the budget is divided into slices.

Letters: ``C`` channels, ``S`` segments, ``G`` groups of blocks, ``P`` budget accounts.
"""

from itertools import accumulate

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.arithmetic import f32
from onevoice.envs.reference.blocks import Block, budget_groups
from onevoice.envs.reference.counts import Counts
from onevoice.envs.reference.customers import Customers
from onevoice.envs.reference.tick import Tick
from onevoice.envs.typing import F64, I64, Bools

GOLDEN = (5**0.5 - 1) / 2


def pay(customers: Customers, tick: Tick, money: I64, counts: Counts) -> None:
    """Pay the touches that are wanted: all at once, or one by one where money is short.

    Args:
        customers: of one block.
        tick: loses the touches that are refused.
        money: the slice of the budget, int64 ``[P]``, changed in place.
        counts: get spend, refusals and touches.
    """
    accounts = customers.channels.account
    price = np.where(tick.touch, tick.price, 0)
    wanted = np.array([price[accounts == p].sum() for p in range(len(money))])
    if (wanted <= money).all():
        money -= wanted
        for c in range(customers.n_channels):
            counts.add(c, k.SPEND, price[c])
    else:
        _pay_one_by_one(customers, tick, money, counts)
    for c in range(customers.n_channels):
        counts.add(c, k.TOUCHES, tick.touch[c])


def _pay_one_by_one(customers: Customers, tick: Tick, money: I64, counts: Counts) -> None:
    """Grant touches from a starting point that rotates over customers and channels."""
    turn = tick.draw.key >> 33
    for step in range(customers.size):
        q = (turn + step) % customers.size
        for place in range(customers.n_channels):
            c = (turn + step + place) % customers.n_channels
            if tick.touch[c, q]:
                _pay_one(customers, tick, c, q, money, counts)


def _pay_one(
    customers: Customers, tick: Tick, c: int, q: int, money: I64, counts: Counts
) -> None:  # fmt: skip
    """Pay one touch, or take it back if its account does not hold the price."""
    account, price = customers.channels.account[c], tick.price[c, q]
    if price <= money[account]:
        money[account] -= price
        counts.channels[c, customers.segment[q], k.SPEND] += price
    else:
        tick.touch[c, q] = tick.paid[c, q] = False
        counts.channels[c, customers.segment[q], k.REFUSED] += 1


def divide_budget(customers: Customers, plan: k.Plan, budget: I64) -> I64:
    """Slices of the budget by group of blocks, in proportion to their expected costs.

    Money is divided in units of the highest price of an account. A group gets the rise of the
    cumulative share, rounded, so that no unit is lost or made; the last group gets the rest.

    Args:
        customers: of the whole environment.
        plan: the actions, ``[1, C, S]``.
        budget: money units, int64 ``[P]``.

    Returns:
        int64 ``[G, P]``.
    """
    groups, account_of = budget_groups(customers.scenario), customers.channels.account
    slices = np.zeros((len(groups), len(budget)), np.int64)
    decision = customers.ticks_lived / customers.scenario.ticks_per_decision
    phase = decision * GOLDEN % 1.0
    prices = np.maximum(customers.channels.cost, customers.channels.brand_cost)
    for account, money in enumerate(budget):
        mine = account_of == account
        unit = max(int(prices[mine].max()), 1)
        weights = [_expected_cost(customers, plan, group, mine) for group in groups]
        shares = [x / sum(weights) for x in accumulate(weights)]
        most = int(money // unit)
        ends = [min(int(np.floor(most * share + phase)), most) * unit for share in shares[:-1]]
        slices[:, account] = np.diff([0, *ends, money])
    return slices


def _expected_cost(
    customers: Customers, plan: k.Plan, group: list[Block], channels: Bools
) -> float:
    """Rough cost per tick of some channels in a group."""
    costs = (
        (hi - lo) * (sum(expected_costs(customers, plan, segment)[channels].tolist()) + 1e-9)
        for spans in group
        for segment, lo, hi in spans
    )
    return float(sum(costs))


def expected_costs(customers: Customers, plan: k.Plan, segment: int) -> F64:
    """Rough cost per customer and tick of each channel in a segment, money units, ``[C]``."""
    channels, rows = customers.channels, np.arange(customers.n_channels)
    level = plan.intensity[0, :, segment]
    chance = np.maximum(
        channels.base_chance[rows, level], channels.triggered_chance[rows, level] * f32(0.05)
    )
    cost = channels.cost[rows, level].astype(np.float64) * chance
    queries = np.where(channels.kind == k.SEARCH, 0.02, 1.0)
    return np.asarray(cost * queries * expected_reach(customers, segment))


def expected_reach(customers: Customers, segment: int) -> F64:
    """Share of a segment that each channel reaches, the mean over its ages, ``[C]``."""
    scenario = customers.scenario
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
