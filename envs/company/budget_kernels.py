"""Kernels of the budget: what it pays, what may be spent next, how an orchestrator splits it."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.columns import MONTH_HOURS
from onevoice.envs.engine.kernels.compiling import entry, scalar


@scalar
def months_lived(decisions: Any, hours: Any) -> Any:
    """Months of 28 days since the episode began."""
    return round(decisions * hours / MONTH_HOURS, 9)


@entry
def pay(spend: Any, accounts: Any, hours: Any, monthly: Any, left: Any, decisions: Any) -> None:
    """Take what a decision cost out of the accounts and turn the calendar.

    Args:
        spend: money units by channel and segment, int64 ``[B, C, S]``.
        accounts: which account pays for each channel, int32 ``[C]``.
        hours: hours of a decision.
        monthly: what a month brings, int64 ``[B, accounts]``.
        left: what is left, int64 ``[B, accounts]``, changed in place.
        decisions: decisions lived, int64 ``[B]``, one added.
    """
    for b in range(len(left)):
        before = np.floor(months_lived(decisions[b], hours))
        decisions[b] += 1
        refill = np.floor(months_lived(decisions[b], hours)) > before
        for c in range(len(accounts)):
            for segment in range(spend.shape[2]):
                left[b, accounts[c]] -= spend[b, c, segment]
        for account in range(left.shape[1]):
            left[b, account] = monthly[b, account] if refill else left[b, account]


@entry
def available(left: Any, decisions: Any, hours: Any, paced: Any, found: Any) -> None:
    """What the next decision may spend at most, int64 ``[B, accounts]`` written to ``found``.

    Everything that is left, or if ``paced`` an even share of it for each decision that remains of
    the month.
    """
    for b in range(len(left)):
        elapsed = months_lived(decisions[b], hours) % 1.0
        remaining = max(int(np.ceil((1.0 - elapsed) * (MONTH_HOURS / hours) - 1e-6)), 1)
        for account in range(left.shape[1]):
            found[b, account] = left[b, account] // remaining if paced else left[b, account]


@scalar
def sum_weights(directives: Any, channels: Any, upto: Any) -> Any:
    """An orchestrator's weights of the first channels, added up; they are equal if all are 0."""
    some, whole = np.int64(0), np.int64(0)
    for c in range(channels):
        weight = directives[len(directives) - channels + c]
        some += weight if c < upto else 0
        whole += weight
    return some if whole > 0 else np.int64(upto)


@entry
def split_budget(found: Any, actions: Any, shares: Any) -> None:
    """Split what may be spent over the channels by an orchestrator's weights.

    Args:
        found: money units, int64 ``[B, 1]``.
        actions: int64 ``[B, A, E]``, the orchestrator's last.
        shares: int64 ``[B, C]``, written; each row adds up to what is found.
    """
    channels = shares.shape[1]
    for b in range(len(found)):
        directives, given = actions[b, channels], np.int64(0)
        whole = sum_weights(directives, channels, channels)
        for c in range(channels):
            total = found[b, 0] * sum_weights(directives, channels, c + 1) // whole
            shares[b, c] = total - given
            given = total


@entry
def view_budget(
    left: Any,
    monthly: Any,
    accounts: Any,
    decisions: Any,
    hours: Any,
    shares: Any,
    elapsed: Any,
) -> None:
    """Share of the month's money left to each channel ``[B, C]``, and of the month lived ``[B]``.

    Args:
        left: int64 ``[B, accounts]``.
        monthly: what a month brings, likewise.
        accounts: which account pays for each channel, int32 ``[C]``.
        decisions: decisions lived, int64 ``[B]``.
        hours: hours of a decision.
        shares: float64 ``[B, C]``, written.
        elapsed: float64 ``[B]``, written.
    """
    for b in range(len(left)):
        elapsed[b] = months_lived(decisions[b], hours) % 1.0
        for c in range(len(accounts)):
            shares[b, c] = left[b, accounts[c]] / max(monthly[b, accounts[c]], 1)
