"""A fake measurement with a known answer, and a fake progress display."""

from collections.abc import Callable

import numpy as np

from onevoice.envs import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.calibration import Config, run
from onevoice.experiments.calibration.estimates import PARAMETERS, stages
from onevoice.experiments.calibration.run import read

CONFIG = Config(scenario=load_scenario("article", population=200, tick_hours=24), trials=8)
FIELDS = [parameter.field for parameter in PARAMETERS]
FIGURES = [parameter.figure for parameter in PARAMETERS]
START = np.array([read(CONFIG.scenario, field) for field in FIELDS])
TARGETS = np.array([parameter.target.value for parameter in PARAMETERS])
TOLERANCES = np.array([parameter.target.tolerance for parameter in PARAMETERS])
NEAR = START * np.linspace(0.75, 1.3, len(PARAMETERS))


class FakeMeasure:
    """Figures that are linear in the logarithms of the parameters, as ``PARAMETERS`` say."""

    def __init__(self, best: F64, bend: float = 0.0) -> None:
        self.best, self.bend = best, bend
        self.tried: list[F64] = []

    def __call__(
        self, scenario: Scenario, config: Config, advance: Callable[[], None]
    ) -> dict[str, float]:
        self.tried.append(np.array([read(scenario, field) for field in FIELDS]))
        far = np.log(self.tried[-1] / self.best)
        slopes = run.jacobian() * np.array(
            [[parameter.target.tolerance] for parameter in PARAMETERS]
        )
        for _ in range(stages(config)):
            advance()
        figures = TARGETS + slopes @ (far + self.bend * far**2)
        return {
            parameter.figure: float(v) for parameter, v in zip(PARAMETERS, figures, strict=True)
        }


class FakeDisplay:
    """Takes the place of the progress display."""

    shares: list[float]

    def __init__(self, costs: object) -> None:
        FakeDisplay.shares = []

    def __enter__(self) -> "FakeDisplay":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to put away."""

    def report(self, job: str, stage: str, done: int, total: int) -> None:
        FakeDisplay.shares.append(done / total)
