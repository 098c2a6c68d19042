"""The learning curve of a run: its policy's metrics on validation markets during training.

``validation.csv`` has a row per validation. Its times are wall times, so they are in no checkpoint.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.policies.checkpoint import read_bytes, write_atomic

CURVE = "validation.csv"
TIMES = ("env_seconds", "learner_seconds")
COLUMNS = ("steps", *TIMES, "ncv", "claims", "trust", "churned", "conflicts", "reward")
"""Environment steps and seconds so far, then means over the markets, see ``metrics.py``.

``reward`` is that of the mode, added up over an episode: what the best actors are chosen by.
"""

Row = Mapping[str, float]


def read_curve(run: str | Path) -> dict[str, npt.NDArray[np.float64]]:
    """Read the learning curve of a training run, float64 ``[validations]`` by column.

    Raises:
        OneVoiceError: ``run`` has none, or it is damaged.
    """
    rows = read_rows(Path(run))
    return {name: np.array([row[name] for row in rows], np.float64) for name in COLUMNS}


def read_rows(run: Path) -> list[Row]:
    """Read the validations of a run, oldest first."""
    path = run / CURVE
    data = read_bytes(path)
    try:
        table = csv.DictReader(io.StringIO(data.decode()))
        if tuple(table.fieldnames or ()) != COLUMNS:
            raise ValueError("other columns")
        return [{name: float(row[name]) for name in COLUMNS} for row in table]
    except (ValueError, KeyError, TypeError):
        raise OneVoiceError(f"{path}: damaged; restore it from a copy, or train anew") from None


def write_rows(run: Path, rows: Sequence[Row]) -> None:
    """Replace the learning curve of a run."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomic(run / CURVE, text.getvalue().encode())
