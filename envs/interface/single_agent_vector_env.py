"""Many environments in which one controller plays all channels, as Gymnasium's ``VectorEnv``.

Letters: ``B`` environments, ``A`` agents, ``E`` entries of an action, ``F`` features of an
observation, ``Z`` entries of the global state.
"""

from collections.abc import Sequence
from typing import Any, Literal, Unpack, get_args

import numpy as np
import numpy.typing as npt
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from onevoice.configs.errors import OneVoiceError, nearest
from onevoice.envs.engine.seeds import draw_seeds, seed_stream
from onevoice.envs.interface.actions import choices, flat_masks, fold, joint_choices
from onevoice.envs.interface.render import RENDER_MODES, Gallery, check_render_mode
from onevoice.envs.interface.step import Step
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.loading import ScenarioOverrides, load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32, F64, Bools

Infos = dict[str, Any]
Observe = Literal["dashboards", "state"]


class SingleAgentVectorEnv(VectorEnv[F32, Any, Any]):
    """``num_envs`` companies, each with one controller that plays all channels.

    * Action: the agents' actions one behind the other, ``MultiDiscrete`` ``[A * E]``; with
      ``action_type`` ``discrete`` one choice per agent, ``[A]``, with ``continuous`` a ``Box``.
    * Observation: what all agents see one behind the other, ``[A * F]``, or the global state.
    * Reward: in $ per 1,000 customers; the value that all channels share where ``reward.credit`` is
      ``shared``, else the sum of what the channels are credited with.
    * An orchestrator is the last agent; its actions and observations have their own lengths.
    * An episode begins in the step that ends the one before. Then ``infos`` holds ``final_obs``
      and, as ``final_info``, the metrics of the episode; otherwise it is empty.

    Args:
        scenario: a name, the path of a YAML file or a scenario.
        num_envs: number of environments ``B``.
        observe: ``dashboards``, all that the channels see, or ``state``, which holds more than any
            company knows.
        threads: threads that share the customers' work; never changes a result.
        render_mode: ``None``, ``"human"``, ``"ansi"`` or ``"rgb_array"``.
        **overrides: fields of the scenario to change, as ``load_scenario`` takes them.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012  # Gymnasium's wrappers set it on instances
        "render_modes": list(RENDER_MODES),
        "render_fps": 7,
        "autoreset_mode": AutoresetMode.SAME_STEP,
    }

    def __init__(
        self,
        scenario: Scenario | str,
        num_envs: int = 1,
        *,
        observe: Observe = "dashboards",
        threads: int = 1,
        render_mode: str | None = None,
        **overrides: Unpack[ScenarioOverrides],
    ) -> None:
        check_render_mode(render_mode)
        if observe not in get_args(Observe):
            raise OneVoiceError(f"unknown observe {observe!r}{nearest(observe, get_args(Observe))}")
        self.scenario = load_scenario(scenario, **overrides)
        self.engine = ChannelsVectorEnv(self.scenario, num_envs, threads=threads)
        self.num_envs, self.observe, self.render_mode = num_envs, observe, render_mode
        self.single_observation_space = spaces.Box(0.0, 1.0, (len(self.names()),), np.float32)
        self.single_action_space = _joint_space(self.scenario)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._streams = [seed_stream() for _ in range(num_envs)]
        self._gallery = Gallery(self.engine) if render_mode else None

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[F32, Infos]:
        """Start an episode in every environment.

        Args:
            seed: ``n`` seeds the environments with ``n, n + 1, ...``, so that runs with close seeds
                share episodes; a list seeds each one. None, also in a list, goes on.
            options: ``{"market": id}``, or one id per environment, picks markets.

        Returns:
            Observations float32 ``[B, ...]`` and an empty dict.
        """
        super().reset(seed=seed if isinstance(seed, int) and seed >= 0 else None)
        for env, given in enumerate(self._seed_each(seed)):
            if given is not None:
                self._streams[env] = seed_stream(given)
        seeds = [draw_seeds(stream)[0] for stream in self._streams]
        observations = self.engine.reset(seeds, self._markets(options or {}))
        if self._gallery:
            self._gallery.clear()
        return self._seen(observations), {}

    def step(self, actions: npt.ArrayLike) -> tuple[F32, F64, Bools, Bools, Infos]:
        """Take one decision in every environment.

        Args:
            actions: in ``action_space``.

        Returns:
            Observations float32 ``[B, ...]``, rewards float64 ``[B]``, whether each episode
            ``terminated`` or was ``truncated``, and infos; see the class.

        Raises:
            OneVoiceError: on a wrong shape, type or value, and before ``reset``.
        """
        shape = self.action_space.shape or ()
        step = self.engine.step(fold(self.scenario, actions, shape, "environments, entries"))
        if self._gallery:
            self._gallery.add(step)
        if self.render_mode == "human":
            self.render()
        infos = self._ends(step)
        rewards = self._rewards(step)
        return self._seen(step.observations), rewards, step.terminated, step.truncated, infos

    def names(self) -> list[str]:
        """Name of every entry of an observation."""
        if self.observe == "state":
            return self.engine.state_names()
        agents = self.engine.agents
        return [f"{agent}/{name}" for agent in agents for name in self.engine.feature_names(agent)]

    def action_masks(self) -> npt.NDArray[np.int8]:
        """Flat mask of valid choices, int8 ``[B, A * choices of a channel]``."""
        affordable = self.engine.affordable()
        masks = [
            flat_masks(self.scenario, affordable[:, row], agent)
            for row, agent in enumerate(self.engine.agents)
        ]
        return np.concatenate(masks, axis=1)

    def render(self) -> tuple[Any, ...] | None:
        """A text (``ansi``) or picture for each environment; nothing after printing (``human``)."""
        if self._gallery is None or self.render_mode is None:
            return None
        frames = self._gallery.show(self.render_mode)
        if self.render_mode != "human":
            return tuple(frames)
        print("\n\n".join(frames))
        return None

    def _seed_each(self, seed: int | Sequence[int | None] | None) -> Sequence[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if not isinstance(seed, Sequence | np.ndarray):
            seed_stream(seed)  # refuses what cannot be added to
            return [int(seed) + env for env in range(self.num_envs)]
        if len(seed) != self.num_envs:
            raise OneVoiceError(
                f"{len(seed)} seeds for {self.num_envs} environments; give one each"
            )
        return seed

    def _markets(self, options: dict[str, Any]) -> Any:
        if "reset_mask" in options:
            raise OneVoiceError(
                "option reset_mask resets single environments, which here begin anew by themselves;"
                " leave it out"
            )
        market = options.get("market")
        if market is None or isinstance(market, list | tuple | np.ndarray):
            return market
        return [market] * self.num_envs

    def _seen(self, observations: F32) -> F32:
        if self.observe == "state":
            return self.engine.states()
        return self._own(observations)

    def _own(self, observations: F32) -> F32:
        """Observations ``[..., A, F]`` one behind the other, without the zeros behind them."""
        flat = observations.reshape(*observations.shape[:-2], -1)
        counts, width = np.array(self.engine.feature_counts), observations.shape[-1]
        seen = np.arange(width) < counts[:, None]
        return flat if seen.all() else np.ascontiguousarray(flat[..., seen.ravel()])

    def _rewards(self, step: Step) -> F64:
        rewards = step.rewards.astype(np.float64)
        same, channels = self.scenario.reward.credit == "team", len(self.scenario.channels)
        return rewards[:, 0] if same else np.asarray(rewards[:, :channels].sum(axis=1))

    def _ends(self, step: Step) -> Infos:
        """What Gymnasium expects of environments that reset in the step that ends an episode."""
        if step.final_metrics is None or step.final_observations is None:
            return {}
        over = step.terminated | step.truncated
        last = step.final_states if self.observe == "state" else step.final_observations
        assert last is not None
        observations = np.full(self.num_envs, None, object)
        for env in np.flatnonzero(over):
            observations[env] = last[env] if last[env].ndim == 1 else self._own(last[env])
        metrics: Infos = {}
        for name, values in step.final_metrics.items():
            metrics |= {name: np.where(over, values, 0.0), f"_{name}": over}
        return {
            "final_obs": observations,
            "_final_obs": over,
            "final_info": metrics,
            "_final_info": over,
        }


def _joint_space(scenario: Scenario) -> spaces.Space[Any]:
    """The actions of all agents as one."""
    if scenario.action_type == "discrete":
        return spaces.MultiDiscrete(
            [int(np.prod(joint_choices(scenario, agent))) for agent in scenario.agents]
        )
    options = np.concatenate([choices(scenario, agent) for agent in scenario.agents])
    if scenario.action_type == "continuous":
        return spaces.Box(0.0, 1.0, options.shape, np.float32)
    return spaces.MultiDiscrete(options)
