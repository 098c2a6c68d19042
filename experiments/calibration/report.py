"""The study of a calibration: the parameters found, and every trial."""

from pathlib import Path

import numpy as np
import yaml

from onevoice.experiments.calibration.config import Config
from onevoice.experiments.calibration.knobs import KNOBS
from onevoice.experiments.calibration.search import Trial
from onevoice.experiments.study import Cell, Column, Sheet, Study
from onevoice.policies.checkpoint import write_atomic

FOUND = "found.yaml"


def make_study(config: Config, trials: list[Trial], out: Path) -> Study:
    """Report the best trial and write its parameters as overrides of the scenario."""
    best = min(trials, key=lambda trial: trial.cost)
    found = {knob.field: _rounded(v) for knob, v in zip(KNOBS, best.values, strict=True)}
    write_atomic(out / FOUND, yaml.safe_dump(found, sort_keys=False).encode())
    inside = int((np.abs(best.residuals) <= 1).sum())
    return Study(
        name="calibrate",
        title="onevoice: calibration",
        description=config.scenario.description,
        findings=(
            f"The best of {len(trials)} trials has objective {best.cost:.2f}; {inside} of "
            f"{len(KNOBS)} figures lie within their tolerance.",
        ),
        config=config,
        sheets=(_parameters(best), _trials(trials)),
        notes=(
            f"{config.worlds} worlds of {config.scenario.population:,} customers; the claims are "
            "judged on other customers in the same market.",
            "The objective is the sum of squared distances from the targets in tolerances.",
            "Each trial has the same seeds, but agents choose differently after any change of a "
            "parameter, so that trials differ by luck too; the spread over worlds is why there are "
            "so many.",
        ),
        extra={"found": found},
    )


def _parameters(best: Trial) -> Sheet:
    columns = (
        Column("field", "parameter"), Column("value", "value", 5), Column("figure", "figure"),
        Column("source", "source"), Column("target", "target"), Column("ours", "ours"),
        Column("off", "off, in tolerances"),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "field": knob.field, "value": _rounded(value), "figure": knob.figure,
            "source": knob.goal.source, "target": knob.goal.target, "ours": float(ours),
            "off": float(off),
        }
        for knob, value, ours, off in zip(
            KNOBS, best.values, best.figures, best.residuals, strict=True
        )
    ]  # fmt: skip
    return Sheet("parameters", "The best parameters", columns, tuple(rows))


def _trials(trials: list[Trial]) -> Sheet:
    columns = (
        Column("trial", "trial"), Column("cost", "objective"),
        *(Column(knob.field, knob.field, 5) for knob in KNOBS),
        *(Column(knob.figure, knob.figure) for knob in KNOBS),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "trial": index, "cost": trial.cost,
            **{knob.field: float(v) for knob, v in zip(KNOBS, trial.values, strict=True)},
            **{knob.figure: float(v) for knob, v in zip(KNOBS, trial.figures, strict=True)},
        }
        for index, trial in enumerate(trials)
    ]  # fmt: skip
    return Sheet("trials", "All trials", columns, tuple(rows))


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
