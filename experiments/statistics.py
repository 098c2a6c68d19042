"""Means, interquartile means and ratios with percentile bootstrap intervals over markets.

Letters: ``R`` resamples, ``n`` markets. Every statistic works on the last axis, so that the value
on the sample and its distribution over resamples come from the same function. A missing value is
nan; it is left out, and a sample with nothing in it gives nan.
"""

import math
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Statistic = Callable[..., Floats]
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


def mean(values: Floats) -> Floats:
    """Mean over the last axis without missing values, ``[..., n]`` to ``[...]``."""
    present = ~np.isnan(values)
    return divide(np.where(present, values, 0.0).sum(axis=-1), present.sum(axis=-1))


def interquartile_mean(values: Floats) -> Floats:
    """Mean of what is left when a quarter (rounded down) is cut from each end, ``[..., n]``."""
    ordered = np.sort(values, axis=-1)  # missing values go last
    present = (~np.isnan(ordered)).sum(axis=-1, keepdims=True)
    cut = present // 4
    rank = np.arange(values.shape[-1])
    kept = (rank >= cut) & (rank < present - cut)
    return divide(np.where(kept, ordered, 0.0).sum(axis=-1), kept.sum(axis=-1))


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Ratio of sums over the last axis: a market counts by its size, not as one vote."""
    present = ~(np.isnan(numerator) | np.isnan(denominator))
    over = np.where(present, denominator, 0.0).sum(axis=-1)
    return divide(np.where(present, numerator, 0.0).sum(axis=-1), over)


def difference(values: Floats, reference: Floats) -> Floats:
    """Mean of the paired differences on the same markets, ``[..., n]`` to ``[...]``."""
    return mean(values - reference)


def ratio_difference(
    above: Floats, below: Floats, other_above: Floats, other_below: Floats
) -> Floats:
    """Difference of two ratios of sums on the same markets, ``[..., n]`` to ``[...]``."""
    return ratio(above, below) - ratio(other_above, other_below)


def divide(above: Floats, below: npt.NDArray[np.generic]) -> Floats:
    """Element by element, any shape; nan where there is nothing to divide by."""
    below = np.asarray(below, dtype=np.float64)
    nothing = np.full(np.shape(above), np.nan)
    return np.asarray(np.divide(above, below, out=nothing, where=below != 0.0))


class Bootstrap:
    """Percentile intervals from one set of resampled markets, the same for every statistic.

    Because all policies met the same markets, one set of indices serves them all, and differences
    between policies are paired.
    """

    def __init__(self, count: int, *, resamples: int, confidence: float, seed: int) -> None:
        """Prepare ``resamples`` draws of ``count`` markets; the same seed gives the same draws."""
        self.count, self.resamples, self.confidence, self.seed = count, resamples, confidence, seed

    @cached_property
    def indices(self) -> npt.NDArray[np.int64]:
        """Resampled markets, int64 ``[R, n]``."""
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([_STREAM, self.seed])))
        return rng.integers(self.count, size=(self.resamples, self.count))

    def interval(self, statistic: Statistic, *samples: Floats) -> Estimate:
        """Estimate ``statistic(*samples)`` from float64 samples ``[n]`` of the same markets.

        A statistic that many resamples leave undefined, such as a ratio whose denominator only one
        market has, counts as not measured.
        """
        value = float(statistic(*samples))
        draws = statistic(*(sample[self.indices] for sample in samples))
        defined = np.isfinite(draws)
        draws = draws[defined]
        if not math.isfinite(value) or defined.mean() < self.confidence:
            return Estimate(math.nan, math.nan, math.nan)
        tail = (1.0 - self.confidence) / 2.0
        low, high = np.quantile(draws, (tail, 1.0 - tail))
        return Estimate(value, float(low), float(high))
