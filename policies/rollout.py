"""The loop in which a policy decides and the environments step; everything that plays uses it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from onevoice.policies.base import Actions, Observations, Policy

if TYPE_CHECKING:
    from onevoice.envs.interface.step import Step


class Env(Protocol):
    """``B`` environments as arrays, each restarted in the step in which it ends, or not."""

    num_envs: int

    def reset(self, seeds: Sequence[int], markets: Sequence[int] | None = None) -> Observations:
        """Start one episode per seed."""

    def step(self, actions: Actions) -> "Step":
        """Play int64 actions ``[B, A, E]``."""

    def metrics(self) -> dict[str, npt.NDArray[np.float64]]:
        """Return the metrics ``[B]`` of the running episodes by name."""


class DecodedActions(NamedTuple):
    """One decision of a policy in all environments."""

    actions: Actions
    """``[B, A, E]``"""
    step: "Step"
    """What followed."""


def play(env: Env, policy: Policy, observations: Observations) -> Iterator[DecodedActions]:
    """Let ``policy`` decide, without end; neither is reset before.

    Args:
        env: the environments.
        policy: decides for all agents.
        observations: what the agents see now, float32 ``[B, A, F]``.
    """
    while True:
        actions = np.array(policy.act_batch(observations), order="C")
        step = env.step(actions)
        yield DecodedActions(actions, step)
        observations = step.observations


class FirstEpisodes:
    """The metrics of the first episode of each environment; after its end they stay."""

    def __init__(self, env: Env) -> None:
        """Begin after ``env`` was reset."""
        self._env = env
        self.over = np.zeros(env.num_envs, dtype=np.bool_)
        """Which episodes have ended, bool ``[B]``."""
        self.metrics = env.metrics()
        """By name, float64 ``[B]``; replaced, not changed, in every step."""

    def add(self, step: "Step") -> None:
        """Take in what followed a decision."""
        now, ended = self._env.metrics(), step.terminated | step.truncated
        if step.final_metrics is not None:  # what runs now is the next episode
            now = {k: np.where(ended, step.final_metrics[k], v) for k, v in now.items()}
        self.metrics = {k: np.where(self.over, self.metrics[k], v) for k, v in now.items()}
        self.over = self.over | ended
