"""Kernels of transitions and rewards: what a decision was worth, and whether it was the last."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.columns import (
    ALIVE,
    CHURN_LUCK,
    CLAIMED,
    ENGAGEMENTS,
    EQUITY,
    EXPECTED_MARGIN,
    LIST_VALUE,
    MONEY,
    REVENUE,
    SPEND,
)
from onevoice.envs.engine.kernels.compiling import entry


@entry
def value_decision(
    channels: Any,
    system: Any,
    before: Any,
    after: Any,
    margin: Any,
    expected: Any,
    people: Any,
    values: Any,
) -> None:
    """Margin - spend + change of customer equity, $ per 1,000 customers; see ``outcome``.

    Args:
        channels: tally, int64 ``[B, C, S, CHANNEL_COLUMNS]``.
        system: int64 ``[B, S, SYSTEM_COLUMNS]``.
        before: survey before the decision, int64 ``[B, S, SURVEY_COLUMNS]``.
        after: survey after it, likewise.
        margin: share of an order's list value.
        expected: whether purchases and departures count with their probability.
        people: customers of an environment.
        values: float64 ``[B, S]``, written.
    """
    envs, n_channels, segments, _ = channels.shape
    for b in range(envs):
        for segment in range(segments):
            totals, profit = system[b, segment], 0.0
            change = after[b, segment, EQUITY] - before[b, segment, EQUITY]
            if expected:
                profit += totals[EXPECTED_MARGIN]
                change += totals[CHURN_LUCK]
            else:
                profit += totals[REVENUE] - (1.0 - margin) * totals[LIST_VALUE]
            for c in range(n_channels):
                change -= channels[b, c, segment, SPEND]
            values[b, segment] = (profit + change) / MONEY * 1000.0 / people


@entry
def value_claims(channels: Any, engagement: Any, people: Any, values: Any) -> None:
    """Claimed revenue - own spend + $ ``engagement`` each, $ per 1,000 customers ``[B, C, S]``."""
    envs, n_channels, segments, _ = channels.shape
    for b in range(envs):
        for c in range(n_channels):
            for segment in range(segments):
                counts = channels[b, c, segment]
                money = (counts[CLAIMED] - counts[SPEND]) / MONEY
                earned = money + engagement * counts[ENGAGEMENTS]
                values[b, c, segment] = earned * 1000.0 / people


@entry
def mix_team(credit: Any, spirit: Any, parts: Any, rewards: Any) -> None:
    """Mix the channels' mean credit into each one's own, and add up its segments.

    Args:
        credit: float64 ``[B, C, S]``.
        spirit: share of the mean.
        parts: float32 ``[B, C, S]``, written.
        rewards: their sums over segments, float32 ``[B, C]``, written.
    """
    envs, n_channels, segments = credit.shape
    for b in range(envs):
        for c in range(n_channels):
            total = 0.0
            for segment in range(segments):
                mean = 0.0
                for other in range(n_channels):
                    mean += credit[b, other, segment] / n_channels
                mixed = (1.0 - spirit) * credit[b, c, segment] + spirit * mean
                parts[b, c, segment] = np.float32(mixed)
                total += mixed
            rewards[b, c] = np.float32(total)


@entry
def find_ends(states: Any, steps: Any, most: Any, terminated: Any, truncated: Any) -> Any:
    """Which episodes end, no customer being left or the days being over, bool ``[B]``; any?"""
    some = False
    for b in range(len(states)):
        alive = np.int64(0)
        for segment in range(states.shape[1]):
            alive += states[b, segment, ALIVE]
        terminated[b] = alive == 0
        truncated[b] = alive > 0 and steps[b] >= most
        some |= terminated[b] | truncated[b]
    return some
