"""Shuffled observations: the value of a policy that sees another environment.

Letters: ``B`` environments, ``A`` agents, ``F`` features, ``E`` action entries.
"""

import numpy as np
import numpy.typing as npt

from onevoice.policies.base import Actions, Observations, Policy

_STREAM = 0x73687566  # keeps shuffling apart from every other use of the same seed


class Shuffled(Policy):
    """Plays a policy that sees, at every decision, another environment's observations.

    All channels of an environment see the same other environment. No environment sees its own,
    unless there is only one; what all of them share, such as the calendar, stays visible.
    """

    def __init__(self, policy: Policy) -> None:
        """Play ``policy`` with observations of other environments."""
        super().__init__(policy.scenario)
        self.policy = policy

    def reset(self, num_envs: int, seed: int) -> None:
        """Reset the policy and start the shuffling anew from ``seed``."""
        super().reset(num_envs, seed)
        self.policy.reset(num_envs, seed)
        self._rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([_STREAM, seed])))

    def act_batch(self, observations: Observations) -> Actions:
        """Return the actions, int64 ``[B, A, E]``, for shuffled observations ``[B, A, F]``."""
        return self.policy.act_batch(observations[self._others(len(observations))])

    def _others(self, count: int) -> npt.NDArray[np.int64]:
        """For each environment another one, int64 ``[B]``: neighbours in a random circle."""
        circle = self._rng.permutation(count)
        others = np.empty_like(circle)
        others[circle] = np.roll(circle, 1)
        return others
