"""Estimates of a benchmark with intervals; the training run is the experimental unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    Sample,
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


class Results:
    """Estimates of the rows that are there."""

    def __init__(self, config: Config, raw: Raw) -> None:
        """Take raw results; ``config`` says how they are judged."""
        self.config, self.raw, self.rows = config, raw, config.table
        self.bootstrap = RunBootstrap.of(config.markets, config)

    def first(self, markets: int) -> "Results":
        """The same over no more than the first test markets."""
        if markets >= self.config.markets:
            return self
        cut = {
            row: {column: values[:, :markets] for column, values in of.items()}
            for row, of in self.raw.markets.items()
        }
        config = self.config.model_copy(update={"markets": markets})
        return Results(config, replace(self.raw, markets=cut))

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
        """A quantity of every run and market, ``[U, M]``.

        ``claims`` is in $ per 1,000 customers per 28 days, as ``ncv``; ``overclaim`` is what the
        platforms claim over the revenue there is.
        """
        of = self.raw.markets[name]
        if column == "overclaim":
            return np.asarray(of["claims"] / np.maximum(of["revenue"], 1e-9))
        return of[column] * (self._monthly if column == "claims" else 1.0)

    @cached_property
    def ncv(self) -> Mapping[str, Estimate]:
        """Estimate of net customer value by row."""
        return {name: self.estimate(name, "ncv") for name in self.names}

    def estimate(self, name: str, column: str) -> Estimate:
        """Interquartile mean over runs and markets."""
        return self.bootstrap.interval(run_mean, (name, self.scores(name, column)))

    def versus(self, name: str, other: str, column: str = "ncv") -> Estimate:
        """Difference of two rows on the same markets."""
        samples = ((row, self.scores(row, column)) for row in (name, other))
        return self.bootstrap.interval(run_difference, *samples)

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
        samples = ((name, self.scores(name, column)) for column in ("ncv", "shuffled_ncv"))
        return self.bootstrap.interval(run_difference, *samples)

    def gap_closed(self, name: str) -> Estimate | None:
        """Share of the gap from ``LOW`` to ``HIGH`` that a row closes, in percent.

        None where the ends are not there, or ``HIGH`` is not shown to be above ``LOW``.
        """
        if not self._gap_is_open:
            return None
        samples = ((row, self.scores(row)) for row in (name, LOW, HIGH))
        return self.bootstrap.interval(_percent_closed, *samples)

    def improvement(self, name: str, other: str) -> Estimate:
        """Chance that a run of one row has a higher NCV than one of another."""
        samples = ((row, self.scores(row)) for row in (name, other))
        return self.bootstrap.interval(improvement_probability, *samples)

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

    def __init__(self, results: Sequence[Results]) -> None:
        """Take one benchmark for each number of channels.

        Raises:
            OneVoiceError: if they cannot be compared.
        """
        self.markets = min(one.config.markets for one in results)
        self.results = sorted((one.first(self.markets) for one in results), key=channels)
        for before, after in pairwise(self.results):
            if channels(before) == channels(after):
                raise OneVoiceError(
                    f"compare_with: two benchmarks have {channels(after)} channels; give one of "
                    "each"
                )
        for one in self.results:
            if not {SELFISH, TOGETHER} <= set(one.names):
                raise OneVoiceError(
                    f"compare_with: the benchmark with {channels(one)} channels lacks {SELFISH} or "
                    f"{TOGETHER}; make these rows first"
                )

    @property
    def channels(self) -> list[int]:
        """How many there are in each."""
        return [channels(one) for one in self.results]

    @property
    def names(self) -> tuple[str, ...]:
        """The rows that stand in all of them."""
        first, *others = self.results
        return tuple(n for n in first.names if all(n in one.names for one in others))

    def loss(self, place: int) -> Estimate:
        """What independent channels lose beside a shared reward."""
        return self.results[place].versus(TOGETHER, SELFISH)

    def growth(self, place: int) -> Estimate:
        """How much larger the loss is than with the next fewer channels, paired over markets."""
        samples = (*self._samples(place), *self._samples(place - 1))
        return self.results[place].bootstrap.interval(_difference_of_differences, *samples)

    def _samples(self, place: int) -> tuple[Sample, Sample]:
        one = self.results[place]
        first, second = (
            (f"{channels(one)}/{name}", one.scores(name)) for name in (TOGETHER, SELFISH)
        )
        return first, second


def read_several(results: Results, folders: Sequence[Path]) -> Several:
    """A benchmark and the raw results of others."""
    raws = [read_raw(folder) for folder in folders]
    return Several([results, *(Results(raw.config, raw) for raw in raws)])


def channels(results: Results) -> int:
    """How many channels a benchmark has."""
    return len(results.config.scenario.channels)


def _difference_of_differences(*samples: F64) -> F64:
    return run_difference(*samples[:2]) - run_difference(*samples[2:])
