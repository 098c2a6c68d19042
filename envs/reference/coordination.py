"""The coordination layer: wishes, the knowledge that rules have of them, leaks and holdouts.

Every customer has a list of past touches, which is searched.
"""

from typing import NamedTuple

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.counts import Counts
from onevoice.envs.reference.customers import Customers, Touch
from onevoice.envs.reference.rules import Known, objections, recent
from onevoice.envs.reference.tick import Tick
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.coordination import BURST_HOURS, REGRET_DAYS, RULES
from onevoice.envs.typing import I64


class Wish(NamedTuple):
    """A touch that channel ``c`` wishes to make, of customer ``q``."""

    c: int
    q: int


def coordinate(customers: Customers, tick: Tick, counts: Counts) -> None:
    """Drop the wishes to which a rule objects; the first rule that objects is counted."""
    lag = customers.scenario.observation.sync_lag_hours
    for q in touched_now(customers, tick):
        kept: list[int] = []
        for c in by_priority(customers, tick, q):
            counts.add_layer(c, q, k.WISHES)
            known = knowledge(customers, tick, Wish(c, q), kept, lag)
            against = objections(customers, tick, q, c, known)
            if against:
                counts.add_layer(c, q, k.BLOCKED + RULES.index(against[0]))
                tick.touch[c, q] = tick.paid[c, q] = False
            else:
                kept.append(c)


def look_back(customers: Customers, tick: Tick, counts: Counts) -> None:
    """Count leaks, discounts after a purchase and bursts; remember the touches."""
    for q in touched_now(customers, tick):
        made = by_priority(customers, tick, q)
        for place, c in enumerate(made):
            fresh = knowledge(customers, tick, Wish(c, q), made[:place], 0.0)
            for rule in objections(customers, tick, q, c, fresh):
                counts.add_layer(c, q, k.LEAKS + RULES.index(rule))
            buyer = recent(customers, tick, customers.bought[q], 24 * REGRET_DAYS, fresh)
            if buyer and tick.percent[c, q] > 0:
                counts.add_layer(c, q, k.DISCOUNTS)
        customers.past[q].extend(touches_of(customers, tick, q, made))
        if len(_channels_lately(customers, q)) >= 3:
            counts.add_layer(customers.n_channels, q, k.BURSTS)


def count_held_out(customers: Customers, price: I64, counts: Counts) -> None:
    """Count orders and revenue of customers held out from a channel, or from all.

    Args:
        customers: of one block.
        price: money units paid in this tick, ``[N]``.
        counts: changed.
    """
    if not customers.scenario.coordination.on:
        return
    held_out = customers.held_out
    for q in np.flatnonzero(customers.event == k.BOUGHT).tolist():
        everybody = held_out[-1, q]
        rows = [customers.n_channels] if everybody else np.flatnonzero(held_out[:-1, q]).tolist()
        for row in rows:
            counts.add_layer(row, q, k.HELD_ORDERS)
            counts.add_layer(row, q, k.HELD_REVENUE, int(price[q]))


def touched_now(customers: Customers, tick: Tick) -> list[int]:
    """Customers with a touch or a wish in this tick; none without a layer."""
    on = customers.scenario.coordination.on
    return np.flatnonzero(tick.touch.any(axis=0)).tolist() if on else []


def by_priority(customers: Customers, tick: Tick, q: int) -> list[int]:
    """The channels that touch customer ``q`` in this tick, by priority; ties by lot."""
    priority = customers.scenario.coordination.priority
    order = list(priority.order) if priority else []
    names = list(customers.scenario.channels)

    def turn(c: int) -> tuple[int, int]:
        rank = order.index(names[c]) if names[c] in order else len(order)
        return rank, _lot(customers, tick, k.DRAW_TURN, c, q)

    return sorted(np.flatnonzero(tick.touch[:, q]).tolist(), key=turn)


def touches_of(customers: Customers, tick: Tick, q: int, channels: list[int]) -> list[Touch]:
    """The touches of customer ``q`` by some channels in this tick."""
    return [
        Touch(customers.ticks_lived, c, int(tick.message[c, q]), int(tick.percent[c, q]))
        for c in channels
    ]


def knowledge(
    customers: Customers, tick: Tick, wish: Wish, kept: list[int], lag: float
) -> Known:  # fmt: skip
    """What the rules know when they are asked about a wish.

    Args:
        customers: of one block.
        tick: the tick.
        wish: a channel's, for a customer.
        kept: channels whose wish for this customer has passed already.
        lag: age of the data, hours.
    """
    c, q = wish
    hours, past = customers.scenario.tick_hours, customers.past[q]
    if lag >= hours:
        old = customers.scenario.ticks_in(lag / 24)
        known = [touch for touch in past if touch.tick <= customers.ticks_lived - old]
        return Known(old, known, [], blind=False)
    mine = _instant(customers, tick, c, q)
    apart = [d for d in kept if abs(_instant(customers, tick, d, q) - mine) / 2**24 >= lag / hours]
    soon = _triggered(customers, tick, c, q) or mine / 2**24 < lag / hours
    here = touches_of(customers, tick, q, apart if lag > 0 else kept)
    return Known(0, list(past), here, blind=lag > 0 and soon)


def _channels_lately(customers: Customers, q: int) -> set[int]:
    """Channels that have touched customer ``q`` within the hours of a burst."""
    ticks = customers.scenario.ticks_in(BURST_HOURS / 24)
    return {x.channel for x in customers.past[q] if customers.ticks_lived - x.tick < ticks}


def _lot(customers: Customers, tick: Tick, draw: int, c: int | None, q: int) -> int:
    """A random word of a channel, or of all together."""
    what = draw + (len(CHANNEL_NAMES) if c is None else int(customers.channels.number[c]))
    if what not in tick.words:
        tick.words[what] = tick.draw.word(what)
    return int(tick.words[what][q])


def _triggered(customers: Customers, tick: Tick, c: int, q: int) -> bool:
    """Whether an event of the last tick caused the wish."""
    contact = tick.draw.uniform(customers.purpose(c, k.DRAW_CONTACT))[q]
    calm = contact < customers.channels.base_chance[c][tick.level[c, q]]
    return bool(customers.event[q] != k.NOTHING and not calm)


def _instant(customers: Customers, tick: Tick, c: int, q: int) -> int:
    """When in the tick a wish arises, in 2**-24 of it; triggered wishes arise together."""
    together = _triggered(customers, tick, c, q)
    return _lot(customers, tick, k.DRAW_INSTANT, None if together else c, q) >> 8
