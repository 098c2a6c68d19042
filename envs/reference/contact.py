"""Step 3 of a tick: the touches that each channel wishes to make."""

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.arithmetic import probability_from_odds
from onevoice.envs.reference.customers import Customers
from onevoice.envs.reference.response import response_log_odds
from onevoice.envs.reference.tick import Tick
from onevoice.envs.typing import Bools


def contact(customers: Customers, tick: Tick) -> None:
    """3. A channel touches subscribed customers of its audience, by chance."""
    channels, calm = customers.channels, customers.event == k.NOTHING
    tick.touch = np.zeros((customers.n_channels, customers.size), np.bool_)
    tick.price = np.zeros((customers.n_channels, customers.size), np.int64)
    for c in range(customers.n_channels):
        level = tick.level[c]
        chance = np.where(calm, channels.base_chance[c][level], channels.triggered_chance[c][level])
        hit = tick.draw.uniform(customers.purpose(c, k.DRAW_CONTACT)) < chance
        mine = in_audience(customers, tick, c) & customers.alive & customers.subscribed[c]
        tick.touch[c] = hit & mine & (level > 0)
        tick.price[c] = channels.cost[c][level]


def in_audience(customers: Customers, tick: Tick, c: int) -> Bools:
    """Customers inside the audience that channel ``c`` has chosen, ``[N]``."""
    r, shared = customers.rates, customers.rates.shared_context != 0
    last = customers.touched_any if shared else customers.touched[c]
    last_message = customers.last_message if shared else customers.heard[c]
    age, choice = tick.now - last, tick.audience[c]
    if choice == k.EVERYONE:
        return np.ones(customers.size, np.bool_)
    if choice == k.ENGAGERS:
        return np.asarray(tick.now - customers.engaged[c] < r.engager)
    if choice == k.RESTED:
        return np.asarray((age >= r.memory) | (age < r.sync_lag))
    return np.asarray((last_message == tick.message[c]) & (age >= r.sync_lag))


def query(customers: Customers, tick: Tick) -> None:
    """Search shows its ad on a query alone; the ad costs nothing until it is clicked."""
    r, channels = customers.rates, customers.channels
    tick.paid = np.zeros_like(tick.touch)
    for c in customers.of_kind(k.SEARCH):
        tick.touch[c] &= tick.brand | tick.generic
        odds = customers.markets.odds[0, c]
        odds_here = np.where(tick.brand, odds * r.brand_odds, odds)
        p = probability_from_odds(odds_here, response_log_odds(customers, tick, c))
        clicks = tick.draw.uniform(customers.purpose(c, k.DRAW_ENGAGE)) < p
        tick.paid[c] = clicks & tick.touch[c]
        brand_cost = channels.brand_cost[c][tick.level[c]]
        tick.price[c] = np.where(tick.brand, brand_cost, tick.price[c]) * tick.paid[c]
