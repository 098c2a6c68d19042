"""Steps 7 and 8 of a tick: states after the touches, and departures."""

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.arithmetic import clip01, event_probability, exponential, f32
from onevoice.envs.reference.counts import Counts
from onevoice.envs.reference.customers import Customers
from onevoice.envs.reference.tick import Exposure, Tick


def leave(customers: Customers, tick: Tick, total: Exposure, counts: Counts) -> None:
    """7. and 8. Trust falls and rises; customers leave the company."""
    r, over, trust = customers.rates, tick.overload, customers.trust
    urge = r.churn_overload * over + r.churn_trust * (r.trust_baseline - trust)
    p = event_probability(r.churn * exponential(urge))
    leaves = (tick.draw.uniform(k.DRAW_CHURN) < p) & customers.alive
    worth = r.equity * customers.value
    expected = np.where(customers.alive, (p * worth + f32(0.5)).astype(np.int64), 0)
    counts.add_system(k.CHURN_LUCK, np.where(leaves, worth.astype(np.int64), 0) - expected)
    lost = total.pressure * (r.trust_conflict * tick.conflict + r.trust_overload * over)
    lost = lost + np.where(tick.regretted, r.trust_regret, f32(0))
    gained = r.trust_relevance * tick.relevant * (f32(1) - tick.conflict)
    customers.trust = clip01(trust - lost + gained)
    customers.alive = customers.alive & ~leaves
    counts.add_system(k.CHURNED, leaves)


def update_states(customers: Customers, total: Exposure) -> None:
    """7. Awareness, pressure and narrative depth after the tick."""
    r, depth, awareness = customers.rates, customers.depth, customers.awareness
    customers.awareness = awareness + (f32(1) - awareness) * event_probability(total.awareness)
    customers.pressure = customers.pressure + total.pressure
    gained = r.narrative_gain * total.agree * (f32(1) - depth)
    customers.depth = clip01(depth + gained - r.narrative_loss * total.differ * depth)
