"""The customers in plain vectorised NumPy, which runs on one core."""

from typing import Any

import numpy as np
import numpy.typing as npt

from onevoice.experiments.speed.peers.crowd import Crowd, Uniform
from onevoice.experiments.speed.peers.table import Changes, Column, Table


class NumpyTable(Table):
    """One array a column."""

    def __init__(self, crowd: Crowd, uniform: Uniform) -> None:
        super().__init__(crowd, uniform)
        self.arrays: Changes = {name: array.copy() for name, array in crowd.start.items()}

    @property
    def now(self) -> Any:
        return np.uint16(self.crowd.scenario.clock_start + self.tick)

    def __getitem__(self, name: str) -> Column:
        return self.arrays[name]

    def write(self, changes: Changes) -> None:
        self.arrays.update(changes)

    def totals(self, columns: Changes) -> dict[str, int]:
        return {name: int(np.sum(values, dtype=np.int64)) for name, values in columns.items()}

    def column(self, values: npt.NDArray[np.generic]) -> Column:
        return values

    def either(self, condition: Column, yes: Column, no: Column) -> Column:
        return np.where(condition, yes, no)

    def constant(self, value: float) -> Column:
        return np.float32(value)

    def exp(self, x: Column) -> Column:
        return np.exp(x)

    def real(self, column: Column) -> Column:
        return column.astype(np.float32)

    def whole(self, column: Column) -> Column:
        return column.astype(np.int32)

    def most(self, left: Column, right: Column) -> Column:
        return np.maximum(left, right)

    def least(self, left: Column, right: Column) -> Column:
        return np.minimum(left, right)

    def share(self, x: Column) -> Column:
        return np.clip(x, 0.0, 1.0)
