"""Known answers: hand-made samples, samples of known mean, the same seed twice."""

import math
import warnings

import numpy as np
import pytest

from onevoice.experiments.core.statistics import (
    Bootstrap,
    Estimate,
    difference,
    interquartile_mean,
    mean,
    ratio,
)

NAN = math.nan


def bootstrap(count: int, seed: int = 0, resamples: int = 500) -> Bootstrap:
    return Bootstrap(count, resamples=resamples, confidence=0.95, seed=seed)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1.0, 2.0, 6.0], 3.0), ([1.0, NAN, 5.0], 3.0), ([4.0], 4.0), ([NAN, NAN], NAN)],
)
def test_mean_by_hand(values: list[float], expected: float) -> None:
    assert mean(np.array(values)) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 1.0, 2.0, 1000.0], 1.5),
        ([9.0, 1.0, 2.0, 3.0, -50.0], 2.0),
        ([0.0, 1.0, NAN, 2.0, 1000.0], 1.5),
        ([1.0, 3.0], 2.0),
        ([NAN], NAN),
    ],
)
def test_interquartile_mean_by_hand(values: list[float], expected: float) -> None:
    assert interquartile_mean(np.array(values)) == pytest.approx(expected, nan_ok=True)


def test_ratio_is_of_sums_and_drops_pairs_with_a_gap() -> None:
    numerator, denominator = np.array([1.0, 9.0, NAN, 7.0]), np.array([1.0, 1.0, 5.0, NAN])
    assert ratio(numerator, denominator) == pytest.approx(5.0)
    assert math.isnan(ratio(np.array([1.0]), np.array([0.0])))


def test_statistics_work_row_by_row() -> None:
    rows = np.array([[1.0, 3.0, 5.0, 7.0], [NAN, 2.0, 2.0, 2.0]])
    for statistic in (mean, interquartile_mean):
        assert statistic(rows) == pytest.approx([float(statistic(row)) for row in rows])
    assert ratio(rows, np.ones((2, 4))) == pytest.approx([4.0, 2.0])


def test_difference_is_paired() -> None:
    base = np.random.Generator(np.random.PCG64(2)).normal(0.0, 100.0, 12)
    estimate = bootstrap(12).interval(difference, base + 3.0, base)
    assert tuple(estimate) == pytest.approx((3.0, 3.0, 3.0))
    assert estimate.excludes()


def test_constant_sample_has_no_width() -> None:
    assert bootstrap(5).interval(mean, np.full(5, 2.5)) == Estimate(2.5, 2.5, 2.5)


@pytest.mark.parametrize("statistic", [mean, interquartile_mean])
def test_interval_covers_the_known_mean(statistic: object) -> None:
    """A 95 % percentile interval of 30 normal values holds the mean 88-98 % of the time."""
    rng = np.random.Generator(np.random.PCG64(3))
    hits = 0
    for seed in range(200):
        estimate = bootstrap(30, seed).interval(statistic, rng.normal(5.0, 2.0, 30))  # type: ignore[arg-type]
        hits += estimate.low <= 5.0 <= estimate.high
    assert 176 <= hits <= 196


def test_interval_of_a_ratio_covers_the_ratio_of_the_means() -> None:
    rng = np.random.Generator(np.random.PCG64(4))
    hits = 0
    for seed in range(200):
        below = rng.lognormal(0.0, 0.5, 40)
        above = 2.0 * below + rng.normal(0.0, 0.5, 40)
        estimate = bootstrap(40, seed).interval(ratio, above, below)
        hits += estimate.low <= 2.0 <= estimate.high
    assert 176 <= hits <= 198


def test_same_seed_same_interval_other_seed_other_interval() -> None:
    sample = np.random.Generator(np.random.PCG64(5)).standard_normal(16)
    first, again, other = (bootstrap(16, seed).interval(mean, sample) for seed in (0, 0, 1))
    assert first == again
    assert first.value == other.value
    assert first != other


def test_missing_values_give_nan_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nothing = bootstrap(3).interval(ratio, np.ones(3), np.zeros(3))
    assert not nothing.known
    assert not nothing.excludes()


def test_a_ratio_whose_denominator_one_market_has_is_not_measured() -> None:
    above, below = np.zeros((2, 32))
    above[0], below[0] = 2.0, 1.0
    assert not bootstrap(32).interval(ratio, above, below).known
    above[:8], below[:8] = 2.0, 1.0
    assert tuple(bootstrap(32).interval(ratio, above, below)) == pytest.approx((2.0, 2.0, 2.0))
