"""A small world of the article whose actions and budgets are remembered scene by scene."""

import numpy as np
import numpy.typing as npt

from onevoice.envs import load_scenario
from onevoice.envs.engine import kernels
from onevoice.experiments.claims.config import Config
from onevoice.experiments.claims.scenes import World
from onevoice.experiments.core.trajectories import Course, Played
from onevoice.policies.base import Actions, Policy

CONFIG = Config(
    scenario=load_scenario("article", population=600, tick_hours=24), seeds=2, growth_population=20
)


class Watched(World):
    """A world that remembers what was done and given in each scene, and what it told."""

    def __init__(self, index: int) -> None:
        self.actions: dict[str, Actions] = {}
        self.monthly: dict[str, npt.NDArray[np.int64]] = {}
        self.told: list[tuple[str, int, int]] = []
        super().__init__(CONFIG, index, lambda *one: self.told.append(one))

    def _keep(self, name: str, policy: Policy, months: float) -> Played:
        played = super()._keep(name, policy, months)
        self.actions[name] = played.actions
        self.monthly[name] = self._episodes.env.budget.monthly[0].copy()
        return played

    def course(self, scene: str) -> Course:
        return Course(
            *(np.asarray(self.arrays[f"{scene}/{name}"], np.int64) for name in Course._fields)
        )


def touches(course: Course) -> npt.NDArray[np.int64]:
    """Touches by decision and channel, ``[T, A]``."""
    return np.asarray(course.channels[:, 0, :, kernels.TOUCHES])
