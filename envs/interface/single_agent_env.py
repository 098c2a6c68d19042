"""One environment in which one controller plays all channels, as Gymnasium's ``Env``."""

from typing import Any, Unpack

import gymnasium
import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface.actions import as_array
from onevoice.envs.interface.render import RENDER_MODES
from onevoice.envs.interface.single_agent_vector_env import Infos, Observe, SingleAgentVectorEnv
from onevoice.envs.spec.loading import ScenarioOverrides
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32


class SingleAgentEnv(gymnasium.Env[F32, Any]):
    """A ``SingleAgentVectorEnv`` of one environment, which waits for ``reset`` after each episode.

    Its spaces, rewards and episodes are those of one environment there. The ``info`` of the last
    step holds the metrics of the episode; otherwise it is empty.

    Args:
        scenario: a name, the path of a YAML file or a scenario.
        observe: ``dashboards``, all that the channels see, or ``state``.
        threads: threads that share the customers' work; never changes a result.
        render_mode: ``None``, ``"human"``, ``"ansi"`` or ``"rgb_array"``.
        **overrides: fields of the scenario to change, as ``load_scenario`` takes them.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012  # so Gymnasium declares it
        "render_modes": list(RENDER_MODES),
        "render_fps": 7,
    }

    def __init__(
        self,
        scenario: Scenario | str,
        *,
        observe: Observe = "dashboards",
        threads: int = 1,
        render_mode: str | None = None,
        **overrides: Unpack[ScenarioOverrides],
    ) -> None:
        self._vector = SingleAgentVectorEnv(
            scenario, 1, observe=observe, threads=threads, render_mode=render_mode, **overrides
        )
        self.scenario, self.engine = self._vector.scenario, self._vector.engine
        self.render_mode = render_mode
        self.observation_space = self._vector.single_observation_space
        self.action_space = self._vector.single_action_space
        self._begun: F32 | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[F32, Infos]:
        """Start an episode in a new market.

        Args:
            seed: fixes this episode and, through it, the following ones.
            options: ``{"market": id}`` picks a market; other keys are ignored.
        """
        observation, other = self._begun, (options or {}).get("market") is not None
        if observation is None or seed is not None or other:
            observation = self._vector.reset(seed=[seed], options=options)[0][0]
            super().reset(seed=None if seed is None else int(seed))
        self._begun = None
        return observation, {}

    def step(self, action: npt.ArrayLike) -> tuple[F32, float, bool, bool, Infos]:
        """Take one decision of all channels; see Gymnasium's ``Env.step``.

        Raises:
            OneVoiceError: before ``reset`` or after the end, and on an action of a wrong shape,
                type or value.
        """
        if self._begun is not None:
            raise OneVoiceError("the episode has ended; call reset() before step()")
        given, shape = as_array(action), self.action_space.shape
        if given.shape != shape:
            raise OneVoiceError(f"action has shape {given.shape}; expected {shape} (parts)")
        seen, rewards, terminated, truncated, infos = self._vector.step(given[None])
        last, info = seen[0], {}
        if infos:
            self._begun, last = seen[0], infos["final_obs"][0]
            info = {k: float(v[0]) for k, v in infos["final_info"].items() if k[0] != "_"}
        return last, float(rewards[0]), bool(terminated[0]), bool(truncated[0]), info

    def names(self) -> list[str]:
        """Name of every entry of an observation."""
        return self._vector.names()

    def action_masks(self) -> npt.NDArray[np.int8]:
        """Flat mask of valid choices, int8 ``[A * choices of a channel]``."""
        masks: npt.NDArray[np.int8] = self._vector.action_masks()[0]
        return masks

    def render(self) -> Any:
        """Text (``ansi``), a picture uint8 ``[H, W, 3]``, or nothing after printing (``human``)."""
        frames = self._vector.render()
        return None if frames is None else frames[0]
