"""The collapse comes from how customers behave: without its mechanisms it is gone."""

import numpy as np
import pytest

from onevoice.envs import load_scenario
from onevoice.envs.engine.market import market_ids
from onevoice.envs.typing import F64
from onevoice.experiments.core.rollout import evaluate
from onevoice.experiments.core.statistics import Bootstrap, Estimate, mean
from onevoice.policies import make

MARKETS = market_ids("test", 16)
BOOTSTRAP = Bootstrap(len(MARKETS), resamples=500, confidence=0.95, seed=0)
Gaps = dict[str, F64]


def greedy_beside_manual(*off: str) -> Gaps:
    """Greedy less manual on each market, ``[16]``, with some mechanisms switched off."""
    scenario = load_scenario("quartet", mechanisms=dict.fromkeys(off, False))
    greedy, manual = (
        evaluate(name, make(name, scenario), scenario, MARKETS, seed=0).metrics
        for name in ("greedy", "manual")
    )
    assert np.isfinite(greedy["ncv"]).all()
    return {
        name: greedy[name] - manual[name]
        for name in ("ncv", "churn", "trust", "social/engagements")
    }


def interval(values: F64) -> Estimate:
    return BOOTSTRAP.interval(mean, values)


@pytest.fixture(scope="module")
def whole() -> Gaps:
    return greedy_beside_manual()


def test_greedy_channels_do_more_and_destroy_value(whole: Gaps) -> None:
    assert interval(whole["social/engagements"]).low > 0
    assert interval(whole["ncv"]).high < 0
    assert interval(whole["churn"]).low > 0
    assert interval(whole["trust"]).high < 0


def test_without_conflict_and_fatigue_no_customer_is_harmed(whole: Gaps) -> None:
    """What is left of the loss is money: margin given away and spend."""
    part = greedy_beside_manual("conflict", "fatigue")
    assert interval(part["social/engagements"]).low > 0
    assert interval(part["trust"]).low > 0.05 * whole["trust"].mean()
    assert interval(part["churn"]).high < 0.05 * whole["churn"].mean()
    assert interval(part["ncv"]).low > 0.5 * whole["ncv"].mean()


@pytest.mark.parametrize("mechanism", ["conflict", "fatigue", "trust"])
def test_each_mechanism_explains_a_part_of_the_loss(mechanism: str, whole: Gaps) -> None:
    part = greedy_beside_manual(mechanism)
    assert interval(part["ncv"] - whole["ncv"]).low > 0
