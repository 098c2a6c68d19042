"""The vectorised environment as the trainer uses it; tests implement it with stubs."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from onevoice.envs.interface.step import Step
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.base import Actions, Observations

States = npt.NDArray[np.float32]
"""Float32 ``[B, Z]``: the global state of each environment."""
Flags = npt.NDArray[np.bool_]
"""Bool ``[B]``."""


class VectorEnv(Protocol):
    """``B`` environments as arrays, each restarted in the step in which it ends."""

    agents: tuple[str, ...]
    num_envs: int
    observation_size: int
    state_size: int
    max_steps: int
    """Decisions in an episode."""

    segments: int
    """``S``."""
    entry_segments: npt.NDArray[np.int64]
    """The segment that each entry of an action concerns, ``[E]``; ``S`` where it is all of them."""

    agent_choices: npt.NDArray[np.int64]
    """Options of each entry of each agent's action, ``[A, E]``; 1 where it has no such entry."""

    ordered_entries: npt.NDArray[np.bool_]
    """Which entries have options in order, ``[A, E]``."""

    def reset(self, seeds: Sequence[int], markets: Sequence[int] | None = None) -> Observations:
        """Start one episode per seed, in the given markets or in markets drawn from the seeds."""

    def step(self, actions: Actions) -> Step:
        """Play int64 actions ``[B, A, E]``."""

    def states(self) -> States:
        """Return the global states."""

    def metrics(self) -> dict[str, npt.NDArray[np.float64]]:
        """Return the metrics ``[B]`` of the running episodes by name."""

    def snapshot(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything that ``restore`` needs."""

    def restore(self, snapshot: dict[str, npt.NDArray[Any]]) -> None:
        """Return to a snapshot, exactly."""


EnvFactory = Callable[[Scenario, int, int], VectorEnv]
"""``(scenario, num_envs, threads) -> VectorEnv``."""


def make_vector_env(scenario: Scenario, num_envs: int, threads: int) -> VectorEnv:
    """Build the real environment."""
    return ChannelsVectorEnv(scenario, num_envs, threads=threads)
