"""Packs named tuples of many arrays into few, so that calls of kernels are quick.

A field says with its annotation what it holds: ``Annotated[F32, "C N"]`` is float32 with a row for
each channel and a column for each customer, a NumPy scalar type is a number. Fields of one type
and the same axes become rows of one array. Nothing else says where a field lies.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np
import numpy.typing as npt

Packed = tuple[npt.NDArray[Any], ...]


class Group(NamedTuple):
    """What the fields of one array have in common."""

    dtype: np.dtype[Any]
    axes: tuple[str, ...]
    """Names of the axes; ``"C+1"`` is one longer than ``"C"``."""


class Layout:
    """Where every field of some named tuples lies.

    Args:
        tuples: the classes, whose fields are annotated as said above.
    """

    def __init__(self, *tuples: Any) -> None:
        self.tuples = tuples
        self.groups: dict[Group, list[tuple[int, str]]] = {}
        for place, kind in enumerate(tuples):
            for name, hint in get_type_hints(kind, include_extras=True).items():
                self.groups.setdefault(_group(hint), []).append((place, name))
        self.read = _compile_reader(tuples, self._places())

    def allocate(self, **sizes: int) -> Packed:
        """Arrays of zeros for axes of these sizes."""
        return tuple(
            np.zeros((len(fields), *(_size(axis, sizes) for axis in group.axes)), group.dtype)
            for group, fields in self.groups.items()
        )

    def pack(self, *values: Any) -> Packed:
        """Copies of the fields of named tuples; ``read`` is the inverse."""
        return tuple(
            np.stack([np.asarray(getattr(values[i], name), group.dtype) for i, name in fields])
            for group, fields in self.groups.items()
        )

    def parts(self, packed: Sequence[npt.NDArray[Any]], kind: Any) -> list[npt.NDArray[Any]]:
        """What holds the fields of one of the tuples, a view of each array that has any."""
        place, found = self.tuples.index(kind), []
        for array, fields in zip(packed, self.groups.values(), strict=True):
            rows = [row for row, (i, _) in enumerate(fields) if i == place]
            if rows:
                found.append(array[rows[0] : rows[-1] + 1])
        return found

    def _places(self) -> dict[tuple[int, str], tuple[int, int]]:
        """Array and row of every field."""
        return {
            field: (array, row)
            for array, fields in enumerate(self.groups.values())
            for row, field in enumerate(fields)
        }


def _group(hint: Any) -> Group:
    if not get_args(hint):
        return Group(np.dtype(hint), ())
    array, axes = get_args(hint)
    _, kind = get_args(array)
    return Group(np.dtype(*get_args(kind)), tuple(axes.split()))


def _size(axis: str, sizes: Mapping[str, int]) -> int:
    name, _, more = axis.partition("+")
    return sizes[name] + int(more or 0)


def _compile_reader(
    tuples: Sequence[Any], places: Mapping[tuple[int, str], tuple[int, int]]
) -> Any:
    """A function from the arrays to the tuples, with literal places, which Numba needs."""
    made = []
    for i, kind in enumerate(tuples):
        fields = [places[i, name] for name in kind._fields]
        made.append(f"_{i}(" + ", ".join(f"arrays[{a}][{row}]" for a, row in fields) + ")")
    names: dict[str, Any] = {f"_{i}": kind for i, kind in enumerate(tuples)}
    names["__name__"] = __name__
    result = made[0] if len(made) == 1 else f"({', '.join(made)})"
    exec(f"def read(arrays):\n    return {result}\n", names)
    return names["read"]
