"""The raw results of a benchmark as small text files, from which everything else is made.

A folder holds ``config.yaml``, ``markets.csv`` with a line for each run and market, ``runs.csv``
with what each run cost, and ``curves.csv`` with the learning curves. Letters: ``U`` runs of a row,
``B`` held-out markets, ``P`` points of a curve.
"""

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.loader import load_config
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.benchmark.cells import Cell, Row
from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.core.tasks import CONFIG, config_text
from onevoice.experiments.report.csv import csv_bytes
from onevoice.policies.checkpoint import write_atomic

RAW = "raw"
MARKET_COLUMNS = (
    "ncv", "shuffled_ncv", "claims", "revenue", "spend", "trust", "churn", "opt_outs", "conflicts",
)  # fmt: skip
"""Of an episode; claims, revenue and spend are in $ of the whole company."""
COST_COLUMNS = ("env_steps", "wall_seconds", "env_seconds", "learner_seconds")
CURVE_COLUMNS = ("steps", "ncv", "claims")
DIGITS = 6
"""Significant digits of every number."""
CELL = ("row", "seed")
MEND = "restore it from a copy, or make the benchmark again"
Columns = dict[str, F64]


@dataclass(frozen=True)
class Raw:
    """What the runs of each row came to; rows in the order of the configuration."""

    config: Config
    seeds: dict[str, tuple[int, ...]]
    """Runs that are there, by row."""
    markets: dict[str, dict[str, F64]]
    """By row and column of ``markets.csv``, float64 ``[U, B]``."""
    costs: dict[str, dict[str, F64]]
    """By row and ``COST_COLUMNS``, float64 ``[U]``."""
    curves: dict[str, list[dict[str, F64]]]
    """By row, for each run that learned, by ``CURVE_COLUMNS`` float64 ``[P]``."""


def write_raw(config: Config, cells: Mapping[Cell, Arrays], folder: Path) -> None:
    """Write the raw results of ``cells``, as ``play_cell`` returns them."""
    write_atomic(folder / CONFIG, config_text(config).encode())
    market = np.arange(config.markets)
    markets = {cell: {**arrays, "market": market} for cell, arrays in cells.items()}
    curves = {
        cell: {column: arrays[f"curve/{column}"] for column in CURVE_COLUMNS}
        for cell, arrays in cells.items()
        if "curve/steps" in arrays
    }
    _write(folder / "markets.csv", ("market", *MARKET_COLUMNS), markets)
    _write(folder / "runs.csv", COST_COLUMNS, cells)
    _write(folder / "curves.csv", CURVE_COLUMNS, curves)


def read_raw(folder: Path) -> Raw:
    """Read what :func:`write_raw` wrote.

    Raises:
        OneVoiceError: if a file is missing or damaged.
    """
    if not (folder / CONFIG).is_file():
        raise OneVoiceError(
            f"{folder}: holds no raw results (no {CONFIG}); give a folder that does"
        )
    config = load_config(Config, "benchmarks", folder / CONFIG)
    markets = _read(folder / "markets.csv", ("market", *MARKET_COLUMNS))
    runs = _read(folder / "runs.csv", COST_COLUMNS)
    curves = _read(folder / "curves.csv", CURVE_COLUMNS)
    _check(folder, config, markets, runs)
    found = {name: [cell for cell in runs if cell.row == row] for name, row in config.table.items()}
    rows = {name: cells for name, cells in found.items() if cells}
    return Raw(
        config,
        {row: tuple(cell.seed for cell in cells) for row, cells in rows.items()},
        {row: _columns(np.stack, [markets[c] for c in cells]) for row, cells in rows.items()},
        {row: _columns(np.concatenate, [runs[c] for c in cells]) for row, cells in rows.items()},
        {row: [curves[c] for c in cells if c in curves] for row, cells in rows.items()},
    )


def _write(path: Path, columns: Sequence[str], cells: Mapping[Cell, Arrays]) -> None:
    """Write the lines of each cell."""
    lines = (
        (str(cell.row), cell.seed, *map(_text, numbers))
        for cell, arrays in cells.items()
        for numbers in zip(*(np.atleast_1d(arrays[column]) for column in columns), strict=True)
    )
    write_atomic(path, csv_bytes((*CELL, *columns), lines))


def _text(number: float) -> str:
    """A number in few digits, nothing for nan."""
    return "" if math.isnan(number) else f"{number:.{DIGITS}g}"


def _read(path: Path, columns: Sequence[str]) -> dict[Cell, Columns]:
    """The lines of each cell."""
    found: dict[Cell, list[list[float]]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            if next(reader, None) != [*CELL, *columns]:
                raise OneVoiceError(f"{path}: its columns are not those expected; {MEND}")
            for line in reader:
                cell, numbers = _line(f"{path}: line {reader.line_num}", line, columns)
                found.setdefault(cell, []).append(numbers)
    except OSError as error:
        raise OneVoiceError(f"{path}: cannot be read ({error.strerror}); {MEND}") from None
    return {
        cell: dict(zip(columns, np.array(lines).T, strict=True)) for cell, lines in found.items()
    }


def _line(place: str, line: Sequence[str], columns: Sequence[str]) -> tuple[Cell, list[float]]:
    """The cell of a line and its numbers, one for each of ``columns``; nothing stands for nan."""
    try:
        row, seed, *texts = line
        numbers = [float(text or "nan") for text, _ in zip(texts, columns, strict=True)]
        return Cell(Row.parse(row), int(seed)), numbers
    except ValueError:
        raise OneVoiceError(f"{place} is damaged; {MEND}") from None


def _check(
    folder: Path, config: Config, markets: Mapping[Cell, Columns], runs: Mapping[Cell, Columns]
) -> None:
    """Refuse files that belong to different benchmarks, or that were cut short."""
    if not runs:
        raise OneVoiceError(f"{folder}: holds no cell yet; make some")
    for cell in {**runs, **markets}:
        whole = cell in runs and cell in markets and len(markets[cell]["ncv"]) == config.markets
        if not whole or str(cell.row) not in config.rows:
            raise OneVoiceError(f"{folder}: its files do not agree on {cell}; {MEND}")


def _columns(join: Callable[[list[F64]], F64], runs: Sequence[Columns]) -> Columns:
    """The columns of several runs, joined."""
    return {column: join([run[column] for run in runs]) for column in runs[0]}
