"""A company whose figures follow a known law, for the search of parameters."""

from collections.abc import Callable

import numpy as np

from onevoice.envs import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.calibration import Config, search
from onevoice.experiments.calibration.knobs import KNOBS
from onevoice.experiments.calibration.measure import stages
from onevoice.experiments.calibration.search import read

CONFIG = Config(scenario=load_scenario("article", population=200, tick_hours=24), trials=8)
START = np.array([read(CONFIG.scenario, knob.field) for knob in KNOBS])
TARGETS = np.array([knob.goal.target for knob in KNOBS])
NEAR = START * np.linspace(0.75, 1.3, len(KNOBS))


class Law:
    """Figures that are linear in the logarithms of the parameters, as ``KNOBS`` expects them."""

    def __init__(self, best: F64, bend: float = 0.0) -> None:
        self.best, self.bend = best, bend
        self.tried: list[F64] = []

    def __call__(
        self, scenario: Scenario, config: Config, tell: Callable[[], None]
    ) -> dict[str, float]:
        self.tried.append(np.array([read(scenario, knob.field) for knob in KNOBS]))
        far = np.log(self.tried[-1] / self.best)
        slopes = search.jacobian() * np.array([[knob.goal.tolerance] for knob in KNOBS])
        for _ in range(stages(config)):
            tell()
        figures = TARGETS + slopes @ (far + self.bend * far**2)
        return {knob.figure: float(v) for knob, v in zip(KNOBS, figures, strict=True)}


class Board:
    """Takes the place of the progress display."""

    shares: list[float]

    def __init__(self, costs: object) -> None:
        Board.shares = []

    def __enter__(self) -> "Board":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to put away."""

    def report(self, job: str, stage: str, done: int, total: int) -> None:
        Board.shares.append(done / total)
