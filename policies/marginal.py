"""The manual calendar with pressures set by true marginal return: a budget well spent.

Every round plays the plan in training markets again with each channel a little louder and a little
softer, everything else and all random numbers equal. In each segment the change whose net customer
value per dollar moved is highest is made, until none brings anything.
Letters: ``T`` decisions, ``A`` agents, ``S`` segments, ``K`` action entries.
"""

from collections.abc import Callable

import numpy as np

from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, I64
from onevoice.policies.plan import MODERATE, manual_plan
from onevoice.policies.simulator import Forecast, Lived

ROUNDS = 12
"""Changes per segment at most."""
MARKETS = 64
"""Training markets of a round, each with random numbers of its own."""
PEOPLE = 1000
"""Customers of a company that changes are tried on, at most."""
FREE = 0.01
"""Dollars per 1,000 customers below which a change counts as if it moved so much."""
_STREAM = 0x6D617267  # keeps the markets apart from every other use of the same seed


def marginal_plan(scenario: Scenario, seed: int, tell: Callable[[int, int], None]) -> I64:
    """Set the pressures of the manual calendar by what changing them is worth.

    Args:
        scenario: where it is to be played.
        seed: of markets and customers.
        tell: told of ``(rounds done, rounds in all)``.

    Returns:
        What every channel does at each decision, int64 ``[T, A, K]``.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([_STREAM, seed])))
    calendar = np.stack([manual_plan(scenario, day) for day in range(scenario.decisions)])
    levels: I64 = np.full((len(scenario.agents), scenario.segments.count), MODERATE)
    forecast = Forecast(scenario, MARKETS * len(changes(levels)), PEOPLE)
    for done in range(ROUNDS):
        tried = changes(levels)
        plans = with_pressures(calendar, tried)
        lived = forecast.compare(plans, forecast.begin, rng, 1, scenario.decisions)
        best = best_changes(lived)
        if not best.any():
            break
        tell(done, ROUNDS)
        levels = np.asarray(np.take_along_axis(tried, best[None, None], axis=0)[0])
    tell(ROUNDS, ROUNDS)
    return np.asarray(with_pressures(calendar, levels[None])[0])


def changes(levels: I64) -> I64:
    """The pressures ``[A, S]`` as they are, then each channel softer and louder: ``[P, A, S]``."""
    found = [levels]
    for channel in range(len(levels)):
        for step in (-1, 1):
            found.append(levels.copy())
            found[-1][channel] = np.clip(levels[channel] + step, 0, INTENSITIES - 1)
    return np.asarray(np.stack(found))


def best_changes(lived: Lived) -> I64:
    """Per segment the change that brings most for a dollar moved, 0 if none brings anything.

    Args:
        lived: what the plan led to, in the first row, and each change of it, ``[P, S]``.
    """
    gain, moved = lived.worth - lived.worth[0], np.abs(lived.spend - lived.spend[0])
    per_dollar: F64 = np.where(gain > 0.0, gain / np.maximum(moved, FREE), 0.0)
    return np.asarray(per_dollar.argmax(axis=0))


def with_pressures(calendar: I64, levels: I64) -> I64:
    """The calendar ``[T, A, K]`` with each set of pressures ``[P, A, S]``, ``[P, T, A, K]``."""
    plans = np.repeat(calendar[None], len(levels), axis=0)
    plans[..., 0:-1:3] = levels[:, None]
    return np.asarray(plans)
