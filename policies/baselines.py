"""Baselines without memory between episodes: silence, random actions, a marketing calendar.

Letters: ``B`` environments, ``A`` agents, ``S`` segments, ``E = 3 S + 1`` action entries: per
segment intensity, message and offer, then one audience.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError, nearest
from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import AUDIENCES, MESSAGES, Scenario
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.calendar import coordinated_plan, manual_plan
from onevoice.policies.greedy import Greedy
from onevoice.policies.planner import Planner
from onevoice.policies.scripted_orchestrator import ScriptedOrchestrator
from onevoice.policies.without_orchestrator import WithoutOrchestrator


class Silent(Policy):
    """All channels are silent: the value of the customers without marketing."""

    def act_batch(self, observations: Observations) -> Actions:
        """Return zeros ``[B, A, E]``: intensity 0 everywhere."""
        envs, agents = observations.shape[:2]
        return np.zeros((envs, agents, 3 * self.scenario.segments.count + 1), dtype=np.int64)


class Random(Policy):
    """Every entry of every action is drawn uniformly, anew at each decision."""

    def __init__(self, scenario: Scenario) -> None:
        """Prepare for ``scenario``."""
        super().__init__(scenario)
        one = (INTENSITIES, len(MESSAGES), len(scenario.offers))
        self._choices = np.array(one * scenario.segments.count + (len(AUDIENCES),))

    def reset(self, num_envs: int, seed: int) -> None:
        """Start ``num_envs`` episodes; the same seed gives the same actions."""
        super().reset(num_envs, seed)
        self._rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed])))

    def act_batch(self, observations: Observations) -> Actions:
        """Return random actions ``[B, A, E]``."""
        size = (*observations.shape[:2], len(self._choices))
        return self._rng.integers(self._choices, size=size)


class Manual(Policy):
    """A fixed plan, as a marketing team runs it; see ``onevoice.policies.calendar``."""

    def reset(self, num_envs: int, seed: int) -> None:
        """Start ``num_envs`` episodes on the first day of the plan."""
        super().reset(num_envs, seed)
        self._decision = 0

    def start_at(self, decision: int) -> None:
        """Continue with this decision of the plan."""
        self._decision = decision

    def act_batch(self, observations: Observations) -> Actions:
        """Return the day's plan ``[B, A, E]``, the same in every environment."""
        plan = self._plan(self._decision)
        self._decision += 1
        return np.repeat(plan[None], observations.shape[0], axis=0)

    def _plan(self, decision: int) -> npt.NDArray[np.int64]:
        return manual_plan(self.scenario, decision)


class Coordinated(Manual):
    """The manual plan on one calendar; see ``onevoice.policies.calendar``."""

    def _plan(self, decision: int) -> npt.NDArray[np.int64]:
        return coordinated_plan(self.scenario, decision)


BASELINES: Mapping[str, type[Policy]] = {
    "silent": Silent,
    "random": Random,
    "manual": Manual,
    "greedy": Greedy,
    "coordinated": Coordinated,
    "scripted_orchestrator": ScriptedOrchestrator,
    "planner": Planner,
}
"""The policies that need no training, by name."""


def make(name: str, scenario: Scenario) -> Policy:
    """Build the baseline ``name`` for the channels of ``scenario``.

    An orchestrator gives neutral directives, except under ``scripted_orchestrator``.

    Raises:
        OneVoiceError: no baseline has this name, or it needs an orchestrator.
    """
    if name not in BASELINES:
        raise OneVoiceError(f"policy {name!r} is unknown{nearest(name, BASELINES)}")
    baseline = BASELINES[name]
    if scenario.coordination.orchestrated and not issubclass(baseline, WithoutOrchestrator):
        return WithoutOrchestrator(scenario, baseline)
    return baseline(scenario)
