"""What is reported, and the dashboard index."""

import math

import numpy as np
import pytest

from onevoice.experiments.compare.estimates import dashboard_index
from onevoice.experiments.compare.measures import MEASURES, measures_of
from onevoice.experiments.core.statistics import Bootstrap
from onevoice.experiments.report.wording import MISSING, number
from tests.experiments.compare.builders import estimates

BOOTSTRAP = Bootstrap(2, resamples=50, confidence=0.95, seed=0)
BY_KEY = {measure.key: measure for measure in MEASURES}


def test_keys_are_unique_and_sides_known() -> None:
    assert len(BY_KEY) == len(MEASURES)
    assert [m.key for m in MEASURES if m.side == "dashboard"] == [
        "email_open_rate",
        "social_engagement_rate",
        "content_ctr",
        "search_roas",
    ]


def test_only_measures_whose_metrics_exist() -> None:
    found = measures_of(["ncv", "email/touches", "email/engagements", "search/spend"])
    assert [measure.key for measure in found] == ["email_open_rate", "ncv"]


def test_a_rate_is_a_ratio_of_sums_and_per_market_its_own() -> None:
    metrics = {"email/engagements": np.array([1.0, 5.0]), "email/touches": np.array([4.0, 20.0])}
    rate = BY_KEY["email_open_rate"]
    assert rate.estimate(metrics, BOOTSTRAP).value == 0.25
    metrics["email/touches"][1] = 0.0
    assert rate.per_market(metrics).tolist() == pytest.approx([0.25, math.nan], nan_ok=True)


def test_index_is_the_geometric_mean_of_ratios() -> None:
    one = {
        "email/engagements": np.array([4.0, 4.0]),
        "email/touches": np.array([10.0, 10.0]),
        "search/claimed_revenue": np.array([9.0, 9.0]),
        "search/spend": np.array([1.0, 1.0]),
    }
    other = one | {"email/engagements": np.array([1.0, 1.0])}
    assert dashboard_index(one, other, BOOTSTRAP).value == pytest.approx(200.0)
    assert dashboard_index(other, other, BOOTSTRAP) == pytest.approx((100.0, 100.0, 100.0))


def test_no_dashboard_no_index() -> None:
    nothing = {"email/engagements": np.zeros(2), "email/touches": np.zeros(2)}
    assert not dashboard_index(nothing, nothing, BOOTSTRAP).known


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1234.5, 0, "1,234"),
        (-0.04, 1, "0.0"),
        (-2.0, 1, "\N{MINUS SIGN}2.0"),
        (math.nan, 0, MISSING),
    ],
)
def test_numbers_for_readers(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


def test_difference_of_rates_is_of_ratios() -> None:
    found = estimates()
    gap = found.versus("greedy", "manual", "email_open_rate")
    assert gap.value == pytest.approx(0.06)
    assert gap.low > 0
