"""The scenes of all worlds side by side, as windows that the claims are read from.

Letters: ``B`` worlds.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.claims.config import Config
from onevoice.experiments.claims.scenes import CUTS, NOTCHES, RAISES
from onevoice.experiments.core.statistics import Bootstrap
from onevoice.experiments.core.trajectories import Course
from onevoice.experiments.windows import Window

LOOSENED = ("layer", *NOTCHES)
CHAINS = {
    "greedy": ("greedy_first", "greedy_later"),
    "cut": ("greedy_first", *CUTS),
    "raised": ("greedy_first", *RAISES),
    "layer": ("greedy_first", "layer", "layer_kept"),
    "loosened": ("greedy_first", *LOOSENED),
}
"""Scenes that are told in several stretches; each begins after the warm-up."""


class Story:
    """All worlds of a study."""

    def __init__(self, config: Config, worlds: Sequence[Arrays]) -> None:
        self.config, self.worlds = config, worlds
        self._courses: dict[str, Course] = {}

    @property
    def scenario(self) -> Scenario:
        """The company."""
        return self.config.scenario

    @cached_property
    def bootstrap(self) -> Bootstrap:
        """The resampled worlds, the same for every claim."""
        return Bootstrap.of(len(self.worlds), self.config)

    def course(self, scene: str) -> Course:
        """A scene from the first day after the warm-up, all worlds, ``[T, B, ...]``."""
        if scene not in self._courses:
            names = CHAINS.get(scene, (scene,))
            course = self._stretch(names[0])
            for name in names[1:]:
                course = course.then(self._stretch(name))
            self._courses[scene] = course
        return self._courses[scene]

    def window(self, scene: str, first: float = 0.0, end: float = 3.0) -> Window:
        """A scene between two moments, in months since the warm-up."""
        month = self.config.month
        return Window(self.scenario, self.course(scene), round(first * month), round(end * month))

    def weeks(self, scene: str) -> list[Window]:
        """A scene week by week."""
        total = self.course(scene).system.shape[0]
        edges = np.linspace(0, total, 4 * total // self.config.month + 1).round().astype(int)
        return [
            Window(self.scenario, self.course(scene), int(lo), int(hi))
            for lo, hi in pairwise(edges)
        ]

    def fact(self, name: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
        """An array that every world has, stacked, ``[B, ...]``."""
        return np.stack([np.asarray(world[name], np.float64) for world in self.worlds])

    def _stretch(self, name: str) -> Course:
        fields = [
            np.concatenate(
                [np.asarray(w[f"{name}/{field}"], np.int64) for w in self.worlds], axis=1
            )
            for field in Course._fields
        ]
        return Course(*fields)
