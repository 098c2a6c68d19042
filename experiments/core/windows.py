"""The dashboard and the truth over some decisions of a trajectory, one value per episode.

Letters: ``B`` episodes, ``C`` channels.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import F64, I64
from onevoice.experiments.core.trajectories import Trajectory


@dataclass(frozen=True)
class Window:
    """The decisions from ``first`` up to, but not including, ``end`` of a trajectory."""

    scenario: Scenario
    trajectory: Trajectory
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
        return self.by_channel(column)[:, row]

    def by_channel(self, column: str) -> F64:
        """Sum of a column of every channel's tallies, ``[B, C]``."""
        return _units(column, self._channels[..., _column(column)])

    def total(self, column: str) -> F64:
        """Sum over all channels, ``[B]``."""
        return _units(column, self._channels[..., _column(column)].sum(axis=1))

    def system(self, column: str) -> F64:
        """Sum of a column of ``kernels``' system tallies, ``[B]``."""
        return _units(column, self._system[:, _column(column)])

    def mean_state(self, column: str) -> F64:
        """Mean of a state over the customers that are left at the window's end, ``[B]``."""
        from onevoice.envs.engine import kernels

        last = self.trajectory.survey[self.end]
        fixed = float(kernels.FIXED) if column in FIXED_COLUMNS else 1.0
        return np.asarray(last[:, _column(column)] / fixed / np.maximum(last[:, kernels.ALIVE], 1))

    def mean_share(self, column: str) -> F64:
        """Share of living customers in a survey's column, averaged over decisions, ``[B]``."""
        from onevoice.envs.engine import kernels

        rows = self.trajectory.survey[self.first + 1 : self.end + 1]
        shares = rows[..., _column(column)] / np.maximum(rows[..., kernels.ALIVE], 1)
        return np.asarray(shares.mean(axis=0))

    def equity(self, end: bool = True) -> F64:
        """Customer equity at the window's end or start, $ per 1,000 customers, ``[B]``."""
        row = self.trajectory.survey[self.end if end else self.first]
        return _units("EQUITY", row[:, _column("EQUITY")]) * 1000 / self.scenario.population

    @property
    def margin(self) -> F64:
        """Revenue less the cost of goods, $ ``[B]``."""
        from onevoice.envs.company.transition import margin

        return margin(self.scenario, self._system)

    @property
    def net_value(self) -> F64:
        """Margin - spend + change of customer equity, as they fell, $ ``[B]``."""
        survey = self.trajectory.survey
        change = (survey[self.end] - survey[self.first])[:, _column("EQUITY")]
        spend = self.by_channel("SPEND").sum(axis=1)
        return np.asarray(self.margin - spend + _units("EQUITY", change))

    @property
    def ncv(self) -> F64:
        """Net customer value, $ per 1,000 customers per 28 days, ``[B]``."""
        earned = (self.margin - self.total("SPEND")) * 1000 / self.scenario.population
        return (earned + self.equity(end=True) - self.equity(end=False)) * self.per_month

    @cached_property
    def _channels(self) -> I64:
        return np.asarray(self.trajectory.channels[self.first : self.end].sum(axis=0))

    @cached_property
    def _system(self) -> I64:
        return np.asarray(self.trajectory.system[self.first : self.end].sum(axis=0))


MONEY_COLUMNS = ("CLAIMED", "SPEND", "REVENUE", "LIST_VALUE", "EQUITY")
FIXED_COLUMNS = ("AWARENESS", "TRUST", "PRESSURE", "DEPTH")


def _column(name: str) -> int:
    from onevoice.envs.engine import kernels

    return int(getattr(kernels, name))


def _units(column: str, values: I64) -> F64:
    from onevoice.envs.engine.parameters import MONEY

    return np.asarray(values / (MONEY if column in MONEY_COLUMNS else 1), np.float64)
