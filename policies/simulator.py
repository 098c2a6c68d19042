"""Simulates plans on copies of a company, each with its own random numbers.

Letters: ``B`` copies, ``H`` phases of a plan, ``A`` agents, ``S`` segments, ``E = 3 S + 1``
entries of an action.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine.market import draw_market_id
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64

if TYPE_CHECKING:
    from onevoice.envs.engine.population import Survey
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

Seeds = npt.NDArray[np.uint64]
Plans = npt.NDArray[np.int64]


class SimulatedValue(NamedTuple):
    """Value and spend of simulated copies, $ per 1,000 customers."""

    value: F64
    """Net customer value, in which purchases and departures count with the probability they had;
    ``[B, S]``."""
    spend: F64
    """``[B, S]``"""


class Simulator:
    """``copies`` of one scenario's company, at most ``max_customers`` customers each.

    Args:
        scenario: the company; its reward does not matter.
        copies: number of copies ``B``.
        max_customers: customers of a copy at most.
    """

    def __init__(self, scenario: Scenario, copies: int, max_customers: int) -> None:
        from onevoice.envs.company.budget import Budget
        from onevoice.envs.engine.population import Population  # these load Numba
        from onevoice.envs.interface.action_decoder import ActionDecoder

        self.copies = copies
        self.scenario = load_scenario(scenario, population=min(max_customers, scenario.population))
        self._population = Population(self.scenario, copies)
        self.budget = Budget(self.scenario, copies, self._population.account_of_channel)
        self._decoder = ActionDecoder(self.scenario, copies)

    def begin(self, seeds: Seeds) -> None:
        """Start every copy anew, in the training market that its seed draws; ``[B]``."""
        keys = seeds.tolist()
        markets = [draw_market_id("train", key) for key in keys]
        self._population.reset(range(self.copies), keys, markets)
        self.budget.reset(range(self.copies), self._population.held_out())

    def resume(self, fork: "ChannelsVectorEnv", seeds: Seeds) -> None:
        """Put every copy where a fork stands; each draws its own random numbers.

        Args:
            fork: one environment of the same channels; an orchestrator's directives end.
            seeds: keys of the copies' random numbers to come, ``[B]``.
        """
        self._population.copy_from(fork.population, 0, seeds)
        self.budget.copy_from(fork.budget, 0)

    def play(self, plans: Plans, hold: int, decisions: int) -> SimulatedValue:
        """Simulate every copy's plan.

        Args:
            plans: actions of each copy in each phase, ``[B, H, A, E]``.
            hold: decisions that a phase lasts; the last phase lasts to the end.
            decisions: how long.
        """
        from onevoice.envs.engine import kernels

        survey = self._population.survey()
        value, spent = -_equity(survey), np.zeros(_equity(survey).shape)
        for decision in range(decisions):
            phase = min(decision // hold, plans.shape[1] - 1)
            joint, _, plan = self._decoder.decode(plans[:, phase])
            tally, survey = self._population.advance(plan, self.budget.available(joint))
            spend = tally.channels[..., kernels.SPEND]
            self.budget.pay(tally)
            value += tally.system[..., kernels.EXPECTED_MARGIN]
            value += tally.system[..., kernels.CHURN_LUCK]
            spent += spend.sum(axis=1)
        unit = 1000.0 / kernels.MONEY / self.scenario.population
        return SimulatedValue((value + _equity(survey) - spent) * unit, spent * unit)

    def compare(
        self,
        plans: Plans,
        start: Callable[[Seeds], None],
        rng: np.random.Generator,
        hold: int,
        decisions: int,
    ) -> SimulatedValue:
        """Play each plan in as many copies as there are for it.

        Args:
            plans: at most ``B`` of them, ``[P, H, A, E]``.
            start: puts every copy at its start, given a seed each.
            rng: draws the seeds: other ones at each call, the same ones for every plan.
            hold: decisions that a phase lasts.
            decisions: how long.

        Returns:
            Means over seeds, ``[P, S]``.
        """
        each, copies = self.copies // len(plans), np.arange(self.copies)
        start(rng.integers(2**63, size=each).astype(np.uint64)[copies % each])
        lived = self.play(plans[np.minimum(copies // each, len(plans) - 1)], hold, decisions)
        parts = (part[: each * len(plans)].reshape(len(plans), each, -1) for part in lived)
        return SimulatedValue(*(part.mean(axis=1) for part in parts))


def _equity(survey: "Survey") -> F64:
    from onevoice.envs.engine import kernels

    return survey.states[..., kernels.EQUITY].astype(np.float64)
