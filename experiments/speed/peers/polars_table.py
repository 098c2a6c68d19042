"""The customers as a polars frame, which is how mesa-frames keeps its agents.

The only release of mesa-frames (0.1.0a0) asks for NumPy 1, so the frame is used without it: an
``AgentSetPolars`` would run these same expressions and add its own bookkeeping.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from onevoice.experiments.speed.peers.crowd import Crowd, Uniform
from onevoice.experiments.speed.peers.table import Changes, Column, Table


class PolarsTable(Table):
    """One frame whose columns each step replaces; polars spreads them over its threads."""

    def __init__(self, crowd: Crowd, uniform: Uniform) -> None:
        super().__init__(crowd, uniform)
        self.frame = pl.DataFrame(crowd.start)

    @property
    def now(self) -> Any:
        return pl.lit(self.crowd.scenario.clock_start + self.tick, pl.UInt16)

    def __getitem__(self, name: str) -> Column:
        return pl.col(name)

    def write(self, changes: Changes) -> None:
        self.frame = self.frame.with_columns(**changes)

    def totals(self, columns: Changes) -> dict[str, int]:
        sums = {name: column.sum() for name, column in columns.items()}
        return self.frame.select(**sums).row(0, named=True)

    def column(self, values: npt.NDArray[np.generic]) -> Column:
        return pl.lit(pl.Series(values))

    def either(self, condition: Column, yes: Column, no: Column) -> Column:
        return pl.when(condition).then(yes).otherwise(no)

    def constant(self, value: float) -> Column:
        return pl.lit(value, pl.Float32)

    def exp(self, x: Column) -> Column:
        return x.exp()

    def real(self, column: Column) -> Column:
        return column.cast(pl.Float32)

    def whole(self, column: Column) -> Column:
        return column.cast(pl.Int32)

    def most(self, left: Column, right: Column) -> Column:
        return pl.max_horizontal(left, right)

    def least(self, left: Column, right: Column) -> Column:
        return pl.min_horizontal(left, right)

    def share(self, x: Column) -> Column:
        return x.clip(0.0, 1.0)
