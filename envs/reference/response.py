"""Step 4 of a tick: clicks, engagements and opt-outs, and the touches' sums."""

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.arithmetic import f32, probability_from_odds
from onevoice.envs.reference.counts import Counts
from onevoice.envs.reference.customers import Customers
from onevoice.envs.reference.tick import Exposure, Tick
from onevoice.envs.typing import F32


def response_log_odds(customers: Customers, tick: Tick, c: int) -> F32:
    """Log odds of a response: mood, affinity, fit, need match and discount, ``[N]``."""
    r, message = customers.rates, tick.message[c]
    match = r.need_match * (customers.need == message)
    offer = r.offer_response * (tick.percent[c].astype(np.float32) * f32(0.01))
    return np.asarray(
        tick.mood
        + customers.affinity[c]
        + customers.markets.fit[0, c][message]
        + match
        + offer * customers.sensitivity
    )


def search(customers: Customers, tick: Tick, counts: Counts) -> None:
    """Queries end in a paid click, an organic click, or nothing."""
    r, found = customers.rates, tick.draw.uniform(k.DRAW_ORGANIC)
    asked = tick.brand | tick.generic
    for c in customers.of_kind(k.SEARCH):
        pushed = customers.of_kind(k.PUSH)
        warm = (tick.now - customers.engaged[pushed] < r.memory).any(axis=0)
        counts.add_system(k.AWARE_CLICKS, warm & tick.paid[c])
        counts.add(c, k.ENGAGEMENTS, tick.paid[c])
        counts.add(c, k.CLICKS, tick.paid[c])
        customers.engaged[c] = np.where(tick.paid[c], tick.now, customers.engaged[c])
        brand = np.where(tick.touch[c], r.brand_beside, r.brand_alone)
        generic = np.where(tick.touch[c], r.generic_beside, r.generic_alone)
        organic = (found < np.where(tick.brand, brand, generic)) & asked
        tick.visit = tick.visit | tick.paid[c] | organic
    if not customers.of_kind(k.SEARCH):
        alone = np.where(tick.brand, r.brand_alone, r.generic_alone)
        tick.visit = tick.visit | ((found < alone) & asked)
    counts.add_system(k.BRAND, tick.brand)
    counts.add_system(k.GENERIC, tick.generic)


def respond(customers: Customers, tick: Tick, counts: Counts) -> None:
    """4. Customers engage with a touch, click through to a visit, or opt out of the channel."""
    channels, draw = customers.channels, tick.draw
    tick.relevant = np.zeros(customers.size, np.float32)
    tick.opens = np.zeros_like(tick.touch)
    search_channels = customers.of_kind(k.SEARCH)
    for c in (c for c in range(customers.n_channels) if c not in search_channels):
        meets = customers.need == tick.message[c]
        log_odds = response_log_odds(customers, tick, c)
        p = probability_from_odds(customers.markets.odds[0, c], log_odds)
        opens = (draw.uniform(customers.purpose(c, k.DRAW_ENGAGE)) < p) & tick.touch[c]
        clicks = draw.uniform(customers.purpose(c, k.DRAW_CLICK)) < channels.click[c]
        risk = channels.opt_out[c] * tick.leave * np.where(meets, customers.rates.relief, f32(1))
        leaves = draw.uniform(customers.purpose(c, k.DRAW_OPT_OUT)) < risk
        goes, leaves = clicks & opens, leaves & tick.touch[c]
        customers.engaged[c] = np.where(opens, tick.now, customers.engaged[c])
        customers.subscribed[c] &= ~leaves
        tick.visit = tick.visit | goes
        tick.opens[c] = opens
        tick.relevant = tick.relevant + (opens & meets)
        for column, flags in ((k.ENGAGEMENTS, opens), (k.CLICKS, goes), (k.OPT_OUTS, leaves)):
            counts.add(c, column, flags)


def sum_exposure(customers: Customers, tick: Tick) -> Exposure:
    """Write the touches into the customers' memories, and add up their weights."""
    none, channels = np.zeros(customers.size, np.float32), customers.channels
    total = Exposure(none, none, none, none, np.zeros(customers.size, np.int64))
    for c in range(customers.n_channels):
        touch, message, percent = tick.touch[c], tick.message[c], tick.percent[c]
        customers.heard[c] = np.where(touch, message, customers.heard[c])
        customers.offered[c] = np.where(touch, percent, customers.offered[c])
        customers.touched[c] = np.where(touch, tick.now, customers.touched[c])
        agrees = customers.last_message == message
        total.pressure = total.pressure + channels.intrusiveness[c] * touch
        total.awareness = total.awareness + channels.engagement_awareness[c] * tick.opens[c]
        total.awareness = total.awareness + channels.awareness[c] * touch
        total.agree = total.agree + (touch & agrees)
        total.differ = total.differ + (touch & ~agrees)
        total.top_offer = np.maximum(total.top_offer, percent * touch)
    return total
