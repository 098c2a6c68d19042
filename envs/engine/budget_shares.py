"""Splits the accounts' money over the budget groups by what each is expected to cost.

Letters: ``B`` environments, ``C`` channels, ``L`` levels of intensity.
"""

import numpy as np

from onevoice.envs.engine import kernels
from onevoice.envs.typing import F64, I64

GOLDEN = (5**0.5 - 1) / 2
TRIGGERED, SEARCHING = 0.05, 0.02
"""Customers and ticks with an event, and with a query, as far as budget groups' shares go."""


def expected_cost(channels: kernels.Channels) -> F64:
    """Rough cost per customer and tick of each level of intensity, float64 ``[C, L]``."""
    chance = np.maximum(channels.base_chance, channels.triggered_chance * TRIGGERED)
    queries = np.where(channels.kind == kernels.SEARCH, SEARCHING, 1.0)
    return np.asarray(channels.cost * chance * queries[:, None], np.float64)


def dearest_prices(channels: kernels.Channels) -> I64:
    """The highest price that each account may have to pay at once, int64 ``[accounts]``."""
    prices = np.maximum(channels.cost, channels.brand_cost).max(axis=1)
    accounts = range(int(channels.account.max()) + 1)
    dearest = [prices[channels.account == account].max() for account in accounts]
    return np.maximum(np.array(dearest, np.int64), 1)


def share_out(budget: I64, weights: F64, unit: I64, phase: F64) -> I64:
    """Whole shares of the accounts ``[B, accounts]`` for the budget groups; they add up to it.

    The shares are differences of a rising sequence that ends at what an account holds, so rounding
    cannot create money. They are whole numbers of the highest price, so that a small budget is not
    cut into pieces that buy nothing; the phase decides which groups get them.

    Args:
        budget: int64 ``[B, accounts]``.
        weights: positive, float64 ``[B, groups of one environment, accounts]``.
        unit: the highest price, int64 ``[accounts]``.
        phase: in [0, 1), float64 ``[B]``.

    Returns:
        int64 ``[groups of all environments, accounts]``.
    """
    rising = np.cumsum(weights, axis=1)
    whole = (budget // unit)[:, None]
    units = np.floor(whole * (rising / rising[:, -1:]) + phase[:, None, None]).astype(np.int64)
    upto = np.minimum(units, whole) * unit  # the sum may have been rounded up
    upto[:, -1] = budget
    return np.asarray(np.diff(upto, axis=1, prepend=0)).reshape(-1, budget.shape[1])
