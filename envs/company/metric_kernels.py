"""Kernels of the metrics: sums of an episode, and the figures made of them."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.columns import (
    ALIVE,
    AWARE_CLICKS,
    AWARENESS,
    CHANNEL_COLUMNS,
    CHURNED,
    CLAIMED,
    CLICKS,
    CONFLICTS,
    ENGAGEMENTS,
    EQUITY,
    FIXED,
    LAYER_COLUMNS,
    LIST_VALUE,
    MONEY,
    MONTH_HOURS,
    OPT_OUTS,
    ORDERS,
    REVENUE,
    SPEND,
    SYSTEM_COLUMNS,
    TOUCHES,
    TRUST,
)
from onevoice.envs.engine.kernels.compiling import entry, scalar


@entry
def accumulate_episode(
    channels: Any,
    system: Any,
    coordination: Any,
    by_channel: Any,
    in_all: Any,
    by_rule: Any,
    decisions: Any,
) -> None:
    """Add the tally of a decision to an episode's sums.

    Args:
        channels: int64 ``[B, C, S, CHANNEL_COLUMNS]``.
        system: int64 ``[B, S, SYSTEM_COLUMNS]``.
        coordination: int64 ``[B, C + 1, S, LAYER_COLUMNS]``; without rules ``[B, 0, S, ...]``.
        by_channel: int64 ``[B, C, CHANNEL_COLUMNS]``, added to.
        in_all: int64 ``[B, SYSTEM_COLUMNS]``, added to.
        by_rule: int64 ``[B, C + 1, LAYER_COLUMNS]``, added to.
        decisions: int64 ``[B]``, one added.
    """
    envs, n_channels, segments, _ = channels.shape
    for b in range(envs):
        decisions[b] += 1
        for segment in range(segments):
            for c in range(n_channels):
                for x in range(CHANNEL_COLUMNS):
                    by_channel[b, c, x] += channels[b, c, segment, x]
            for x in range(SYSTEM_COLUMNS):
                in_all[b, x] += system[b, segment, x]
            for c in range(coordination.shape[1]):
                for x in range(LAYER_COLUMNS):
                    by_rule[b, c, x] += coordination[b, c, segment, x]


@scalar
def ratio(above: Any, below: Any) -> Any:
    """A ratio; nan where there is nothing to divide by."""
    return above / below if below > 0 else np.nan


@entry
def episode_metrics(
    by_channel: Any,
    in_all: Any,
    states: Any,
    equity: Any,
    decisions: Any,
    hours: Any,
    margin: Any,
    budget: Any,
    people: Any,
    figures: Any,
) -> None:
    """Write the metrics of an episode so far, in the order of ``metrics.names``.

    Args:
        by_channel: sums of the episode, int64 ``[B, C, CHANNEL_COLUMNS]``.
        in_all: int64 ``[B, SYSTEM_COLUMNS]``.
        states: survey, int64 ``[B, S, SURVEY_COLUMNS]``.
        equity: at the start, money units, int64 ``[B]``.
        decisions: decisions lived, int64 ``[B]``.
        hours: hours of a decision.
        margin: share of an order's list value.
        budget: what the scenario gives a month in all, money units.
        people: customers of an environment.
        figures: float64 ``[names, B]``, written.
    """
    envs, n_channels, _ = by_channel.shape
    for b in range(envs):
        f, spend, claimed, opt_outs = 0, np.int64(0), np.int64(0), np.int64(0)
        for c in range(n_channels):
            counts = by_channel[b, c]
            spend += counts[SPEND]
            claimed += counts[CLAIMED]
            opt_outs += counts[OPT_OUTS]
            figures[f, b], figures[f + 1, b] = counts[TOUCHES], counts[ENGAGEMENTS]
            figures[f + 2, b] = ratio(counts[ENGAGEMENTS], counts[TOUCHES])
            figures[f + 3, b] = counts[CLICKS]
            figures[f + 4, b], figures[f + 5, b] = counts[CLAIMED] / MONEY, counts[SPEND] / MONEY
            figures[f + 6, b] = counts[OPT_OUTS]
            figures[f + 7, b] = ratio(counts[CLAIMED], counts[SPEND])
            f += CHANNEL_COLUMNS
        alive, trust, awareness, worth = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
        for segment in range(states.shape[1]):
            alive += states[b, segment, ALIVE]
            trust += states[b, segment, TRUST]
            awareness += states[b, segment, AWARENESS]
            worth += states[b, segment, EQUITY]
        left, totals = max(float(alive), 1.0) * float(FIXED), in_all[b]
        days = max(decisions[b] * hours / 24.0, 1e-9)
        months = max(np.ceil(days * 24.0 / MONTH_HOURS - 1e-9), 1.0)
        profit = (totals[REVENUE] - (1.0 - margin) * totals[LIST_VALUE]) / MONEY
        value = profit - spend / MONEY + (worth - equity[b]) / MONEY
        figures[f, b] = value * 1000.0 / people * (MONTH_HOURS / 24.0) / days
        figures[f + 1, b], figures[f + 2, b] = totals[REVENUE] / MONEY, profit
        figures[f + 3, b], figures[f + 4, b] = spend / MONEY, totals[ORDERS]
        figures[f + 5, b], figures[f + 6, b] = totals[CHURNED] / people, opt_outs / people
        figures[f + 7, b], figures[f + 8, b] = trust / left, awareness / left
        figures[f + 9, b], figures[f + 10, b] = totals[CONFLICTS] / people, totals[AWARE_CLICKS]
        figures[f + 11, b] = ratio(claimed, totals[REVENUE])
        figures[f + 12, b] = ratio(spend, budget * months)
        figures[f + 13, b] = worth / MONEY
