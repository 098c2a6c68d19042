"""The collapse comes from how customers behave: without its mechanisms it is gone."""

import numpy as np
import pytest

from onevoice.envs import load_scenario
from onevoice.envs.market import market_ids
from onevoice.experiments.evaluation import evaluate
from onevoice.experiments.statistics import Bootstrap, Estimate, difference
from onevoice.policies import make

MARKETS = market_ids("test", 16)
BOOTSTRAP = Bootstrap(len(MARKETS), resamples=500, confidence=0.95, seed=0)


def greedy_beside_manual(*off: str) -> dict[str, Estimate]:
    """Paired differences with some mechanisms switched off."""
    scenario = load_scenario("quartet", mechanisms=dict.fromkeys(off, False))
    greedy, manual = (
        evaluate(name, make(name, scenario), scenario, MARKETS, seed=0).metrics
        for name in ("greedy", "manual")
    )
    assert np.isfinite(greedy["ncv"]).all()
    return {
        name: BOOTSTRAP.interval(difference, greedy[name], manual[name])
        for name in ("ncv", "churn", "trust", "social/engagements")
    }


@pytest.fixture(scope="module")
def whole() -> dict[str, Estimate]:
    return greedy_beside_manual()


def test_greedy_channels_do_more_and_destroy_value(whole: dict[str, Estimate]) -> None:
    assert whole["social/engagements"].low > 0
    assert whole["ncv"].high < 0
    assert whole["churn"].low > 0
    assert whole["trust"].high < 0


def test_without_conflict_and_fatigue_no_customer_is_harmed(whole: dict[str, Estimate]) -> None:
    """What is left of the loss is money: discounts and spend that hardly bring more orders."""
    part = greedy_beside_manual("conflict", "fatigue")
    assert part["social/engagements"].low > 0
    assert part["trust"].low > 0.05 * whole["trust"].value
    assert part["churn"].high < 0.05 * whole["churn"].value
    assert part["ncv"].low > 0.5 * whole["ncv"].value


@pytest.mark.parametrize("mechanism", ["conflict", "fatigue", "trust"])
def test_each_mechanism_explains_a_part_of_the_loss(
    mechanism: str, whole: dict[str, Estimate]
) -> None:
    assert greedy_beside_manual(mechanism)["ncv"].low > whole["ncv"].high
