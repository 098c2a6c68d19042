"""Limits laid over a policy: each holds by itself, and what is limited does not notice."""

import numpy as np
import pytest

from onevoice.envs.spec.channel import INTENSITIES
from onevoice.policies import Actions, make
from onevoice.policies.calendar import coordinated_plan
from onevoice.policies.rule_bound import RuleBound
from tests.policies.test_baselines import ENVS, blank, quartet

DAYS = 40
SCENARIO = quartet()
PRESSURE, MESSAGE, OFFER = (slice(part, -1, 3) for part in range(3))


def constrained(since: int = 0) -> RuleBound:
    layer = RuleBound(make("random", SCENARIO), since)
    layer.reset(ENVS, 3)
    return layer


def play(layer: RuleBound, days: int = DAYS) -> Actions:
    return np.stack([layer.act_batch(blank(SCENARIO)) for _ in range(days)])


@pytest.fixture
def wanted() -> Actions:
    policy = make("random", SCENARIO)
    policy.reset(ENVS, 3)
    return np.stack([policy.act_batch(blank(SCENARIO)) for _ in range(DAYS)])


def test_without_limits_nothing_changes(wanted: Actions) -> None:
    np.testing.assert_array_equal(play(constrained()), wanted)


def test_caps_bind_each_channel_by_itself_and_touch_nothing_else(wanted: Actions) -> None:
    layer = constrained()
    layer.caps[:] = [0, 1, 3, INTENSITIES - 1]
    actions = play(layer)
    for row, cap in enumerate(layer.caps):
        expected = np.minimum(wanted[:, :, row, PRESSURE], cap)
        np.testing.assert_array_equal(actions[:, :, row, PRESSURE], expected)
    assert not actions[:, :, 0, PRESSURE].any()
    for rest in (MESSAGE, OFFER):
        np.testing.assert_array_equal(actions[..., rest], wanted[..., rest])
    np.testing.assert_array_equal(actions[..., -1], wanted[..., -1])


@pytest.mark.parametrize("since", [0, 30])
def test_one_story_is_that_of_the_coordinated_plan_on_its_calendar(
    since: int, wanted: Actions
) -> None:
    layer = constrained(since)
    layer.one_story = True
    actions = play(layer)
    for day in range(DAYS):
        story = coordinated_plan(SCENARIO, since + day)[:, MESSAGE]
        assert (actions[day][..., MESSAGE] == story).all()
    assert len(np.unique(actions[..., MESSAGE])) > 1
    for rest in (PRESSURE, OFFER):
        np.testing.assert_array_equal(actions[..., rest], wanted[..., rest])


def test_without_discounts_only_offers_go(wanted: Actions) -> None:
    layer = constrained()
    layer.discounts = False
    actions = play(layer)
    assert not actions[..., OFFER].any()
    for rest in (PRESSURE, MESSAGE):
        np.testing.assert_array_equal(actions[..., rest], wanted[..., rest])


def test_limits_may_change_on_the_way(wanted: Actions) -> None:
    layer = constrained()
    layer.discounts, layer.one_story, layer.caps[:] = False, True, 1
    play(layer, 10)
    layer.discounts, layer.one_story, layer.caps[:] = True, False, INTENSITIES - 1
    np.testing.assert_array_equal(play(layer, DAYS - 10), wanted[10:])


def test_a_reset_starts_the_policy_anew_and_keeps_limits_and_calendar() -> None:
    layer = constrained(since=27)
    layer.caps[:], layer.one_story = 2, True
    first = play(layer, 1)
    layer.reset(ENVS, 3)
    again = play(layer, 1)
    np.testing.assert_array_equal(again[..., PRESSURE], first[..., PRESSURE])
    assert again[..., PRESSURE].max() == 2
    assert (again[0][..., MESSAGE] == coordinated_plan(SCENARIO, 28)[:, MESSAGE]).all()
    assert (again[..., MESSAGE] != first[..., MESSAGE]).all()


def test_what_the_policy_returned_is_not_written_into() -> None:
    kept = np.full((ENVS, 4, 3 * SCENARIO.segments.count + 1), 2, dtype=np.int64)
    policy = make("silent", SCENARIO)
    policy.act_batch = lambda observations: kept  # type: ignore[method-assign]
    layer = RuleBound(policy)
    layer.caps[:], layer.discounts = 0, False
    assert not layer.act_batch(blank(SCENARIO))[..., PRESSURE].any()
    assert (kept == 2).all()
