"""Actions become the plan that they spell out."""

from collections.abc import Callable

import numpy as np
import pytest

from onevoice.envs import load_scenario
from onevoice.envs.actions import (
    action_space,
    check_joint_action,
    choices,
    from_choices,
    joint_choices,
    make_plan,
    to_choices,
)
from tests.envs.hand import hand_scenario

ErrorLine = Callable[[Callable[[], object]], str]

EMAIL = [4, 3, 2, 0, 1, 0, 3]
SOCIAL = [1, 0, 1, 2, 2, 2, 0]


def test_an_action_has_three_parts_per_segment_and_an_audience() -> None:
    assert choices(hand_scenario()).tolist() == [5, 4, 3, 5, 4, 3, 4]
    assert choices(hand_scenario(offers=(0.0,))).tolist() == [5, 4, 1, 5, 4, 1, 4]


def test_the_plan_sorts_the_parts() -> None:
    plan = make_plan(hand_scenario(), np.array([[EMAIL, SOCIAL]]))
    assert plan.pressure.tolist() == [[[4, 0], [1, 2]]]
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
    plan = make_plan(scenario, check_joint_action(scenario, 3, given))
    assert all(part.flags.c_contiguous for part in plan)


def test_the_checked_action_is_a_copy() -> None:
    given = np.array([[EMAIL, SOCIAL]])
    checked = check_joint_action(hand_scenario(), 1, given)
    given[:] = 0
    assert checked.tolist() == [[EMAIL, SOCIAL]]


def test_whole_numbers_of_any_width_are_actions() -> None:
    for kind in (np.int8, np.uint8, np.int32, np.uint64):
        assert (
            check_joint_action(hand_scenario(), 1, np.array([[EMAIL, SOCIAL]], kind)).dtype
            == np.int64
        )


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
    assert from_choices(load_scenario("smoke"), parts) is parts


def test_one_choice_for_all_segments_cannot_say_what_a_policy_does(error_line: ErrorLine) -> None:
    flat = load_scenario("quartet-flat")
    assert "multi_discrete" in error_line(lambda: from_choices(flat, choices(flat) - 1))
