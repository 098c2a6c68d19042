"""Estimates from chosen numbers."""

from pathlib import Path

import numpy as np
import pytest

from onevoice.experiments.benchmark.estimates import Order, stand
from onevoice.experiments.core.statistics import Estimate
from tests.experiments.benchmark.builders import NOISE, config, estimates


def test_values_are_interquartile_means_over_runs_and_markets(tmp_path: Path) -> None:
    found = estimates(tmp_path)
    assert found.ncv["manual"].value == pytest.approx(500.0)
    assert found.ncv["shared_reward"].value == pytest.approx(902.0)
    assert found.names == ("manual", "greedy", "independent", "shared_reward", "planner")
    assert found.ranked()[0] == "planner"
    assert found.ranked(()) == []


def test_the_gap_goes_from_greedy_to_the_reference(tmp_path: Path) -> None:
    found = estimates(tmp_path)
    closed = {name: found.gap_closed(name) for name in found.names}
    assert closed["greedy"] == Estimate(0.0, 0.0, 0.0)
    assert closed["planner"] == pytest.approx((100.0, 100.0, 100.0))
    shared, manual = closed["shared_reward"], closed["manual"]
    assert shared is not None
    assert manual is not None
    assert shared.value == pytest.approx(100 * 1902 / 2000)
    assert manual.low == pytest.approx(manual.high)  # one run, and markets cancel out
    assert shared.low < shared.value < shared.high


def test_without_its_ends_there_is_no_gap(tmp_path: Path) -> None:
    assert estimates(tmp_path, ncv={"manual": 1.0, "greedy": 0.0}).gap_closed("manual") is None


def test_where_the_reference_is_no_better_there_is_no_gap(tmp_path: Path) -> None:
    for reference in (0.0, -1.0):
        ncv = {"manual": 1.0, "greedy": 0.0, "planner": reference}
        assert estimates(tmp_path / str(reference), ncv=ncv).gap_closed("manual") is None


def test_claims_are_for_a_thousand_customers_and_a_month(tmp_path: Path) -> None:
    scenario = {"channels": ["email", "search"], "population": 500, "days": 56}
    found = estimates(tmp_path, config(scenario=scenario))
    assert found.scores("manual", "claims") == pytest.approx(100.0 + NOISE[None])
    assert found.scores("manual", "overclaim") == pytest.approx((100.0 + NOISE[None]) / 50.0)


def test_sight_is_what_shuffling_costs(tmp_path: Path) -> None:
    found = estimates(tmp_path)
    assert found.sight("manual") is None
    sight = found.sight("shared_reward")
    assert sight is not None
    assert sight.value == pytest.approx(451.0)
    assert 449.0 < sight.low < sight.high < 453.0  # runs and markets are paired


def test_missing_runs_are_known(tmp_path: Path) -> None:
    assert estimates(tmp_path).missing == {}
    found = estimates(tmp_path, config(runs=2), ncv={"manual": 1.0, "shared_reward": 2.0})
    assert found.missing == {"greedy": [0], "independent": [0, 1], "planner": [0]}
    more = found.config.model_copy(update={"runs": 4})
    assert type(found)(more, found.raw).missing["shared_reward"] == [2, 3]


def test_improvement_and_profile(tmp_path: Path) -> None:
    found = estimates(tmp_path)
    assert found.improvement("shared_reward", "greedy") == Estimate(1.0, 1.0, 1.0)
    low, half = found.profile("manual", np.array([0.0, 500.0]))
    assert low == Estimate(1.0, 1.0, 1.0)
    assert half.value == 0.5
    assert half.low < 0.5 < half.high


@pytest.mark.parametrize(
    ("one", "two", "gap", "expected"),
    [
        ((5, 4, 6), (2, 1, 3), (3, 2, 4), "above"),
        ((2, 1, 3), (5, 4, 6), (-3, -4, -2), "below"),
        ((5, 2, 8), (4, 1, 7), (1, 0.5, 1.5), "higher"),
        ((4, 1, 7), (5, 2, 8), (-1, -1.5, -0.5), "lower"),
        ((5, 2, 8), (4, 1, 7), (1, -1, 3), "open"),
        ((5, 3, 6), (2, 1, 3), (3, 0, 4), "open"),
    ],
)
def test_apart_is_stricter_than_a_difference(
    one: tuple[float, ...], two: tuple[float, ...], gap: tuple[float, ...], expected: Order
) -> None:
    assert stand(Estimate(*one), Estimate(*two), Estimate(*gap)) == expected
