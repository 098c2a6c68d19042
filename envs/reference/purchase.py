"""Step 6 of a tick: purchases, and the platforms' claims on them."""

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.arithmetic import f32, probability_from_odds
from onevoice.envs.reference.counts import Counts
from onevoice.envs.reference.customers import Customers
from onevoice.envs.reference.tick import Tick
from onevoice.envs.typing import F32, I64


def buy(customers: Customers, tick: Tick, counts: Counts) -> I64:
    """6. Visitors buy at the best discount that they remember.

    Returns:
        The prices paid, money units, ``[N]``; 0 without a purchase.
    """
    r = customers.rates
    discount = tick.best_offer.astype(np.float32) * f32(0.01)
    p = purchase_probability(customers, discount)
    buys = (tick.draw.uniform(k.DRAW_PURCHASE) < p) & tick.visit
    came = np.where(customers.in_market, k.ABANDONED, k.BROWSED)
    event = np.where(buys, k.BOUGHT, np.where(tick.visit, came, k.NOTHING))
    customers.event = event.astype(np.int64)
    customers.in_market = customers.in_market & ~buys
    full = customers.value * tick.draw.quantile(customers.orders, k.DRAW_ORDER)
    price = np.where(buys, (full * (f32(1) - discount)).astype(np.int64), 0)
    customers.bought = np.where(buys, tick.now, customers.bought)
    customers.bought_offer = np.where(buys, tick.best_offer, customers.bought_offer)
    counts.add_system(k.ORDERS, buys)
    counts.add_system(k.VISITS, tick.visit)
    counts.add_system(k.REVENUE, price)
    counts.add_system(k.LIST_VALUE, np.where(buys, full.astype(np.int64), 0))
    margin = p * customers.value * r.order * (r.margin - discount)
    counts.add_system(k.EXPECTED_MARGIN, np.where(tick.visit, margin.astype(np.int64), 0))
    return price


def purchase_probability(customers: Customers, discount: F32) -> F32:
    """Probability that a visit ends in a purchase, ``[N]``.

    Args:
        customers: of one block.
        discount: the best one remembered, as a share, ``[N]``.
    """
    r = customers.rates
    log_odds = (
        r.purchase_trust * (customers.trust - r.trust_baseline)
        + r.purchase_discount * discount * customers.sensitivity
        + r.purchase_awareness * customers.awareness
        + r.purchase_narrative * customers.depth
    )
    return probability_from_odds(
        np.where(customers.in_market, r.odds_in_market, r.odds_idle), log_odds
    )


def claim(customers: Customers, tick: Tick, price: I64, counts: Counts) -> None:
    """Each platform claims every order inside its lookback windows."""
    channels = customers.channels
    for c in range(customers.n_channels):
        clicked = tick.now - customers.engaged[c] < channels.claim_window[c]
        seen = tick.now - customers.touched[c] < channels.view_window[c]
        mine = (clicked | seen) & (customers.event == k.BOUGHT)
        counts.add(c, k.CLAIMS, mine)
        counts.add(c, k.CLAIMED, price * mine)
