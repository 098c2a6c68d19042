"""Contact: whom every channel wants to touch; all choose on the same state."""

from typing import Any

from onevoice.envs.engine.kernels.arithmetic import NO, flag, ticks_since
from onevoice.envs.engine.kernels.bits import keep, list_flags, unite, wipe
from onevoice.envs.engine.kernels.buffers import (
    ChannelAction,
    ChannelActions,
    TickBuffer,
    channel_action,
)
from onevoice.envs.engine.kernels.columns import ENGAGERS, EVERYONE, NOTHING, RESTED, SEARCH
from onevoice.envs.engine.kernels.compiling import phase, scalar, stage
from onevoice.envs.engine.kernels.draws import channel_salt, uniform
from onevoice.envs.engine.kernels.inputs import Block, Rates, World
from onevoice.envs.engine.kernels.purposes import DRAW_CONTACT
from onevoice.envs.engine.kernels.state import BlockState, ChannelState, channel_state


@stage
def contact(
    world: World,
    block: Block,
    state: BlockState,
    actions: ChannelActions,
    buffer: TickBuffer,
    now: Any,
) -> None:
    """List whom every channel wants to touch, and who searches."""
    rates, channels, _, states = world
    _, _, odds, spans, lo, hi, _ = block
    places, counts, n = buffer.places, buffer.counts, hi - lo
    asking = len(channels.kind) + 1
    counts[asking] = list_flags(buffer.asked, n, places[asking])
    for c in range(len(channels.kind)):
        touch, search = buffer.touch[c], channels.kind[c] == SEARCH
        wipe(touch, n)
        counts[c] = 0
        if not acts(actions.level[c]):
            continue
        mine, candidates = channel_state(states, c, lo, hi), asking if search else c
        if not search:
            draw_contacts(channels.number[c], state, mine.subscribed, buffer, c, len(spans) > 1)
            counts[c] = list_flags(touch, n, places[c])
        if search or block.audiences[c] != EVERYONE:
            listed = places[candidates, : counts[candidates]]
            action = channel_action(channels, actions, odds, c)
            screen(rates, action, block.audiences[c], now, state, mine, buffer, c, listed)
            counts[c] = keep(touch, listed, places[c])


@phase
def acts(levels: Any) -> Any:
    """Whether a channel wants to touch anybody at all."""
    found = False
    for level in levels:
        found = found | (level != NO)
    return found


@phase
def draw_contacts(
    number: Any, state: BlockState, subscribed: Any, buffer: TickBuffer, c: Any, mixed: Any
) -> None:
    """Whom channel ``c`` wants to touch in this tick, its audience aside.

    The chances differ between customers if the block is ``mixed``; else the first holds for all.
    """
    contact_salt = channel_salt(number, DRAW_CONTACT)
    base, triggered, touch = buffer.base_chance[c], buffer.triggered_chance[c], buffer.touch[c]
    alive, event, word = state.alive, state.event, buffer.word
    if mixed:
        for q in range(len(alive)):
            base_q, triggered_q = base[q], triggered[q]
            p = base_q if event[q] == NOTHING else triggered_q
            touch[q] = flag(uniform(word[q], contact_salt) < p) & alive[q] & subscribed[q]
    else:
        base_one, triggered_one = base[0], triggered[0]
        for q in range(len(alive)):
            p = base_one if event[q] == NOTHING else triggered_one
            touch[q] = flag(uniform(word[q], contact_salt) < p) & alive[q] & subscribed[q]


@phase
def screen(
    rates: Rates,
    action: ChannelAction,
    audience: Any,
    now: Any,
    state: BlockState,
    mine: ChannelState,
    buffer: TickBuffer,
    c: Any,
    listed: Any,
) -> None:
    """Of those listed, whom channel ``c`` wants to touch: by chance, if in its audience."""
    contact_salt = channel_salt(action.number, DRAW_CONTACT)
    base, triggered, touch = buffer.base_chance[c], buffer.triggered_chance[c], buffer.touch[c]
    last, last_message = mine.touched, mine.heard
    if rates.shared_context != 0:
        last, last_message = state.touched_any, state.last_message
    for q in listed:
        base_q, triggered_q, message = base[q], triggered[q], action.message[buffer.span[q]]
        p = base_q if state.event[q] == NOTHING else triggered_q
        told = last_message[q] == message
        inside = belongs(rates, audience, now, mine.engaged[q], last[q], told)
        hit = uniform(buffer.word[q], contact_salt) < p
        touch[q] = flag(hit & inside) & mine.subscribed[q]


@scalar
def belongs(rates: Rates, audience: Any, now: Any, engaged: Any, last: Any, told: Any) -> Any:
    """Whether a customer belongs to the audience that a channel addresses."""
    age = ticks_since(now, last)
    rested = (age >= rates.memory) | (age < rates.sync_lag)
    story = told & (age >= rates.sync_lag)
    fan = ticks_since(now, engaged) < rates.engager
    inside = fan if audience == ENGAGERS else (rested if audience == RESTED else story)
    return inside | (audience == EVERYONE)


@stage
def list_touched(buffer: TickBuffer, n: Any) -> None:
    """List whom any channel wants to touch."""
    union = len(buffer.touch)
    unite(buffer.touch, n, buffer.touched)
    buffer.counts[union] = list_flags(buffer.touched, n, buffer.places[union])


@stage
def shorten_lists(buffer: TickBuffer) -> None:
    """Take those off the channels' lists whom they do not touch after all."""
    for c in range(len(buffer.touch)):
        row = buffer.places[c]
        buffer.counts[c] = keep(buffer.touch[c], row[: buffer.counts[c]], row)
