"""The part of a tick that the peers in polars and Mesa run; less work than the engine's whole tick.

Awareness, pressure and trust decay; push and content channels touch customers by chance; customers
respond by a logistic function; the touches change pressure, awareness and trust. Left out:
narrative depth, the market, queries and search ads, audiences, events, clicks, opt-outs, memory,
conflicts, purchases, claims, churn, payment and tallies. So a ratio to such a peer is a lower
bound: the peer with the whole tick would be slower still.

Letters: ``C`` channels, ``E`` entries of an action, ``N`` customers.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.engine.kernels import Channels, Rates
from onevoice.envs.reference import Customers, plan_of
from onevoice.envs.reference.response import response_log_odds
from onevoice.envs.reference.tick import begin
from onevoice.envs.typing import F32, I64, Bools

NOTE = "part of the tick"
"""Stands behind a peer's name."""
Uniform = Callable[[int, int], F32]
"""``(tick, purpose)`` to one draw from [0, 1) for each customer, ``[N]``."""


class Voice(NamedTuple):
    """What one channel does in a decision, ``[N]`` each."""

    chance: F32
    """Of a touch in a tick; 0 for those whom the channel cannot reach."""
    appeal: F32
    """Log odds of a response, beside those of the customer's mood."""
    meets: Bools
    """The message meets the need."""


def plain(parameters: Rates | Channels) -> SimpleNamespace:
    """The same names with Python's own numbers and lists."""
    return SimpleNamespace(**{name: x.tolist() for name, x in parameters._asdict().items()})


def speakers(customers: Customers) -> list[int]:
    """The channels that speak unasked: all but search."""
    return [c for c in range(customers.n_channels) if customers.channels.kind[c] != k.SEARCH]


def draws(customers: Customers, uniform: Uniform, tick: int, what: int) -> dict[int, F32]:
    """A tick's draws for contacts or responses, ``[N]`` for each channel."""
    return {c: uniform(tick, customers.purpose(c, what)) for c in speakers(customers)}


def voices(customers: Customers, joint: I64) -> dict[int, Voice]:
    """What the actions ``[C, E]`` mean to each customer, by channel."""
    tick = begin(customers, plan_of(customers.scenario, joint[None]))
    tick.mood = np.zeros(customers.size, np.float32)
    chances = customers.channels.base_chance
    return {
        c: Voice(
            chances[c][tick.level[c]] * (customers.alive & customers.subscribed[c]),
            response_log_odds(customers, tick, c),
            customers.need == tick.message[c],
        )
        for c in speakers(customers)
    }
