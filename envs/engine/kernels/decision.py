"""One decision: every block of customers through all of its ticks, and the sums of what happened.

The tick reads like section "One tick" of ``docs/model/customer.md``: each phase is a loop over the
customers of one block, all channels decide on the state at the start of the tick, and their effects
are applied together. The loops over everybody hold selects instead of branches and no float sums,
so that LLVM turns them into SIMD code without any fast-math flag; the few who search, are touched
or visit are gone through as lists of places, and those who are touched are laid side by side, so
that what a touch does is computed in vectors too. Every result is the IEEE one, whatever the vector
width. A block has a span for each segment in it: what channels do and what is counted is a span's.
"""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.arbitration import arbitrate, count_held_out, take_note
from onevoice.envs.engine.kernels.arithmetic import PERCENT
from onevoice.envs.engine.kernels.buffers import (
    Buffers,
    ChannelActions,
    Ledger,
    TickBuffer,
    read_buffers,
)
from onevoice.envs.engine.kernels.columns import (
    CHANNEL_COLUMNS,
    LAYER_COLUMNS,
    SURVEY_COLUMNS,
    SYSTEM_COLUMNS,
)
from onevoice.envs.engine.kernels.compiling import entry, phase, stage
from onevoice.envs.engine.kernels.conflict import conflict
from onevoice.envs.engine.kernels.contact import contact, list_touched, shorten_lists
from onevoice.envs.engine.kernels.draws import first_turn, tick_key
from onevoice.envs.engine.kernels.drift import drift, start_tick
from onevoice.envs.engine.kernels.inputs import (
    Block,
    Clock,
    Markets,
    Plan,
    World,
    read_parameters,
)
from onevoice.envs.engine.kernels.leave import leave
from onevoice.envs.engine.kernels.payment import pay_for_contacts
from onevoice.envs.engine.kernels.purchase import buy
from onevoice.envs.engine.kernels.response import respond
from onevoice.envs.engine.kernels.rules import knows_late, rule_inputs
from onevoice.envs.engine.kernels.search import search
from onevoice.envs.engine.kernels.state import (
    BlockState,
    block_state,
    channel_states,
    read_state,
)
from onevoice.envs.engine.kernels.survey import measure_block


@entry
def advance(
    spans: Any,
    blocks: Any,
    groups: Any,
    population: Any,
    start: Any,
    clocks: Any,
    ticks: Any,
    plan: Any,
    parameters: Any,
    markets: Any,
    orders: Any,
    state: Any,
    budgets: Any,
    rulebook: Any,
    tallies: Any,
    totals: Any,
    layers: Any,
    sums: Any,
    memory: Any,
) -> None:
    """Take every block of some budget groups through a decision and survey who is left.

    The blocks of a group follow each other, from a start that changes from decision to decision,
    and pay from one share of the budget: what one block leaves, the next may spend. Named tuples
    come as plain ones, which cost a call less.

    Args:
        spans: rows of environment, segment, first and end customer, int64 ``[spans, 4]``.
        blocks: rows of first and end span, int64 ``[blocks, 2]``.
        groups: rows of first and end block, int64 ``[groups, 2]``.
        population: customers per environment.
        start: clock number of tick 0.
        clocks: ticks already lived, int64 ``[B]``.
        ticks: ticks of this decision; with 0 there is only the survey.
        plan: the actions, as ``Plan``.
        parameters: packed ``Rates`` and ``Channels``.
        markets: as ``Markets``.
        orders: quantiles of the order value, float32 ``[1024]``.
        state: packed ``Customers`` and ``Traits``, changed in place.
        budgets: the groups' shares of the budget, int64 ``[groups, accounts]``, reduced in place.
        rulebook: packed ``Rules``, their history changed in place; None, which compiles to a kernel
            without a coordination layer, if there are none.
        tallies: channel tallies, int64 ``[spans, C, CHANNEL_COLUMNS]``, added to.
        totals: system tallies, int64 ``[spans, SYSTEM_COLUMNS]``, added to.
        layers: the layer's tallies, int64 ``[spans, C + 1, LAYER_COLUMNS]``, added to; without
            rules ``[spans, 0, LAYER_COLUMNS]``.
        sums: surveys, int64 ``[spans, SURVEY_COLUMNS + C]``, written.
        memory: packed buffers for the widest block.
    """
    rates, channels = read_parameters(parameters)
    customers, traits = read_state(state)
    world = World(rates, channels, orders, channel_states(traits, customers))
    plan, markets, buffers = Plan(*plan), Markets(*markets), Buffers(*read_buffers(memory))
    free = (buffers.tick.visit, buffers.touched.load)
    for group in range(len(groups)):
        begin, count = groups[group, 0], groups[group, 1] - groups[group, 0]
        first_env = spans[blocks[begin, 0], 0]
        turn = first_turn(markets.seeds[first_env], clocks[first_env])
        for step in range(count):
            b = begin + (turn + step) % count
            first, end = blocks[b, 0], blocks[b, 1]
            env, lo, hi = spans[first, 0], spans[first, 2], spans[end - 1, 3]
            block = Block(
                plan.audience[env],
                plan.cap[env],
                markets.odds[env],
                spans[first:end],
                lo,
                hi,
                lo - env * population,
            )
            ledger = Ledger(
                budgets[group], tallies[first:end], totals[first:end], layers[first:end]
            )
            clock = Clock(markets.seeds[env], markets.season[env], start, clocks[env], ticks)
            if hi > lo and ticks > 0:
                prepare(world, markets, plan, env, block.spans, buffers.actions, buffers.tick)
                customers_of_block = block_state(traits, customers, lo, hi)
                advance_block(world, block, customers_of_block, buffers, ledger, rulebook, clock)
            now = start + clocks[env] + ticks - 1
            for p in range(first, end):
                measure_block(
                    world, traits, customers, free, sums[p], now, spans[p, 2], spans[p, 3]
                )


@phase
def prepare(
    world: World,
    markets: Markets,
    plan: Plan,
    env: Any,
    spans: Any,
    actions: ChannelActions,
    buffer: TickBuffer,
) -> None:
    """Write down what every channel does to every span of a block in this decision."""
    rates, channels, _, _ = world
    for p in range(len(spans)):
        segment, start, end = spans[p, 1], spans[p, 2] - spans[0, 2], spans[p, 3] - spans[0, 2]
        buffer.span[start:end] = p
        for c in range(len(channels.kind)):
            level, message = plan.intensity[env, c, segment], plan.message[env, c, segment]
            percent = plan.offer[env, c, segment]
            actions.level[c, p], actions.message[c, p] = level, message
            actions.percent[c, p] = percent
            actions.cost[c, p] = channels.cost[c, level]
            actions.brand_cost[c, p] = channels.brand_cost[c, level]
            actions.offer[c, p] = rates.offer_response * (np.float32(percent) * PERCENT)
            actions.fit[c, p] = markets.fit[env, c, message]
            buffer.base_chance[c, start:end] = channels.base_chance[c, level]
            buffer.triggered_chance[c, start:end] = channels.triggered_chance[c, level]


@stage
def advance_block(
    world: World,
    block: Block,
    state: BlockState,
    buffers: Buffers,
    ledger: Ledger,
    rulebook: Any,
    clock: Clock,
) -> None:
    """All ticks of one decision for one block of customers."""
    rates = world.rates
    touched, response, actions, buffer, known = buffers
    n = block.hi - block.lo
    for t in range(clock.tick, clock.tick + clock.ticks):
        now, key = np.uint16(clock.start + t), tick_key(clock.seed, np.uint64(t))
        start_tick(rates, rates.entry * clock.season[t], key, block.first, state, buffer)
        drift(rates, state)
        contact(world, block, state, actions, buffer, now)
        list_touched(buffer, n)
        if rulebook is not None:
            inputs = rule_inputs(world, block, state, actions, buffer)
            arbitrate(rulebook, inputs, buffer, known, ledger.layer, now, t, False)
            shorten_lists(buffer)
        turn = np.int64(key >> np.uint64(33))
        pay_for_contacts(world, block, state, actions, buffer, ledger, turn)
        if rulebook is not None:
            inputs = rule_inputs(world, block, state, actions, buffer)
            if knows_late(rulebook):
                arbitrate(rulebook, inputs, buffer, known, ledger.layer, now, t, True)
            else:
                take_note(rulebook, inputs, buffer, known, ledger.layer, now)
        search(world, block, buffer, ledger, now)
        respond(world, block, state, actions, buffer, response, ledger, now)
        conflict(world, block, state, buffer, touched, now)
        buy(world, block, state, buffer, ledger, now)
        if rulebook is not None:
            count_held_out(world, rulebook, block, buffer, ledger.layer)
        leave(world, block, state, buffer, touched, ledger.totals, now)


@entry
def sum_by_segment(
    spans: Any,
    tallies: Any,
    totals: Any,
    layers: Any,
    sums: Any,
    channels: Any,
    system: Any,
    coordination: Any,
    states: Any,
    subscribed: Any,
) -> None:
    """Add the sums of spans of blocks to those of their environment and segment.

    Args:
        spans: rows as in ``advance``.
        tallies: int64 ``[spans, C, CHANNEL_COLUMNS]``.
        totals: int64 ``[spans, SYSTEM_COLUMNS]``.
        layers: int64 ``[spans, C + 1, LAYER_COLUMNS]``.
        sums: int64 ``[spans, SURVEY_COLUMNS + C]``.
        channels: int64 ``[B, C, S, CHANNEL_COLUMNS]``, added to.
        system: int64 ``[B, S, SYSTEM_COLUMNS]``, added to.
        coordination: int64 ``[B, C + 1, S, LAYER_COLUMNS]``, added to.
        states: int64 ``[B, S, SURVEY_COLUMNS]``, added to.
        subscribed: int64 ``[B, C, S]``, added to.
    """
    for p in range(len(spans)):
        env, segment = spans[p, 0], spans[p, 1]
        for c in range(tallies.shape[1]):
            for x in range(CHANNEL_COLUMNS):
                channels[env, c, segment, x] += tallies[p, c, x]
            subscribed[env, c, segment] += sums[p, SURVEY_COLUMNS + c]
        for x in range(SYSTEM_COLUMNS):
            system[env, segment, x] += totals[p, x]
        for c in range(layers.shape[1]):
            for x in range(LAYER_COLUMNS):
                coordination[env, c, segment, x] += layers[p, c, x]
        for x in range(SURVEY_COLUMNS):
            states[env, segment, x] += sums[p, x]
