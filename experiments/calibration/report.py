"""The study of a calibration: the parameters found, and every trial."""

from pathlib import Path

import numpy as np
import yaml

from onevoice.experiments.calibration.config import Config
from onevoice.experiments.calibration.estimates import PARAMETERS
from onevoice.experiments.calibration.run import Trial
from onevoice.experiments.report.study import Column, Study, Table, Value
from onevoice.policies.checkpoint import write_atomic

FOUND = "found.yaml"


def make_study(config: Config, trials: list[Trial], out: Path) -> Study:
    """Report the best trial and write its parameters as overrides of the scenario."""
    best = min(trials, key=lambda trial: trial.cost)
    found = {p.field: _rounded(v) for p, v in zip(PARAMETERS, best.values, strict=True)}
    write_atomic(out / FOUND, yaml.safe_dump(found, sort_keys=False).encode())
    inside = int((np.abs(best.residuals) <= 1).sum())
    return Study(
        name="calibrate",
        title="onevoice: calibration",
        description=config.scenario.description,
        findings=(
            f"The best of {len(trials)} trials has objective {best.cost:.2f}; {inside} of "
            f"{len(PARAMETERS)} figures lie within their tolerance.",
        ),
        config=config,
        tables=(_parameters(best), _trials(trials)),
        notes=(
            f"{config.seeds} simulations of {config.scenario.population:,} customers; the claims "
            "are judged on other customers in the same market.",
            "The objective is the sum of squared distances from the targets in tolerances.",
            "Each trial has the same seeds, but agents choose differently after any change of a "
            "parameter, so trials also differ by chance; many simulations make this spread small.",
        ),
        extra={"found": found},
    )


def _parameters(best: Trial) -> Table:
    columns = (
        Column("field", "parameter"), Column("value", "value", 5), Column("figure", "figure"),
        Column("source", "source"), Column("target", "target"), Column("ours", "ours"),
        Column("off", "off, in tolerances"),
    )  # fmt: skip
    results = zip(PARAMETERS, best.values, best.figures, best.residuals, strict=True)
    rows: list[dict[str, Value]] = [
        {
            "field": parameter.field, "value": _rounded(value), "figure": parameter.figure,
            "source": parameter.target.source, "target": parameter.target.value,
            "ours": float(ours), "off": float(off),
        }
        for parameter, value, ours, off in results
    ]  # fmt: skip
    return Table("parameters", "The best parameters", columns, tuple(rows))


def _trials(trials: list[Trial]) -> Table:
    fields, figures, _ = zip(*PARAMETERS, strict=True)
    columns = (
        Column("trial", "trial"), Column("cost", "objective"),
        *(Column(field, field, 5) for field in fields),
        *(Column(figure, figure) for figure in figures),
    )  # fmt: skip
    rows: list[dict[str, Value]] = [
        {
            "trial": index, "cost": trial.cost,
            **dict(zip(fields, trial.values.tolist(), strict=True)),
            **dict(zip(figures, trial.figures.tolist(), strict=True)),
        }
        for index, trial in enumerate(trials)
    ]  # fmt: skip
    return Table("trials", "All trials", columns, tuple(rows))


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
