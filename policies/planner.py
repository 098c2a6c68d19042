"""The reference: a planner that sees the whole state, but not the luck to come.

It asks for the environment's snapshot, plays plans on copies of it whose random numbers to come are
others, and keeps to the best plan until it plans again. Letters: ``B`` environments, ``P`` plans,
``H`` phases, ``A`` agents, ``K`` action entries.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.policies.base import Actions, Observations, Policy, Snapshots
from onevoice.policies.cem import Judge, Odds, Search, improve, later
from onevoice.policies.plan import manual_plan
from onevoice.policies.simulator import Forecast, Plans, Seeds, Snapshot

_STREAM = 0x706C616E  # keeps planning apart from every other use of the same seed


@dataclass(frozen=True)
class Planning:
    """How far and how carefully the reference plans."""

    hold_days: float = 7.0
    """Length of a phase, and days after which it plans again."""
    phases: int = 2
    """Phases that it looks ahead."""
    first_rounds: int = 20
    """Rounds of the first search of an episode."""
    rounds: int = 8
    """Rounds of the others, which go on from the plan before."""
    doubt: float = 0.3
    """How far the odds of the plan before move back to even ones."""
    lean: float = 0.5
    """How far the first odds of an episode lean to the plan it is given."""
    people: int = 1000
    """Customers of a copy at most."""
    search: Search = field(default_factory=Search)
    """How plans are drawn."""

    def __post_init__(self) -> None:
        """Refuse what cannot be planned with."""
        for name in ("phases", "first_rounds", "rounds", "people"):
            if getattr(self, name) < 1:
                raise OneVoiceError(f"{name} is {getattr(self, name)}; give at least 1")
        if not self.hold_days > 0.0:
            raise OneVoiceError(f"hold_days is {self.hold_days}; give more than 0 days")
        for name in ("doubt", "lean"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise OneVoiceError(f"{name} is {getattr(self, name)}; give a share from 0 to 1")


@dataclass
class Outlook:
    """What is planned for one environment."""

    odds: Odds
    plan: Plans
    """``[H, A, K]``"""


class Reference(Policy):
    """Plans anew every week with full knowledge of the state; needs ``attach`` before ``reset``.

    What it does in an environment depends on that environment alone, so neither their number nor
    their order changes a decision.

    Args:
        scenario: the channels it plays.
        planning: how far and how carefully.
        start: what the first search of an episode leans to, by decision, int64 ``[T, A, K]``, e.g.
            the plan of ``open_loop``.

    Raises:
        OneVoiceError: ``start`` is no plan for the scenario.
    """

    def __init__(
        self, scenario: Scenario, planning: Planning | None = None, start: Plans | None = None
    ) -> None:
        super().__init__(scenario)
        shape = (scenario.decisions, len(self.agents), 3 * scenario.segments.count + 1)
        if start is not None and start.shape != shape:
            raise OneVoiceError(
                f"start is of shape {start.shape}; give a plan for this scenario, {shape}"
            )
        self._start = start
        self.planning = planning or Planning()
        decisions = self.planning.hold_days * 24 / scenario.decision_hours
        self._hold = max(round(decisions), 1)
        self._env: Snapshots | None = None

    def attach(self, env: Snapshots) -> None:
        """Plan for ``env``, one of the policy's scenario."""
        self._env = env

    def reset(self, num_envs: int, seed: int) -> None:
        """Forget all plans; the seed is that of the plans drawn and of the luck imagined."""
        super().reset(num_envs, seed)
        self._seed, self._decision = seed, 0
        self._outlooks: list[Outlook | None] = [None] * num_envs

    def act_batch(self, observations: Observations) -> Actions:
        """Return what is planned, ``[B, A, K]``; what the channels see does not matter."""
        if self._decision % self._hold == 0:
            self._plan_anew()
        self._decision += 1
        return np.stack([outlook.plan[0] for outlook in self._outlooks if outlook])

    def _plan_anew(self) -> None:
        if self._env is None:
            raise OneVoiceError(
                "the reference reads the environment's state; call policy.attach(env) before reset"
            )
        snapshot = self._env.snapshot()
        for row, outlook in enumerate(self._outlooks):
            self._outlooks[row] = self._planned(snapshot, row, outlook)

    def _planned(self, snapshot: Snapshot, row: int, before: Outlook | None) -> Outlook:
        """Search a plan for environment ``row``, from the one before where there is one."""
        planning, decision = self.planning, int(snapshot["env/steps"][row])
        left = self.scenario.decisions - decision
        phases = min(planning.phases, -(-left // self._hold))
        if before is None:
            odds, known = self._first(decision, phases)
            rounds = planning.first_rounds
        else:
            odds, rounds = before.odds.later(phases, planning.doubt), planning.rounds
            known = later(before.plan, phases)[None]
        rng = np.random.Generator(
            np.random.PCG64(np.random.SeedSequence([_STREAM, self._seed, decision]))
        )
        judge = self._judge(snapshot, row, min(phases * self._hold, left), rng)
        return Outlook(*improve(odds, known, judge, rounds, planning.search, rng))

    def _first(self, decision: int, phases: int) -> tuple[Odds, Plans]:
        """The odds that an episode begins with; silence, the manual plan and the given one."""
        days = [decision + self._hold * phase for phase in range(phases)]
        odds = Odds.even(self.scenario, phases)
        manual = np.stack([manual_plan(self.scenario, day) for day in days])
        known = [np.zeros_like(manual), manual]
        if self._start is not None:
            known.append(self._start[days])
            odds = odds.leaning(known[-1], self.planning.lean)
        return odds, np.stack(known)

    def _judge(
        self, snapshot: Snapshot, row: int, decisions: int, rng: np.random.Generator
    ) -> Judge:
        """Judge plans by what follows from here, each time with other luck."""
        forecast = self._copies

        def resume(seeds: Seeds) -> None:
            forecast.resume(snapshot, row, seeds)

        def judge(plans: Plans) -> F64:
            return forecast.compare(plans, resume, rng, self._hold, decisions).worth

        return judge

    @cached_property
    def _copies(self) -> Forecast:
        return Forecast(self.scenario, self.planning.search.plans, self.planning.people)
