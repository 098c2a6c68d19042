"""Conflict: every pair of channels of which one has just touched a customer, and its effects."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.arithmetic import (
    HALF,
    NO,
    ONE,
    ZERO,
    clip01,
    event_probability,
    flag,
    ticks_since,
)
from onevoice.envs.engine.kernels.bits import whole_vectors
from onevoice.envs.engine.kernels.buffers import TickBuffer, TouchedBuffer
from onevoice.envs.engine.kernels.columns import CONFLICTS, REGRETS
from onevoice.envs.engine.kernels.compiling import phase, scalar, stage
from onevoice.envs.engine.kernels.inputs import Block, Channels, Rates, World
from onevoice.envs.engine.kernels.response import MATCHED, OPENED, overload
from onevoice.envs.engine.kernels.state import BlockState, ChannelState


@stage
def conflict(
    world: World,
    block: Block,
    state: BlockState,
    buffer: TickBuffer,
    touched: TouchedBuffer,
    now: Any,
) -> None:
    """Work out what the touches of this tick do to customers; ``write_back`` lets it happen."""
    rates, channels, _, states = world
    union = len(channels.kind)
    listed = buffer.places[union, : buffer.counts[union]]
    n = whole_vectors(len(listed))
    gather(rates, now, states, block.lo, state, buffer, listed, touched)
    sum_exposure(channels, touched, n)
    pair_conflicts(rates, touched, n)
    update_last_message(channels.by_intrusiveness, touched, n)
    find_regrets(rates, now, touched, n)
    update_states(rates, touched, n)


@scalar
def freshness(rates: Rates, now: Any, last: Any) -> Any:
    """How fresh a channel's last touch is in memory, from 1 to 0."""
    left = ONE - np.float32(ticks_since(now, last)) * rates.per_memory
    return ZERO if left < ZERO else left


@phase
def gather(
    rates: Rates,
    now: Any,
    states: ChannelState,
    lo: Any,
    state: BlockState,
    buffer: TickBuffer,
    listed: Any,
    touched: TouchedBuffer,
) -> None:
    """Lay side by side what the touches meet in the customers listed, and what they remember."""
    for j in range(len(listed)):
        q = listed[j]
        touched.trust[j], touched.awareness[j] = state.trust[q], state.awareness[q]
        touched.pressure[j], touched.depth[j] = state.pressure[q], state.depth[q]
        touched.inverse_tolerance[j] = state.inverse_tolerance[q]
        touched.last_message[j] = state.last_message[q]
        touched.bought[j], touched.bought_offer[j] = state.bought[q], state.bought_offer[q]
    for c in range(len(states.heard)):
        touch, heard, offered = buffer.touch[c], states.heard[c, lo:], states.offered[c, lo:]
        last = states.touched[c, lo:]
        for j in range(len(listed)):
            q = listed[j]
            touched.touch[c, j], touched.heard[c, j] = touch[q], heard[q]
            touched.offered[c, j] = offered[q]
            touched.freshness[c, j] = freshness(rates, now, last[q])


@phase
def sum_exposure(channels: Channels, touched: TouchedBuffer, n: Any) -> None:
    """What the touches of a tick add up to: do they repeat the last message, how heavy are they?"""
    load, exposure, relevant = touched.load, touched.exposure, touched.relevant
    agree, differ, top = touched.agree, touched.differ, touched.top_offer
    for j in range(n):
        load[j], exposure[j], relevant[j] = ZERO, ZERO, ZERO
        agree[j], differ[j], top[j] = ZERO, ZERO, NO
    for c in range(len(touched.touch)):
        touch, heard, offered = touched.touch[c], touched.heard[c], touched.offered[c]
        weight, effect = channels.intrusiveness[c], channels.awareness[c]
        engaged = channels.engagement_awareness[c]
        for j in range(n):
            one = ONE if touch[j] != NO else ZERO
            same = one if heard[j] == touched.last_message[j] else ZERO
            load[j] = load[j] + (weight if touch[j] != NO else ZERO)
            exposure[j] = exposure[j] + (engaged if (touch[j] & OPENED) != NO else ZERO)
            exposure[j] = exposure[j] + (effect if touch[j] != NO else ZERO)
            relevant[j] = relevant[j] + (ONE if (touch[j] & MATCHED) != NO else ZERO)
            agree[j] = agree[j] + same
            differ[j] = differ[j] + (one - same)
            top[j] = offered[j] if (touch[j] != NO) & (offered[j] > top[j]) else top[j]


@phase
def pair_conflicts(rates: Rates, touched: TouchedBuffer, n: Any) -> None:
    """Compare every pair of channels of which one has just touched a customer."""
    mismatch, gap, weight, conflicts = (
        touched.mismatch,
        touched.gap,
        touched.weight,
        touched.conflicts,
    )
    for j in range(n):
        mismatch[j], gap[j], weight[j], conflicts[j] = ZERO, ZERO, ZERO, 0
    for c in range(len(touched.heard)):
        touch_c, heard_c = touched.touch[c], touched.heard[c]
        offered_c, fresh_c = touched.offered[c], touched.freshness[c]
        for k in range(c + 1, len(touched.heard)):
            touch_k, heard_k = touched.touch[k], touched.heard[k]
            offered_k, fresh_k = touched.offered[k], touched.freshness[k]
            for j in range(n):
                new = (touch_c[j] | touch_k[j]) != NO
                w = fresh_c[j] * fresh_k[j] if new else ZERO
                other = ONE if heard_c[j] != heard_k[j] else ZERO
                points = np.float32(abs(np.int32(offered_c[j]) - np.int32(offered_k[j])))
                distance = points * rates.per_discount
                distance = ONE if distance > ONE else distance
                mismatch[j] = mismatch[j] + w * other
                gap[j] = gap[j] + w * distance
                weight[j] = weight[j] + w
                found = flag((w > ZERO) & ((other > ZERO) | (points > ZERO)))
                conflicts[j] = np.uint8(conflicts[j] + found)


@phase
def update_last_message(by_intrusiveness: Any, touched: TouchedBuffer, n: Any) -> None:
    """The last message is that of the most intrusive channel."""
    last_message = touched.last_message
    for c in by_intrusiveness:
        touch, heard = touched.touch[c], touched.heard[c]
        for j in range(n):
            new, old = heard[j], last_message[j]
            last_message[j] = new if touch[j] != NO else old


@phase
def find_regrets(rates: Rates, now: Any, touched: TouchedBuffer, n: Any) -> None:
    """Who regrets a purchase, because more is offered a while after it."""
    for j in range(n):
        recent = ticks_since(now, touched.bought[j]) < rates.regret
        touched.regretted[j] = flag(recent & (touched.top_offer[j] > touched.bought_offer[j]))


@phase
def update_states(rates: Rates, touched: TouchedBuffer, n: Any) -> None:
    """Trust, awareness, pressure and narrative depth of those who were touched."""
    for j in range(n):
        counted = touched.weight[j] > rates.memory_floor
        share = HALF / (touched.weight[j] if counted else ONE)
        clash = (touched.mismatch[j] + touched.gap[j]) * share if counted else ZERO
        load, over = touched.load[j], overload(touched.pressure[j], touched.inverse_tolerance[j])
        lost = load * (rates.trust_conflict * clash + rates.trust_overload * over)
        lost = lost + (rates.trust_regret if touched.regretted[j] != NO else ZERO)
        gained = rates.trust_relevance * touched.relevant[j] * (ONE - clash)
        touched.trust[j] = clip01(touched.trust[j] - lost + gained)
        a, d = touched.awareness[j], touched.depth[j]
        touched.awareness[j] = a + (ONE - a) * event_probability(touched.exposure[j])
        touched.pressure[j] = touched.pressure[j] + load
        agreed = rates.narrative_gain * touched.agree[j] * (ONE - d)
        touched.depth[j] = clip01(d + agreed - rates.narrative_loss * touched.differ[j] * d)


@phase
def write_back(
    now: Any, touched: TouchedBuffer, span: Any, listed: Any, state: BlockState, totals: Any
) -> None:
    """Write what the touches made of the customers back to them; counts conflicts and regrets."""
    for j in range(len(listed)):
        q = listed[j]
        state.trust[q], state.awareness[q] = touched.trust[j], touched.awareness[j]
        state.pressure[q], state.depth[q] = touched.pressure[j], touched.depth[j]
        state.last_message[q], state.touched_any[q] = touched.last_message[j], now
        totals[span[q], CONFLICTS] += touched.conflicts[j]
        totals[span[q], REGRETS] += touched.regretted[j]
