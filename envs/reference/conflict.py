"""Step 5 of a tick: contradictions between channels, the last message, and regret."""

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.arithmetic import f32
from onevoice.envs.reference.counts import Counts
from onevoice.envs.reference.customers import Customers
from onevoice.envs.reference.tick import Exposure, Tick


def pair_conflicts(customers: Customers, tick: Tick, counts: Counts) -> None:
    """5. Compare the messages of each pair of channels, half message, half discount."""
    r, zero = customers.rates, np.zeros(customers.size, np.float32)
    age = (tick.now - customers.touched).astype(np.float32)
    fade = np.maximum(f32(1) - age * r.per_memory, f32(0))
    offered = customers.offered.astype(np.float32)
    tick.best_offer = (customers.offered * (fade > 0)).max(axis=0)
    mismatch, gap, weight = zero, zero, zero
    for a in range(customers.n_channels):
        for b in range(a + 1, customers.n_channels):
            fresh = tick.touch[a] | tick.touch[b]
            w = fade[a] * fade[b] * fresh
            other = customers.heard[a] != customers.heard[b]
            points = np.abs(offered[a] - offered[b])
            mismatch = mismatch + w * other
            gap = gap + w * np.minimum(points * r.per_discount, f32(1))
            weight = weight + w
            counts.add_system(k.CONFLICTS, (w > 0) & (other | (points > 0)))
    counted = weight > r.memory_floor
    share = f32(0.5) / np.where(counted, weight, f32(1))
    tick.conflict = np.where(counted, (mismatch + gap) * share, f32(0))


def update_last_message(customers: Customers, tick: Tick) -> None:
    """The last message is that of the most intrusive channel of this tick."""
    for c in customers.channels.by_intrusiveness:
        customers.last_message = np.where(tick.touch[c], tick.message[c], customers.last_message)
        customers.touched_any = np.where(tick.touch[c], tick.now, customers.touched_any)


def regret(customers: Customers, tick: Tick, total: Exposure, counts: Counts) -> None:
    """Customers who bought recently regret it when they see a deeper discount."""
    recent = tick.now - customers.bought < customers.rates.regret
    tick.regretted = recent & (total.top_offer > customers.bought_offer)
    counts.add_system(k.REGRETS, tick.regretted)
