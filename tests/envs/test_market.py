"""Markets: disjoint splits, the same in every set of channels, and what varies between them."""

from typing import Any

import numpy as np
import pytest

from onevoice.envs import load_scenario
from onevoice.envs.engine import parameters
from onevoice.envs.engine.market import (
    MARKETS_PER_SPLIT,
    Split,
    draw_market,
    draw_market_id,
    market_ids,
)
from onevoice.envs.spec.scenario import Scenario
from tests.experiments.ablation.fixed_plans import regrets

SPLITS: tuple[Split, ...] = ("train", "validation", "test")


def scenario(channels: Any = ("email", "social", "search", "content"), **market: Any) -> Scenario:
    return Scenario.model_validate({"channels": list(channels), "market": market})


def test_the_splits_share_no_market() -> None:
    ids = [market for split in SPLITS for market in market_ids(split, MARKETS_PER_SPLIT)]
    assert len(set(ids)) == len(ids) == 3 * MARKETS_PER_SPLIT


@pytest.mark.parametrize("split", SPLITS)
def test_seeds_meet_markets_of_their_split(split: Split) -> None:
    first = market_ids(split, 1)[0]
    drawn = [draw_market_id(split, seed) for seed in (*range(500), 2**64 - 1)]
    assert all(first <= market < first + MARKETS_PER_SPLIT for market in drawn)
    assert len(set(drawn)) > 490


@pytest.mark.parametrize(("split", "first"), [("train", 0), ("validation", 2**20), ("test", 2**21)])
def test_the_splits_stay_where_they_are(split: Split, first: int) -> None:
    assert market_ids(split, 3) == [first, first + 1, first + 2]


def test_a_scenario_trains_on_training_markets_unless_told_otherwise() -> None:
    assert scenario().market_split == "train"


def test_a_market_is_the_same_each_time_and_another_for_another_id() -> None:
    one, again, other = (draw_market(scenario(), market) for market in (5, 5, 6))
    for left, right, different in zip(one, again, other, strict=True):
        np.testing.assert_array_equal(left, right)
        assert not np.array_equal(left, different)


def test_a_market_is_the_same_in_every_set_of_channels() -> None:
    four, two = draw_market(scenario(), 9), draw_market(scenario(["email", "search"]), 9)
    np.testing.assert_array_equal(four.fit[[0, 2]], two.fit)
    np.testing.assert_array_equal(four.response[[0, 2]], two.response)
    np.testing.assert_array_equal(four.needs, two.needs)
    np.testing.assert_array_equal(four.season, two.season)


def test_a_shock_changes_demand_from_its_day_on_and_nothing_else() -> None:
    calm, shocked = draw_market(scenario(), 9), draw_market(scenario(shock_entry=0.5), 9)
    np.testing.assert_array_equal(shocked.season[:42], calm.season[:42])
    np.testing.assert_allclose(shocked.season[42:], 0.5 * calm.season[42:])
    np.testing.assert_array_equal(shocked.needs, calm.needs)
    np.testing.assert_array_equal(shocked.fit, calm.fit)


def test_each_segment_has_one_dominant_need() -> None:
    needs = draw_market(scenario(dominant_need=0.55), 1).needs
    np.testing.assert_allclose(needs.sum(axis=1), 1.0)
    assert ((needs >= 0.55).sum(axis=1) == 1).all()
    assert (needs > 0).all()


def test_the_dominant_need_differs_between_markets() -> None:
    dominant = [draw_market(scenario(), market).needs[0].argmax() for market in range(40)]
    assert set(dominant) == {0, 1, 2, 3}


def test_the_first_four_channels_have_four_favourites() -> None:
    market = draw_market(scenario(fit_sd=0.0, fit_favourite=0.35), 2)
    assert sorted(market.fit.argmax(axis=1)) == [0, 1, 2, 3]
    np.testing.assert_array_equal(market.fit.sum(axis=1), 0.35)


def test_effects_have_the_spread_that_is_asked_for() -> None:
    markets = [
        draw_market(scenario(response_sd=0.2, fit_sd=0.3, fit_favourite=0.0), m) for m in range(500)
    ]
    assert np.std([market.response for market in markets]) == pytest.approx(0.2, rel=0.1)
    assert np.std([market.fit for market in markets]) == pytest.approx(0.3, rel=0.1)


def test_the_season_is_a_wave_over_the_year() -> None:
    year = scenario(season=0.2).model_copy(update={"days": 365.0})
    seasons = np.array([draw_market(year, market).season for market in range(50)])
    assert seasons.shape == (50, 365)
    np.testing.assert_allclose(seasons.mean(axis=1), 1.0, atol=1e-9)
    assert (abs(seasons - 1) <= 0.2).all()
    assert abs(seasons - 1).max() > 0.15


def test_a_market_reaches_the_kernels() -> None:
    config = scenario(["email", "search"])
    market = draw_market(config, 3)
    into, origin = parameters.empty_markets(config, 2), parameters.pack_origin(config, 2)
    parameters.write_market(config, market, 1, into, origin)
    rates = np.array([channel.engagement for channel in config.channels.values()])
    base = rates / (1.0 - rates) * np.exp(market.response)
    np.testing.assert_allclose(into.odds[1], base, rtol=1e-6)
    np.testing.assert_allclose(into.fit[1], market.fit, rtol=1e-6)
    np.testing.assert_allclose(into.season[1, ::8], market.season, rtol=1e-6)
    np.testing.assert_allclose(origin.needs[1], np.cumsum(market.needs, axis=1), rtol=1e-6)
    assert not into.odds[0].any()


@pytest.mark.parametrize("switch", ["relevance", "seasonality"])
def test_switches_level_the_market(switch: str) -> None:
    config = Scenario.model_validate({"channels": ["email"], "mechanisms": {switch: False}})
    into, origin = parameters.empty_markets(config, 1), parameters.pack_origin(config, 1)
    parameters.write_market(config, draw_market(config, 3), 0, into, origin)
    assert into.fit.any() == (switch != "relevance")
    assert (into.season == 1).all() == (switch == "seasonality")


def test_the_best_fixed_plan_of_one_market_loses_a_tenth_of_its_worth_in_others() -> None:
    quartet = load_scenario("quartet", population=500, tick_hours=12.0)  # a quarter of the time
    loss, gain = regrets(quartet, market_ids("train", 4))
    assert (gain > 0).all()
    assert loss.sum() / gain.sum() >= 0.1
