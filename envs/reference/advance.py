"""One decision: the customers go through its ticks, block by block.

Letters: ``C`` channels, ``S`` segments, ``P`` budget accounts.
"""

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.blocks import budget_groups
from onevoice.envs.reference.budget import divide_budget, pay
from onevoice.envs.reference.conflict import pair_conflicts, regret, update_last_message
from onevoice.envs.reference.consequences import leave, update_states
from onevoice.envs.reference.contact import contact, query
from onevoice.envs.reference.coordination import coordinate, count_held_out, look_back
from onevoice.envs.reference.counts import Counts
from onevoice.envs.reference.customers import Customers
from onevoice.envs.reference.demand import demand, drift
from onevoice.envs.reference.draws import tick_key
from onevoice.envs.reference.purchase import buy, claim
from onevoice.envs.reference.response import respond, search, sum_exposure
from onevoice.envs.reference.tick import begin
from onevoice.envs.typing import I64


def advance(customers: Customers, plan: k.Plan, budget: I64) -> Counts:
    """Take the customers through all ticks of one decision.

    The blocks of a group follow each other, from a start that changes with each decision.

    Args:
        customers: changed in place.
        plan: the actions, ``[1, C, S]``.
        budget: money units that may be spent, int64 ``[P]``.

    Returns:
        What happened.
    """
    counts, slices = Counts(customers), divide_budget(customers, plan, budget)
    for group, money in zip(budget_groups(customers.scenario), slices, strict=True):
        turn = (tick_key(customers.seed, customers.ticks_lived) >> 33) % len(group)
        for spans in group[turn:] + group[:turn]:
            block = customers.part(spans[0][1], spans[-1][2])
            counts.take(advance_block(block, plan, money))
            customers.take_back(block)
    customers.ticks_lived += customers.scenario.ticks_per_decision
    return counts


def advance_block(customers: Customers, plan: k.Plan, money: I64) -> Counts:
    """Take the customers of one block through all ticks of one decision.

    Args:
        customers: of the block, changed in place.
        plan: the actions, ``[1, C, S]``.
        money: the slice of the budget that pays, int64 ``[P]``, changed in place.

    Returns:
        What happened.
    """
    counts = Counts(customers)
    for _ in range(customers.scenario.ticks_per_decision):
        tick = begin(customers, plan)
        drift(customers, tick)
        demand(customers, tick)
        contact(customers, tick)
        query(customers, tick)
        coordinate(customers, tick, counts)
        pay(customers, tick, money, counts)
        look_back(customers, tick, counts)
        search(customers, tick, counts)
        respond(customers, tick, counts)
        total = sum_exposure(customers, tick)
        pair_conflicts(customers, tick, counts)
        update_last_message(customers, tick)
        regret(customers, tick, total, counts)
        price = buy(customers, tick, counts)
        count_held_out(customers, price, counts)
        claim(customers, tick, price, counts)
        leave(customers, tick, total, counts)
        update_states(customers, total)
        customers.ticks_lived += 1
    return counts
