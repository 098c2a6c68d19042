"""Writes results as JSON and CSV: the same results give the same bytes, wherever they were made."""

import csv
import io
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.findings import findings
from onevoice.experiments.results import Results
from onevoice.policies.checkpoint import write_atomic

SCHEMA = 1
"""Version of ``results.json``; raised whenever a key changes its meaning."""


def write_results(results: Results, out: Path) -> None:
    """Write ``results.json``, ``results.csv`` and ``markets.csv`` into ``out``."""
    text = json.dumps(as_json(results), indent=1, sort_keys=True, allow_nan=False) + "\n"
    write_atomic(out / "results.json", text.encode())
    header = ("policy", "measure", "unit", "value", "low", "high")
    write_atomic(out / "results.csv", _csv(header, _rows(results)))
    write_atomic(
        out / "markets.csv", _csv(("policy", "market", "measure", "value"), _markets(results))
    )


def as_json(results: Results) -> dict[str, Any]:
    """Everything that was found, as plain JSON values; only ``timing`` differs from run to run."""
    experiment = results.experiment.model_dump(mode="json", exclude={"workers"})
    return {
        "schema": SCHEMA,
        "experiment": experiment,
        "planner": results.reference,
        "findings": findings(results),
        "measures": {m.key: _measure(m.unit, m.side, m.meaning) for m in results.measures()},
        "policies": {name: _policy(results, name) for name in results.names},
        "timing": {name: round(seconds, 3) for name, seconds in results.seconds.items()},
    }


def _measure(unit: str, side: str, meaning: str) -> dict[str, str]:
    return {"unit": unit, "side": side, "meaning": meaning}


def _policy(results: Results, name: str) -> dict[str, Any]:
    evaluation, measures = results.evaluations[name], results.measures()
    versus = {m.key: _estimate(results.versus(name, results.reference, m.key)) for m in measures}
    per_market = {m.key: [_number(v) for v in m.per_market(evaluation.metrics)] for m in measures}
    trajectories = {
        key: [_number(v) for v in results.trajectory(name, key)] for key in evaluation.trajectories
    }
    return {
        "measures": {key: _estimate(value) for key, value in results.estimates[name].items()},
        "ncv_interquartile_mean": _estimate(results.interquartile[name]),
        "dashboard_index": _estimate(results.index[name]),
        "minus_reference": versus,
        "per_market": per_market,
        "metrics": {key: [_number(v) for v in value] for key, value in evaluation.metrics.items()},
        "trajectories": trajectories,
    }


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    return {key: _number(value) for key, value in estimate._asdict().items()}


def _number(value: float) -> float | None:
    """A float that JSON has a word for; nan becomes null."""
    return float(value) if math.isfinite(value) else None


def _rows(results: Results) -> Iterable[tuple[object, ...]]:
    for name in results.names:
        for measure in results.measures():
            yield (name, measure.key, measure.unit, *results.estimates[name][measure.key])
        yield (name, "ncv_interquartile_mean", "$", *results.interquartile[name])
        yield (name, "dashboard_index", "", *results.index[name])


def _markets(results: Results) -> Iterable[tuple[object, ...]]:
    for name, evaluation in results.evaluations.items():
        for measure in results.measures():
            for market, value in enumerate(measure.per_market(evaluation.metrics)):
                yield (name, market, measure.key, float(value))


def _csv(header: Iterable[str], rows: Iterable[tuple[object, ...]]) -> bytes:
    """A table; what is missing is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    return "" if isinstance(value, float) and math.isnan(value) else value
