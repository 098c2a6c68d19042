"""Policies that keep nothing from one episode to the next: silence, chance, a marketing calendar.

Letters: ``B`` environments, ``A`` agents, ``S`` segments, ``K = 3 S + 1`` action entries: per
segment pressure, message and offer, then one audience.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import AUDIENCES, MESSAGES, Scenario
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.greedy import Greedy
from onevoice.policies.plan import coordinated_plan, manual_plan
from onevoice.policies.planner import Reference
from onevoice.policies.scripted_orchestrator import Conducted


class Silent(Policy):
    """Nobody says anything: what the customers are worth when left alone."""

    def act_batch(self, observations: Observations) -> Actions:
        """Return zeros ``[B, A, K]``: pressure 0 everywhere."""
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
        """Return random actions ``[B, A, K]``."""
        size = (*observations.shape[:2], len(self._choices))
        return self._rng.integers(self._choices, size=size)


class Manual(Policy):
    """A fixed plan, as a marketing team runs it; see ``onevoice.policies.plan``."""

    def reset(self, num_envs: int, seed: int) -> None:
        """Start ``num_envs`` episodes on the first day of the plan."""
        super().reset(num_envs, seed)
        self._decision = 0

    def start_at(self, decision: int) -> None:
        """Go on with this decision of the plan."""
        self._decision = decision

    def act_batch(self, observations: Observations) -> Actions:
        """Return the day's plan ``[B, A, K]``, the same in every environment."""
        plan = self._plan(self._decision)
        self._decision += 1
        return np.repeat(plan[None], observations.shape[0], axis=0)

    def _plan(self, decision: int) -> npt.NDArray[np.int64]:
        return manual_plan(self.scenario, decision)


class Coordinated(Manual):
    """The manual plan on one calendar; see ``onevoice.policies.plan``."""

    def _plan(self, decision: int) -> npt.NDArray[np.int64]:
        return coordinated_plan(self.scenario, decision)


BASELINES: Mapping[str, type[Policy]] = {
    "silent": Silent,
    "random": Random,
    "manual": Manual,
    "greedy": Greedy,
    "coordinated": Coordinated,
    "conducted": Conducted,
    "reference": Reference,
}
"""The policies that need no training, by name."""
