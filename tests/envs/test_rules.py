"""Rules: the kernels equal the slow model, and each rule keeps its promise."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevoice.envs.engine import kernels
from onevoice.envs.spec.coordination import RULES
from onevoice.envs.spec.scenario import Scenario
from tests.envs.builders import (
    BUSY,
    LAGS,
    LIVELY,
    SEEDS,
    TEN_MINUTES,
    coordinated,
    layers,
    scenarios,
)
from tests.envs.test_kernels import (
    MARKETS,
    assert_a_batch_is_its_environments,
    assert_blocks_change_nothing,
    assert_equal_lives,
    assert_same,
    assert_threads_change_nothing,
    few,
    live,
    some,
)

QUARTET = ("email", "social", "search", "content")
SEPTET = (*QUARTET, "display", "sms", "push")
BLOCKED = slice(kernels.BLOCKED, kernels.BLOCKED + kernels.RULES)
LEAKS = slice(kernels.LEAKS, kernels.LEAKS + kernels.RULES)
FIRST_LEAK = {"quiet_hours": np.inf, "holdout": np.inf, "channel_cap": 24.0, "exclusion": 3.0}
"""Hours of lag that make a rule leak here, where it is not any: time and lots are never stale, a
channel speaks once in a tick, and a search hardly ever follows an engagement so soon."""


def company(rules: dict[str, Any], lag: float = 0.0, **changes: Any) -> Scenario:
    """Lively customers of loud channels."""
    loud = {"intensity": (0.0, 0.5, 1.0, 2.0, 4.0)}
    names = changes.pop("names", SEPTET)
    values = {
        "channels": {n: {} if n in ("search", "content") else loud for n in names},
        "population": 250,
        "days": 9,
        "decision_hours": 24,
        "budget": {"amount": 1e6},
        "customers": LIVELY,
        "coordination": {"kind": "rules", **rules},
        "observation": {"sync_lag_hours": lag},
    }
    return Scenario.model_validate(values | changes)


@some
@given(coordinated(), SEEDS, MARKETS)
def test_kernels_equal_the_slow_model_with_any_rules(
    scenario: Scenario, seed: int, market: int
) -> None:
    assert_equal_lives(scenario, seed, market)


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("rule", RULES)
def test_each_rule_alone_objects_and_equals_the_slow_model(rule: str, lag: float) -> None:
    scenario = company({rule: BUSY[rule]}, lag, population=200, days=5)
    _, _, layer = assert_equal_lives(scenario, 3, 4)
    blocked, leaks = layer[:, BLOCKED].sum(axis=0), layer[:, LEAKS].sum(axis=0)
    place = RULES.index(rule)
    assert (blocked[place] > 0) == (rule != "priority" or lag < scenario.tick_hours)
    assert blocked.sum() == blocked[place]
    assert leaks.sum() == leaks[place]
    assert (leaks[place] > 0) == (lag >= FIRST_LEAK.get(rule, TEN_MINUTES))


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("names", [QUARTET, SEPTET])
def test_all_rules_together_equal_the_slow_model(names: tuple[str, ...], lag: float) -> None:
    channels, _, layer = assert_equal_lives(company(BUSY, lag, names=names), 5, 6)
    blocked = dict(zip(RULES, layer[:, BLOCKED].sum(axis=0), strict=True))
    assert blocked.pop("priority") == 0  # who is second in a tick is already too close to the first
    assert min(blocked.values()) > 0, blocked
    assert (layer[:, LEAKS].sum() > 0) == (lag > 0)
    assert layer[:, kernels.DISCOUNTS].sum() > 0
    assert layer[:, kernels.WISHES].sum() == (
        layer[:, BLOCKED].sum() + channels[kernels.TOUCHES] + channels[kernels.REFUSED]
    )


@few
@given(coordinated(), SEEDS)
def test_every_wish_is_blocked_made_or_refused(scenario: Scenario, seed: int) -> None:
    for tally in live(scenario, [seed])[1]:
        layer = tally.coordination[:, :-1]
        wishes = layer[..., kernels.WISHES] - layer[..., BLOCKED].sum(axis=-1)
        made = tally.channels[..., kernels.TOUCHES] + tally.channels[..., kernels.REFUSED]
        np.testing.assert_array_equal(wishes, made)
        if scenario.observation.sync_lag_hours == 0.0:
            assert (layer[..., LEAKS] == 0).all()


@few
@given(coordinated(population=200, block=16), SEEDS, st.integers(2, 5))
def test_threads_change_nothing(scenario: Scenario, seed: int, threads: int) -> None:
    assert_threads_change_nothing(scenario, seed, threads)


@few
@given(coordinated(budget={"amount": 1e7}), SEEDS, st.integers(1, 100))
def test_blocks_change_nothing_while_the_purse_is_ample(
    scenario: Scenario, seed: int, block: int
) -> None:
    assert_blocks_change_nothing(scenario, seed, block)


@few
@given(coordinated(population=150), st.lists(SEEDS, min_size=3, max_size=3))
def test_a_batch_equals_its_environments_one_by_one(scenario: Scenario, seeds: list[int]) -> None:
    assert_a_batch_is_its_environments(scenario, seeds)


@few
@given(scenarios(), SEEDS)
def test_without_a_rule_the_layer_only_counts(scenario: Scenario, seed: int) -> None:
    plain, tallies = live(scenario, [seed])
    watched = Scenario.model_validate({**scenario.model_dump(), "coordination": {"kind": "rules"}})
    other, counted = live(watched, [seed])
    for one, two in zip(tallies, counted, strict=True):
        np.testing.assert_array_equal(one.channels, two.channels)
        np.testing.assert_array_equal(one.system, two.system)
        assert one.coordination.size == 0
        assert (two.coordination[..., BLOCKED] == 0).all()
    for name in kernels.Customers._fields:
        assert_same({name: getattr(plain.people, name)}, {name: getattr(other.people, name)})


@pytest.mark.parametrize("lag", LAGS)
def test_a_layer_with_a_switch_off_is_no_layer(lag: float) -> None:
    off = company({**BUSY, "kind": "none"}, lag)
    none = off.model_copy(update={"coordination": type(off.coordination)()})
    one, two = (live(scenario, [7])[0].snapshot() for scenario in (off, none))
    assert_same(one, two)


@few
@given(layers(), SEEDS)
def test_rules_only_ever_stop_touches(layer: dict[str, Any], seed: int) -> None:
    """In the first tick, before what they stop changes anybody."""
    changes: dict[str, Any] = {"days": 1 / 8, "decision_hours": 3}
    free, ruled = company({}, **changes), company({**layer}, TEN_MINUTES, **changes)
    (most,), (some,) = live(free, [seed])[1], live(ruled, [seed])[1]
    assert (some.channels[..., kernels.TOUCHES] <= most.channels[..., kernels.TOUCHES]).all()
    wishes = some.coordination[:, :-1, :, kernels.WISHES]
    np.testing.assert_array_equal(wishes, most.coordination[:, :-1, :, kernels.WISHES])
