"""Purchase, and the claims that every platform makes on it."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.arithmetic import (
    NO,
    ONE,
    PERCENT,
    ZERO,
    flag,
    probability_from_odds,
    ticks_since,
)
from onevoice.envs.engine.kernels.bits import list_flags, wipe
from onevoice.envs.engine.kernels.buffers import Ledger, TickBuffer
from onevoice.envs.engine.kernels.columns import (
    ABANDONED,
    BOUGHT,
    BROWSED,
    CLAIMED,
    CLAIMS,
    EXPECTED_MARGIN,
    LIST_VALUE,
    ORDERS,
    REVENUE,
    VISITS,
)
from onevoice.envs.engine.kernels.compiling import phase, stage
from onevoice.envs.engine.kernels.conflict import freshness
from onevoice.envs.engine.kernels.draws import quantile, salt, uniform
from onevoice.envs.engine.kernels.inputs import Block, Rates, World
from onevoice.envs.engine.kernels.purposes import DRAW_ORDER, DRAW_PURCHASE
from onevoice.envs.engine.kernels.state import BlockState, ChannelState


@stage
def buy(
    world: World, block: Block, state: BlockState, buffer: TickBuffer, ledger: Ledger, now: Any
) -> None:
    """List the visitors, let some of them buy, and let the platforms claim the orders."""
    rates, channels, orders, states = world
    _, _, _, _, lo, hi, _ = block
    visiting = len(channels.kind) + 1
    wipe(state.event, hi - lo)
    visitors = list_flags(buffer.visit, hi - lo, buffer.places[visiting])
    listed = buffer.places[visiting, :visitors]
    recall_offers(rates, now, states, lo, listed, buffer.best_offer)
    bought = draw_purchases(rates, state, buffer, listed, ledger.totals)
    buyers = listed[:bought]
    buffer.counts[visiting] = bought
    price_orders(orders, now, state, buffer, buyers, ledger.totals)
    for c in range(len(channels.kind)):
        windows = (channels.claim_window[c], channels.view_window[c])
        stamps = (states.engaged[c, lo:hi], states.touched[c, lo:hi])
        claim(now, windows, stamps, buffer, buyers, ledger.tally[:, c])


@phase
def recall_offers(
    rates: Rates, now: Any, states: ChannelState, lo: Any, listed: Any, best: Any
) -> None:
    """The best discount that visitors remember."""
    for q in listed:
        most, i = NO, lo + q
        for c in range(len(states.touched)):
            known = freshness(rates, now, states.touched[c, i]) > ZERO
            offer = states.offered[c, i]
            most = offer if known & (offer > most) else most
        best[q] = most


@phase
def draw_purchases(
    rates: Rates, state: BlockState, buffer: TickBuffer, listed: Any, totals: Any
) -> Any:
    """Who buys on a visit, and the event it leaves; counts visits, orders and expected margin.

    Returns how many buy, their places having moved to the front.
    """
    buy_salt = salt(DRAW_PURCHASE)
    in_market, event, span = state.in_market, state.event, buffer.span
    orders = 0
    for q in listed:
        discount = np.float32(buffer.best_offer[q]) * PERCENT
        x = (
            rates.purchase_trust * (state.trust[q] - rates.trust_baseline)
            + rates.purchase_discount * discount * state.sensitivity[q]
            + rates.purchase_awareness * state.awareness[q]
            + rates.purchase_narrative * state.depth[q]
        )
        p = probability_from_odds(
            rates.odds_in_market if in_market[q] != NO else rates.odds_idle, x
        )
        buys = uniform(buffer.word[q], buy_salt) < p
        wants = in_market[q]
        came = ABANDONED if wants != NO else BROWSED
        event[q] = BOUGHT if buys else came
        in_market[q] = NO if buys else wants
        margin = p * state.value[q] * rates.order * (rates.margin - discount)
        totals[span[q], VISITS] += 1
        totals[span[q], ORDERS] += flag(buys)
        totals[span[q], EXPECTED_MARGIN] += np.int32(margin)
        listed[orders] = q
        orders += 1 if buys else 0
    return orders


@phase
def price_orders(
    quantiles: Any, now: Any, state: BlockState, buffer: TickBuffer, buyers: Any, totals: Any
) -> None:
    """Price the few orders of this tick; counts revenue and its value before discounts."""
    best, price, span = buffer.best_offer, buffer.price, buffer.span
    for q in buyers:
        full = state.value[q] * quantile(quantiles, buffer.word[q], DRAW_ORDER)
        discount = np.float32(best[q]) * PERCENT
        price[q] = np.int32(full * (ONE - discount))
        state.bought[q], state.bought_offer[q] = now, best[q]
        totals[span[q], REVENUE] += price[q]
        totals[span[q], LIST_VALUE] += np.int32(full)


@phase
def claim(now: Any, windows: Any, stamps: Any, buffer: TickBuffer, buyers: Any, tally: Any) -> None:
    """A platform credits itself with every order in its lookback windows."""
    (window, view), (engaged, touched) = windows, stamps
    for q in buyers:
        seen = ticks_since(now, touched[q]) < view
        if seen | (ticks_since(now, engaged[q]) < window):
            tally[buffer.span[q], CLAIMS] += 1
            tally[buffer.span[q], CLAIMED] += buffer.price[q]
