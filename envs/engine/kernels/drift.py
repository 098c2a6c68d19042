"""Drift and demand: what happens to every customer in every tick, whatever the channels do."""

from typing import Any

from onevoice.envs.engine.kernels.arithmetic import NO, ONE, YES, ZERO, event_probability, flag
from onevoice.envs.engine.kernels.buffers import TickBuffer
from onevoice.envs.engine.kernels.compiling import phase
from onevoice.envs.engine.kernels.draws import customer_word, salt, uniform
from onevoice.envs.engine.kernels.inputs import Rates
from onevoice.envs.engine.kernels.purposes import DRAW_BRAND, DRAW_DIRECT, DRAW_GENERIC, DRAW_MARKET
from onevoice.envs.engine.kernels.state import BlockState


@phase
def start_tick(
    rates: Rates, entry: Any, key: Any, first: Any, state: BlockState, buffer: TickBuffer
) -> None:
    """Decay, market entry and exit, queries, direct visits."""
    market_salt, brand_salt = salt(DRAW_MARKET), salt(DRAW_BRAND)
    generic_salt, direct_salt = salt(DRAW_GENERIC), salt(DRAW_DIRECT)
    alive, in_market, awareness = state.alive, state.in_market, state.awareness
    pressure, words, asked, visit = state.pressure, buffer.word, buffer.asked, buffer.visit
    for q in range(len(alive)):
        word = customer_word(first + q, key)
        words[q] = word
        a = awareness[q] * rates.keep_awareness
        awareness[q] = a
        pressure[q] = pressure[q] * rates.keep_pressure
        inside = in_market[q]
        enters = event_probability(entry * (ONE + rates.entry_awareness * a))
        moves = flag(uniform(word, market_salt) < (rates.leave_market if inside != NO else enters))
        inside = inside ^ moves
        in_market[q] = inside
        wants = ONE if inside != NO else ZERO
        recall = rates.query_floor + rates.query_awareness * a
        brand_rate = (rates.brand * wants + rates.brand_idle) * recall
        generic_rate = rates.generic * wants * (rates.generic_floor + rates.generic_awareness * a)
        direct_rate = (rates.direct * wants + rates.direct_idle) * recall
        brand = flag(uniform(word, brand_salt) < event_probability(brand_rate)) & alive[q]
        generic = flag(uniform(word, generic_salt) < event_probability(generic_rate)) & alive[q]
        asked[q] = brand | (generic << YES)
        visit[q] = flag(uniform(word, direct_salt) < event_probability(direct_rate)) & alive[q]


@phase
def drift(rates: Rates, state: BlockState) -> None:
    """Trust returns to its baseline, narrative depth fades."""
    trust, depth = state.trust, state.depth
    for q in range(len(trust)):
        t = trust[q]
        trust[q] = t + (rates.trust_baseline - t) * rates.pull_trust
        depth[q] = depth[q] * rates.keep_depth
