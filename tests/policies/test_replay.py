"""Recorded actions: played again as they were, but for channels that are silenced."""

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.policies import Actions, make
from onevoice.policies.replay import Replay
from tests.policies.test_baselines import ENVS, blank, quartet

DAYS = 6
SCENARIO = quartet()


def recorded() -> Actions:
    """Random actions ``[T, B, A, E]``."""
    policy = make("random", SCENARIO)
    policy.reset(ENVS, 0)
    return np.stack([policy.act_batch(blank(SCENARIO)) for _ in range(DAYS)])


def replayed(policy: Replay, scenario: Scenario = SCENARIO) -> Actions:
    return np.stack([policy.act_batch(blank(scenario)) for _ in range(DAYS)])


def test_it_repeats_what_was_recorded_and_starts_again_at_a_reset() -> None:
    policy = Replay(SCENARIO, recorded())
    np.testing.assert_array_equal(replayed(policy), recorded())
    policy.reset(ENVS, 7)
    np.testing.assert_array_equal(replayed(policy), recorded())


def test_silent_channels_keep_everything_but_their_pressure() -> None:
    actions, given = replayed(Replay(SCENARIO, recorded(), ("search", "social"))), recorded()
    assert not actions[:, :, 1:3, 0:-1:3].any()
    given[:, :, 1:3, 0:-1:3] = 0
    np.testing.assert_array_equal(actions, given)


def test_silence_may_begin_later() -> None:
    given, actions = recorded(), replayed(Replay(SCENARIO, recorded(), ("email",), since=4))
    np.testing.assert_array_equal(actions[:4], given[:4])
    assert not actions[4:, :, 0, 0:-1:3].any()
    np.testing.assert_array_equal(actions[4:, :, 1:], given[4:, :, 1:])


def test_the_recording_is_copied_and_not_changed() -> None:
    given = recorded()
    policy = Replay(SCENARIO, given, ("email",))
    np.testing.assert_array_equal(given, recorded())
    given[:] = 0
    np.testing.assert_array_equal(replayed(policy)[:, :, 1:], recorded()[:, :, 1:])


def test_actions_lie_in_memory_as_the_environment_wants_them() -> None:
    swapped = recorded().swapaxes(0, 1).copy().swapaxes(0, 1)
    assert Replay(SCENARIO, swapped).act_batch(blank(SCENARIO)).flags.c_contiguous
