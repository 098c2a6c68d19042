"""The raw results of a benchmark as small text files, from which everything else is made.

A folder holds ``config.yaml``, ``markets.csv`` with a line for each run and market, ``runs.csv``
with what each run cost, and ``curves.csv`` with the learning curves. Letters: ``U`` runs of a row,
``M`` held-out markets, ``P`` points of a curve.
"""

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
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
Line = dict[str, str]


@dataclass(frozen=True)
class Raw:
    """What the runs of each row came to; rows in the order of the configuration."""

    config: Config
    seeds: dict[str, tuple[int, ...]]
    """Runs that are there, by row."""
    markets: dict[str, dict[str, F64]]
    """By row and ``MARKET_COLUMNS``, float64 ``[U, M]``."""
    costs: dict[str, dict[str, F64]]
    """By row and ``COST_COLUMNS``, float64 ``[U]``."""
    curves: dict[str, list[dict[str, F64]]]
    """By row, for each run that learned, by ``CURVE_COLUMNS`` float64 ``[P]``."""


def write_raw(config: Config, cells: Mapping[Cell, Arrays], folder: Path) -> None:
    """Write the raw results of ``cells``, as ``play_cell`` returns them."""
    write_atomic(folder / CONFIG, config_text(config).encode())
    markets = (
        (*_key(cell), market, *(arrays[column][market] for column in MARKET_COLUMNS))
        for cell, arrays in cells.items()
        for market in range(config.markets)
    )
    _write(folder / "markets.csv", (*CELL, "market", *MARKET_COLUMNS), markets)
    costs = (
        (*_key(cell), *(arrays[column] for column in COST_COLUMNS))
        for cell, arrays in cells.items()
    )
    _write(folder / "runs.csv", (*CELL, *COST_COLUMNS), costs)
    curves = (
        (*_key(cell), *point)
        for cell, arrays in cells.items()
        if "curve/steps" in arrays
        for point in zip(*(arrays[f"curve/{key}"] for key in CURVE_COLUMNS), strict=True)
    )
    _write(folder / "curves.csv", (*CELL, *CURVE_COLUMNS), curves)


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
    cells = {name: [cell for cell in runs if cell.row == row] for name, row in config.table.items()}
    cells = {name: own for name, own in cells.items() if own}
    return Raw(
        config,
        {row: tuple(cell.seed for cell in own) for row, own in cells.items()},
        {row: _stack(markets, own, MARKET_COLUMNS) for row, own in cells.items()},
        {row: _first(_stack(runs, own, COST_COLUMNS)) for row, own in cells.items()},
        {row: [_columns(curves[c], CURVE_COLUMNS) for c in own if c in curves]
         for row, own in cells.items()},
    )  # fmt: skip


def _key(cell: Cell) -> tuple[str, int]:
    """The columns ``CELL``."""
    return str(cell.row), cell.seed


def _write(path: Path, header: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    write_atomic(path, csv_bytes(header, ([_text(value) for value in line] for line in lines)))


def _text(value: object) -> str:
    """A name or whole number as it is, another number in few digits, nothing for nan."""
    if isinstance(value, str | int):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    return "" if math.isnan(number) else f"{number:.{DIGITS}g}"


def _read(path: Path, columns: Sequence[str]) -> dict[Cell, list[Line]]:
    """The lines of each cell."""
    found: dict[Cell, list[Line]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != [*CELL, *columns]:
                raise OneVoiceError(f"{path}: its columns are not those expected; {MEND}")
            for line in reader:
                _numbers(path, reader.line_num, line, columns)
                cell = Cell(Row.parse(line["row"]), int(line["seed"]))
                found.setdefault(cell, []).append(line)
    except OSError as error:
        raise OneVoiceError(f"{path}: cannot be read ({error.strerror}); {MEND}") from None
    return found


def _numbers(path: Path, place: int, line: Line, columns: Sequence[str]) -> None:
    try:
        int(line["seed"])
        for column in columns:
            _value(line[column])
    except (TypeError, ValueError):
        raise OneVoiceError(f"{path}: line {place} is damaged; {MEND}") from None


def _value(text: str) -> float:
    return math.nan if text == "" else float(text)


def _check(
    folder: Path, config: Config, markets: Mapping[Cell, list[Line]], runs: Mapping[Cell, object]
) -> None:
    """Refuse files that belong to different benchmarks, or that were cut short."""
    if not runs:
        raise OneVoiceError(f"{folder}: holds no cell yet; make some")
    for cell in {**runs, **markets}:
        whole = cell in runs and len(markets.get(cell, ())) == config.markets
        if not whole or str(cell.row) not in config.rows:
            raise OneVoiceError(f"{folder}: its files do not agree on {cell}; {MEND}")


def _stack(
    lines: Mapping[Cell, list[Line]], cells: Sequence[Cell], columns: Sequence[str]
) -> dict[str, F64]:
    """Columns of several cells side by side, ``[U, ...]``."""
    found = [_columns(lines[cell], columns) for cell in cells]
    return {column: np.stack([one[column] for one in found]) for column in columns}


def _columns(lines: Sequence[Line], columns: Sequence[str]) -> dict[str, F64]:
    return {column: np.array([_value(line[column]) for line in lines]) for column in columns}


def _first(columns: Mapping[str, F64]) -> dict[str, F64]:
    return {name: values[:, 0] for name, values in columns.items()}
