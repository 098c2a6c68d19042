"""Actions become the plan that they spell out."""

from collections.abc import Callable

import numpy as np
import pytest

from onevoice.envs import load_scenario
from onevoice.envs.interface.action_decoder import ActionDecoder
from onevoice.envs.interface.actions import (
    action_space,
    choices,
    flat_masks,
    fold,
    from_choices,
    joint_choices,
    mask,
    to_choices,
)
from tests.envs.builders import hand_scenario, make_plan

ErrorLine = Callable[[Callable[[], object]], str]

EMAIL = [4, 3, 2, 0, 1, 0, 3]
SOCIAL = [1, 0, 1, 2, 2, 2, 0]


def test_an_action_has_three_parts_per_segment_and_an_audience() -> None:
    assert choices(hand_scenario()).tolist() == [5, 4, 3, 5, 4, 3, 4]
    assert choices(hand_scenario(offers=(0.0,))).tolist() == [5, 4, 1, 5, 4, 1, 4]


def test_the_plan_sorts_the_parts() -> None:
    plan = make_plan(hand_scenario(), np.array([[EMAIL, SOCIAL]]))
    assert plan.intensity.tolist() == [[[4, 0], [1, 2]]]
    assert plan.message.tolist() == [[[3, 1], [0, 2]]]
    assert plan.offer.tolist() == [[[25, 0], [10, 25]]]
    assert plan.audience.tolist() == [[3, 0]]


@pytest.mark.parametrize("percent", [7, 29, 57, 100])
def test_offers_are_whole_percents(percent: int) -> None:
    plan = make_plan(
        hand_scenario(offers=(0.0, percent / 100)), np.array([[[1, 0, 1, 1, 0, 1, 0]] * 2])
    )
    assert (plan.offer == percent).all()


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_plan_is_laid_out_as_the_kernels_are_compiled_for(order: str) -> None:
    scenario = hand_scenario()
    given = np.array(np.tile([EMAIL, SOCIAL], (3, 1, 1)), order=order)  # type: ignore[call-overload]  # the order is one of two texts
    plan = make_plan(scenario, given)
    assert all(part.flags.c_contiguous for part in plan)


def test_the_checked_action_is_a_copy() -> None:
    given = np.array([[EMAIL, SOCIAL]])
    checked = ActionDecoder(hand_scenario(), 1).decode(given).chosen
    given[:] = 0
    assert checked.tolist() == [[EMAIL, SOCIAL]]


def test_whole_numbers_of_any_width_are_actions() -> None:
    for kind in (np.int8, np.uint8, np.int32, np.uint64):
        joint = ActionDecoder(hand_scenario(), 1).decode(np.array([[EMAIL, SOCIAL]], kind)).chosen
        assert joint.dtype == np.int64
        assert joint.tolist() == [[EMAIL, SOCIAL]]


def test_a_discrete_action_counts_through_its_parts() -> None:
    scenario = hand_scenario(action_type="discrete")
    assert joint_choices(scenario) == (5, 4, 3, 4)
    action = ((3 * 4 + 2) * 3 + 1) * 4 + 2
    assert to_choices(scenario, action).tolist() == [3, 2, 1, 3, 2, 1, 2]


def test_a_continuous_action_reaches_every_choice() -> None:
    scenario = hand_scenario(action_type="continuous")
    options = choices(scenario)
    for part, count in enumerate(options):
        for choice in range(count):
            box = np.zeros(len(options), np.float32)
            box[part] = (choice + 0.5) / count
            assert to_choices(scenario, box)[part] == choice


def test_choices_come_back_from_an_action_that_says_them() -> None:
    scenario = load_scenario("smoke", action_type="continuous")
    parts = choices(scenario) - 1
    action = from_choices(scenario, parts)
    assert action_space(scenario).contains(action)
    assert to_choices(scenario, action).tolist() == parts.tolist()
    assert np.shares_memory(from_choices(load_scenario("smoke"), parts), parts)


def test_one_choice_for_all_segments_cannot_say_what_a_policy_does(error_line: ErrorLine) -> None:
    flat = load_scenario("quartet-flat")
    assert "multi_discrete" in error_line(lambda: from_choices(flat, choices(flat) - 1))


@pytest.mark.parametrize("action_type", ["discrete", "continuous", "multi_discrete"])
def test_many_actions_are_translated_as_each_is_alone(action_type: str) -> None:
    scenario = hand_scenario(action_type=action_type)
    space = action_space(scenario)
    space.seed(0)
    each = [space.sample() for _ in range(6)]
    flat = np.stack(each)
    joint = fold(scenario, flat, flat.shape, "slots, entries")
    assert joint.shape == (3, 2, 7)
    for place, action in enumerate(each):
        assert joint[place // 2, place % 2].tolist() == to_choices(scenario, action).tolist()
    assert np.shares_memory(joint, flat) is (action_type == "multi_discrete")


@pytest.mark.parametrize(
    ("action_type", "shape", "value", "told"),
    [
        ("discrete", (2, 2), 240, "action of social_0 in environment 1 is 240; expected 0 to 239"),
        ("discrete", (2, 2), -1, "action of social_0 in environment 1 is -1; expected 0 to 239"),
        ("discrete", (2, 2), 0.5, "actions have type float64; expected whole numbers"),
        ("continuous", (2, 14), np.nan, "action of social_0 in environment 1 is nan; "),
        ("continuous", (2, 14), 1.5, "action of social_0 in environment 1 is 1.5; expected 0 to 1"),
        ("continuous", (2, 14), 1, "actions have type int64; expected floats"),
    ],
)
def test_flat_actions_outside_their_space(
    action_type: str, shape: tuple[int, ...], value: float, told: str, error_line: ErrorLine
) -> None:
    actions = np.zeros(shape, type(value))
    actions[-1, -1] = value
    scenario = hand_scenario(action_type=action_type)
    assert error_line(lambda: fold(scenario, actions, shape, "")).startswith(told)


@pytest.mark.parametrize("action_type", ["discrete", "multi_discrete"])
@pytest.mark.parametrize("mask_format", ["flat", "tuple"])
def test_flat_masks_are_the_masks_of_each_channel(action_type: str, mask_format: str) -> None:
    scenario = hand_scenario(action_type=action_type, mask_format=mask_format)
    affordable = np.array([[True, False], [False, True]])
    masks = flat_masks(scenario, affordable)
    assert masks.dtype == np.int8
    for place in np.ndindex(2, 2):
        alone = mask(scenario, bool(affordable[place]))
        parts = alone if isinstance(alone, tuple) else (alone,)
        np.testing.assert_array_equal(masks[place], np.concatenate(parts))
