"""Runs as units: known answers by hand, SciPy's, a plain loop, and coverage of known truths."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from onevoice.envs.typing import F64
from onevoice.experiments.core.statistics import (
    Estimate,
    RunBootstrap,
    gap_closed,
    improvement_probability,
    mean,
    performance_profile,
    run_difference,
    run_mean,
)


def draws(seed: int, *shape: int) -> F64:
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(shape)


def bootstrap(markets: int, seed: int = 0, resamples: int = 400) -> RunBootstrap:
    return RunBootstrap(markets, resamples=resamples, confidence=0.95, seed=seed)


def grand_mean(scores: F64) -> F64:
    return mean(mean(scores))


def test_run_mean_by_hand_and_by_scipy() -> None:
    assert run_mean(np.array([[0.0, 1.0], [2.0, 1000.0]])) == 1.5
    scores = draws(1, 10, 64)
    assert run_mean(scores) == pytest.approx(stats.trim_mean(scores.ravel(), 0.25))


def test_gap_closed_by_hand() -> None:
    low, high = np.full((1, 4), -100.0), np.full((1, 4), 300.0)
    assert gap_closed(np.full((3, 4), 200.0), low, high) == pytest.approx(0.75)
    assert gap_closed(low, low, high) == 0.0
    assert math.isnan(gap_closed(high, low, low))


@pytest.mark.parametrize(
    ("scores", "others", "expected"),
    [
        ([[1.0, 1.0]], [[0.0, 0.0]], 1.0),
        ([[1.0, 0.0]], [[0.0, 1.0]], 0.5),
        ([[1.0], [3.0]], [[2.0], [0.0], [3.0]], (1.0 + 2.5) / 6.0),
        ([[2.0]], [[2.0]], 0.5),
    ],
)
def test_improvement_by_hand(
    scores: list[list[float]], others: list[list[float]], expected: float
) -> None:
    assert improvement_probability(np.array(scores), np.array(others)) == pytest.approx(expected)


def test_improvement_is_the_mean_of_scipys_statistic_over_markets() -> None:
    scores, others = np.round(draws(2, 10, 5), 1), np.round(draws(3, 7, 5), 1)  # with ties
    expected = [
        stats.mannwhitneyu(scores[:, market], others[:, market]).statistic / 70.0
        for market in range(5)
    ]
    assert improvement_probability(scores, others) == pytest.approx(np.mean(expected))


@given(st.integers(0, 99), st.integers(1, 6), st.integers(1, 6))
def test_one_of_two_rows_is_better_or_they_are_equal(seed: int, runs: int, others: int) -> None:
    one, two = np.round(draws(seed, runs, 3), 1), np.round(draws(seed + 100, others, 3), 1)
    both = improvement_probability(one, two) + improvement_probability(two, one)
    assert both == pytest.approx(1.0)


def test_profile_by_hand() -> None:
    scores = np.array([[1.0, 2.0], [3.0, 4.0]])
    shares = performance_profile(scores, np.array([0.0, 1.0, 2.5, 4.0]))
    assert shares.tolist() == [1.0, 0.75, 0.5, 0.0]


def test_statistics_of_resamples_are_those_of_each_resample() -> None:
    one, two = draws(4, 3, 4, 5), draws(5, 3, 2, 5)
    for statistic in (run_difference, improvement_probability):
        expected = [statistic(a, b) for a, b in zip(one, two, strict=True)]
        assert statistic(one, two) == pytest.approx(np.array(expected))
    thresholds = np.array([-1.0, 0.0, 1.0])
    expected = [performance_profile(a, thresholds) for a in one]
    assert performance_profile(one, thresholds) == pytest.approx(np.array(expected))


def test_intervals_are_those_of_a_plain_loop() -> None:
    """Runs are drawn for each row by itself, markets once for both."""
    made, one, two = bootstrap(6), draws(6, 4, 6), draws(7, 3, 6)
    markets, found = made.indices, []
    for resample in range(400):
        first = one[made.runs("one", 4)[resample]][:, markets[resample]]
        second = two[made.runs("two", 3)[resample]][:, markets[resample]]
        found.append(float(run_difference(first, second)))
    estimate = made.interval(run_difference, ("one", one), ("two", two))
    expected = (float(run_difference(one, two)), *np.quantile(found, [0.025, 0.975]))
    assert tuple(estimate) == pytest.approx(expected)


def test_differences_are_paired_over_markets_and_within_a_row_over_runs() -> None:
    markets = 100.0 * draws(8, 1, 12)
    estimate = bootstrap(12).interval(run_difference, ("one", markets + 3.0), ("two", markets))
    assert tuple(estimate) == pytest.approx((3.0, 3.0, 3.0))
    runs = markets + 50.0 * draws(9, 5, 1)
    paired = bootstrap(12).interval(run_difference, ("one", runs + 3.0), ("one", runs))
    apart = bootstrap(12).interval(run_difference, ("one", runs + 3.0), ("two", runs))
    assert tuple(paired) == pytest.approx((3.0, 3.0, 3.0))
    assert apart.high - apart.low > 10.0


def test_runs_of_a_row_depend_on_no_other_row_and_on_the_seed() -> None:
    assert np.array_equal(bootstrap(3).runs("a", 5), bootstrap(9).runs("a", 5))
    assert not np.array_equal(bootstrap(3).runs("a", 5), bootstrap(3).runs("b", 5))
    assert not np.array_equal(bootstrap(3).runs("a", 5), bootstrap(3, seed=1).runs("a", 5))
    assert bootstrap(3).runs("a", 5).shape == (400, 5)


def covered(run_sd: float, market_sd: float, runs: int, markets: int) -> int:
    """How many of 200 intervals hold the true mean, 5."""
    hits = 0
    for seed in range(200):
        scores = (
            5.0
            + run_sd * draws(3 * seed, runs, 1)
            + market_sd * draws(3 * seed + 1, 1, markets)
            + draws(3 * seed + 2, runs, markets)
        )
        estimate = bootstrap(markets, seed).interval(grand_mean, ("row", scores))
        hits += estimate.low <= 5.0 <= estimate.high
    return hits


@pytest.mark.parametrize(("run_sd", "market_sd"), [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
def test_intervals_cover_the_truth_whatever_varies(run_sd: float, market_sd: float) -> None:
    """A 95 % interval of 20 runs and 20 markets holds the truth 88 to 100 % of the time."""
    assert covered(run_sd, market_sd, 20, 20) >= 176


def test_counting_run_times_market_as_independent_would_not_cover_it() -> None:
    """Why the run is the unit: the same runs as one long row of markets are too sure."""
    hits = 0
    for seed in range(100):
        flat = (5.0 + draws(2 * seed, 20, 1) + 0.3 * draws(2 * seed + 1, 20, 20)).reshape(1, -1)
        estimate = bootstrap(400, seed, 200).interval(grand_mean, ("row", flat))
        hits += estimate.low <= 5.0 <= estimate.high
    assert hits < 60


def test_a_band_is_an_interval_at_each_threshold() -> None:
    scores, thresholds = draws(11, 4, 8), np.array([-0.5, 0.5])

    def shares(values: F64) -> F64:
        return performance_profile(values, thresholds)

    band = bootstrap(8).band(shares, ("row", scores))
    for place in range(2):
        expected = bootstrap(8).interval(
            lambda values, at=place: shares(values)[..., at], ("row", scores)
        )
        assert band[place] == expected


def test_a_gap_of_nothing_is_not_measured() -> None:
    same = ("row", np.ones((2, 4)))
    assert not bootstrap(4).interval(gap_closed, same, same, same).known
    assert bootstrap(4).interval(run_mean, same) == Estimate(1.0, 1.0, 1.0)
