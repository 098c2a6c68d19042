"""What a learner remembers of a rollout, and how much better each segment fared than expected.

Letters: ``T`` decisions, ``n`` rows, ``F`` features of the input, ``E`` entries of an action,
``S`` segments.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from onevoice.envs.typing import F32
from onevoice.policies.base import Actions
from onevoice.training.environment import Flags


class Batch(NamedTuple):
    """Some rows of a rollout, all of its steps mixed."""

    inputs: Tensor
    """``[n, F]``."""
    actions: Tensor
    """``[n, E]``."""
    log_probs: Tensor
    """``[n, E]``: of each choice when it was made."""
    advantages: Tensor
    """``[n, S]``."""
    returns: Tensor
    """``[n, S]``."""


class Without(NamedTuple):
    """The decisions of a rollout without each channel; the reward is as learned from."""

    rewards: F32
    """``[T, B, A, S]``."""
    states: F32
    """``[T, B, A, Z]``: what would follow."""


class Worth(NamedTuple):
    """The same by row, as the critic sees it."""

    rewards: F32
    """``[T, n, S]``."""
    following: F32
    """``[T, n, S]``: values of what would follow."""


class Buffer:
    """A rollout of ``T`` steps and ``n`` rows, filled step by step."""

    def __init__(self, shape: tuple[int, int], inputs: int, choices: int, segments: int) -> None:
        """Make room for ``shape``, ``[T, n]``."""
        self.inputs = np.zeros((*shape, inputs), np.float32)
        self.actions = np.zeros((*shape, choices), np.int64)
        self.log_probs = np.zeros((*shape, choices), np.float32)
        self.values = np.zeros((*shape, segments), np.float32)
        self.starts = np.zeros(shape, np.bool_)
        self._step = 0

    def add(
        self, inputs: F32, actions: Actions, values: F32, log_probs: F32, starts: Flags
    ) -> None:
        """Note a step; after the last one the first is overwritten."""
        step = self._step
        self.inputs[step], self.actions[step], self.starts[step] = inputs, actions, starts
        self.values[step], self.log_probs[step] = values, log_probs
        self._step = (step + 1) % len(self.inputs)

    def advantages(self, rewards: F32, last: F32, ended: Flags, gamma: float, decay: float) -> F32:
        """Generalised advantage estimates ``[T, n, S]``.

        Args:
            rewards: ``[T, n, S]``.
            last: values ``[n, S]`` of what follows the rollout.
            ended: which rows' episodes ended in its last step, ``[n]``.
            gamma: discount per step.
            decay: of the estimate per step, lambda.
        """
        goes_on = self._goes_on(ended)
        following = np.concatenate([self.values[1:], last[None]])
        surprises = rewards + gamma * following * goes_on - self.values
        estimates: F32 = np.empty_like(surprises)
        sum_ahead = np.zeros_like(last)
        for step in reversed(range(len(surprises))):
            sum_ahead = surprises[step] + gamma * decay * goes_on[step] * sum_ahead
            estimates[step] = sum_ahead
        return estimates

    def margins(self, returns: F32, ended: Flags, gamma: float, without: Worth) -> F32:
        """How much more came than without the row's channel, ``[T, n, S]``.

        Args:
            returns: estimates of what came, ``[T, n, S]``.
            ended: as in ``advantages``.
            gamma: likewise.
            without: the same steps without the channel.
        """
        later = without.following * self._goes_on(ended)
        margins: F32 = returns - without.rewards - gamma * later
        return margins

    def _goes_on(self, ended: Flags) -> npt.NDArray[np.bool_]:
        return ~np.concatenate([self.starts[1:], ended[None]])[..., None]

    def batches(self, advantages: F32, returns: F32, size: int) -> Iterator[Batch]:
        """Go through all rows once, in an order from torch's global generator."""
        columns = (self.inputs, self.actions, self.log_probs, advantages, returns)
        rows = [torch.from_numpy(column).flatten(0, 1) for column in columns]
        for drawn in torch.split(torch.randperm(len(rows[0])), size):
            yield Batch(*(row[drawn] for row in rows))
