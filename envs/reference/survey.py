"""Sums over the customers at the end of a decision, and customer equity."""

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.arithmetic import exponential, f32, probability_from_odds
from onevoice.envs.reference.customers import Customers
from onevoice.envs.typing import F32, I64

FIXED_POINT = 65536
MESSAGE_COUNTS = (k.TWO_MESSAGES, k.THREE_MESSAGES, k.FOUR_MESSAGES)


def survey(customers: Customers) -> tuple[I64, I64]:
    """Sums over living customers, and addressable customers.

    Returns:
        int64 ``[S, SURVEY_COLUMNS]``, states in units of 1/65,536; int64 ``[C, S]``.
    """
    alive = customers.alive
    columns: dict[int, npt.NDArray[np.generic]] = {
        k.ALIVE: alive,
        k.IN_MARKET: alive & customers.in_market,
        k.AWARENESS: customers.awareness * f32(FIXED_POINT),
        k.TRUST: customers.trust * f32(FIXED_POINT),
        k.PRESSURE: customers.pressure * f32(FIXED_POINT),
        k.DEPTH: customers.depth * f32(FIXED_POINT),
        k.EQUITY: equity(customers),
        **{
            column: messages_remembered(customers) == n
            for n, column in enumerate(MESSAGE_COUNTS, 2)
        },
    }
    sums = np.zeros((len(customers.sizes), k.SURVEY_COLUMNS), np.int64)
    for column, values in columns.items():
        counted = np.where(alive, values.astype(np.int64), 0)
        np.add.at(sums[:, column], customers.segment, counted)
    reached = np.zeros((customers.n_channels, len(customers.sizes)), np.int64)
    for c in range(customers.n_channels):
        reachable = (alive & customers.subscribed[c]).astype(np.int64)
        np.add.at(reached[c], customers.segment, reachable)
    return sums, reached


def messages_remembered(customers: Customers) -> I64:
    """Number of different messages that each customer remembers, ``[N]``."""
    now = customers.scenario.clock_start + customers.ticks_lived - 1
    recent = now - customers.touched < customers.rates.memory
    known = [((customers.heard == message) & recent).any(axis=0) for message in range(4)]
    return np.asarray(np.sum(known, axis=0))


def equity(customers: Customers) -> F32:
    """Margin still to come from each customer, money units, ``[N]``.

    It has two parts: the long run, and orders from demand created so far.
    """
    r = customers.rates
    reach = np.ones(customers.size, np.float32)
    for c in range(customers.n_channels):
        value = customers.channels.reach_value[c]
        reach = reach + np.where(customers.subscribed[c], value, f32(0))
    extra_churn = exponential(r.churn_trust * (r.trust_baseline - customers.trust)) - f32(1)
    far = r.equity * reach / (f32(1) + r.equity_trust * extra_churn)
    return np.asarray(customers.value * (far + r.order * r.margin * orders_ahead(customers)))


def orders_ahead(customers: Customers) -> F32:
    """Orders per customer that demand created so far brings without further touches, ``[N]``."""
    r, awareness = customers.rates, customers.awareness
    recall = r.query_floor + r.query_awareness * awareness
    brand = (r.brand + r.brand_idle) * recall * r.brand_alone
    generic = r.generic * (r.generic_floor + r.generic_awareness * awareness) * r.generic_alone
    visits = brand + generic + (r.direct + r.direct_idle) * recall
    log_odds = r.purchase_trust * (customers.trust - r.trust_baseline)
    log_odds = log_odds + r.purchase_awareness * awareness + r.purchase_narrative * customers.depth
    orders = visits * probability_from_odds(r.odds_in_market, log_odds)
    entries = r.entry * r.entry_awareness * awareness * r.awareness_ticks
    share = (customers.in_market.astype(np.float32) + entries) * orders
    return np.asarray(share / (orders + r.leave_market))
