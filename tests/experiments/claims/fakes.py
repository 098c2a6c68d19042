"""A small simulation of the article that records actions and budgets branch by branch."""

import numpy as np
import numpy.typing as npt

from onevoice.envs import load_scenario
from onevoice.envs.engine import kernels
from onevoice.experiments.claims.config import Config
from onevoice.experiments.claims.run import Simulation
from onevoice.experiments.core.trajectories import Played, Trajectory
from onevoice.policies.base import Actions, Policy

CONFIG = Config(
    scenario=load_scenario("article", population=600, tick_hours=24), seeds=2, growth_population=20
)


class Recorded(Simulation):
    """A simulation that records actions, budgets and progress."""

    def __init__(self, index: int) -> None:
        self.actions: dict[str, Actions] = {}
        self.monthly: dict[str, npt.NDArray[np.int64]] = {}
        self.progress: list[tuple[str, int, int]] = []
        super().__init__(CONFIG, index, lambda *one: self.progress.append(one))

    def _continue(self, name: str, policy: Policy, months: float) -> Played:
        played = super()._continue(name, policy, months)
        self.actions[name] = played.actions
        self.monthly[name] = self._episodes.env.budget.monthly[0].copy()
        return played

    def trajectory(self, branch: str) -> Trajectory:
        return Trajectory(
            *(np.asarray(self.arrays[f"{branch}/{name}"], np.int64) for name in Trajectory._fields)
        )


def touches(trajectory: Trajectory) -> npt.NDArray[np.int64]:
    """Touches by decision and channel, ``[T, C]``."""
    return np.asarray(trajectory.channels[:, 0, :, kernels.TOUCHES])
