"""Kernels of observations: rows of numbers from 0 to 1, one entry after the other."""

from typing import Any

import numpy as np

from onevoice.envs.company.budget_kernels import sum_weights
from onevoice.envs.engine.kernels.arithmetic import ONE, ZERO
from onevoice.envs.engine.kernels.columns import (
    ALIVE,
    AWARENESS,
    CONFLICTS,
    DEPTH,
    FIXED,
    IN_MARKET,
    PER_SEGMENT,
    PRESSURE,
    TRUST,
)
from onevoice.envs.engine.kernels.compiling import entry, scalar
from onevoice.envs.interface.dashboard_kernels import PRESSURE_SCALE, squash

MOST_INTENSE = 4.0
"""The highest level of intensity."""
PRIOR_ENGAGEMENTS = 4.0
"""A channel's usual engagement counts as much as so many engagements that were seen."""
FINAL_SHARE = 1.0 / 12.0
"""Share of an episode to come that reads 0.5."""
CONFLICT_SCALE = 1.0
"""Conflicts per customer and day that read 0.5."""


@scalar
def place(row: Any, f: Any, value: Any) -> Any:
    """Write a number limited to [0, 1] and return the next free place."""
    row[f] = np.float32(min(max(value, 0.0), 1.0))
    return f + 1


@scalar
def place_choice(row: Any, f: Any, choice: Any, options: Any) -> Any:
    """Write a choice as one 1 among zeros and return the next free place."""
    for option in range(options):
        row[f + option] = ONE if choice == option else ZERO
    return f + options


@scalar
def place_action(row: Any, f: Any, entries: Any, segment: Any, offers: Any, many: Any) -> Any:
    """Write pressure, offer and message of an action in a segment."""
    f = place(row, f, entries[PER_SEGMENT * segment] / MOST_INTENSE)
    f = place(row, f, entries[PER_SEGMENT * segment + 2] / offers)
    return place_choice(row, f, entries[PER_SEGMENT * segment + 1], many)


@scalar
def place_budget(row: Any, f: Any, share: Any, month: Any) -> Any:
    """Write what is left in an account and whether it lasts: on an even pace that reads 0.5."""
    f = place(row, f, share)
    return place(row, f, squash(share, 1.0 - month))


@scalar
def place_time(row: Any, f: Any, month: Any, elapsed: Any) -> Any:
    """Write the calendar; the last number falls to 0 at the end of the episode."""
    f = place(row, f, month)
    f = place(row, f, elapsed)
    return place(row, f, squash(1.0 - elapsed, FINAL_SHARE))


@scalar
def message_engagement(touches: Any, engagements: Any, usual: Any) -> Any:
    """How well a message went down so far beside the usual share that engages, which reads 0.5.

    It is logistic in twice the logarithm of their ratio.
    """
    found, wanted = engagements + PRIOR_ENGAGEMENTS, usual * touches + PRIOR_ENGAGEMENTS
    return squash(found * found, wanted * wanted)


@scalar
def place_message_engagement(row: Any, f: Any, responses: Any, usual: Any) -> Any:
    """Write how well each message went down in a channel; responses are ``[S, M, 2]``."""
    segments, messages, _ = responses.shape
    for m in range(messages):
        seen, found = np.int64(0), np.int64(0)
        for segment in range(segments):
            seen += responses[segment, m, 0]
            found += responses[segment, m, 1]
        f = place(row, f, message_engagement(seen, found, usual))
    return f


@entry
def observe_channels(
    subscribed: Any,
    actions: Any,
    sizes: Any,
    offers: Any,
    audiences: Any,
    last: Any,
    average: Any,
    responses: Any,
    usual: Any,
    context: Any,
    shared: Any,
    shares: Any,
    month: Any,
    elapsed: Any,
    rows: Any,
) -> None:
    """Write what each channel sees, in the order of ``observation.feature_names``.

    Args:
        subscribed: int64 ``[B, C, S]``.
        actions: the last ones, int64 ``[B, A, E]``, the channels' first.
        sizes: customers by segment at the start, int64 ``[S]``.
        offers: number of the largest offer, 1 at least.
        audiences: how many there are to choose from.
        last: figures of the last decision, float64 ``[B, C, S, 5]``.
        average: their moving averages, likewise.
        responses: touches and engagements by message so far, int64 ``[B, C, S, M, 2]``.
        usual: share of the touches that engage in each channel, float64 ``[C]``.
        context: what channels may share, float64 ``[B, S, 3 + M]``.
        shared: whether they do.
        shares: what is left in each channel's budget, float64 ``[B, C]``.
        month: share of the month that has passed, float64 ``[B]``.
        elapsed: share of the episode that has passed, float64 ``[B]``.
        rows: float32 ``[B, A, F]``, written for the channels as far as they see themselves.
    """
    envs, n_channels, segments = subscribed.shape
    for b in range(envs):
        for c in range(n_channels):
            f, row, entries = np.int64(0), rows[b, c], actions[b, c]
            for segment in range(segments):
                f = place(row, f, subscribed[b, c, segment] / sizes[segment])
                for x in range(last.shape[3]):
                    f = place(row, f, last[b, c, segment, x])
                for x in range(last.shape[3]):
                    f = place(row, f, average[b, c, segment, x])
                for m in range(responses.shape[3]):
                    response = responses[b, c, segment, m]
                    f = place(row, f, message_engagement(response[0], response[1], usual[c]))
                f = place_action(row, f, entries, segment, offers, context.shape[2] - 3)
            f = place_choice(row, f, entries[PER_SEGMENT * segments], audiences)
            f = place_message_engagement(row, f, responses[b, c], usual[c])
            f = place_budget(row, f, shares[b, c], month[b])
            f = place_time(row, f, month[b], elapsed[b])
            if shared:
                for segment in range(segments):
                    for x in range(context.shape[2]):
                        f = place(row, f, context[b, segment, x])


@scalar
def place_directive(row: Any, f: Any, directives: Any, segment: Any, options: Any) -> Any:
    """Write an orchestrator's lead, cap and ceiling for a segment."""
    k = PER_SEGMENT * segment
    f = place_choice(row, f, directives[k], options[0])
    f = place(row, f, directives[k + 1] / max(options[1] - 1, 1))
    return place(row, f, directives[k + 2] / max(options[2] - 1, 1))


@scalar
def place_split(row: Any, f: Any, directives: Any, channels: Any, c: Any) -> Any:
    """Write a channel's share of the split of the budget."""
    whole = sum_weights(directives, channels, channels)
    upto, before = sum_weights(directives, channels, c + 1), sum_weights(directives, channels, c)
    return place(row, f, (upto - before) / whole)


@entry
def observe_directives(actions: Any, options: Any, first: Any, rows: Any) -> None:
    """Write what the channels see of an orchestrator's directives behind what else they see.

    Args:
        actions: the last ones, int64 ``[B, A, E]``, the orchestrator's last.
        options: of lead, cap and ceiling, int64 ``[3]``.
        first: where in a row it begins.
        rows: float32 ``[B, A, F]``, written for the channels.
    """
    envs, agents, entries = actions.shape
    channels = agents - 1
    for b in range(envs):
        directives = actions[b, channels]
        for c in range(channels):
            f, row = first, rows[b, c]
            for segment in range((entries - channels) // PER_SEGMENT):
                f = place_directive(row, f, directives, segment, options)
            place_split(row, f, directives, channels, c)


@entry
def observe_company(
    subscribed: Any,
    actions: Any,
    options: Any,
    sizes: Any,
    average: Any,
    responses: Any,
    usual: Any,
    context: Any,
    shares: Any,
    month: Any,
    elapsed: Any,
    rows: Any,
) -> None:
    """Write what an orchestrator sees, in the order of ``observation.feature_names``.

    Args:
        subscribed: int64 ``[B, C, S]``.
        actions: the last ones, int64 ``[B, A, E]``, the orchestrator's last.
        options: of lead, cap and ceiling, int64 ``[3]``.
        sizes: as in ``observe_channels``, like the arguments from ``average`` to ``elapsed``.
        average: moving averages of the dashboards, float64 ``[B, C, S, 5]``.
        responses: touches and engagements by message so far, int64 ``[B, C, S, M, 2]``.
        usual: share of the touches that engage in each channel, float64 ``[C]``.
        context: what is shared, float64 ``[B, S, 3 + M]``.
        shares: what is left in the budget, float64 ``[B, C]``.
        month: share of the month that has passed, float64 ``[B]``.
        elapsed: share of the episode that has passed, float64 ``[B]``.
        rows: float32 ``[B, A, F]``, the last of each written.
    """
    envs, channels, segments = subscribed.shape
    for b in range(envs):
        f, row, directives = np.int64(0), rows[b, channels], actions[b, channels]
        for segment in range(segments):
            for x in range(context.shape[2]):
                f = place(row, f, context[b, segment, x])
            for m in range(responses.shape[3]):
                wanted, found = 0.0, 0.0
                for c in range(channels):
                    wanted += usual[c] * responses[b, c, segment, m, 0]
                    found += responses[b, c, segment, m, 1]
                f = place(row, f, message_engagement(wanted, found, 1.0))
            f = place_directive(row, f, directives, segment, options)
        for c in range(channels):
            for segment in range(segments):
                reach = subscribed[b, c, segment] / sizes[segment]
                f = place(row, f, reach)
                for x in range(average.shape[3]):
                    f = place(row, f, average[b, c, segment, x])
            f = place_message_engagement(row, f, responses[b, c], usual[c])
            f = place_split(row, f, directives, channels, c)
        f = place_budget(row, f, shares[b, 0], month[b])
        place_time(row, f, month[b], elapsed[b])


@entry
def state_directives(actions: Any, options: Any, first: Any, rows: Any) -> None:
    """Write an orchestrator's directives behind the rest of the state.

    Args:
        actions: the last ones, int64 ``[B, A, E]``, the orchestrator's last.
        options: of lead, cap and ceiling, int64 ``[3]``.
        first: where in a row it begins.
        rows: float32 ``[B, Z]``, written.
    """
    envs, agents, entries = actions.shape
    channels = agents - 1
    for b in range(envs):
        f, row, directives = first, rows[b], actions[b, channels]
        for segment in range((entries - channels) // PER_SEGMENT):
            f = place_directive(row, f, directives, segment, options)
        for c in range(channels):
            f = place_split(row, f, directives, channels, c)


@scalar
def place_customers(row: Any, f: Any, states: Any, size: Any, conflicts: Any) -> Any:
    """Write how the customers of a segment are."""
    alive = max(states[ALIVE], 1)
    left = alive * float(FIXED)
    f = place(row, f, states[ALIVE] / size)
    f = place(row, f, states[IN_MARKET] / alive)
    f = place(row, f, states[AWARENESS] / left)
    f = place(row, f, states[TRUST] / left)
    f = place(row, f, squash(states[PRESSURE] / left, PRESSURE_SCALE))
    f = place(row, f, states[DEPTH] / left)
    return place(row, f, squash(conflicts, CONFLICT_SCALE))


@entry
def observe_state(
    states: Any,
    system: Any,
    actions: Any,
    sizes: Any,
    days: Any,
    offers: Any,
    audiences: Any,
    needs: Any,
    shares: Any,
    month: Any,
    elapsed: Any,
    rows: Any,
) -> None:
    """Write the global state, in the order of ``observation.state_names``.

    Args:
        states: survey, int64 ``[B, S, SURVEY_COLUMNS]``.
        system: tally of the last decision, int64 ``[B, S, SYSTEM_COLUMNS]``.
        actions: as in ``observe_channels``, like ``sizes``, ``offers`` and ``audiences``.
        sizes: customers by segment at the start, int64 ``[S]``.
        days: length of a decision.
        offers: number of the largest offer, 1 at least.
        audiences: how many there are to choose from.
        needs: share of customers per need, float64 ``[B, S, M]``.
        shares: what is left in each channel's budget, float64 ``[B, C]``.
        month: share of the month that has passed, float64 ``[B]``.
        elapsed: share of the episode that has passed, float64 ``[B]``.
        rows: float32 ``[B, Z]``, written.
    """
    envs, n_channels = shares.shape
    segments, messages = len(sizes), needs.shape[2]
    for b in range(envs):
        f, row = np.int64(0), rows[b]
        for segment in range(segments):
            conflicts = system[b, segment, CONFLICTS] / sizes[segment] / days
            f = place_customers(row, f, states[b, segment], sizes[segment], conflicts)
            for m in range(messages):
                f = place(row, f, needs[b, segment, m])
        for c in range(n_channels):
            for segment in range(segments):
                f = place_action(row, f, actions[b, c], segment, offers, messages)
        for c in range(n_channels):
            f = place_choice(row, f, actions[b, c, PER_SEGMENT * segments], audiences)
        for c in range(n_channels):
            f = place_budget(row, f, shares[b, c], month[b])
        f = place_time(row, f, month[b], elapsed[b])
