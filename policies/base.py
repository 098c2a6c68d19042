"""The policy interface: one policy decides for all agents of many environments."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface.actions import from_choices, widen
from onevoice.envs.spec.scenario import Scenario

if TYPE_CHECKING:
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

Observations = npt.NDArray[np.float32]
"""Float32 ``[B, A, F]``: observations of each agent."""
Actions = npt.NDArray[np.int64]
"""Int64 ``[B, A, E]``: actions of each agent."""


class Forkable(Protocol):
    """An environment that can be copied, arrays or PettingZoo."""

    def fork(
        self, copies: int, seeds: Sequence[int], *, env: int = 0, population: int | None = None
    ) -> "ChannelsVectorEnv":
        """Return copies of one environment; see ``ChannelsVectorEnv.fork``."""


class Policy(ABC):
    """Decides for all channels; a subclass that keeps a memory clears it in ``reset``."""

    def __init__(self, scenario: Scenario) -> None:
        """Decide for the channels of ``scenario``."""
        self.scenario = scenario
        self.agents = scenario.agents
        self.num_envs = 0

    def attach(self, env: Forkable) -> None:
        """Give the policy its environment before ``reset``; only a planner copies it."""
        del env

    def reset(self, num_envs: int, seed: int) -> None:
        """Forget everything and get ready for ``num_envs`` environments; call ``super().reset``."""
        self.num_envs = num_envs

    @abstractmethod
    def act_batch(self, observations: Observations) -> Actions:
        """Return the actions, int64 ``[B, A, E]``, for ``observations``, float32 ``[B, A, F]``."""

    def act(
        self, observations: Mapping[str, npt.NDArray[np.float32]]
    ) -> dict[str, npt.NDArray[Any]]:
        """Return each agent's action in one PettingZoo environment of the policy's scenario.

        Args:
            observations: float32 ``[F]`` by agent, as ``reset`` and ``step`` return them.

        Raises:
            OneVoiceError: an agent's observation is missing or has a wrong shape, or the
                environment takes ``Discrete`` actions, which cannot say what a policy does.
        """
        if self.num_envs != 1:
            self.reset(1, 0)
        actions = self.act_batch(self._stack(observations)[None])[0]
        return {
            agent: from_choices(self.scenario, entries, agent)
            for agent, entries in zip(self.agents, actions, strict=True)
        }

    def _stack(self, observations: Mapping[str, npt.NDArray[np.float32]]) -> Observations:
        for agent in self.agents:
            if agent not in observations:
                raise OneVoiceError(f"observations: {agent!r} is missing; this policy plays it")
        rows = [np.asarray(observations[agent], dtype=np.float32) for agent in self.agents]
        if self.scenario.coordination.orchestrated:
            return self._stack_different(rows)
        if len({row.shape for row in rows}) > 1:
            shapes = ", ".join(str(row.shape) for row in rows)
            raise OneVoiceError(f"observations: agents differ in shape ({shapes}); give [F] each")
        return np.stack(rows)

    def _stack_different(self, rows: list[Observations]) -> Observations:
        """Observations of their own lengths, with zeros behind them."""
        from onevoice.envs.interface.observation import feature_counts  # loads Numba

        counts = feature_counts(self.scenario)
        for agent, row, count in zip(self.agents, rows, counts, strict=True):
            if row.shape != (count,):
                raise OneVoiceError(
                    f"observations: that of {agent} has shape {row.shape}; expected ({count},)"
                )
        return np.stack([widen(row, max(counts)) for row in rows])
