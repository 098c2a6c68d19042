"""The best plan that looks at nothing: how far one gets without adapting to the market.

A cross-entropy search over training markets, other ones in every round. Letters: ``T`` decisions,
``A`` agents, ``K`` action entries.
"""

from collections.abc import Callable

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, I64
from onevoice.policies.cem import Odds, Search, improve
from onevoice.policies.plan import coordinated_plan, manual_plan
from onevoice.policies.simulator import Forecast, Plans

PHASES = 1
"""Equal parts of the episode; within one, every day is like the other."""
ROUNDS = 30
MARKETS = 8
"""Training markets in which each plan of a round is played."""
PEOPLE = 1000
"""Customers of a company that plans are tried on, at most."""
SEARCH = Search(plans=64, elite=8, pace=0.4)
_STREAM = 0x6F70656E  # keeps the search apart from every other use of the same seed


def open_loop_plan(scenario: Scenario, seed: int, tell: Callable[[int, int], None]) -> I64:
    """Search the plan that is worth most on average over training markets.

    Args:
        scenario: where it is to be played.
        seed: of markets, customers and plans drawn.
        tell: told of ``(rounds done, rounds in all)``.

    Returns:
        What every channel does at each decision, int64 ``[T, A, K]``.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([_STREAM, seed])))
    forecast = Forecast(scenario, SEARCH.plans * MARKETS, PEOPLE)
    hold = -(-scenario.decisions // PHASES)
    starts, done = range(0, scenario.decisions, hold), 0

    def judge(plans: Plans) -> F64:
        nonlocal done
        lived = forecast.compare(plans, forecast.begin, rng, hold, scenario.decisions)
        done += 1
        tell(done, ROUNDS + 1)
        return lived.worth

    known = np.array([
        [calendar(scenario, start) for start in starts]
        for calendar in (coordinated_plan, manual_plan)
    ])  # fmt: skip
    known = np.concatenate([np.zeros_like(known[:1]), known])
    _, plan = improve(Odds.even(scenario, len(starts)), known, judge, ROUNDS, SEARCH, rng)
    return np.repeat(plan, hold, axis=0)[: scenario.decisions]
