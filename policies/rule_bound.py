"""A policy whose actions are limited by rules before they are played.

Letters: ``B`` environments, ``A`` agents, ``E`` action entries.
"""

import numpy as np
import numpy.typing as npt

from onevoice.envs.spec.channel import INTENSITIES
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.calendar import coordinated_plan


class RuleBound(Policy):
    """Plays another policy within limits that may change during an episode.

    Args:
        policy: the policy to limit; it keeps its own memory.
        since: the decision of the calendar at which it begins.
    """

    def __init__(self, policy: Policy, since: int = 0) -> None:
        super().__init__(policy.scenario)
        self._policy, self._decision = policy, since
        self.caps: npt.NDArray[np.int64] = np.full(len(policy.agents), INTENSITIES - 1)
        """Highest intensity of each channel, int64 ``[A]``; 0 silences it."""
        self.one_story = False
        """Whether all channels send the message of the coordinated plan."""
        self.discounts = True
        """Whether offers are allowed."""

    def reset(self, num_envs: int, seed: int) -> None:
        """Start anew; the limits and the calendar stay."""
        super().reset(num_envs, seed)
        self._policy.reset(num_envs, seed)

    def act_batch(self, observations: Observations) -> Actions:
        """Return the limited actions ``[B, A, E]``."""
        actions = self._policy.act_batch(observations).copy()
        actions[..., 0:-1:3] = np.minimum(actions[..., 0:-1:3], self.caps[:, None])
        if self.one_story:
            story = coordinated_plan(self.scenario, self._decision)
            actions[..., 1:-1:3] = story[:, 1:-1:3]
        if not self.discounts:
            actions[..., 2:-1:3] = 0
        self._decision += 1
        return actions
