"""Named arrays in one file: whole or not there, read without running code."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.typing import Arrays
from onevoice.policies.checkpoint import write_atomic


def save_arrays(path: Path, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
    """Write arrays by name."""
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    write_atomic(path, file.getvalue())


def load_arrays(path: Path) -> Arrays:
    """Read what :func:`save_arrays` wrote.

    Raises:
        OneVoiceError: if the file is damaged.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            return {key: file[key] for key in file.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise OneVoiceError(f"{path}: damaged; remove the file to redo it") from error
