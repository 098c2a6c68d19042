"""Customers as the columns of a library: what NumPy arrays and polars expressions must offer."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels as k
from onevoice.envs.engine.kernels import arithmetic
from onevoice.envs.typing import I64
from onevoice.experiments.speed.peers.crowd import Crowd, Uniform, Voice

Column = Any
"""An array or an expression, one value for each customer."""
Changes = dict[str, Column]


class Table(ABC):
    """Customers as columns; a channel's have its place in their name, as in ``touch0``.

    Args:
        crowd: who they are.
        uniform: draws from [0, 1).
    """

    def __init__(self, crowd: Crowd, uniform: Uniform) -> None:
        self.crowd, self.rates, self.channels = crowd, crowd.rates, crowd.channels
        self.tick = 0
        self.audience = [k.EVERYONE] * len(crowd.channels)
        self.search = [c for c, channel in enumerate(crowd.channels) if channel.kind == k.SEARCH]
        self.others = [c for c, channel in enumerate(crowd.channels) if channel.kind != k.SEARCH]
        self.pairs = list(combinations(range(len(crowd.channels)), 2))
        self._uniform = uniform

    def spread(self, joint: I64) -> None:
        """Write the actions ``[C, K]`` as columns: what each customer's segment is told."""
        self.audience = joint[:, -1].tolist()
        kinds = {"message": np.uint8, "cost": np.int32, "brand_cost": np.int32}
        for c, row in enumerate(self.crowd.voices(joint)):
            for name, values in zip(Voice._fields, zip(*row, strict=True), strict=True):
                by_segment = np.array(values, kinds.get(name, np.float32))
                self.write({f"{name}{c}": self.column(by_segment[self.crowd.segment])})

    def draw(self, purpose: int, channel: int | None = None) -> Column:
        """This tick's draws from [0, 1) for a purpose."""
        if channel is not None:
            purpose += k.CHANNEL_DRAWS + 4 * self.channels[channel].number
        return self.column(self._uniform(self.tick, purpose))

    def order_value(self) -> Column:
        """What an average customer's order would come to in this tick, money units."""
        u = self._uniform(self.tick, k.DRAW_ORDER)
        return self.column(self.crowd.orders[(u * len(self.crowd.orders)).astype(np.intp)])

    def age(self, stamps: str) -> Column:
        """Ticks since the time stamps of a column."""
        return self.now - self[stamps]

    def logistic(self, odds: Column, x: Column) -> Column:
        """Probability whose odds are ``odds * e**x``."""
        scaled = odds * self.exp(x)
        return scaled / (1.0 + scaled)

    def hazard(self, rate: Column) -> Column:
        """``1 - e**-rate`` for rates up to 3, by the model's rational function."""
        return rate / (1.0 + rate * (0.5 + rate * arithmetic.TWELFTH.item()))

    @property
    @abstractmethod
    def now(self) -> Any:
        """Clock number of this tick, of the time stamps' type."""

    @abstractmethod
    def __getitem__(self, name: str) -> Column:
        """A column by name."""

    @abstractmethod
    def write(self, changes: Changes) -> None:
        """Add or replace columns, all at once."""

    @abstractmethod
    def totals(self, columns: Changes) -> Mapping[str, int]:
        """The sum of each column of flags or whole numbers."""

    @abstractmethod
    def column(self, values: npt.NDArray[np.generic]) -> Column:
        """An array as a column."""

    def where(self, condition: Column, yes: Column, no: Column) -> Column:
        """Element by element one or the other; Python's floats count as float32."""
        yes, no = (self.constant(x) if isinstance(x, float) else x for x in (yes, no))
        return self.either(condition, yes, no)

    @abstractmethod
    def either(self, condition: Column, yes: Column, no: Column) -> Column:
        """Element by element one or the other."""

    @abstractmethod
    def constant(self, value: float) -> Column:
        """A float32."""

    @abstractmethod
    def exp(self, x: Column) -> Column:
        """``e**x``."""

    @abstractmethod
    def real(self, column: Column) -> Column:
        """Flags or whole numbers as float32."""

    @abstractmethod
    def whole(self, column: Column) -> Column:
        """Flags or numbers as int32, cut off."""

    @abstractmethod
    def most(self, left: Column, right: Column) -> Column:
        """Element by element the larger one."""

    @abstractmethod
    def least(self, left: Column, right: Column) -> Column:
        """Element by element the smaller one."""

    @abstractmethod
    def share(self, x: Column) -> Column:
        """``x`` limited to [0, 1]."""
