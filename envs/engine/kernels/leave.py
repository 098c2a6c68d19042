"""Consequences: who leaves the company, and what the touches leave behind."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.arithmetic import HALF, NO, event_probability, exponential, flag
from onevoice.envs.engine.kernels.buffers import TickBuffer, TouchedBuffer
from onevoice.envs.engine.kernels.columns import CHURN_LUCK, CHURNED
from onevoice.envs.engine.kernels.compiling import phase, stage
from onevoice.envs.engine.kernels.conflict import write_back
from onevoice.envs.engine.kernels.draws import salt, uniform
from onevoice.envs.engine.kernels.inputs import Block, Rates, World
from onevoice.envs.engine.kernels.purposes import DRAW_CHURN
from onevoice.envs.engine.kernels.response import overload
from onevoice.envs.engine.kernels.state import BlockState


@stage
def leave(
    world: World,
    block: Block,
    state: BlockState,
    buffer: TickBuffer,
    touched: TouchedBuffer,
    totals: Any,
    now: Any,
) -> None:
    """Draw and count the departures; write the effects of the touches back."""
    _, _, _, spans, lo, _, _ = block
    draw_departures(world.rates, state, buffer)
    for p in range(len(spans)):
        start, end = spans[p, 2] - lo, spans[p, 3] - lo
        churned, luck = add_departures(buffer.gone[start:end], buffer.churn_luck[start:end])
        totals[p, CHURNED] += churned
        totals[p, CHURN_LUCK] += luck
    union = len(world.channels.kind)
    listed = buffer.places[union, : buffer.counts[union]]
    write_back(now, touched, buffer.span, listed, state, totals)


@phase
def draw_departures(rates: Rates, state: BlockState, buffer: TickBuffer) -> None:
    """Who leaves the company, and everybody's equity lost by it less what was expected."""
    churn_salt = salt(DRAW_CHURN)
    alive, trust, pressure = state.alive, state.trust, state.pressure
    inverse_tolerance, value = state.inverse_tolerance, state.value
    word, gone, luck = buffer.word, buffer.gone, buffer.churn_luck
    for q in range(len(alive)):
        over = overload(pressure[q], inverse_tolerance[q])
        distrust = rates.trust_baseline - trust[q]
        urge = rates.churn_overload * over + rates.churn_trust * distrust
        risk = event_probability(rates.churn * exponential(urge))
        leaves = flag(uniform(word[q], churn_salt) < risk) & alive[q]
        worth = rates.equity * value[q]
        lost = np.int32(worth) if leaves != NO else np.int32(0)
        expected = np.int32(risk * worth + HALF) if alive[q] != NO else np.int32(0)
        luck[q] = lost - expected
        alive[q] = alive[q] ^ leaves
        gone[q] = leaves


@phase
def add_departures(gone: Any, luck: Any) -> Any:
    """How many left, and the sum of the luck."""
    count, total = np.int32(0), np.int64(0)
    for q in range(len(gone)):
        count = np.int32(count + np.int32(gone[q]))
        total += np.int64(luck[q])
    return count, total
