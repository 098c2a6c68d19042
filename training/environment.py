"""What the trainer needs of a vectorised environment: the real one has it, and stubs in tests."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from onevoice.envs.interface.vector_env import ChannelsVectorEnv, Step
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
    part_segments: npt.NDArray[np.int64]
    """The segment that each part of an action concerns, ``[K]``; ``S`` where it is all of them."""

    agent_choices: npt.NDArray[np.int64]
    """Options of each part of each agent's action, ``[A, K]``; 1 where it has no such part."""

    ordered_parts: npt.NDArray[np.bool_]
    """Which parts have options in order, ``[A, K]``."""

    def reset(self, seeds: Sequence[int], markets: Sequence[int] | None = None) -> Observations:
        """Start one episode per seed, in the given markets or in some that the seeds draw."""

    def step(self, actions: Actions) -> Step:
        """Play int64 actions ``[B, A, K]``."""

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
