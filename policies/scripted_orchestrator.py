"""Greedy channels under an orchestrator that follows three fixed rules.

Letters: ``B`` environments, ``A`` agents, ``S`` segments, ``M`` messages, ``E`` action entries.
"""

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface.directives import AGENT, BY_SEGMENT
from onevoice.envs.spec.scenario import MESSAGES, Scenario
from onevoice.policies.base import Actions, Observations
from onevoice.policies.greedy import Greedy
from onevoice.policies.without_orchestrator import WithoutOrchestrator


class ScriptedOrchestrator(WithoutOrchestrator):
    """Leads each segment with its most engaging message, under a middle cap and without discounts.

    It follows the rules that ``coordination.orchestrator.powers`` allow. An untried message counts
    as usual, so that a message with a lower engagement rate is replaced.

    Raises:
        OneVoiceError: the scenario has no orchestrator.
    """

    def __init__(self, scenario: Scenario) -> None:
        from onevoice.envs.interface.observation import feature_names  # loads Numba

        if not scenario.coordination.orchestrated:
            raise OneVoiceError(
                "policy 'scripted_orchestrator' plays an orchestrator, which the scenario does not "
                "have; set coordination to orchestrator"
            )
        super().__init__(scenario, Greedy)
        places = {name: place for place, name in enumerate(feature_names(scenario, AGENT))}
        self._engagement = np.array(
            [
                [places[f"segment_{s}/message_engagement/{m}"] for m in MESSAGES]
                for s in range(scenario.segments.count)
            ]
        )
        self._may = np.array([scenario.coordination.directs(power) for power in BY_SEGMENT])
        self._cap = (1 + len(scenario.coordination.orchestrator.caps)) // 2

    def act_batch(self, observations: Observations) -> Actions:
        """Return the actions ``[B, A, E]``; channels see no directives."""
        actions = super().act_batch(observations)
        leads = 1 + observations[:, -1, self._engagement].argmax(axis=-1)
        directives = np.stack(
            [leads, np.full_like(leads, self._cap), np.full_like(leads, self._withheld)], axis=-1
        )
        actions[:, -1, : 3 * leads.shape[1]] = (self._may * directives).reshape(len(leads), -1)
        return actions

    @property
    def _withheld(self) -> int:
        """The ceiling that withholds every discount."""
        return len(self.scenario.offers) - 1
