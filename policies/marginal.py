"""The manual calendar with intensities set by their true marginal return.

Every round replays the plan in training markets with each channel one intensity higher and one
lower; everything else and all random numbers stay the same. Each segment takes the change with the
highest net customer value per dollar moved, until no change gains anything.
Letters: ``T`` decisions, ``A`` agents, ``S`` segments, ``E`` action entries.
"""

from collections.abc import Callable

import numpy as np

from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, I64
from onevoice.policies.calendar import MODERATE, manual_plan
from onevoice.policies.simulator import SimulatedValue, Simulator

ROUNDS = 12
"""Changes per segment at most."""
MARKETS = 64
"""Training markets of a round, each with random numbers of its own."""
MAX_CUSTOMERS = 1000
"""Customers of a company that changes are tried on, at most."""
FREE = 0.01
"""Dollars per 1,000 customers below which a change counts as if it moved so much."""
_STREAM = 0x6D617267  # keeps the markets apart from every other use of the same seed


def marginal_plan(scenario: Scenario, seed: int, tell: Callable[[int, int], None]) -> I64:
    """Set the intensities of the manual calendar by their marginal value.

    Args:
        scenario: where it is to be played.
        seed: of markets and customers.
        tell: told of ``(rounds done, rounds in all)``.

    Returns:
        What every channel does at each decision, int64 ``[T, A, E]``.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([_STREAM, seed])))
    calendar = np.stack([manual_plan(scenario, day) for day in range(scenario.decisions)])
    levels: I64 = np.full((len(scenario.agents), scenario.segments.count), MODERATE)
    simulator = Simulator(scenario, MARKETS * len(changes(levels)), MAX_CUSTOMERS)
    for done in range(ROUNDS):
        tried = changes(levels)
        plans = with_intensities(calendar, tried)
        outcomes = simulator.compare(plans, simulator.begin, rng, 1, scenario.decisions)
        best = best_changes(outcomes)
        if not best.any():
            break
        tell(done, ROUNDS)
        levels = np.asarray(np.take_along_axis(tried, best[None, None], axis=0)[0])
    tell(ROUNDS, ROUNDS)
    return np.asarray(with_intensities(calendar, levels[None])[0])


def changes(levels: I64) -> I64:
    """The intensities ``[A, S]``, then each channel's one lower and one higher, ``[P, A, S]``."""
    found = [levels]
    for channel in range(len(levels)):
        for step in (-1, 1):
            found.append(levels.copy())
            found[-1][channel] = np.clip(levels[channel] + step, 0, INTENSITIES - 1)
    return np.asarray(np.stack(found))


def best_changes(outcomes: SimulatedValue) -> I64:
    """Per segment the change with the highest gain per dollar moved, 0 if none gains.

    Args:
        outcomes: of the plan, in the first row, and of each change, ``[P, S]``.
    """
    gain, moved = outcomes.value - outcomes.value[0], np.abs(outcomes.spend - outcomes.spend[0])
    per_dollar: F64 = np.where(gain > 0.0, gain / np.maximum(moved, FREE), 0.0)
    return np.asarray(per_dollar.argmax(axis=0))


def with_intensities(calendar: I64, levels: I64) -> I64:
    """The calendar ``[T, A, E]`` with each set of intensities ``[P, A, S]``: ``[P, T, A, E]``."""
    plans = np.repeat(calendar[None], len(levels), axis=0)
    plans[..., 0:-1:3] = levels[:, None]
    return np.asarray(plans)
