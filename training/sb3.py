"""All agents of all environments as the slots of a Stable-Baselines3 ``VecEnv``.

One policy with shared parameters then plays every channel:

>>> from stable_baselines3 import PPO
>>> from stable_baselines3.common.vec_env import VecMonitor
>>> env = VecMonitor(ChannelsVecEnv("quartet", 16, reward={"credit": "team"}))
>>> PPO("MlpPolicy", env, n_steps=128, batch_size=1024, seed=0).learn(100_000)
"""

from collections.abc import Sequence
from typing import Any, Unpack

import gymnasium
import numpy as np
import numpy.typing as npt
from stable_baselines3.common.vec_env import VecEnv
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices

from onevoice.configs.errors import OneVoiceError
from onevoice.envs import load_scenario
from onevoice.envs.engine.seeds import draw_seeds, seed_stream
from onevoice.envs.interface.actions import action_space, flat_masks, fold
from onevoice.envs.interface.render import Gallery
from onevoice.envs.interface.step import Step
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.loading import ScenarioOverrides
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32, Bools

Infos = list[dict[str, Any]]


class ChannelsVecEnv(VecEnv):
    """``num_envs`` environments whose ``A`` agents are ``num_envs * A`` slots.

    Slot ``environment * A + agent`` sees and does what that agent does; ``num_envs`` of the result
    counts slots, as Stable-Baselines3 has it. Observations are views of what the engine returns.
    ``action_type: discrete`` suits DQN, ``continuous`` SAC and TD3.

    Where an episode ends, a slot's info holds ``terminal_observation``, ``TimeLimit.truncated``
    (the days are over: what would follow has a value) and ``metrics`` of the episode by name, one
    dict for all agents of an environment.

    Args:
        scenario: a name, the path of a YAML file or a scenario.
        num_envs: number of environments.
        threads: threads that share the customers' work; never changes a result.
        render_mode: ``None`` or ``"rgb_array"``, a picture per environment.
        **overrides: fields of the scenario to change, as ``load_scenario`` takes them.
    """

    def __init__(
        self,
        scenario: Scenario | str,
        num_envs: int,
        *,
        threads: int = 1,
        render_mode: str | None = None,
        **overrides: Unpack[ScenarioOverrides],
    ) -> None:
        if render_mode not in (None, "rgb_array"):
            raise OneVoiceError(f"render_mode is {render_mode!r}; it should be None or 'rgb_array'")
        self.scenario, self.render_mode = load_scenario(scenario, **overrides), render_mode
        if self.scenario.coordination.orchestrated:
            raise OneVoiceError(
                "coordination.kind is orchestrator, but slots must have the same spaces; train "
                "with onevoice train, or with SingleAgentVectorEnv"
            )
        self.engine = ChannelsVectorEnv(self.scenario, num_envs, threads=threads)
        self.agents = self.engine.agents
        slots, space = num_envs * len(self.agents), action_space(self.scenario)
        super().__init__(slots, self.engine.single_observation_space, space)
        self._action_shape = (slots, *(space.shape or ()))
        self._actions: npt.NDArray[Any] = np.zeros(0, np.int64)
        self._stream = seed_stream()
        self._gallery = Gallery(self.engine) if render_mode else None

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Seed the episodes from the next reset on.

        Other than by counting up, so that runs with close seeds share no episode.

        Returns:
            The engine's seed of each slot; one for all agents of an environment.
        """
        self._stream = seed_stream(seed)
        self._seeds = [*self._next_seeds()]
        return self._seeds

    def reset(self) -> F32:
        """Start an episode in every environment; returns float32 ``[slots, F]``.

        ``set_options({"market": id})`` before it picks a market.
        """
        seeds = [seed for seed in self._seeds if seed is not None] or self._next_seeds()
        every = len(self.agents)
        markets: list[Any] = [options.get("market") for options in self._options[::every]]
        given = any(market is not None for market in markets)
        observations = self.engine.reset(seeds[::every], markets if given else None)
        self._reset_seeds()
        self._reset_options()
        if self._gallery:
            self._gallery.clear()
        return self._by_slot(observations)

    def step_async(self, actions: npt.NDArray[Any]) -> None:
        """Store the actions, ``[slots, E]``, or ``[slots]`` if they are ``Discrete``."""
        self._actions = actions

    def step_wait(self) -> tuple[F32, F32, Bools, Infos]:
        """Take one decision in every environment.

        Returns:
            Observations float32 ``[slots, F]``, rewards float32 ``[slots]`` in $ per 1,000
            customers, whether the episode is over ``[slots]``, and infos.

        Raises:
            OneVoiceError: on actions of a wrong shape, type or value, and before ``reset``.
        """
        actions = fold(self.scenario, self._actions, self._action_shape, "slots, entries")
        step = self.engine.step(actions)
        if self._gallery:
            self._gallery.add(step)
        rewards = step.rewards.flatten()  # a copy: on-policy algorithms write into it
        dones = np.repeat(step.terminated | step.truncated, len(self.agents))
        return self._by_slot(step.observations), rewards, dones, self._infos(step)

    def action_masks(self) -> npt.NDArray[np.int8]:
        """Masks of valid choices, int8 ``[slots, choices]``, as MaskablePPO asks for."""
        return flat_masks(self.scenario, self.engine.affordable().reshape(-1))

    def states(self) -> F32:
        """The global state that each slot's agent is in, float32 ``[slots, Z]``."""
        return np.repeat(self.engine.states(), len(self.agents), axis=0)

    def get_images(self) -> Sequence[npt.NDArray[np.uint8]]:
        """One picture per environment, uint8 ``[H, W, 3]``."""
        return self._gallery.show("rgb_array") if self._gallery else []

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """Return an attribute of this object for each slot asked for."""
        value = getattr(self, attr_name)
        return [value for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set an attribute of this object, which all slots share.

        Raises:
            OneVoiceError: if not all slots are meant.
        """
        if set(self._get_indices(indices)) != set(range(self.num_envs)):
            raise OneVoiceError(
                f"{attr_name} cannot be set for single slots, which share it; leave out indices"
            )
        setattr(self, attr_name, value)

    def env_method(
        self,
        method_name: str,
        *method_args: Any,
        indices: VecEnvIndices = None,
        **method_kwargs: Any,
    ) -> list[Any]:
        """Call a method of this object once.

        Returns:
            For each slot asked for: its row of ``action_masks`` or ``states``, else the result.
        """
        result = getattr(self, method_name)(*method_args, **method_kwargs)
        by_slot = method_name in ("action_masks", "states")
        return [result[slot] if by_slot else result for slot in self._get_indices(indices)]

    def env_is_wrapped(
        self,
        wrapper_class: type[gymnasium.Wrapper[Any, Any, Any, Any]],
        indices: VecEnvIndices = None,
    ) -> list[bool]:
        """No slot is wrapped."""
        return [False for _ in self._get_indices(indices)]

    def close(self) -> None:
        """Nothing to release."""

    def _by_slot(self, observations: F32) -> F32:
        return observations.reshape(self.num_envs, -1)

    def _next_seeds(self) -> list[int]:
        seeds = draw_seeds(self._stream, self.engine.num_envs)
        return [seed for seed in seeds for _ in self.agents]

    def _infos(self, step: Step) -> Infos:
        """A dict for each slot, empty where nothing ended; each step has its own to write in."""
        infos: Infos = [{} for _ in range(self.num_envs)]
        if step.final_observations is None or step.final_metrics is None:
            return infos
        for env in np.flatnonzero(step.terminated | step.truncated).tolist():
            metrics = {name: float(values[env]) for name, values in step.final_metrics.items()}
            for place, last in enumerate(step.final_observations[env]):
                infos[env * len(self.agents) + place] = {
                    "terminal_observation": last,
                    "TimeLimit.truncated": bool(step.truncated[env]),
                    "metrics": metrics,
                }
        return infos
