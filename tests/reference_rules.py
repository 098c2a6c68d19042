"""The slow model's coordination layer: for every customer a list of past touches, gone through.

Letters: ``C`` channels, ``N`` customers.
"""

from typing import NamedTuple

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.spec.coordination import BURST_HOURS, REGRET_DAYS, RULES, Coordination
from onevoice.envs.typing import I64
from tests.reference_world import Counts, Tick, World, of_kind, purpose


class Touch(NamedTuple):
    """Something that a channel once said to a customer."""

    tick: int
    channel: int
    message: int
    percent: int


class View(NamedTuple):
    """What the layer knows of one customer when it is asked about one wish."""

    lag: int
    """Ticks by which all of it is old."""
    past: list[Touch]
    """Touches of earlier ticks."""
    here: list[Touch]
    """Touches of this tick."""
    blind: bool
    """Whether what ended the last tick is not known."""


def coordinate(world: World, tick: Tick, counts: Counts) -> None:
    """Drop the wishes to which a rule objects, the first of which is counted."""
    lag = world.scenario.observation.sync_lag_hours
    for q in touched_now(world, tick):
        kept: list[int] = []
        for c in in_turn(world, tick, q):
            counts.add_layer(c, q, k.WISHES)
            against = objections(world, tick, q, c, view(world, tick, q, c, kept, lag))
            if against:
                counts.add_layer(c, q, k.BLOCKED + RULES.index(against[0]))
                tick.touch[c, q] = tick.paid[c, q] = False
            else:
                kept.append(c)


def look_back(world: World, tick: Tick, counts: Counts) -> None:
    """Count what rules would have objected to, had they known everything; keep the touches."""
    scenario = world.scenario
    for q in touched_now(world, tick):
        made = in_turn(world, tick, q)
        for place, c in enumerate(made):
            fresh = view(world, tick, q, c, made[:place], 0.0)
            for rule in objections(world, tick, q, c, fresh):
                counts.add_layer(c, q, k.LEAKS + RULES.index(rule))
            buyer = recent(world, tick, world.bought[q], 24 * REGRET_DAYS, fresh)
            if buyer and tick.percent[c, q] > 0:
                counts.add_layer(c, q, k.DISCOUNTS)
        world.past[q].extend(said(world, tick, q, made))
        lately = {
            touch.channel
            for touch in world.past[q]
            if world.ticks_lived - touch.tick < scenario.ticks_in(BURST_HOURS / 24)
        }
        if len(lately) >= 3:
            counts.add_layer(world.n_channels, q, k.BURSTS)


def touched_now(world: World, tick: Tick) -> list[int]:
    """Customers whom some channel touches or wants to, if there is a layer."""
    on = world.scenario.coordination.on
    return [int(q) for q in np.flatnonzero(tick.touch.any(axis=0))] if on else []


def in_turn(world: World, tick: Tick, q: int) -> list[int]:
    """The channels that touch a customer in this tick, by priority; ties by lot."""
    priority = world.scenario.coordination.priority
    order = list(priority.order) if priority else []
    names = list(world.scenario.channels)

    def turn(c: int) -> tuple[int, int]:
        rank = order.index(names[c]) if names[c] in order else len(order)
        return rank, lot(world, tick, k.DRAW_TURN, c, q)

    return sorted(np.flatnonzero(tick.touch[:, q]).tolist(), key=turn)


def lot(world: World, tick: Tick, draw: int, c: int | None, q: int) -> int:
    """A random word of a channel, or of all together."""
    what = draw + (7 if c is None else int(world.channels.number[c]))
    if what not in tick.words:
        tick.words[what] = tick.draw.word(what)
    return int(tick.words[what][q])


def said(world: World, tick: Tick, q: int, channels: list[int]) -> list[Touch]:
    """What channels say to a customer in this tick."""
    return [
        Touch(world.ticks_lived, c, int(tick.message[c, q]), int(tick.percent[c, q]))
        for c in channels
    ]


def view(world: World, tick: Tick, q: int, c: int, kept: list[int], lag: float) -> View:
    """What is known when channel ``c`` wants to touch customer ``q``, ``kept`` being about to."""
    hours = world.scenario.tick_hours
    if lag >= hours:
        old = world.scenario.ticks_in(lag / 24)
        known = [touch for touch in world.past[q] if touch.tick <= world.ticks_lived - old]
        return View(old, known, [], blind=False)
    mine = instant(world, tick, c, q)
    apart = [d for d in kept if abs(instant(world, tick, d, q) - mine) / 2**24 >= lag / hours]
    soon = triggered(world, tick, c, q) or mine / 2**24 < lag / hours
    here = said(world, tick, q, apart if lag > 0 else kept)
    return View(0, list(world.past[q]), here, blind=lag > 0 and soon)


def triggered(world: World, tick: Tick, c: int, q: int) -> bool:
    """Whether a wish would not be there but for what the customer did in the last tick."""
    contact = tick.draw.uniform(purpose(world, c, k.DRAW_CONTACT))[q]
    calm = contact < world.channels.base_chance[c][tick.level[c, q]]
    return bool(world.event[q] != k.NOTHING and not calm)


def instant(world: World, tick: Tick, c: int, q: int) -> int:
    """When in the tick a wish comes up, in 2**-24 of it; all that an event triggers at once."""
    together = triggered(world, tick, c, q)
    return lot(world, tick, k.DRAW_INSTANT, None if together else c, q) >> 8


def objections(world: World, tick: Tick, q: int, c: int, known: View) -> list[str]:
    """Rules that object to a wish, in the order in which they are asked."""
    layer, kind = world.scenario.coordination, world.channels.kind[c]
    if kind == k.PUSH:
        found = of_push(world, tick, q, c, known)
    elif kind == k.SEARCH and layer.exclusion and tick.brand[q]:
        engaged = world.engaged[of_kind(world, k.PUSH), q]
        found = {"exclusion": any(recent(world, tick, x, layer.exclusion.hours, known)
                                  for x in engaged)}  # fmt: skip
    else:
        found = {}
    found["lock"] = breaks_lock(world, tick, q, c, known, layer)
    found["holdout"] = bool(world.held_out[c, q] or world.held_out[-1, q])
    return [rule for rule in RULES if found.get(rule)]


def of_push(world: World, tick: Tick, q: int, c: int, known: View) -> dict[str, bool]:
    """Which of the rules for pushes object."""
    layer, pushes = world.scenario.coordination, of_kind(world, k.PUSH)
    names, found = list(world.scenario.channels), {}
    weights = [round(1000 * channel.intrusiveness) for channel in world.scenario.channels.values()]

    def within(hours: float) -> list[int]:
        return [x.channel for x in window(world, known, hours) if x.channel in pushes]

    if layer.recent_purchase:
        found["recent_purchase"] = recent(
            world, tick, world.bought[q], layer.recent_purchase.hours, known
        )
    if layer.at_risk:
        load = sum(weights[d] for d in within(layer.at_risk.hours))
        found["at_risk"] = load > round(1000 * layer.at_risk.load)
    if layer.quiet_hours:
        hour = world.ticks_lived * world.scenario.tick_hours % 24
        start, end = layer.quiet_hours.start, layer.quiet_hours.end
        night = (hour - start) % 24 < (end - start) % 24
        found["quiet_hours"] = night and names[c] in layer.quiet_hours.channels
    if layer.channel_cap and names[c] in layer.channel_cap.touches:
        mine = within(layer.channel_cap.hours).count(c)
        found["channel_cap"] = mine >= layer.channel_cap.touches[names[c]]
    if "global_cap" in layer.rules:
        touches = within((layer.global_cap or layer.orchestrator).hours)
        full = sum(weights[d] for d in [*touches, c]) > tick.cap[q]
        least = layer.global_cap.minimum if layer.global_cap else {}
        entitled = touches.count(c) < least.get(names[c], 0)
        found["global_cap"] = full and not entitled
    found["gap"] = layer.gap is not None and bool(within(layer.gap.hours))
    found["priority"] = layer.priority is not None and any(x.channel in pushes for x in known.here)
    return found


def window(world: World, known: View, hours: float) -> list[Touch]:
    """Known touches of the last hours."""
    now = world.ticks_lived - known.lag
    ticks = world.scenario.ticks_in(hours / 24)
    return [x for x in known.past if now - x.tick < ticks] + known.here


def recent(world: World, tick: Tick, stamp: np.int64, hours: float, known: View) -> bool:
    """Whether a time stamp is known to lie in the last hours; only the last one is kept.

    What is stamped happens at the end of a tick: in the next it is 0 ticks old.
    """
    age = tick.now - int(stamp) - 1 - known.lag
    return int(known.blind) <= age < world.scenario.ticks_in(hours / 24)


def breaks_lock(
    world: World, tick: Tick, q: int, c: int, known: View, layer: Coordination
) -> bool:  # fmt: skip
    """Whether a wish contradicts all that was said in the last tick with a known touch."""
    lately = window(world, known, layer.lock.hours) if layer.lock else []
    if layer.lock is None or not lately:
        return False
    last = [x for x in lately if x.tick == max(x.tick for x in lately)]
    message = tick.message[c, q] in [x.message for x in last]
    offer = tick.percent[c, q] in [x.percent for x in last]
    return bool((layer.lock.message and not message) or (layer.lock.offer and not offer))


def count_held_out(world: World, price: I64, counts: Counts) -> None:
    """What those bought whom one channel, or none, ever touches."""
    if not world.scenario.coordination.on:
        return
    for q in np.flatnonzero(world.event == k.BOUGHT).tolist():
        everybody = world.held_out[-1, q]
        rows = [world.n_channels] if everybody else np.flatnonzero(world.held_out[:-1, q]).tolist()
        for row in rows:
            counts.add_layer(row, q, k.HELD_ORDERS)
            counts.add_layer(row, q, k.HELD_REVENUE, int(price[q]))
