"""The rules of the coordination layer: which of them object to a wish."""

from typing import NamedTuple

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.customers import Customers, Touch
from onevoice.envs.reference.tick import Tick
from onevoice.envs.spec.coordination import RULES, Coordination


class Known(NamedTuple):
    """What the rules know of one customer when they are asked about one wish."""

    lag: int
    """Age of the data, ticks."""
    past: list[Touch]
    """Touches of earlier ticks."""
    here: list[Touch]
    """Touches of this tick."""
    blind: bool
    """Whether the events that ended the last tick are unknown."""


def objections(customers: Customers, tick: Tick, q: int, c: int, known: Known) -> list[str]:
    """Rules that object to a wish, in the order in which they are asked.

    Args:
        customers: of one block.
        tick: the tick.
        q: the customer.
        c: the channel.
        known: what the rules know.
    """
    layer, kind, found = customers.scenario.coordination, customers.channels.kind[c], {}
    if kind == k.PUSH:
        found = _against_push(customers, tick, q, c, known)
    elif kind == k.SEARCH and layer.exclusion and tick.brand[q]:
        engaged = customers.engaged[customers.of_kind(k.PUSH), q]
        hours = layer.exclusion.hours
        found["exclusion"] = any(recent(customers, tick, x, hours, known) for x in engaged)
    found["lock"] = _breaks_lock(customers, tick, q, c, known)
    found["holdout"] = bool(customers.held_out[c, q] or customers.held_out[-1, q])
    return [rule for rule in RULES if found.get(rule)]


def recent(customers: Customers, tick: Tick, stamp: np.int64, hours: float, known: Known) -> bool:
    """Whether a time stamp is known to lie in the last hours; only the last one is kept.

    Events are stamped at the end of a tick: in the next tick they are 0 ticks old.
    """
    age = tick.now - int(stamp) - 1 - known.lag
    return int(known.blind) <= age < customers.scenario.ticks_in(hours / 24)


def window(customers: Customers, known: Known, hours: float) -> list[Touch]:
    """Known touches of the last hours."""
    now = customers.ticks_lived - known.lag
    ticks = customers.scenario.ticks_in(hours / 24)
    return [x for x in known.past if now - x.tick < ticks] + known.here


def _against_push(
    customers: Customers, tick: Tick, q: int, c: int, known: Known
) -> dict[str, bool]:  # fmt: skip
    """Which of the rules for pushes object."""
    layer, pushes = customers.scenario.coordination, customers.of_kind(k.PUSH)
    name, found = list(customers.scenario.channels)[c], _against_load(customers, tick, q, c, known)
    if layer.recent_purchase:
        found["recent_purchase"] = recent(
            customers, tick, customers.bought[q], layer.recent_purchase.hours, known
        )
    if layer.quiet_hours:
        found["quiet_hours"] = _is_quiet(customers, layer, name)
    if layer.channel_cap and name in layer.channel_cap.touches:
        mine = _pushes_within(customers, known, layer.channel_cap.hours).count(c)
        found["channel_cap"] = mine >= layer.channel_cap.touches[name]
    if layer.gap:
        found["gap"] = bool(_pushes_within(customers, known, layer.gap.hours))
    if layer.priority:
        found["priority"] = any(x.channel in pushes for x in known.here)
    return found


def _against_load(
    customers: Customers, tick: Tick, q: int, c: int, known: Known
) -> dict[str, bool]:  # fmt: skip
    """Which of the rules object that limit pushes weighted by intrusiveness, in 1/1,000."""
    layer, channels, found = customers.scenario.coordination, customers.scenario.channels, {}
    weights = [round(1000 * channel.intrusiveness) for channel in channels.values()]
    if layer.at_risk:
        touches = _pushes_within(customers, known, layer.at_risk.hours)
        found["at_risk"] = sum(weights[d] for d in touches) > round(1000 * layer.at_risk.load)
    if "global_cap" in layer.rules:
        touches = _pushes_within(customers, known, (layer.global_cap or layer.orchestrator).hours)
        full = sum(weights[d] for d in [*touches, c]) > tick.cap[q]
        minimum = layer.global_cap.minimum if layer.global_cap else {}
        entitled = touches.count(c) < minimum.get(list(channels)[c], 0)
        found["global_cap"] = bool(full and not entitled)
    return found


def _pushes_within(customers: Customers, known: Known, hours: float) -> list[int]:
    """Channels of the known pushes of the last hours, one for each push."""
    pushes = customers.of_kind(k.PUSH)
    return [x.channel for x in window(customers, known, hours) if x.channel in pushes]


def _is_quiet(customers: Customers, layer: Coordination, name: str) -> bool:
    """Whether the tick begins in the quiet hours of a channel."""
    assert layer.quiet_hours is not None
    hour = customers.ticks_lived * customers.scenario.tick_hours % 24
    start, end = layer.quiet_hours.start, layer.quiet_hours.end
    return (hour - start) % 24 < (end - start) % 24 and name in layer.quiet_hours.channels


def _breaks_lock(customers: Customers, tick: Tick, q: int, c: int, known: Known) -> bool:
    """Whether a wish contradicts every touch of the last tick with a known touch."""
    lock = customers.scenario.coordination.lock
    lately = window(customers, known, lock.hours) if lock else []
    if lock is None or not lately:
        return False
    last = [x for x in lately if x.tick == max(x.tick for x in lately)]
    message = tick.message[c, q] in [x.message for x in last]
    offer = tick.percent[c, q] in [x.percent for x in last]
    return bool((lock.message and not message) or (lock.offer and not offer))
