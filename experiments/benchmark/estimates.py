"""Estimates of a benchmark with intervals; the training run is the experimental unit."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.scenario import MONTH_DAYS
from onevoice.envs.typing import F64
from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.benchmark.raw import Raw, read_raw
from onevoice.experiments.core.statistics import (
    Estimate,
    RunBootstrap,
    Statistic,
    gap_closed,
    improvement_probability,
    performance_profile,
    run_difference,
    run_mean,
)

LOW, HIGH = "greedy", "planner"
"""The rows between which the gap lies that coordination can close."""
SELFISH, TOGETHER = "independent", "shared_reward"
"""The modes whose difference is the loss of independent learning."""
Order = Literal["above", "below", "higher", "lower", "open"]
"""How a row stands to another. above, below: their intervals do not overlap. higher, lower: they
do, but that of the paired difference is on one side of zero. open: neither."""


class Estimates:
    """Estimates of the rows that are there."""

    def __init__(self, config: Config, raw: Raw) -> None:
        """Take raw results; ``config`` says how they are judged."""
        self.config, self.raw, self.rows = config, raw, config.table
        self.bootstrap = RunBootstrap.of(config.markets, config)

    def first(self, markets: int) -> "Estimates":
        """The same over no more than the first test markets."""
        fewer = min(markets, self.config.markets)
        return Estimates(self.config.model_copy(update={"markets": fewer}), self.raw)

    @property
    def names(self) -> tuple[str, ...]:
        """The rows that are there, in the order of the configuration."""
        return tuple(self.raw.seeds)

    @property
    def modes(self) -> tuple[str, ...]:
        """Those in which something learned."""
        return tuple(name for name in self.names if self.rows[name].trained)

    @cached_property
    def missing(self) -> dict[str, list[int]]:
        """Runs that are not there yet, by row."""
        wanted = {name: range(row.runs(self.config.runs)) for name, row in self.rows.items()}
        found = self.raw.seeds
        gaps = {n: [s for s in seeds if s not in found.get(n, ())] for n, seeds in wanted.items()}
        return {name: gap for name, gap in gaps.items() if gap}

    def scores(self, name: str, column: str = "ncv") -> F64:
        """A quantity of every run and market, ``[U, B]``.

        ``claims`` is in $ per 1,000 customers per 28 days, as ``ncv``; ``overclaim`` is what the
        platforms claim over the revenue there is.
        """
        of = self.raw.markets[name]
        if column == "overclaim":
            values = of["claims"] / np.maximum(of["revenue"], 1e-9)
        else:
            values = of[column] * (self._monthly if column == "claims" else 1.0)
        return np.asarray(values[:, : self.config.markets])

    @cached_property
    def ncv(self) -> Mapping[str, Estimate]:
        """Estimate of net customer value by row."""
        return {name: self.estimate(name, "ncv") for name in self.names}

    def estimate(self, name: str, column: str) -> Estimate:
        """Interquartile mean over runs and markets."""
        return self._interval(run_mean, (name, column))

    def versus(self, name: str, other: str, column: str = "ncv") -> Estimate:
        """Difference of two rows on the same markets."""
        return self._interval(run_difference, (name, column), (other, column))

    def order(self, name: str, other: str, column: str = "ncv") -> Order:
        """How a row stands to another."""
        one, two = (
            self.ncv[row] if column == "ncv" else self.estimate(row, column)
            for row in (name, other)
        )
        return stand(one, two, self.versus(name, other, column))

    def sight(self, name: str) -> Estimate | None:
        """NCV less that with shuffled observations, of the same runs; none where not played."""
        if not self.rows[name].recipe.shuffled:
            return None
        return self._interval(run_difference, (name, "ncv"), (name, "shuffled_ncv"))

    def gap_closed(self, name: str) -> Estimate | None:
        """Share of the gap from ``LOW`` to ``HIGH`` that a row closes, in percent.

        None where the ends are not there, or ``HIGH`` is not shown to be above ``LOW``.
        """
        if not self._gap_is_open:
            return None
        return self._interval(_percent_closed, *((row, "ncv") for row in (name, LOW, HIGH)))

    def improvement(self, name: str, other: str) -> Estimate:
        """Chance that a run of one row has a higher NCV than one of another."""
        return self._interval(improvement_probability, (name, "ncv"), (other, "ncv"))

    def profile(self, name: str, thresholds: F64) -> list[Estimate]:
        """Share of runs and markets above each threshold of NCV."""

        def shares(scores: F64) -> F64:
            return performance_profile(scores, thresholds)

        return self.bootstrap.band(shares, (name, self.scores(name)))

    def ranked(self, names: tuple[str, ...] | None = None) -> list[str]:
        """Rows from the highest NCV to the lowest."""
        return sorted(
            self.names if names is None else names, key=lambda name: -self.ncv[name].value
        )

    def _interval(self, statistic: Statistic, *samples: tuple[str, str]) -> Estimate:
        """Estimate ``statistic`` of the scores of rows, each with the column that counts."""
        scores = ((name, self.scores(name, column)) for name, column in samples)
        return self.bootstrap.interval(statistic, *scores)

    @cached_property
    def _gap_is_open(self) -> bool:
        return {LOW, HIGH} <= set(self.names) and self.versus(HIGH, LOW).low > 0.0

    @property
    def _monthly(self) -> float:
        scenario = self.config.scenario
        return 1000.0 / scenario.population * MONTH_DAYS / scenario.days


def stand(one: Estimate, two: Estimate, gap: Estimate) -> Order:
    """Order of two estimates whose paired difference is ``gap``."""
    if one.low > two.high:
        return "above"
    if one.high < two.low:
        return "below"
    if gap.excludes():
        return "higher" if gap.low > 0.0 else "lower"
    return "open"


def _percent_closed(scores: F64, low: F64, high: F64) -> F64:
    return 100.0 * gap_closed(scores, low, high)


class Several:
    """Benchmarks by rising number of channels, over the test markets that all of them have."""

    def __init__(self, estimates: Sequence[Estimates]) -> None:
        """Take one benchmark for each number of channels.

        Raises:
            OneVoiceError: if they cannot be compared.
        """
        self.markets = min(one.config.markets for one in estimates)
        self.estimates = sorted((one.first(self.markets) for one in estimates), key=channels)
        self.channels = [channels(one) for one in self.estimates]
        for before, after in pairwise(self.channels):
            if before == after:
                raise OneVoiceError(
                    f"compare_with: two benchmarks have {after} channels; give one of each"
                )
        for one in self.estimates:
            if not {SELFISH, TOGETHER} <= set(one.names):
                raise OneVoiceError(
                    f"compare_with: the benchmark with {channels(one)} channels lacks {SELFISH} or "
                    f"{TOGETHER}; make these rows first"
                )

    @property
    def names(self) -> tuple[str, ...]:
        """The rows that stand in all of them."""
        first, *others = self.estimates
        return tuple(n for n in first.names if all(n in one.names for one in others))

    def loss(self, place: int) -> Estimate:
        """What independent channels lose beside a shared reward."""
        return self.estimates[place].versus(TOGETHER, SELFISH)

    def growth(self, place: int) -> Estimate:
        """How much larger the loss is than with the next fewer channels, paired over markets."""
        samples = (
            (f"{channels(one)}/{name}", one.scores(name))
            for one in (self.estimates[place], self.estimates[place - 1])
            for name in (TOGETHER, SELFISH)
        )
        return self.estimates[place].bootstrap.interval(_difference_of_differences, *samples)


def read_several(estimates: Estimates, folders: Sequence[Path]) -> Several:
    """A benchmark and the raw results of others."""
    raws = [read_raw(folder) for folder in folders]
    return Several([estimates, *(Estimates(raw.config, raw) for raw in raws)])


def channels(estimates: Estimates) -> int:
    """How many channels a benchmark has."""
    return len(estimates.config.scenario.channels)


def _difference_of_differences(*samples: F64) -> F64:
    return run_difference(*samples[:2]) - run_difference(*samples[2:])
