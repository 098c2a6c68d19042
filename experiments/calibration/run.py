"""The search: least squares over the logarithms of the parameters, every trial kept on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.calibration.config import Config
from onevoice.experiments.calibration.estimates import CROSS_SLOPES, PARAMETERS, measure, stages
from onevoice.experiments.core.arrays import load_arrays, save_arrays
from onevoice.experiments.core.progress import Display
from onevoice.experiments.core.tasks import compile_first, prepare, task_path

SPAN = 2.0
"""A parameter stays within this factor of its value at the start."""


@dataclass(frozen=True)
class Trial:
    """One parameter set and its figures, in the order of ``PARAMETERS``."""

    values: F64
    figures: F64

    @property
    def residuals(self) -> F64:
        """Distances from the targets in tolerances."""
        targets = [parameter.target for parameter in PARAMETERS]
        distances = self.figures - np.array([target.value for target in targets])
        return np.asarray(distances / [target.tolerance for target in targets])

    @property
    def cost(self) -> float:
        """The objective: the sum of squared residuals."""
        return float((self.residuals**2).sum())


def run(config: Config, out: Path) -> list[Trial]:
    """All trials in order; a stopped search resumes with the next trial.

    Each parameter answers for one figure, and the steps follow the slopes in ``PARAMETERS``: a
    measured Jacobian would be mostly noise, because agents choose differently after any change.
    """
    from scipy.optimize import least_squares

    prepare(config, out, "calibration")
    trials: list[Trial] = []
    start = np.log([read(config.scenario, parameter.field) for parameter in PARAMETERS])
    slopes = jacobian()
    with Display({"search": {"trials": 1.0}}) as display:
        compile_first(display)

        def residuals(logs: F64) -> F64:
            trials.append(_trial(config, out, len(trials), np.exp(logs), display))
            return trials[-1].residuals

        least_squares(
            residuals, start, jac=lambda logs: slopes, max_nfev=config.trials, x_scale=0.3,
            bounds=(start - np.log(SPAN), start + np.log(SPAN)),
        )  # fmt: skip
    return trials


def jacobian() -> F64:
    """Change of each residual (rows) with the logarithm of each parameter (columns)."""
    fields, figures, slopes = zip(*PARAMETERS, strict=True)
    matrix = np.diag(slopes)
    for (field, figure), slope in CROSS_SLOPES.items():
        matrix[figures.index(figure), fields.index(field)] = slope
    return np.asarray(matrix / [[parameter.target.tolerance] for parameter in PARAMETERS])


def read(scenario: Scenario, field: str) -> float:
    """The value at a dotted name."""
    value: object = scenario
    for name in field.split("."):
        value = value[name] if isinstance(value, dict) else getattr(value, name)
    return float(value)  # type: ignore[arg-type]  # a number, as PARAMETERS name no other field


def with_values(scenario: Scenario, values: Sequence[float] | F64) -> Scenario:
    """The scenario with one value for each of ``PARAMETERS``."""
    tree = scenario.model_dump()
    for parameter, value in zip(PARAMETERS, values, strict=True):
        *path, last = parameter.field.split(".")
        place = tree
        for name in path:
            place = place[name]
        place[last] = float(value)
    return Scenario.model_validate(tree)


def _trial(config: Config, out: Path, index: int, values: F64, display: Display) -> Trial:
    """Measure a parameter set, or read the same one from a stopped search."""
    path = task_path(out, f"trial-{index}")
    if path.is_file():
        stored = load_arrays(path)
        if np.allclose(np.asarray(stored["values"], np.float64), values, rtol=1e-12):
            return Trial(values, np.asarray(stored["figures"], np.float64))
    steps, total = count(index * stages(config) + 1), config.trials * stages(config)
    figures = measure(
        with_values(config.scenario, values),
        config,
        lambda: display.report("search", "trials", next(steps), total),
    )
    trial = Trial(values, np.array([figures[parameter.figure] for parameter in PARAMETERS]))
    save_arrays(path, {"values": trial.values, "figures": trial.figures})
    return trial
