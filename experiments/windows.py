"""What a stretch of a course looks like: dashboard and truth, one value per episode.

Letters: ``B`` episodes, ``A`` channels.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import F64, I64
from onevoice.experiments.core.trajectories import Course


@dataclass(frozen=True)
class Window:
    """The decisions from ``first`` up to, but not including, ``end`` of a course."""

    scenario: Scenario
    course: Course
    first: int
    end: int

    @property
    def days(self) -> float:
        """Length, days."""
        return (self.end - self.first) * self.scenario.decision_hours / 24

    @property
    def per_month(self) -> float:
        """Turns a total of the window into $ or counts per 28 days."""
        return MONTH_DAYS / self.days

    def count(self, channel: str, column: str) -> F64:
        """Sum of a column of ``kernels``' channel tallies, e.g. ``"CLICKS"``; dollars, ``[B]``."""
        row = [str(name) for name in self.scenario.channels].index(channel)
        return _units(column, self._channels[:, row, _column(column)])

    def total(self, column: str) -> F64:
        """Sum over all channels, ``[B]``."""
        return _units(column, self._channels[..., _column(column)].sum(axis=1))

    def system(self, column: str) -> F64:
        """Sum of a column of ``kernels``' system tallies, ``[B]``."""
        sums = self.course.system[self.first : self.end].sum(axis=0)
        return _units(column, sums[:, _column(column)])

    def mean_state(self, column: str) -> F64:
        """Mean of a state over the customers that are left at the window's end, ``[B]``."""
        from onevoice.envs.engine import kernels

        last = self.course.survey[self.end]
        fixed = float(kernels.FIXED) if column in _FIXED else 1.0
        return np.asarray(last[:, _column(column)] / fixed / np.maximum(last[:, kernels.ALIVE], 1))

    def mean_share(self, column: str) -> F64:
        """Share of living customers in a survey's column, averaged over decisions, ``[B]``."""
        from onevoice.envs.engine import kernels

        rows = self.course.survey[self.first + 1 : self.end + 1]
        shares = rows[..., _column(column)] / np.maximum(rows[..., kernels.ALIVE], 1)
        return np.asarray(shares.mean(axis=0))

    def equity(self, end: bool = True) -> F64:
        """Customer equity at the window's end or start, $ per 1,000 customers, ``[B]``."""
        row = self.course.survey[self.end if end else self.first]
        return _units("EQUITY", row[:, _column("EQUITY")]) * 1000 / self.scenario.population

    @property
    def margin(self) -> F64:
        """Revenue less the cost of goods, $ ``[B]``."""
        goods = 1.0 - self.scenario.customers.margin
        return self.system("REVENUE") - goods * self.system("LIST_VALUE")

    @property
    def ncv(self) -> F64:
        """Net customer value, $ per 1,000 customers per 28 days, ``[B]``."""
        profit = (self.margin - self.total("SPEND")) * 1000 / self.scenario.population
        return (profit + self.equity() - self.equity(end=False)) * self.per_month

    @cached_property
    def _channels(self) -> I64:
        return np.asarray(self.course.channels[self.first : self.end].sum(axis=0))


_MONEY = ("CLAIMED", "SPEND", "REVENUE", "LIST_VALUE", "EQUITY")
_FIXED = ("AWARENESS", "TRUST", "PRESSURE", "DEPTH")


def _column(name: str) -> int:
    from onevoice.envs.engine import kernels

    return int(getattr(kernels, name))


def _units(column: str, values: I64) -> F64:
    from onevoice.envs.engine.parameters import MONEY

    return np.asarray(values / (MONEY if column in _MONEY else 1), np.float64)
