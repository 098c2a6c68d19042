"""The planner: sees the whole state, but not the random numbers to come.

It forks the environment, plays plans on copies that draw other random numbers, and follows the
best plan until it plans again. Letters: ``B`` environments, ``P`` plans,
``H`` phases, ``A`` agents, ``E`` action entries.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.policies.base import Actions, Forkable, Observations, Policy
from onevoice.policies.calendar import manual_plan
from onevoice.policies.cem import CemConfig, ChoiceProbabilities, Objective, refine, shift
from onevoice.policies.simulator import Plans, Seeds, Simulator

if TYPE_CHECKING:
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

_STREAM = 0x706C616E  # keeps planning apart from every other use of the same seed


@dataclass(frozen=True)
class PlannerConfig:
    """How far and how carefully the planner plans."""

    hold_days: float = 7.0
    """Length of a phase, and days after which it plans again."""
    phases: int = 2
    """Phases that it looks ahead."""
    first_rounds: int = 20
    """Rounds of the first search of an episode."""
    rounds: int = 8
    """Rounds of the others, which go on from the plan before."""
    prior_mix: float = 0.3
    """Share of the uniform distribution mixed into the last plan's probabilities."""
    warm_start_mix: float = 0.5
    """Weight of the given plan in the first probabilities of an episode."""
    max_customers: int = 1000
    """Customers of a copy at most."""
    search: CemConfig = field(default_factory=CemConfig)
    """How plans are drawn."""

    def __post_init__(self) -> None:
        """Refuse settings without a meaning."""
        for name in ("phases", "first_rounds", "rounds", "max_customers"):
            if getattr(self, name) < 1:
                raise OneVoiceError(f"{name} is {getattr(self, name)}; give at least 1")
        if not self.hold_days > 0.0:
            raise OneVoiceError(f"hold_days is {self.hold_days}; give more than 0 days")
        for name in ("prior_mix", "warm_start_mix"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise OneVoiceError(f"{name} is {getattr(self, name)}; give a share from 0 to 1")


@dataclass
class EnvironmentPlan:
    """The plan of one environment, and the distribution that it comes from."""

    probabilities: ChoiceProbabilities
    plan: Plans
    """``[H, A, E]``"""


class Planner(Policy):
    """Plans anew every week with full knowledge of the state; needs ``attach`` before ``reset``.

    What it does in an environment depends on that environment alone, so neither their number nor
    their order changes a decision.

    Args:
        scenario: the channels it plays.
        planning: how far and how carefully.
        start: what the first search of an episode leans to, by decision, int64 ``[T, A, E]``, e.g.
            the plan of ``open_loop``.

    Raises:
        OneVoiceError: ``start`` is no plan for the scenario.
    """

    def __init__(
        self, scenario: Scenario, planning: PlannerConfig | None = None, start: Plans | None = None
    ) -> None:
        super().__init__(scenario)
        shape = (scenario.decisions, len(self.agents), 3 * scenario.segments.count + 1)
        if start is not None and start.shape != shape:
            raise OneVoiceError(
                f"start is of shape {start.shape}; give a plan for this scenario, {shape}"
            )
        self._start = start
        self.planning = planning or PlannerConfig()
        decisions = self.planning.hold_days * 24 / scenario.decision_hours
        self._hold = max(round(decisions), 1)
        self._env: Forkable | None = None

    def attach(self, env: Forkable) -> None:
        """Plan for ``env``, one of the policy's scenario."""
        self._env = env

    def reset(self, num_envs: int, seed: int) -> None:
        """Forget all plans; ``seed`` is that of drawn plans and of simulated random numbers."""
        super().reset(num_envs, seed)
        self._seed, self._decision = seed, 0
        self._plans: list[EnvironmentPlan | None] = [None] * num_envs

    def act_batch(self, observations: Observations) -> Actions:
        """Return the planned actions ``[B, A, E]``; observations are not used."""
        if self._decision % self._hold == 0:
            self._plan_anew()
        self._decision += 1
        return np.stack([known_plan.plan[0] for known_plan in self._plans if known_plan])

    def _plan_anew(self) -> None:
        if self._env is None:
            raise OneVoiceError(
                "the planner copies the environment; call policy.attach(env) before reset"
            )
        customers = min(self.planning.max_customers, self.scenario.population)
        for row, known_plan in enumerate(self._plans):
            fork = self._env.fork(1, [0], env=row, population=customers)
            self._plans[row] = self._planned(fork, known_plan)

    def _planned(
        self, fork: "ChannelsVectorEnv", before: EnvironmentPlan | None
    ) -> EnvironmentPlan:
        """Search a plan from where ``fork`` stands and the previous plan, if there is one."""
        planning, decision = self.planning, int(fork.steps[0])
        left = self.scenario.decisions - decision
        phases = min(planning.phases, -(-left // self._hold))
        if before is None:
            probabilities, known = self._first(decision, phases)
            rounds = planning.first_rounds
        else:
            probabilities, rounds = (
                before.probabilities.shift(phases, planning.prior_mix),
                planning.rounds,
            )
            known = shift(before.plan, phases)[None]
        rng = np.random.Generator(
            np.random.PCG64(np.random.SeedSequence([_STREAM, self._seed, decision]))
        )
        objective = self._objective(fork, min(phases * self._hold, left), rng)
        return EnvironmentPlan(
            *refine(probabilities, known, objective, rounds, planning.search, rng)
        )

    def _first(self, decision: int, phases: int) -> tuple[ChoiceProbabilities, Plans]:
        """The first probabilities of an episode; silence, the manual plan and the given one."""
        days = [decision + self._hold * phase for phase in range(phases)]
        probabilities = ChoiceProbabilities.uniform(self.scenario, phases)
        manual = np.stack([manual_plan(self.scenario, day) for day in days])
        known = [np.zeros_like(manual), manual]
        if self._start is not None:
            known.append(self._start[days])
            probabilities = probabilities.warm_started(known[-1], self.planning.warm_start_mix)
        return probabilities, np.stack(known)

    def _objective(
        self, fork: "ChannelsVectorEnv", decisions: int, rng: np.random.Generator
    ) -> Objective:
        """Value plans by simulation from where ``fork`` stands, each time with other luck."""
        simulator = self._copies

        def resume(seeds: Seeds) -> None:
            simulator.resume(fork, seeds)

        def objective(plans: Plans) -> F64:
            return simulator.compare(plans, resume, rng, self._hold, decisions).value

        return objective

    @cached_property
    def _copies(self) -> Simulator:
        return Simulator(self.scenario, self.planning.search.plans, self.planning.max_customers)
