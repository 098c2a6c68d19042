"""Draws the customers of an episode: traits, reachable channels and starting state."""

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.arithmetic import clip01, f32
from onevoice.envs.reference.customers import NEVER_HEARD, Customers
from onevoice.envs.reference.draws import Draws
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import Bools

SETUP_TICK = 2**32 - 1
"""The tick whose draws the setup takes."""


def draw_customers(scenario: Scenario, seed: int, market: int) -> Customers:
    """The customers of one environment at the start of an episode.

    Args:
        scenario: the configuration.
        seed: 64-bit key of the random draws.
        market: id of the market.
    """
    customers = Customers(scenario, seed, market)
    draw = Draws(seed, SETUP_TICK, 0, customers.size)
    _draw_traits(customers, draw)
    _draw_state(customers, draw)
    _draw_channels(customers, draw)
    customers.held_out = _hold_out(customers, draw)
    return customers


def _draw_traits(customers: Customers, draw: Draws) -> None:
    """Segment, age, need, value, sensitivity and tolerance."""
    origin = customers.origin
    rows = customers.segment = np.repeat(np.arange(len(customers.sizes)), customers.sizes)
    years = origin.first_age[rows] + draw.uniform(k.DRAW_AGE) * origin.ages[rows]
    customers.age = years.astype(np.uint8)
    u = draw.uniform(k.DRAW_NEED)[:, None]
    customers.need = (u >= origin.needs[0][rows][:, :-1]).sum(axis=1)
    customers.value = origin.tier[rows] * draw.quantile(origin.value, k.DRAW_VALUE)
    customers.sensitivity = draw.quantile(origin.sensitivity, k.DRAW_SENSITIVITY)
    customers.inverse_tolerance = draw.quantile(origin.inverse_tolerance, k.DRAW_TOLERANCE)


def _draw_state(customers: Customers, draw: Draws) -> None:
    """Awareness, trust and market; all else starts at zero."""
    origin, size = customers.origin, customers.size
    customers.awareness = clip01(origin.awareness * (f32(0.5) + draw.uniform(k.DRAW_AWARENESS)))
    spread = draw.quantile(origin.normal, k.DRAW_TRUST)
    customers.trust = clip01(origin.trust + origin.trust_sd * spread)
    customers.in_market = draw.uniform(k.DRAW_MARKET) < origin.in_market
    customers.alive = np.ones(size, np.bool_)
    customers.pressure, customers.depth = np.zeros((2, size), np.float32)
    customers.event, customers.touched_any = np.zeros((2, size), np.int64)
    customers.bought, customers.bought_offer = np.zeros((2, size), np.int64)
    customers.last_message = np.full(size, NEVER_HEARD)
    customers.past = np.empty(size, object)
    for q in range(size):
        customers.past[q] = []


def _draw_channels(customers: Customers, draw: Draws) -> None:
    """Reach and affinity of each channel, ``[C, N]``."""
    origin, shape = customers.origin, (customers.n_channels, customers.size)
    customers.affinity = np.zeros(shape, np.float32)
    customers.subscribed = np.zeros(shape, np.bool_)
    tied = draw.uniform(k.DRAW_TIED) < np.abs(origin.overlap)
    common = draw.uniform(k.DRAW_COMMON)
    for c, number in enumerate(int(n) for n in origin.numbers):
        years = customers.age.astype(np.float32) - origin.reach_age
        reach = origin.reach[c] + origin.reach_per_year[c] * years
        apart = common - origin.shift[c]
        apart = np.where(apart < f32(0), apart + f32(1), apart)
        together = common if origin.overlap > 0 else apart
        own = draw.uniform(k.DRAW_REACH + number)
        customers.subscribed[c] = np.where(tied, together, own) < reach
        liking = draw.quantile(origin.normal, k.DRAW_AFFINITY + number)
        customers.affinity[c] = origin.affinity_sd[c] * liking
    customers.heard = np.full(shape, NEVER_HEARD)
    customers.offered, customers.touched, customers.engaged = np.zeros((3, *shape), np.int64)


def _hold_out(customers: Customers, draw: Draws) -> Bools:
    """Customers held out from each channel and, in the last row, from all, ``[C + 1, N]``."""
    layer, channels = customers.scenario.coordination, customers.channels
    holdout = layer.holdout if layer.on else None
    by_name = [holdout.channels.get(name, 0.0) if holdout else 0.0 for name in CHANNEL_NAMES]
    shares = [*(by_name[number] for number in channels.number), holdout.all if holdout else 0.0]
    numbers = [*channels.number.tolist(), len(CHANNEL_NAMES)]
    rows = [
        draw.uniform(k.DRAW_HELD + number).astype(np.float64) < share
        for number, share in zip(numbers, shares, strict=True)
    ]
    return np.array(rows)
