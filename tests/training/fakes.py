"""Small environments with known answers, as the trainer takes them."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from onevoice.envs.company.metrics import metric_names
from onevoice.envs.interface.step import Step
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32
from onevoice.training.config import TrainingConfig

MakeConfig = Callable[..., TrainingConfig]


class StubEnv:
    """Episodes of ``length`` steps that end by truncation or termination; ``time`` is ``[B]``."""

    length = 5
    truncates = True
    state_size = 1
    worth = 3.0
    choices: ClassVar[list[int]] = [2, 3]
    segments = 1

    def __init__(self, scenario: Scenario, num_envs: int, threads: int) -> None:
        self.scenario, self.num_envs, self.agents = scenario, num_envs, scenario.agents
        self.seeds = self.time = self.age = np.zeros(num_envs, dtype=np.int64)
        self.observation_size = self.observe().shape[2]
        self.agent_choices = np.tile(self.choices, (len(self.agents), 1))
        self.entry_segments = np.arange(len(self.choices))
        self.ordered_entries = np.zeros(self.agent_choices.shape, dtype=np.bool_)
        self.max_steps = self.length

    def reset(self, seeds: Sequence[int], markets: Sequence[int] | None = None) -> F32:
        self.seeds = np.array(seeds, dtype=np.int64)
        self.time = np.zeros_like(self.seeds)
        self.age = np.zeros_like(self.seeds)
        return self.observe()

    def step(self, actions: npt.NDArray[np.int64]) -> Step:
        rewards = self.reward(actions).astype(np.float32)
        self.time, self.age = self.time + 1, self.age + 1
        over = self.time == self.length
        final = (self.observe(), self.states(), self.metrics()) if over.any() else (None,) * 3
        self.time = np.where(over, 0, self.time)
        ends = (over & (not self.truncates), over & self.truncates)
        return Step(self.observe(), rewards, rewards[..., None], *ends, *final)

    def observe(self) -> F32:
        return np.ones((self.num_envs, len(self.agents), 1), dtype=np.float32)

    def reward(self, actions: npt.NDArray[np.int64]) -> F32:
        return np.ones(actions.shape[:2], dtype=np.float32)

    def states(self) -> F32:
        return np.ones((self.num_envs, 1), dtype=np.float32)

    def metrics(self) -> dict[str, npt.NDArray[np.float64]]:
        roas = np.where(self.seeds % 2 == 0, np.nan, 2.0)
        value = np.full(self.num_envs, self.worth)
        names = metric_names(self.scenario)
        return {**dict.fromkeys(names, value), "email/roas": roas}

    def snapshot(self) -> dict[str, npt.NDArray[Any]]:
        return {"seeds": self.seeds, "time": self.time, "age": self.age}

    def restore(self, snapshot: dict[str, npt.NDArray[Any]]) -> None:
        self.seeds, self.time, self.age = (snapshot[key] for key in ("seeds", "time", "age"))


class ClockEnv(StubEnv):
    """The time can be seen."""

    def observe(self) -> F32:
        clock = np.eye(self.length + 1, dtype=np.float32)[self.time]
        return np.repeat(clock[:, None], len(self.agents), axis=1)

    def states(self) -> F32:
        return self.time[:, None].astype(np.float32)


class TerminatingEnv(ClockEnv):
    """The same, and episodes end by themselves."""

    truncates = False


class MatrixGame(StubEnv):
    """Two channels choose one of three; the last pays whoever claims, the first pays both.

    A coin that only the state shows adds or takes 20 from everyone.
    """

    choices: ClassVar[list[int]] = [3]
    team = np.array([[10.0, -2.0, 0.0], [-2.0, 4.0, 3.0], [0.0, 3.0, 2.0]])
    own = np.array([[10.0, -2.0, -9.0], [2.0, 4.0, 1.0], [12.0, 6.0, 3.0]])

    def coin(self) -> npt.NDArray[np.float64]:
        bits = (self.seeds * 2654435761 + self.age * 40503 >> 9) & 1
        return np.where(bits == 1, 1.0, -1.0)

    def states(self) -> F32:
        return self.coin()[:, None].astype(np.float32)

    def reward(self, actions: npt.NDArray[np.int64]) -> F32:
        first, second = actions[:, 0, 0], actions[:, 1, 0]
        if self.scenario.reward.credit == "claimed":
            paid = np.stack([self.own[first, second], self.own[second, first]], axis=1)
        else:
            paid = np.repeat(self.team[first, second][:, None], 2, axis=1)
        noisy: F32 = (paid + 20.0 * self.coin()[:, None]).astype(np.float32)
        return noisy
