"""Policies made of other policies: a plan played again, and a hand-over from one to another.

Letters: ``T`` decisions, ``B`` environments, ``A`` agents, ``K`` action entries.
"""

from collections.abc import Collection

import numpy as np

from onevoice.envs.scenario import Scenario
from onevoice.policies.base import Actions, Observations, Policy


class Replay(Policy):
    """Plays recorded actions again, some channels being silent: what those channels caused.

    Args:
        scenario: the channels that decided.
        actions: what they did, int64 ``[T, B, A, K]``.
        silent: names of the channels that say nothing.
        since: the first decision of their silence.
    """

    def __init__(
        self, scenario: Scenario, actions: Actions, silent: Collection[str] = (), since: int = 0
    ) -> None:
        super().__init__(scenario)
        self._actions = actions.copy()
        rows = [row for row, channel in enumerate(scenario.channels) if channel in silent]
        self._actions[since:, :, rows, 0:-1:3] = 0
        self._decision = 0

    def reset(self, num_envs: int, seed: int) -> None:
        """Start again from the first decision."""
        super().reset(num_envs, seed)
        self._decision = 0

    def act_batch(self, observations: Observations) -> Actions:
        """Return the next recorded actions ``[B, A, K]``."""
        self._decision += 1
        return np.ascontiguousarray(self._actions[self._decision - 1])


class Takeover(Policy):
    """One policy for the first decisions and another from then on, each with its own memory.

    Args:
        before: decides first.
        after: takes over.
        since: the first decision of ``after``.
    """

    def __init__(self, before: Policy, after: Policy, since: int) -> None:
        super().__init__(after.scenario)
        self._before, self._after, self._since = before, after, since
        self._decision = 0

    def reset(self, num_envs: int, seed: int) -> None:
        """Start with ``before``; both forget everything."""
        super().reset(num_envs, seed)
        self._before.reset(num_envs, seed)
        self._after.reset(num_envs, seed)
        self._decision = 0

    def act_batch(self, observations: Observations) -> Actions:
        """Return the actions ``[B, A, K]`` of whoever is in charge."""
        self._decision += 1
        acting = self._before if self._decision <= self._since else self._after
        return acting.act_batch(observations)
