"""Recorded actions played again.

Letters: ``T`` decisions, ``B`` environments, ``A`` agents, ``E`` action entries.
"""

from collections.abc import Collection

import numpy as np

from onevoice.envs.interface.actions import silence
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.base import Actions, Observations, Policy


class Replay(Policy):
    """Replays recorded actions with some channels silent, which shows their effect.

    Args:
        scenario: the channels that decided.
        actions: what they did, int64 ``[T, B, A, E]``.
        silent: names of the channels that say nothing.
        since: the first decision of their silence.
    """

    def __init__(
        self, scenario: Scenario, actions: Actions, silent: Collection[str] = (), since: int = 0
    ) -> None:
        super().__init__(scenario)
        self._actions = actions.copy()
        for row, channel in enumerate(scenario.channels):
            if channel in silent:
                silence(scenario, self._actions[since:], row)
        self._decision = 0

    def reset(self, num_envs: int, seed: int) -> None:
        """Start again from the first decision."""
        super().reset(num_envs, seed)
        self._decision = 0

    def act_batch(self, observations: Observations) -> Actions:
        """Return the next recorded actions ``[B, A, E]``."""
        self._decision += 1
        return np.ascontiguousarray(self._actions[self._decision - 1])
