"""Means, interquartile means and ratios with percentile bootstrap intervals over markets and runs.

Letters: ``R`` resamples, ``B`` markets, ``U`` training runs, ``V`` runs of another row, ``X``
thresholds. Every statistic works on the last axis or, of runs, on the last two, so that the value
on the sample and its distribution over resamples come from the same function. A missing value is
nan; it is left out, and a sample with nothing in it gives nan.
"""

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from onevoice.envs.typing import F64

Statistic = Callable[..., F64]
Sample = tuple[str, F64]
"""The name of a row and its scores ``[U, B]``, one for each training run and market."""
_STREAM = 0x626F6F74  # keeps resampling apart from every other use of the same seed


class Estimate(NamedTuple):
    """A value with the ends of its confidence interval; nan where nothing could be measured."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether anything was measured."""
        return math.isfinite(self.value)

    def excludes(self, null: float = 0.0) -> bool:
        """Whether the interval lies wholly on one side of ``null``."""
        return self.low > null or self.high < null

    def times(self, factor: float) -> "Estimate":
        """Value and ends multiplied, as for another unit."""
        return Estimate(*(factor * end for end in self))


def mean(values: F64) -> F64:
    """Mean over the last axis without missing values, ``[..., B]`` to ``[...]``."""
    present = ~np.isnan(values)
    return divide(np.where(present, values, 0.0).sum(axis=-1), present.sum(axis=-1))


def interquartile_mean(values: F64) -> F64:
    """Mean of what is left when a quarter (rounded down) is cut from each end, ``[..., B]``."""
    ordered = np.sort(values, axis=-1)  # missing values go last
    present = (~np.isnan(ordered)).sum(axis=-1, keepdims=True)
    cut = present // 4
    rank = np.arange(values.shape[-1])
    kept = (rank >= cut) & (rank < present - cut)
    return divide(np.where(kept, ordered, 0.0).sum(axis=-1), kept.sum(axis=-1))


def ratio(numerator: F64, denominator: F64) -> F64:
    """Ratio of sums over the last axis: a market counts by its size, not as one vote."""
    present = ~(np.isnan(numerator) | np.isnan(denominator))
    over = np.where(present, denominator, 0.0).sum(axis=-1)
    return divide(np.where(present, numerator, 0.0).sum(axis=-1), over)


def difference(values: F64, reference: F64) -> F64:
    """Mean of the paired differences on the same markets, ``[..., B]`` to ``[...]``."""
    return mean(values - reference)


def ratio_difference(above: F64, below: F64, other_above: F64, other_below: F64) -> F64:
    """Difference of two ratios of sums on the same markets, ``[..., B]`` to ``[...]``."""
    return ratio(above, below) - ratio(other_above, other_below)


def run_mean(scores: F64) -> F64:
    """Interquartile mean over runs and markets together, ``[..., U, B]`` to ``[...]``."""
    return interquartile_mean(scores.reshape(*scores.shape[:-2], -1))


def run_difference(scores: F64, others: F64) -> F64:
    """Difference of two rows' interquartile means, ``[..., U, B]`` and ``[..., V, B]``."""
    return run_mean(scores) - run_mean(others)


def gap_closed(scores: F64, low: F64, high: F64) -> F64:
    """Where a row stands between two others: 0 is as ``low``, 1 as ``high``; ``[..., U, B]``."""
    return divide(run_difference(scores, low), run_difference(high, low))


def improvement_probability(scores: F64, others: F64) -> F64:
    """Chance that a run of one row beats one of another on a market; a tie is half a win.

    The mean over markets of the Mann-Whitney statistic, ``[..., U, B]`` and ``[..., V, B]`` to
    ``[...]``; no value may be missing.
    """
    wins = [_wins(scores[..., run, None, :], others) for run in range(scores.shape[-2])]
    return np.asarray(np.mean(wins, axis=0))


def _wins(run: F64, others: F64) -> F64:
    """Mean over runs and markets, ``[..., 1, B]`` and ``[..., V, B]`` to ``[...]``."""
    above, tied = (run > others).mean(axis=(-2, -1)), (run == others).mean(axis=(-2, -1))
    return np.asarray(above + 0.5 * tied)


def performance_profile(scores: F64, thresholds: F64) -> F64:
    """Share of runs and markets above each of ``X`` thresholds, ``[..., U, B]`` to ``[..., X]``."""
    shares = [(scores > threshold).mean(axis=(-2, -1)) for threshold in thresholds]
    return np.stack(shares, axis=-1)


def divide(above: F64, below: npt.NDArray[np.generic]) -> F64:
    """Element by element, any shape; nan where there is nothing to divide by."""
    below = np.asarray(below, dtype=np.float64)
    nothing = np.full(np.shape(above), np.nan)
    return np.asarray(np.divide(above, below, out=nothing, where=below != 0.0))


class Settings(Protocol):
    """What settings say of intervals."""

    @property
    def resamples(self) -> int:
        """Bootstrap resamples."""

    @property
    def confidence(self) -> float:
        """Coverage of the intervals."""

    @property
    def seed(self) -> int:
        """Seed of resampling."""


class MarketDraws:
    """One set of resampled markets, the same for every statistic.

    All policies met the same markets, so one set of indices serves them all, and differences
    between policies are paired.
    """

    def __init__(self, count: int, *, resamples: int, confidence: float, seed: int) -> None:
        """Prepare ``resamples`` draws of ``count`` markets; the same seed gives the same draws."""
        self.count, self.resamples, self.confidence, self.seed = count, resamples, confidence, seed

    @classmethod
    def of(cls, count: int, settings: Settings) -> Self:
        """Prepare draws of ``count`` markets as ``settings`` say."""
        return cls(
            count, resamples=settings.resamples, confidence=settings.confidence, seed=settings.seed
        )

    @cached_property
    def indices(self) -> npt.NDArray[np.int64]:
        """Resampled markets, int64 ``[R, B]``."""
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([_STREAM, self.seed])))
        return rng.integers(self.count, size=(self.resamples, self.count))


class Bootstrap(MarketDraws):
    """Percentile intervals over markets."""

    def interval(self, statistic: Statistic, *samples: F64) -> Estimate:
        """Estimate ``statistic(*samples)`` from float64 samples ``[B]`` of the same markets.

        A statistic that many resamples leave undefined, such as a ratio whose denominator only one
        market has, counts as not measured.
        """
        draws = statistic(*(sample[self.indices] for sample in samples))
        return percentile_interval(float(statistic(*samples)), draws, self.confidence)


class RunBootstrap(MarketDraws):
    """Percentile intervals where the training run is the experimental unit.

    A resample draws runs anew within each row, for every row by itself, and one set of markets for
    all runs of all rows: differences between rows are paired over markets.
    """

    def runs(self, row: str, count: int) -> npt.NDArray[np.int64]:
        """Resampled runs of a row, int64 ``[R, U]``; they depend on no other row."""
        entropy = [_STREAM, self.seed, *row.encode()]
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
        return rng.integers(count, size=(self.resamples, count))

    def interval(self, statistic: Statistic, *samples: Sample) -> Estimate:
        """Estimate ``statistic`` of scores ``[U, B]``; samples of one row share its runs."""
        value = float(statistic(*(scores for _, scores in samples)))
        return percentile_interval(value, self._draws(statistic, samples), self.confidence)

    def band(self, statistic: Statistic, *samples: Sample) -> list[Estimate]:
        """Estimate a statistic that returns several values, ``[..., X]``; each by itself."""
        values = statistic(*(scores for _, scores in samples))
        draws = self._draws(statistic, samples)
        pairs = zip(values, draws.T, strict=True)
        return [percentile_interval(float(v), d, self.confidence) for v, d in pairs]

    def _draws(self, statistic: Statistic, samples: Sequence[Sample]) -> F64:
        """The statistic on every resample, ``[R, ...]``."""
        markets = self.indices[:, None, :]
        resampled = (
            scores[self.runs(row, len(scores))[:, :, None], markets] for row, scores in samples
        )
        return statistic(*resampled)


def percentile_interval(value: float, draws: F64, confidence: float) -> Estimate:
    """``value`` with the percentiles of its resamples ``[R]``; unknown where many are undefined."""
    defined = np.isfinite(draws)
    if not math.isfinite(value) or defined.mean() < confidence:
        return Estimate(math.nan, math.nan, math.nan)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(draws[defined], (tail, 1.0 - tail))
    return Estimate(value, float(low), float(high))
