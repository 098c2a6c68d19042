"""The best open-loop plan: the value that needs no adaptation to the market.

A cross-entropy search over training markets, other ones in every round. Letters: ``T`` decisions,
``A`` agents, ``E`` action entries.
"""

from collections.abc import Callable

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, I64
from onevoice.policies.calendar import coordinated_plan, manual_plan
from onevoice.policies.cem import CemConfig, ChoiceProbabilities, refine
from onevoice.policies.simulator import Plans, Simulator

PHASES = 1
"""Equal parts of the episode; all days of a phase are alike."""
ROUNDS = 30
MARKETS = 8
"""Training markets in which each plan of a round is played."""
MAX_CUSTOMERS = 1000
"""Customers of a company that plans are tried on, at most."""
SEARCH = CemConfig(plans=64, elite=8, step_size=0.4)
_STREAM = 0x6F70656E  # keeps the search apart from every other use of the same seed


def open_loop_plan(scenario: Scenario, seed: int, tell: Callable[[int, int], None]) -> I64:
    """Search the plan with the highest mean value over training markets.

    Args:
        scenario: where it is to be played.
        seed: of markets, customers and plans drawn.
        tell: told of ``(rounds done, rounds in all)``.

    Returns:
        Actions of every agent at each decision, int64 ``[T, A, E]``.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([_STREAM, seed])))
    simulator = Simulator(scenario, SEARCH.plans * MARKETS, MAX_CUSTOMERS)
    hold = -(-scenario.decisions // PHASES)
    starts, done = range(0, scenario.decisions, hold), 0

    def objective(plans: Plans) -> F64:
        nonlocal done
        lived = simulator.compare(plans, simulator.begin, rng, hold, scenario.decisions)
        done += 1
        tell(done, ROUNDS + 1)
        return lived.value

    known = np.array(
        [
            [calendar(scenario, start) for start in starts]
            for calendar in (coordinated_plan, manual_plan)
        ]
    )
    known = np.concatenate([np.zeros_like(known[:1]), known])
    _, plan = refine(
        ChoiceProbabilities.uniform(scenario, len(starts)), known, objective, ROUNDS, SEARCH, rng
    )
    return np.repeat(plan, hold, axis=0)[: scenario.decisions]
