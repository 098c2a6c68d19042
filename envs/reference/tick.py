"""The values of one tick that its steps hand on.

Letters: ``C`` channels, ``N`` customers.
"""

from dataclasses import dataclass, field

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.customers import Customers
from onevoice.envs.reference.draws import Draws
from onevoice.envs.typing import F32, I64, U32, Bools


@dataclass
class Tick:
    """The draws and the plan of a tick, and the events of its steps so far."""

    now: int
    """Clock number."""
    season: np.float32
    """Multiplier of market entry."""
    draw: Draws
    message: I64
    """``[C, N]``, like the next two: the plan for each customer's segment."""
    percent: I64
    """Discount, %."""
    level: I64
    """0 to 4."""
    cap: I64
    """``[N]``, load that the global cap allows, 1/1,000 touch."""
    audience: I64
    """``[C]``"""
    brand: Bools = field(init=False)
    """``[N]``, makes a brand query; ``generic``: a generic one; ``visit``: visits the shop."""
    generic: Bools = field(init=False)
    visit: Bools = field(init=False)
    mood: F32 = field(init=False)
    """``[N]``, log odds of a response."""
    overload: F32 = field(init=False)
    """``[N]``, pressure beyond tolerance, as a share of it."""
    leave: F32 = field(init=False)
    """``[N]``, multiplier of the opt-out risk."""
    touch: Bools = field(init=False)
    """``[C, N]``"""
    price: I64 = field(init=False)
    """``[C, N]``, money units of the touch."""
    paid: Bools = field(init=False)
    """``[C, N]``, the ad on a query was clicked."""
    opens: Bools = field(init=False)
    """``[C, N]``, the touch was opened or engaged with."""
    relevant: F32 = field(init=False)
    """``[N]``, engagements whose message meets the need."""
    conflict: F32 = field(init=False)
    """``[N]``, 0 to 1."""
    regretted: Bools = field(init=False)
    """``[N]``, sees a deeper discount than that of a recent purchase."""
    best_offer: I64 = field(init=False)
    """``[N]``, best discount remembered, %."""
    words: dict[int, U32] = field(default_factory=dict)
    """Random words that the coordination layer has asked for, by purpose."""


@dataclass
class Exposure:
    """Sums over the touches of this tick, ``[N]`` each."""

    pressure: F32
    """Intrusiveness of the touches."""
    awareness: F32
    """Weight of touches and engagements."""
    agree: F32
    """Touches that repeat the last message; ``differ``: that contradict it."""
    differ: F32
    top_offer: I64
    """Largest discount, %."""


def begin(customers: Customers, plan: k.Plan) -> Tick:
    """The tick that comes next, with the plan spread over the customers.

    Args:
        customers: of one block.
        plan: the actions, ``[1, C, S]``.
    """
    t, rows = customers.ticks_lived, customers.segment
    return Tick(
        now=customers.scenario.clock_start + t,
        season=customers.markets.season[0, t],
        draw=Draws(customers.seed, t, customers.first, customers.first + customers.size),
        message=plan.message[0].astype(np.int64).take(rows, axis=1),
        percent=plan.offer[0].astype(np.int64).take(rows, axis=1),
        level=plan.intensity[0].astype(np.int64).take(rows, axis=1),
        cap=plan.cap[0][rows],
        audience=plan.audience[0].astype(np.int64),
    )
