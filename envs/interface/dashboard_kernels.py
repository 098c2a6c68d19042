"""Kernels of what agents are shown of past decisions: dashboards and the shared context."""

from typing import Any

from onevoice.envs.engine.kernels.columns import (
    ALIVE,
    CLAIMED,
    CLICKS,
    ENGAGEMENTS,
    FIXED,
    MONEY,
    OPT_OUTS,
    PER_SEGMENT,
    PRESSURE,
    TOUCHES,
    TRUST,
)
from onevoice.envs.engine.kernels.compiling import entry, phase, scalar

TOUCH_SCALE = 1.0
"""Touches per customer and day that read 0.5."""
CLAIM_SCALE = 200.0
"""Claimed $ per 1,000 customers and day that read 0.5."""
OPT_OUT_SCALE = 2.0
"""Opt-outs per 1,000 customers and day that read 0.5."""
PRESSURE_SCALE = 3.0
"""Mean pressure that reads 0.5."""


@scalar
def squash(x: Any, scale: Any) -> Any:
    """An unbounded quantity in [0, 1); the scale reads 0.5."""
    return x / (x + scale)


@phase
def write_dashboard(counts: Any, per_day: Any, figures: Any) -> None:
    """A platform's five figures of one decision in a segment, ``[5]`` of 64-bit floats."""
    touches = float(counts[TOUCHES])
    some = max(touches, 1.0)
    figures[0] = squash(touches / per_day, TOUCH_SCALE)
    figures[1] = counts[ENGAGEMENTS] / some
    figures[2] = counts[CLICKS] / some
    figures[3] = squash(counts[CLAIMED] / MONEY * 1000.0 / per_day, CLAIM_SCALE)
    figures[4] = squash(counts[OPT_OUTS] * 1000.0 / per_day, OPT_OUT_SCALE)


@phase
def write_states(states: Any, context: Any) -> None:
    """Mean pressure and trust of those who are left in a segment."""
    left = max(states[ALIVE], 1) * float(FIXED)
    context[0] = squash(states[PRESSURE] / left, PRESSURE_SCALE)
    context[1] = states[TRUST] / left


@entry
def start_context(states: Any, context: Any) -> None:
    """Write mean states of a survey ``[B, S, SURVEY_COLUMNS]`` to ``context [B, S, 3 + M]``."""
    for b in range(len(states)):
        for segment in range(states.shape[1]):
            write_states(states[b, segment], context[b, segment])


@entry
def update_dashboards(
    channels: Any,
    states: Any,
    actions: Any,
    sizes: Any,
    days: Any,
    weight: Any,
    offers: Any,
    last: Any,
    average: Any,
    responses: Any,
    contexts: Any,
) -> None:
    """Take one decision into the dashboards and the shared context.

    Args:
        channels: tally, int64 ``[B, C, S, CHANNEL_COLUMNS]``.
        states: survey after it, int64 ``[B, S, SURVEY_COLUMNS]``.
        actions: as customers met them, int64 ``[B, A, E]``, the channels' first.
        sizes: customers by segment at the start, int64 ``[S]``.
        days: length of the decision.
        weight: of the last decision in the moving averages.
        offers: number of the largest offer, 1 at least.
        last: figures of the last decision, float64 ``[B, C, S, 5]``, written.
        average: their moving averages, likewise, moved.
        responses: touches and engagements by message, int64 ``[B, C, S, M, 2]``, added to.
        contexts: shared context, oldest first, float64 ``[L, B, S, 3 + M]``; the oldest leaves.
    """
    envs, n_channels, segments, _ = channels.shape
    newest = len(contexts) - 1
    for b in range(envs):
        for segment in range(segments):
            for age in range(newest):
                for x in range(contexts.shape[3]):
                    contexts[age, b, segment, x] = contexts[age + 1, b, segment, x]
            context, total = contexts[newest, b, segment], 0
            context[2:] = 0.0
            write_states(states[b, segment], context)
            for c in range(n_channels):
                figures = last[b, c, segment]
                write_dashboard(channels[b, c, segment], sizes[segment] * days, figures)
                for x in range(len(figures)):
                    average[b, c, segment, x] += weight * (figures[x] - average[b, c, segment, x])
                touches, k = channels[b, c, segment, TOUCHES], PER_SEGMENT * segment
                response = responses[b, c, segment, actions[b, c, k + 1]]
                response[0] += touches
                response[1] += channels[b, c, segment, ENGAGEMENTS]
                total += touches
                context[2] += touches * actions[b, c, k + 2]
                context[3 + actions[b, c, k + 1]] += touches
            context[2] = context[2] / max(total, 1) / offers
            for x in range(3, len(context)):
                context[x] = context[x] / max(total, 1)
