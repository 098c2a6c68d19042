"""Every statistic of a replay on numbers with a known answer."""

from functools import partial

import numpy as np
import pytest

from onevoice.envs.typing import F64
from onevoice.experiments.core.statistics import Bootstrap
from onevoice.experiments.validation import estimates


def a(*values: float) -> F64:
    return np.array(values, np.float64)


def test_shares_and_differences_are_in_per_cent() -> None:
    assert estimates.percent(a(0.1, 0.3)) == pytest.approx(20.0)
    assert estimates.difference_in_points(a(0.2, 0.3), a(0.1, 0.1)) == pytest.approx(15.0)


def test_change_and_what_was_caused_pool_the_markets() -> None:
    treated, control = a(30.0, 90.0), a(20.0, 60.0)
    assert estimates.change(treated, control) == pytest.approx(50.0)
    assert estimates.caused(treated, control) == pytest.approx(100 / 3)


def test_caused_per_query_does_not_see_that_there_are_more_queries() -> None:
    found = estimates.caused_per(a(90.0, 90.0), a(100.0, 100.0), a(43.0, 43.0), a(50.0, 50.0))
    assert found == pytest.approx(100 * (1 - 0.86 / 0.9))


def test_ratio_of_rates() -> None:
    assert estimates.ratio_of_rates(a(4.0), a(10.0), a(5.0), a(25.0)) == pytest.approx(2.0)


def test_what_remains_after_a_campaign() -> None:
    assert estimates.share_of_lift(a(150.0), a(100.0), a(110.0), a(102.0)) == pytest.approx(16.0)


def test_overstatement_and_gain() -> None:
    assert estimates.overstatement(a(10.0, 20.0), a(25.0, 30.0), a(15.0, 25.0)) == pytest.approx(
        2.0
    )
    assert estimates.gain_over(a(113.1), a(110.0), a(100.0)) == pytest.approx(31.0)


def test_the_best_level_and_the_loss_elsewhere() -> None:
    profits = (a(5.0, 7.0), a(9.0, 11.0), a(8.0, 8.0))
    assert estimates.best_level((4, 7, 10), *profits) == 7.0
    assert estimates.loss_at(0, *profits) == pytest.approx(40.0)
    assert estimates.loss_at(1, *profits) == pytest.approx(0.0)


def test_the_shift_of_the_best_level() -> None:
    alone, beside = (a(1.0), a(2.0), a(3.0)), (a(3.0), a(2.0), a(1.0))
    assert estimates.shift_of_best((2, 4, 6), *alone, *beside) == -4.0


def test_a_constant_factor_per_contact_is_found_whatever_the_weights() -> None:
    at_risk = [a(1000.0), a(300.0), a(100.0)]
    hazards = (0.1, 0.08, 0.064)
    successes = [n * p for n, p in zip(at_risk, hazards, strict=True)]
    assert estimates.decay(*at_risk, *successes) == pytest.approx(0.8)


def test_contacts_weigh_as_much_as_they_have_successes() -> None:
    at_risk = [a(1e6), a(1e6), a(1.0)]
    successes = [a(1e5), a(9e4), a(1e-4)]
    assert estimates.decay(*at_risk, *successes) == pytest.approx(0.9, rel=1e-3)


def test_no_success_at_a_contact_is_not_a_number() -> None:
    assert np.isnan(estimates.decay(a(10.0), a(10.0), a(1.0), a(0.0)))


def test_growing_sensitivity() -> None:
    found = estimates.sensitivity_growth(a(100.0), a(90.0), a(98.0), a(81.0))
    assert found == pytest.approx(0.1 / 0.02)


def test_intervals_resample_all_levels_together() -> None:
    bootstrap = Bootstrap(3, resamples=200, confidence=0.95, seed=0)
    low, high = a(1.0, 2.0, 30.0), a(2.0, 3.0, 31.0)
    found = bootstrap.interval(partial(estimates.best_level, (4, 7)), low, high)
    assert tuple(found) == (7.0, 7.0, 7.0)
