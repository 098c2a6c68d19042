"""A policy whose actions are limited before they are played, as a layer above channels does.

Letters: ``B`` environments, ``A`` agents, ``K`` action entries.
"""

import numpy as np
import numpy.typing as npt

from onevoice.envs.spec.channel import INTENSITIES
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.plan import coordinated_plan


class Constrained(Policy):
    """Plays what another policy wants, within limits that may change on the way.

    Args:
        policy: what is limited; it keeps its own memory.
        since: the decision of the calendar at which it begins.
    """

    def __init__(self, policy: Policy, since: int = 0) -> None:
        super().__init__(policy.scenario)
        self._policy, self._decision = policy, since
        self.caps: npt.NDArray[np.int64] = np.full(len(policy.agents), INTENSITIES - 1)
        """Highest pressure of each channel, ``[A]``; 0 cuts it."""
        self.one_story = False
        """Whether all channels tell the story of the coordinated plan."""
        self.discounts = True
        """Whether offers are allowed."""

    def reset(self, num_envs: int, seed: int) -> None:
        """Start anew; the limits and the calendar stay."""
        super().reset(num_envs, seed)
        self._policy.reset(num_envs, seed)

    def act_batch(self, observations: Observations) -> Actions:
        """Return the limited actions ``[B, A, K]``."""
        actions = self._policy.act_batch(observations).copy()
        actions[..., 0:-1:3] = np.minimum(actions[..., 0:-1:3], self.caps[:, None])
        if self.one_story:
            story = coordinated_plan(self.scenario, self._decision)
            actions[..., 1:-1:3] = story[:, 1:-1:3]
        if not self.discounts:
            actions[..., 2:-1:3] = 0
        self._decision += 1
        return actions
