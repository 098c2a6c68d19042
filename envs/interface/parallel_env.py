"""PettingZoo's parallel environment: wraps a ``ChannelsVectorEnv`` of one environment."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from gymnasium import spaces
from pettingzoo import ParallelEnv
from pydantic import ValidationError

from onevoice.configs.errors import OneVoiceError, nearest
from onevoice.envs.company.coordination_metrics import company_names, own_names
from onevoice.envs.company.metrics import CHANNEL_METRICS, SYSTEM_METRICS
from onevoice.envs.engine.seeds import draw_seeds, seed_stream
from onevoice.envs.interface.actions import action_space, as_array, mask, to_choices
from onevoice.envs.interface.render import RENDER_MODES, History, check_render_mode, draw, tell
from onevoice.envs.interface.step import Step
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import U64

Observations = dict[str, npt.NDArray[np.float32]]
Infos = dict[str, dict[str, Any]]
TRUTH = tuple(f"system/{name}" for name in SYSTEM_METRICS)


class ChannelsParallelEnv(ParallelEnv[str, Any, Any]):  # type: ignore[misc]  # PettingZoo has no types
    """One company whose marketing channels are agents.

    Args:
        scenario: the configuration.
        max_cycles: steps per episode; by default ``scenario.days`` long.
        render_mode: ``None``, ``"human"``, ``"ansi"`` or ``"rgb_array"``.
    """

    metadata: ClassVar[dict[str, Any]] = {
        "name": "onevoice-v0",
        "render_modes": list(RENDER_MODES),
        "is_parallelizable": True,
        "render_fps": 7,
    }

    def __init__(
        self, scenario: Scenario, *, max_cycles: int | None = None, render_mode: str | None = None
    ) -> None:
        check_render_mode(render_mode)
        if max_cycles is not None:
            scenario = _with_length(scenario, max_cycles)
        self.scenario, self.render_mode = scenario, render_mode
        self.possible_agents = list(scenario.agents)
        self._channels = self.possible_agents[: len(scenario.channels)]
        self.agents: list[str] = []
        self._engine = ChannelsVectorEnv(scenario, 1, auto_reset=False)
        self.state_space = spaces.Box(0.0, 1.0, (self._engine.state_size,), np.float32)
        self.observation_spaces = {
            agent: spaces.Box(0.0, 1.0, (size,), np.float32)
            for agent, size in zip(self.possible_agents, self._engine.feature_counts, strict=True)
        }
        self.action_spaces = {
            agent: action_space(scenario, agent) for agent in self.possible_agents
        }
        company = [f"system/{name}" for name in company_names(scenario)]
        self._layer_names = (own_names(scenario), company)
        self._seeds = seed_stream()
        self._history = History(scenario)

    @property
    def max_cycles(self) -> int:
        """Steps after which the episode is truncated; may be changed between episodes."""
        return self._engine.max_steps

    @max_cycles.setter
    def max_cycles(self, steps: int) -> None:
        self._engine.limit_steps(steps)

    def observation_space(self, agent: str) -> spaces.Box:
        """A Box of ``[F]`` floats in [0, 1], the same for every channel."""
        return self.observation_spaces[self._known(agent)]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """The action space of ``agent``; see ``onevoice.envs.interface.actions``."""
        return self.action_spaces[self._known(agent)]

    def feature_names(self, agent: str) -> list[str]:
        """Name of every entry of the agent's observation."""
        return self._engine.feature_names(self._known(agent))

    def state_names(self) -> list[str]:
        """Name of every entry of ``state()``."""
        return self._engine.state_names()

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, Infos]:
        """Start an episode in a new market.

        Args:
            seed: fixes this episode and, through it, the following ones.
            options: ``{"market": id}`` picks a market; other keys are ignored.
        """
        if seed is not None:
            self._seeds = seed_stream(seed)
        market = (options or {}).get("market")
        markets = None if market is None else [market]
        observations = self._engine.reset(draw_seeds(self._seeds), markets)
        self.agents = list(self.possible_agents)
        self._history.clear()
        return self._by_agent(observations[0]), self._infos()

    def step(
        self, actions: Mapping[str, Any]
    ) -> tuple[Observations, dict[str, float], dict[str, bool], dict[str, bool], Infos]:
        """Take one decision of all agents; see PettingZoo's ``ParallelEnv.step``.

        Raises:
            OneVoiceError: before ``reset`` or after the end, on a missing or unknown agent, and
            on an
                action that its space does not contain.
        """
        if not self.agents:
            raise OneVoiceError("step() needs a running episode; call reset() first")
        step = self._engine.step(self._joint(actions)[None])
        agents = self.agents
        if self.render_mode is not None:
            self._history.add(self._engine.metrics())
        result = (
            self._by_agent(step.observations[0]),
            dict(zip(agents, step.rewards[0].tolist(), strict=True)),
            dict.fromkeys(agents, bool(step.terminated[0])),
            dict.fromkeys(agents, bool(step.truncated[0])),
            self._infos(),
        )
        if _ended(step):
            self.agents = []
        if self.render_mode == "human":
            self.render()
        return result

    def state(self) -> npt.NDArray[np.float32]:
        """The global state, float32 ``[Z]``; ``state_names`` names every entry."""
        state: npt.NDArray[np.float32] = self._engine.states()[0]
        return state

    def action_masks(self, agent: str) -> Any:
        """Mask of valid choices, in the form of ``scenario.mask_format``."""
        place = self.possible_agents.index(self._known(agent))
        return mask(self.scenario, bool(self._engine.affordable()[0, place]), agent)

    def snapshot(self) -> dict[str, npt.NDArray[np.generic]]:
        """The exact state as a flat dict of arrays."""
        return self._engine.snapshot()

    def restore(self, snapshot: dict[str, npt.NDArray[np.generic]]) -> None:
        """Take back a state that ``snapshot`` returned; the pictures' history is not part of it."""
        self._engine.restore(snapshot)
        self.agents = [] if bool(snapshot["env/over"][0]) else list(self.possible_agents)

    def fork(
        self,
        copies: int,
        seeds: Sequence[int] | U64,
        *,
        env: int = 0,
        population: int | None = None,
    ) -> ChannelsVectorEnv:
        """Copy this environment, to try decisions on its copies; see ``ChannelsVectorEnv.fork``.

        Args:
            copies: number of copies ``K``.
            seeds: keys of the random numbers to come, ``[K]``; that of the original is ``key``.
            env: 0; there is one environment.
            population: customers of a copy, by default all.

        Returns:
            ``K`` environments as arrays.

        Raises:
            OneVoiceError: if a number is out of range, or no episode runs.
        """
        return self._engine.fork(copies, seeds, env=env, population=population)

    @property
    def key(self) -> int:
        """The 64-bit key of the running episode's random numbers."""
        return int(self._engine.keys[0])

    def render(self) -> str | npt.NDArray[np.uint8] | None:
        """Text (``ansi``), a picture uint8 ``[H, W, 3]``, or nothing after printing (``human``)."""
        if self.render_mode is None:
            return None
        if self.render_mode == "rgb_array":
            return draw(self._history)
        text = tell(self._history, self._engine.metrics())
        if self.render_mode == "ansi":
            return text
        print(text)
        return None

    def close(self) -> None:
        """Nothing to release."""

    def _known(self, agent: str) -> str:
        if agent not in self.possible_agents:
            raise OneVoiceError(
                f"unknown agent {agent!r}{nearest(str(agent), self.possible_agents)}"
            )
        return agent

    def _joint(self, actions: Mapping[str, Any]) -> npt.NDArray[np.int64]:
        """Check the agents' actions and stack them, int64 ``[A, E]``."""
        if not isinstance(actions, Mapping):
            raise OneVoiceError(
                f"step() takes actions by agent name, not a {type(actions).__name__}"
            )
        for agent in actions:
            self._known(agent)
        joint = np.zeros(self._engine.agent_choices.shape, np.int64)
        for row, agent in zip(joint, self.agents, strict=True):
            if agent not in actions:
                raise OneVoiceError(f"no action for {agent}; every agent must act in every step")
            space, action = self.action_spaces[agent], _as_sample(actions[agent])
            if not space.contains(action):
                raise OneVoiceError(
                    f"action of {agent} is not in its space {_line(space)}: {_short(action)}"
                )
            parts = to_choices(self.scenario, action, agent)
            row[: len(parts)] = parts
        return joint

    def _by_agent(self, rows: npt.NDArray[np.float32]) -> Observations:
        sizes = self._engine.feature_counts
        return {
            agent: row[:size]
            for agent, row, size in zip(self.possible_agents, rows, sizes, strict=True)
        }

    def _infos(self) -> Infos:
        """The channel's dashboard and the truth of the episode so far, as flat floats.

        An orchestrator has no dashboard.
        """
        figures = self._engine.metric_figures()[:, 0].tolist()
        known = [0.0 if isnan(value) else value for value in figures]
        width, first = len(CHANNEL_METRICS), len(CHANNEL_METRICS) * len(self._channels)
        truth = dict(zip(TRUTH, known[first : first + len(TRUTH)], strict=True))
        infos: Infos = {
            agent: {
                **dict(zip(CHANNEL_METRICS, known[place : place + width], strict=True)),
                **truth,
            }
            for agent, place in zip(self._channels, range(0, first, width), strict=True)
        }
        infos |= {agent: {**truth} for agent in self.possible_agents if agent not in infos}
        self._add_layer(infos, known[first + len(TRUTH) :])
        if self.scenario.action_mask == "info":
            for agent in infos:
                infos[agent]["action_mask"] = self.action_masks(agent)
        return infos

    def _add_layer(self, infos: Infos, figures: list[float]) -> None:
        """Add the coordination layer's metrics of each channel, and those of the whole company."""
        own, company = self._layer_names
        split = len(own) * len(self._channels)
        of_company = dict(zip(company, figures[split:], strict=True))
        for place, agent in enumerate(self._channels):
            start = place * len(own)
            infos[agent].update(zip(own, figures[start : start + len(own)], strict=True))
        for info in infos.values():
            info.update(of_company)


def _ended(step: Step) -> bool:
    return bool(step.terminated[0] or step.truncated[0])


def _as_sample(action: Any) -> Any:
    """Accept lists of whole numbers as arrays."""
    return as_array(action) if isinstance(action, list | tuple) else action


def _with_length(scenario: Scenario, max_cycles: int) -> Scenario:
    """The scenario with episodes of ``max_cycles`` decisions."""
    days = max_cycles * scenario.decision_hours / 24
    try:
        return Scenario.model_validate({**scenario.model_dump(), "days": days})
    except ValidationError as error:
        why = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise OneVoiceError(
            f"max_cycles={max_cycles} makes an episode of {days:g} days: {why}"
        ) from None


def _line(value: object) -> str:
    return " ".join(str(value).split())


def _short(action: Any) -> str:
    text = _line(action)
    kind = getattr(action, "dtype", type(action).__name__)
    return f"{text if len(text) <= 60 else f'{text[:57]}...'} ({kind})"
