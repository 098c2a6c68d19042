"""Response: what the touched customers do, and what they will remember."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.arithmetic import (
    NO,
    ONE,
    YES,
    ZERO,
    exponential,
    flag,
    probability_from_odds,
)
from onevoice.envs.engine.kernels.bits import whole_vectors
from onevoice.envs.engine.kernels.buffers import (
    ChannelAction,
    ChannelActions,
    Ledger,
    ResponseBuffer,
    TickBuffer,
    channel_action,
)
from onevoice.envs.engine.kernels.columns import CLICKS, ENGAGEMENTS, OPT_OUTS, SEARCH, TOUCHES
from onevoice.envs.engine.kernels.compiling import phase, scalar, stage
from onevoice.envs.engine.kernels.draws import channel_salt, uniform
from onevoice.envs.engine.kernels.inputs import Block, Rates, World
from onevoice.envs.engine.kernels.purposes import DRAW_CLICK, DRAW_ENGAGE, DRAW_OPT_OUT
from onevoice.envs.engine.kernels.state import BlockState, ChannelState, channel_state

OPENED, MATCHED, CLICKED, LEFT = np.uint8(2), np.uint8(4), np.uint8(8), np.uint8(16)
"""What became of a touch: bits beside the lowest, which says that there is one."""


@stage
def respond(
    world: World,
    block: Block,
    state: BlockState,
    actions: ChannelActions,
    buffer: TickBuffer,
    response: ResponseBuffer,
    ledger: Ledger,
    now: Any,
) -> None:
    """Draw and carry out the responses to the touches of all channels."""
    rates, channels, _, states = world
    _, _, odds, _, lo, hi, _ = block
    for c in range(len(channels.kind)):
        listed = buffer.places[c, : buffer.counts[c]]
        if len(listed) == 0:
            continue
        action, mine = channel_action(channels, actions, odds, c), channel_state(states, c, lo, hi)
        remember(now, action, buffer.span, listed, mine, ledger.tally[:, c])
        if channels.kind[c] != SEARCH:
            address(action, state, mine.affinity, buffer, listed, response)
            draw_responses(rates, action, response, whole_vectors(len(listed)))
            react(now, response.reply, buffer, c, listed, mine, ledger.tally[:, c])


@phase
def remember(
    now: Any, action: ChannelAction, span: Any, listed: Any, mine: ChannelState, tally: Any
) -> None:
    """What customers remember of the touches of a channel, which are counted."""
    for q in listed:
        p = span[q]
        mine.heard[q], mine.offered[q], mine.touched[q] = action.message[p], action.percent[p], now
        tally[p, TOUCHES] += 1


@phase
def address(
    action: ChannelAction,
    state: BlockState,
    affinity: Any,
    buffer: TickBuffer,
    listed: Any,
    response: ResponseBuffer,
) -> None:
    """Lay side by side what the response to a channel depends on."""
    for j in range(len(listed)):
        q = listed[j]
        p = buffer.span[q]
        response.word[j], response.affinity[j] = buffer.word[q], affinity[q]
        response.trust[j], response.pressure[j] = state.trust[q], state.pressure[q]
        response.inverse_tolerance[j], response.fit[j] = state.inverse_tolerance[q], action.fit[p]
        response.offer[j] = action.offer[p] * state.sensitivity[q]
        response.match[j] = flag(state.need[q] == action.message[p])


@phase
def draw_responses(rates: Rates, action: ChannelAction, response: ResponseBuffer, n: Any) -> None:
    """Who opens or engages, clicks through to a visit, or opts out, of ``n`` side by side."""
    engage_salt = channel_salt(action.number, DRAW_ENGAGE)
    click_salt = channel_salt(action.number, DRAW_CLICK)
    leave_salt = channel_salt(action.number, DRAW_OPT_OUT)
    for j in range(n):
        match, word, pressure = response.match[j] != NO, response.word[j], response.pressure[j]
        distrust = rates.trust_baseline - response.trust[j]
        x = response_log_odds(
            rates,
            distrust,
            pressure,
            response.affinity[j],
            response.fit[j],
            match,
            response.offer[j],
        )
        opens = uniform(word, engage_salt) < probability_from_odds(action.odds, x)
        goes = opens & (uniform(word, click_salt) < action.click)
        over = overload(pressure, response.inverse_tolerance[j])
        annoyance = exponential(rates.opt_out_overload * over + rates.opt_out_trust * distrust)
        risk = action.opt_out * annoyance * (rates.relief if match else ONE)
        leaves = uniform(word, leave_salt) < risk
        response.reply[j] = (
            (OPENED if opens else NO)
            | (MATCHED if opens & match else NO)
            | (CLICKED if goes else NO)
            | (LEFT if leaves else NO)
        )


@scalar
def response_log_odds(
    rates: Rates, distrust: Any, pressure: Any, affinity: Any, fit: Any, match: Any, offer: Any
) -> Any:
    """Log odds of a response: mood, taste, fit, need match and the discount's weight."""
    mood = -rates.fatigue * pressure - rates.trust_response * distrust
    return mood + affinity + fit + (rates.need_match if match else ZERO) + offer


@scalar
def overload(pressure: Any, inverse_tolerance: Any) -> Any:
    """How far the pressure exceeds what a customer tolerates, in tolerances."""
    over = pressure * inverse_tolerance - ONE
    return ZERO if over < ZERO else over


@phase
def react(
    now: Any, reply: Any, buffer: TickBuffer, c: Any, listed: Any, mine: ChannelState, tally: Any
) -> None:
    """Carry out the responses to channel ``c`` and count them."""
    touch = buffer.touch[c]
    for j in range(len(listed)):
        q, done = listed[j], reply[j]
        p = buffer.span[q]
        opens, goes, leaves = flag(done & OPENED), flag(done & CLICKED), flag(done & LEFT)
        before = mine.engaged[q]
        mine.engaged[q] = now if opens != NO else before
        mine.subscribed[q] = mine.subscribed[q] & (leaves ^ YES)
        buffer.visit[q] = buffer.visit[q] | goes
        touch[q] = YES | done
        tally[p, ENGAGEMENTS] += opens
        tally[p, CLICKS] += goes
        tally[p, OPT_OUTS] += leaves
