"""The search: least squares over the logarithms of the parameters, every trial kept on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.calibration.config import Config
from onevoice.experiments.calibration.knobs import CROSS_SLOPES, KNOBS
from onevoice.experiments.calibration.measure import measure, stages
from onevoice.experiments.core.arrays import load_arrays, save_arrays
from onevoice.experiments.core.progress import Display
from onevoice.experiments.core.tasks import compile_first, part_path, prepare

SPAN = 2.0
"""A parameter stays within this factor of where the search starts."""


@dataclass(frozen=True)
class Trial:
    """One parameter set and what it led to, in the order of ``KNOBS``."""

    values: F64
    figures: F64

    @property
    def residuals(self) -> F64:
        """Distances from the targets in tolerances."""
        targets = np.array([knob.goal.target for knob in KNOBS])
        return np.asarray((self.figures - targets) / [knob.goal.tolerance for knob in KNOBS])

    @property
    def cost(self) -> float:
        """The objective: the sum of squared residuals."""
        return float((self.residuals**2).sum())


def search(config: Config, out: Path) -> list[Trial]:
    """All trials in order; a stopped search goes on with the next trial.

    Each parameter answers for one figure, and the steps follow the slopes that ``KNOBS`` names: a
    measured Jacobian would be mostly noise, because agents choose differently after any change.
    """
    from scipy.optimize import least_squares

    prepare(config, out, "calibration")
    trials: list[Trial] = []
    start = np.log([read(config.scenario, knob.field) for knob in KNOBS])
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
    """Change of each residual (rows) with the logarithm of each parameter, as ``KNOBS`` has it."""
    slopes = np.diag([knob.slope / knob.goal.tolerance for knob in KNOBS])
    fields, figures = [knob.field for knob in KNOBS], [knob.figure for knob in KNOBS]
    for (field, figure), slope in CROSS_SLOPES.items():
        row = figures.index(figure)
        slopes[row, fields.index(field)] = slope / KNOBS[row].goal.tolerance
    return slopes


def read(scenario: Scenario, field: str) -> float:
    """The value at a dotted name."""
    value: object = scenario
    for name in field.split("."):
        value = value[name] if isinstance(value, dict) else getattr(value, name)
    return float(value)  # type: ignore[arg-type]  # a number, as KNOBS names no other field


def with_values(scenario: Scenario, values: Sequence[float] | F64) -> Scenario:
    """The scenario with one value for each of ``KNOBS``."""
    tree = scenario.model_dump()
    for knob, value in zip(KNOBS, values, strict=True):
        *path, last = knob.field.split(".")
        place = tree
        for name in path:
            place = place[name]
        place[last] = float(value)
    return Scenario.model_validate(tree)


def _trial(config: Config, out: Path, index: int, values: F64, display: Display) -> Trial:
    """Measure a parameter set, or read what a stopped search measured of the same one."""
    path = part_path(out, f"trial-{index}")
    if path.is_file():
        stored = load_arrays(path)
        if np.allclose(np.asarray(stored["values"], np.float64), values, rtol=1e-12):
            return Trial(values, np.asarray(stored["figures"], np.float64))
    done, parts = 0, stages(config)

    def tell() -> None:
        nonlocal done
        done += 1
        display.report("search", "trials", index * parts + done, config.trials * parts)

    figures = measure(with_values(config.scenario, values), config, tell)
    trial = Trial(values, np.array([figures[knob.figure] for knob in KNOBS]))
    save_arrays(path, {"values": trial.values, "figures": trial.figures})
    return trial
