"""Steps 1 and 2 of a tick: states drift, customers want something by themselves."""

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.arithmetic import event_probability, exponential, f32
from onevoice.envs.reference.customers import Customers
from onevoice.envs.reference.tick import Tick


def drift(customers: Customers, tick: Tick) -> None:
    """1. States decay, trust returns to its baseline, customers enter and leave the market."""
    r = customers.rates
    customers.awareness = customers.awareness * r.keep_awareness
    customers.pressure = customers.pressure * r.keep_pressure
    customers.depth = customers.depth * r.keep_depth
    customers.trust = customers.trust + (r.trust_baseline - customers.trust) * r.pull_trust
    rate = r.entry * tick.season * (f32(1) + r.entry_awareness * customers.awareness)
    chance = np.where(customers.in_market, r.leave_market, event_probability(rate))
    customers.in_market = customers.in_market ^ (tick.draw.uniform(k.DRAW_MARKET) < chance)


def demand(customers: Customers, tick: Tick) -> None:
    """2. Brand queries, generic queries and direct visits; the mood that touches meet."""
    r, draw, alive = customers.rates, tick.draw, customers.alive
    wants = customers.in_market.astype(np.float32)
    recall = r.query_floor + r.query_awareness * customers.awareness
    brand = (r.brand * wants + r.brand_idle) * recall
    generic = r.generic * wants * (r.generic_floor + r.generic_awareness * customers.awareness)
    direct = (r.direct * wants + r.direct_idle) * recall
    tick.brand = (draw.uniform(k.DRAW_BRAND) < event_probability(brand)) & alive
    tick.generic = (draw.uniform(k.DRAW_GENERIC) < event_probability(generic)) & alive
    tick.visit = (draw.uniform(k.DRAW_DIRECT) < event_probability(direct)) & alive
    distrust = r.trust_baseline - customers.trust
    over = customers.pressure * customers.inverse_tolerance - f32(1)
    tick.overload = np.maximum(over, f32(0))
    tick.mood = -r.fatigue * customers.pressure - r.trust_response * distrust
    tick.leave = exponential(r.opt_out_overload * tick.overload + r.opt_out_trust * distrust)
