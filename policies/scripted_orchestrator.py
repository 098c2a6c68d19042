"""Greedy channels under an orchestrator that follows three rules of thumb: one voice by hand.

Letters: ``B`` environments, ``A`` agents, ``S`` segments, ``M`` messages, ``K`` action entries.
"""

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface.directives import AGENT, BY_SEGMENT
from onevoice.envs.spec.scenario import MESSAGES, Scenario
from onevoice.policies.base import Actions, Observations
from onevoice.policies.greedy import Greedy
from onevoice.policies.without_orchestrator import Undirected


class Conducted(Undirected):
    """Each segment is led with what resonates most in it, under a middle cap and no discount.

    It follows those of these rules that ``coordination.orchestrator.powers`` allow. A message that
    nobody has tried counts as usual, so that one that goes down worse is replaced.

    Raises:
        OneVoiceError: the scenario has no orchestrator.
    """

    def __init__(self, scenario: Scenario) -> None:
        from onevoice.envs.interface.observation import feature_names  # loads Numba

        if not scenario.coordination.orchestrated:
            raise OneVoiceError(
                "policy 'conducted' plays an orchestrator, which the scenario does not have; set "
                "coordination to orchestrator"
            )
        super().__init__(scenario, Greedy)
        places = {name: place for place, name in enumerate(feature_names(scenario, AGENT))}
        self._resonances = np.array([
            [places[f"segment_{s}/resonance/{m}"] for m in MESSAGES]
            for s in range(scenario.segments.count)
        ])  # fmt: skip
        self._may = np.array([scenario.coordination.directs(power) for power in BY_SEGMENT])
        self._cap = (1 + len(scenario.coordination.orchestrator.caps)) // 2

    def act_batch(self, observations: Observations) -> Actions:
        """Return the actions ``[B, A, K]``; the channels do not know that they are led."""
        actions = super().act_batch(observations)
        leads = 1 + observations[:, -1, self._resonances].argmax(axis=-1)
        directives = np.stack(
            [leads, np.full_like(leads, self._cap), np.full_like(leads, self._withheld)], axis=-1
        )
        actions[:, -1, : 3 * leads.shape[1]] = (self._may * directives).reshape(len(leads), -1)
        return actions

    @property
    def _withheld(self) -> int:
        """All offers but none at all."""
        return len(self.scenario.offers) - 1
