"""The coordination layer: which wishes pass, and what it missed."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.arithmetic import NO, YES, flag, ticks_since
from onevoice.envs.engine.kernels.bits import EMPTY, ONE_BIT, first_bit
from onevoice.envs.engine.kernels.buffers import RuleBuffer, TickBuffer
from onevoice.envs.engine.kernels.columns import (
    AT_RISK,
    BLOCKED,
    BRAND_QUERY,
    BURST_CHANNELS,
    BURSTS,
    CHANNEL_CAP,
    DISCOUNTS,
    EXCLUSION,
    GAP,
    GLOBAL_CAP,
    HELD_FROM_ALL,
    HELD_ORDERS,
    HELD_REVENUE,
    HOLDOUT,
    LEAKS,
    LOCK,
    NOTHING,
    PRIORITY,
    PUSH,
    QUIET_HOURS,
    RECENT_PURCHASE,
    SEARCH,
    WISHES,
)
from onevoice.envs.engine.kernels.compiling import phase, routine, stage
from onevoice.envs.engine.kernels.inputs import Block, World
from onevoice.envs.engine.kernels.rules import (
    RuleInputs,
    Rules,
    breaks_lock,
    compare_with_kept,
    engaged_recently,
    list_channels,
    past_touches,
    read_rules,
    recall_touches,
    set_instants,
    since,
    sort_by_priority,
    within,
)


@routine
def arbitrate(
    rulebook: Any,
    inputs: RuleInputs,
    buffer: TickBuffer,
    memory: RuleBuffer,
    layer: Any,
    now: Any,
    t: Any,
    fresh: Any,
) -> None:
    """Ask the rules about every wish of the customers listed as touched by any channel.

    Wishes that rules object to are dropped and counted; or, with ``fresh`` knowledge of touches
    that are made, nothing is dropped, every rule that objects is counted as a leak, and the touches
    are noted. Customers stay listed whom some channel still touches.
    """
    rules, known, kinds = read_rules(rulebook), memory.known, inputs.kinds
    lag, race = 0 if fresh else rules.lag, 0 if fresh else rules.race
    spans, touch, places = inputs.spans, buffer.touch, buffer.places
    union, left, lo = len(kinds), 0, spans[0, 2]
    for q in places[union, : buffer.counts[union]]:
        i, p = lo + q, buffer.span[q]
        count = list_channels(touch, q, memory.wishing)
        if lag == 0:  # otherwise no wish knows of another
            sort_by_priority(rules, inputs.numbers, buffer.word[q], memory, count)
        pushed, spoke, risk, load = recall_touches(rules, inputs, now, i, lag, known)
        last = spoke & np.uint64(rules.lock)
        age = np.int64(first_bit(last)) if last != EMPTY else 0
        alone = (count == 1) & (inputs.event[q] == NOTHING) & (kinds[memory.wishing[0]] != SEARCH)
        delay = 0 if alone else race  # there is nothing that a lone wish could miss
        if delay > 0:
            set_instants(inputs, buffer.word[q], memory, count, q, delay)
        kept = 0
        for place in range(count):
            c = memory.wishing[place]
            blind = memory.blind[c] if delay > 0 else 0
            met, crossed, heavy, same, equal = compare_with_kept(
                rules, inputs, memory, c, p, kept if lag == 0 else 0, delay
            )
            against = EMPTY
            if kinds[c] == PUSH:
                buyer = since(now, inputs.bought[q], lag, rules.purchase, blind)
                against = against_push(
                    rules,
                    c,
                    t,
                    known[c],
                    pushed,
                    crossed,
                    (risk + heavy, load + heavy),
                    inputs.caps[spans[p, 1]],
                    buyer,
                )
            elif kinds[c] == SEARCH and (buffer.asked[q] & BRAND_QUERY) != NO:
                won = engaged_recently(inputs, now, i, lag, rules.exclusion, blind)
                against = np.uint64(won) << np.uint64(EXCLUSION)
            if fresh | (against == EMPTY):  # of a wish that is dropped, one objection counts
                broken = False
                if met and rules.lock != 0:
                    same = same | (rules.lock_message == 0)
                    broken = not (same & (equal | (rules.lock_offer == 0)))
                elif last != EMPTY:
                    message, percent = inputs.message[c, p], inputs.percent[c, p]
                    then, bit = t - lag - age, ONE_BIT << np.uint64(age)
                    broken = breaks_lock(rules, known, message, percent, spans[p], then, bit)
                bits = rules.held_out[i]
                out = ((bits >> np.uint8(c)) & YES) | (bits >> np.uint8(7))
                against = against | np.uint64(broken) << np.uint64(LOCK)
                against = against | np.uint64(out) << np.uint64(HOLDOUT)
            if not fresh:
                layer[p, c, WISHES] += 1
                if against != EMPTY:
                    layer[p, c, BLOCKED + np.int64(first_bit(against))] += 1
                    touch[c, q] = NO
                    continue
            while against != EMPTY:
                layer[p, c, LEAKS + np.int64(first_bit(against))] += 1
                against = against & (against - ONE_BIT)
            memory.wishing[kept] = c
            kept += 1
        if fresh:
            note(rules, inputs, buffer, memory, layer, now, q, count)
        places[union, left] = q
        left += 1 if kept > 0 else 0
    buffer.counts[union] = left


@phase
def against_push(
    rules: Rules,
    c: Any,
    t: Any,
    mine: Any,
    pushed: Any,
    crossed: Any,
    loads: Any,
    cap: Any,
    bought: Any,
) -> Any:
    """Bits of the rules for pushes that object; ``mine`` are the channel's own touches.

    ``loads`` are those in the windows of ``at_risk`` and ``global_cap``.
    """
    risk, load = loads
    full = load + rules.weight[c] > cap
    entitled = within(mine, rules.pooled) < rules.least[c]
    near = (rules.gap != 0) & (crossed | ((pushed & np.uint64(rules.gap)) != EMPTY))
    return (
        np.uint64(bought) << np.uint64(RECENT_PURCHASE)
        | np.uint64(risk > rules.risk_load) << np.uint64(AT_RISK)
        | np.uint64(rules.quiet[t] & rules.sleeps[c]) << np.uint64(QUIET_HOURS)
        | np.uint64(within(mine, rules.cap) >= rules.most[c]) << np.uint64(CHANNEL_CAP)
        | np.uint64(full & (not entitled)) << np.uint64(GLOBAL_CAP)
        | np.uint64(near) << np.uint64(GAP)
        | np.uint64(crossed & (rules.priority != 0)) << np.uint64(PRIORITY)
    )


@phase
def note(
    rules: Rules,
    inputs: RuleInputs,
    buffer: TickBuffer,
    memory: RuleBuffer,
    layer: Any,
    now: Any,
    q: Any,
    count: Any,
) -> None:
    """Write the touches of a customer in this tick into the history of all of them.

    The ``count`` channels are those listed in ``memory``, beside all that is known. Counts a burst
    and discounts to somebody who has just bought.
    """
    touch, i, p = buffer.touch, inputs.spans[0, 2] + q, buffer.span[q]
    company, near, burst = len(touch), count, np.uint64(rules.burst)
    buyer = since(now, inputs.bought[q], 0, rules.regret, 0)
    if burst > ONE_BIT:
        for c in range(company):
            near += 1 if (touch[c, q] == NO) & ((memory.known[c] & burst) != EMPTY) else 0
    for c in memory.wishing[:count]:
        rules.history[c, i] = memory.known[c] | ONE_BIT
        layer[p, c, DISCOUNTS] += flag(buyer & (inputs.percent[c, p] != NO))
    layer[p, company, BURSTS] += flag(near >= BURST_CHANNELS)


@phase
def take_note(
    rulebook: Any, inputs: RuleInputs, buffer: TickBuffer, memory: RuleBuffer, layer: Any, now: Any
) -> None:
    """Note the touches of this tick, see ``note``, where the layer knew everything at once."""
    rules, company, lo = read_rules(rulebook), len(buffer.touch), inputs.spans[0, 2]
    for q in buffer.places[company, : buffer.counts[company]]:
        i, count = lo + q, list_channels(buffer.touch, q, memory.wishing)
        for c in range(company):
            age = ticks_since(now, inputs.touched[c, i])
            memory.known[c] = past_touches(rules.history[c, i], age, 0)
        note(rules, inputs, buffer, memory, layer, now, q, count)


@stage
def count_held_out(
    world: World, rulebook: Any, block: Block, buffer: TickBuffer, layer: Any
) -> None:
    """Purchase: what those bought whom channels never touch."""
    visiting = len(world.channels.kind) + 1
    buyers = buffer.places[visiting, : buffer.counts[visiting]]
    credit_held_out(read_rules(rulebook).held_out[block.lo : block.hi], buffer, buyers, layer)


@phase
def credit_held_out(held_out: Any, buffer: TickBuffer, buyers: Any, layer: Any) -> None:
    """Count the orders and the revenue of those who are held out."""
    company = layer.shape[1] - 1
    for q in buyers:
        p, bits = buffer.span[q], held_out[q]
        if bits == NO:
            continue
        everybody = bits >= HELD_FROM_ALL
        for c in range(company + 1):
            own = not everybody and (bits >> np.uint8(c)) & YES != NO
            if everybody if c == company else own:
                layer[p, c, HELD_ORDERS] += 1
                layer[p, c, HELD_REVENUE] += buffer.price[q]
