"""Checkpoints: named arrays and JSON metadata on disk, without code, checksummed, atomic.

A folder holds ``checkpoint.json`` and the safetensors file it names. The arrays are written first,
under a new name, and the JSON is replaced last: a kill at any instant leaves the old pair or the
new one.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError
from safetensors.numpy import load, save

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.explain import Layer, explain
from onevoice.envs.spec.scenario import Scenario

SCHEMA = 3
"""Version of the format; raised whenever older files can no longer be read."""
POINTER = "checkpoint.json"
MEND = "restore it from a copy, or train anew in another folder"

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint: ``arrays`` by name, ``metadata`` from the JSON, ``path`` for errors."""

    arrays: dict[str, Array]
    metadata: dict[str, Any]
    path: Path

    def array(self, name: str, like: Array | None = None) -> Array:
        """Return the array ``name``; with ``like`` its shape and dtype must agree."""
        if name not in self.arrays:
            raise OneVoiceError(f"{self.path}: {name!r} is missing; {MEND}")
        array = self.arrays[name]
        if like is not None and (array.shape, array.dtype) != (like.shape, like.dtype):
            found, wanted = (f"{a.dtype}{list(a.shape)}" for a in (array, like))
            raise OneVoiceError(f"{self.path}: {name!r} is {found}, not {wanted}; {MEND}")
        return array

    def metadata_value(self, name: str) -> Any:
        """Return the metadata value ``name``."""
        if name not in self.metadata:
            raise OneVoiceError(f"{self.path}: {name!r} is missing; {MEND}")
        return self.metadata[name]


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data``, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``path`` so that it holds the old bytes or all the new ones, whatever happens.

    Raises:
        OneVoiceError: the folder cannot be made or written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OneVoiceError(
            f"{path}: cannot be written ({reason}); choose a folder that can be, with room left"
        ) from None


def write(folder: Path, arrays: Mapping[str, Array], metadata: Mapping[str, Any]) -> None:
    """Replace the checkpoint in ``folder`` by ``arrays`` and ``metadata`` (JSON values)."""
    ready = {name: np.array(array, order="C") for name, array in arrays.items()}
    data = save(ready)
    checksum = digest(data)
    file = folder / f"arrays-{checksum[:16]}.safetensors"
    write_atomic(file, data)
    body = {
        "file": file.name,
        "sha256": checksum,
        "shapes": {name: list(array.shape) for name, array in sorted(ready.items())},
        **metadata,
    }
    pointer = {"schema": SCHEMA, "sha256": digest(_canonical(body)), "body": body}
    write_atomic(folder / POINTER, json.dumps(pointer, indent=1).encode())
    _remove_others(folder, file)


def _remove_others(folder: Path, file: Path) -> None:
    for other in folder.iterdir():
        if other.name not in (file.name, POINTER) and "arrays-" in other.name:
            other.unlink()


def read(folder: Path) -> Checkpoint:
    """Read the checkpoint in ``folder``.

    Raises:
        OneVoiceError: a file is missing, damaged or of another version; names file and mend.
    """
    body = _read_pointer(folder / POINTER)
    path = folder / str(body["file"])
    try:
        data = read_bytes(path)
    except OneVoiceError:
        if _read_pointer(folder / POINTER) == body:
            raise
        return read(folder)  # a trainer has just replaced both
    if digest(data) != body["sha256"]:
        raise OneVoiceError(f"{path}: damaged (its SHA-256 differs); {MEND}")
    return Checkpoint(load(data), body, path)


def _read_pointer(path: Path) -> dict[str, Any]:
    content = read_json(path)
    schema = content.get("schema")
    if schema != SCHEMA:
        raise OneVoiceError(
            f"{path}: written in format {schema!r}, this version reads {SCHEMA}; "
            "use the onevoice version that wrote it, or train anew"
        )
    body = content.get("body")
    if not isinstance(body, dict) or digest(_canonical(body)) != content.get("sha256"):
        raise OneVoiceError(f"{path}: damaged (its SHA-256 differs); {MEND}")
    return body


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object from ``path``."""
    data = read_bytes(path)
    try:
        content = json.loads(data)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise OneVoiceError(f"{path}: damaged (no JSON object); {MEND}")
    return content


def stored_scenario(values: Any, path: Path) -> Scenario:
    """Build the scenario that was found in ``path``, the file to blame."""
    try:
        return Scenario.model_validate(values)
    except ValidationError as error:
        known = values if isinstance(values, dict) else {}
        raise OneVoiceError(explain(error, Scenario, [Layer(str(path), (), known)])) from None


def read_bytes(path: Path) -> bytes:
    """Read ``path`` whole."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise OneVoiceError(f"{path}: cannot be read ({error.strerror}); {MEND}") from None


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
