"""Surveys: sums over the customers that are left, of their states and of what they are worth."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.arithmetic import (
    NO,
    ONE,
    YES,
    ZERO,
    exponential,
    probability_from_odds,
    ticks_since,
)
from onevoice.envs.engine.kernels.columns import (
    ALIVE,
    AWARENESS,
    DEPTH,
    EQUITY,
    FIXED,
    FOUR_MESSAGES,
    IN_MARKET,
    MESSAGES,
    PRESSURE,
    SURVEY_COLUMNS,
    THREE_MESSAGES,
    TRUST,
    TWO_MESSAGES,
)
from onevoice.envs.engine.kernels.compiling import phase, scalar, stage
from onevoice.envs.engine.kernels.inputs import Channels, Rates, World
from onevoice.envs.engine.kernels.state import Customers, Traits

MESSAGE_BITS = np.uint8(MESSAGES - 1)


@stage
def measure_block(
    world: World,
    traits: Traits,
    customers: Customers,
    free: Any,
    sums: Any,
    now: Any,
    lo: Any,
    hi: Any,
) -> None:
    """Survey customers into ``sums``, ``[SURVEY_COLUMNS + C]``.

    ``free`` are arrays of bytes and of float32 that nothing needs any more, ``[K]``.
    """
    rates, channels, _, _ = world
    bits, reach = free
    sums[:] = 0
    sum_states(customers, sums, lo, hi)
    count_messages(rates, now, customers, bits, sums, lo, hi)
    value_reach(channels, customers, reach, sums, lo, hi)
    value_equity(rates, traits, customers, reach, sums, lo, hi)


@phase
def sum_states(customers: Customers, sums: Any, lo: Any, hi: Any) -> None:
    """Sum the states of the customers that are left."""
    alive, in_market = customers.alive[lo:hi], customers.in_market[lo:hi]
    awareness, trust = customers.awareness[lo:hi], customers.trust[lo:hi]
    pressure, depth = customers.pressure[lo:hi], customers.depth[lo:hi]
    a, t, p, d = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    living, wanting = np.int64(0), np.int64(0)
    for q in range(len(alive)):
        lives = ONE if alive[q] != NO else ZERO
        living += np.int64(alive[q])
        wanting += np.int64(alive[q] & in_market[q])
        a += np.int64(np.int32(awareness[q] * lives * FIXED))
        t += np.int64(np.int32(trust[q] * lives * FIXED))
        p += np.int64(np.int32(pressure[q] * lives * FIXED))
        d += np.int64(np.int32(depth[q] * lives * FIXED))
    sums[ALIVE] += living
    sums[IN_MARKET] += wanting
    sums[AWARENESS] += a
    sums[TRUST] += t
    sums[PRESSURE] += p
    sums[DEPTH] += d


@phase
def count_messages(
    rates: Rates, now: Any, customers: Customers, bits: Any, sums: Any, lo: Any, hi: Any
) -> None:
    """How many different messages, from whatever channel, each customer remembers."""
    alive, found = customers.alive[lo:hi], bits[: hi - lo]
    found[:] = NO
    for c in range(len(customers.heard)):
        heard, touched = customers.heard[c, lo:hi], customers.touched[c, lo:hi]
        for q in range(len(alive)):
            recent = ticks_since(now, touched[q]) < rates.memory
            bit = np.uint8(YES << (heard[q] & MESSAGE_BITS))
            found[q] = found[q] | (bit if recent else NO)
    two, three, four = np.int32(0), np.int32(0), np.int32(0)
    for q in range(len(alive)):
        each, count = np.int32(found[q]) if alive[q] != NO else np.int32(0), np.int32(0)
        for m in range(MESSAGES):
            count = np.int32(count + np.int32(each >> np.int32(m) & np.int32(1)))
        two = np.int32(two + np.int32(count == 2))
        three = np.int32(three + np.int32(count == 3))
        four = np.int32(four + np.int32(count == 4))
    sums[TWO_MESSAGES] += two
    sums[THREE_MESSAGES] += three
    sums[FOUR_MESSAGES] += four


@phase
def value_reach(
    channels: Channels, customers: Customers, reach: Any, sums: Any, lo: Any, hi: Any
) -> None:
    """Worth of being able to address the customers, and how many of them each channel can."""
    alive = customers.alive[lo:hi]
    reach[: hi - lo] = ONE
    for c in range(len(channels.kind)):
        subscribed, worth = customers.subscribed[c, lo:hi], channels.reach_value[c]
        count = np.int32(0)
        for q in range(len(alive)):
            reach[q] = reach[q] + (worth if subscribed[q] != NO else ZERO)
            count = np.int32(count + np.int32(subscribed[q] & alive[q]))
        sums[SURVEY_COLUMNS + c] += count


@phase
def value_equity(
    rates: Rates, traits: Traits, customers: Customers, reach: Any, sums: Any, lo: Any, hi: Any
) -> None:
    """Expected discounted margin still to come: in the long run, and from demand created so far."""
    alive, in_market = customers.alive[lo:hi], customers.in_market[lo:hi]
    awareness, trust = customers.awareness[lo:hi], customers.trust[lo:hi]
    depth, value = customers.depth[lo:hi], traits.value[lo:hi]
    equity = np.int64(0)
    for q in range(len(alive)):
        fear = exponential(rates.churn_trust * (rates.trust_baseline - trust[q])) - ONE
        wants = ONE if in_market[q] != NO else ZERO
        soon = orders_ahead(rates, wants, awareness[q], trust[q], depth[q])
        later = rates.equity * reach[q] / (ONE + rates.equity_trust * fear)
        worth = value[q] * (later + rates.order * rates.margin * soon)
        equity += np.int64(np.int32(worth) if alive[q] != NO else np.int32(0))
    sums[EQUITY] += equity


@scalar
def orders_ahead(rates: Rates, in_market: Any, awareness: Any, trust: Any, depth: Any) -> Any:
    """Orders that demand created so far still brings if no channel ever acts again.

    A customer in the market orders before leaving it with probability ``v / (v + exit rate)``,
    where ``v`` is the rate of unpaid visits times the purchase probability; awareness brings
    further entries until it has decayed.
    """
    recall = rates.query_floor + rates.query_awareness * awareness
    brand = (rates.brand + rates.brand_idle) * recall * rates.brand_alone
    generic = rates.generic * (rates.generic_floor + rates.generic_awareness * awareness)
    visits = brand + generic * rates.generic_alone + (rates.direct + rates.direct_idle) * recall
    urge = rates.purchase_trust * (trust - rates.trust_baseline)
    urge = urge + rates.purchase_awareness * awareness + rates.purchase_narrative * depth
    orders = visits * probability_from_odds(rates.odds_in_market, urge)
    entries = rates.entry * rates.entry_awareness * awareness * rates.awareness_ticks
    return (in_market + entries) * orders / (orders + rates.leave_market)
