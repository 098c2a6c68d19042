"""Many environments as arrays: each as if alone, restarting by itself, and exact to the bit."""

import pickle
from typing import Any

import numpy as np
import pytest
from numba.core.caching import NullCache

from onevoice.envs import ChannelsVectorEnv, make, make_vec
from onevoice.envs.engine import kernels
from onevoice.envs.engine.market import market_ids
from onevoice.envs.interface.step import Step
from onevoice.envs.interface.vector_env import compile_kernels
from tests.envs.builders import random_actions
from tests.envs.kernel_sources import kernel_modules

SMALL: dict[str, Any] = {"population": 120, "days": 4}
SEEDS = (3, 0, 2**63 + 1)


def vec(num_envs: int = 3, name: str = "smoke", **fields: Any) -> ChannelsVectorEnv:
    env = make_vec(name, num_envs, **SMALL | fields)
    env.reset(SEEDS[:num_envs])
    return env


def act(env: ChannelsVectorEnv, step: int, first: int = 0) -> Step:
    """Take the random action of a step; ``first`` picks rows of a batch of three."""
    return env.step(random_actions(env.scenario, 3, step)[first : first + env.num_envs])


def assert_same_step(left: Step, right: Step, row: int) -> None:
    """Row ``row`` of ``left`` is the one row of ``right``."""
    for name in ("observations", "rewards", "terminated", "truncated"):
        np.testing.assert_array_equal(
            getattr(left, name)[row], getattr(right, name)[0], err_msg=name
        )
    if right.truncated[0] or right.terminated[0]:
        assert left.final_observations is not None
        assert right.final_observations is not None
        np.testing.assert_array_equal(left.final_observations[row], right.final_observations[0])


@pytest.mark.parametrize("name", ["smoke", "quartet"])
def test_each_environment_lives_as_if_alone(name: str) -> None:
    together = vec(name=name)
    alone = [make_vec(name, 1, **SMALL) for _ in SEEDS]
    for env, seed in zip(alone, SEEDS, strict=True):
        env.reset([seed])
    for step in range(10):  # into the third episode
        batch = act(together, step)
        for row, env in enumerate(alone):
            assert_same_step(batch, act(env, step, row), row)


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onevoice.envs.engine.population.CUSTOMERS_PER_THREAD", 10)
    one, two = vec(), ChannelsVectorEnv(vec().scenario, 3, threads=2)
    two.reset(SEEDS)
    for step in range(6):
        left, right = act(one, step), act(two, step)
        np.testing.assert_array_equal(left.observations, right.observations)
        np.testing.assert_array_equal(left.rewards, right.rewards)


def test_the_step_that_ends_an_episode_begins_the_next() -> None:
    env, twin = vec(), ChannelsVectorEnv(vec().scenario, 3, auto_reset=False)
    twin.reset(SEEDS)
    for step in range(3):
        running = act(env, step)
        act(twin, step)
        assert not running.truncated.any()
        assert (running.final_observations, running.final_states) == (None, None)
        assert running.final_metrics is None
    ended, last = act(env, 3), act(twin, 3)
    assert ended.truncated.all()
    assert not ended.terminated.any()
    assert ended.final_states is not None
    assert ended.final_metrics is not None
    np.testing.assert_array_equal(ended.final_observations, last.observations)
    np.testing.assert_array_equal(ended.final_states, twin.states())
    for name, values in twin.metrics().items():
        np.testing.assert_array_equal(ended.final_metrics[name], values, err_msg=name)
    assert not np.array_equal(ended.observations, last.observations)


def test_a_new_episode_starts_from_nothing() -> None:
    env = vec()
    for step in range(4):
        act(env, step)
    names = env.feature_names()
    fresh = make_vec("smoke", 3, **SMALL)
    start = fresh.reset([9, 9, 9])[:, 0]
    again = act(vec(), 0).observations  # a running episode, for contrast
    now = env._observer.observe(env._inputs())[:, 0]
    for past in ("segment_0/touches/last", "segment_0/touches/average", "calendar/elapsed"):
        column = names.index(past)
        assert (now[:, column] == start[:, column]).all()
    assert (again[:, 0, names.index("calendar/elapsed")] > 0).all()
    assert (env.metrics()["orders"] == 0).all()
    assert (env.metrics()["spend"] == 0).all()
    assert (env.budget.view().shares == 1).all()


def test_every_episode_is_another() -> None:
    env, starts = vec(), []
    for step in range(12):
        ended = act(env, step)
        if ended.truncated.all():
            starts.append(env.states().tobytes())
    assert len(set(starts)) == len(starts) == 3


def test_only_what_has_ended_begins_anew() -> None:
    lonely: dict[str, Any] = {"population": 1, "days": 84, "customers": {"churn": 5.0}}
    env = make_vec("smoke", 6, **lonely)
    env.reset(range(6))
    ends = 0
    for step in range(40):
        elapsed = env._steps.copy()
        result = env.step(random_actions(env.scenario, 6, step))
        ended = result.terminated
        assert not result.truncated.any()
        np.testing.assert_array_equal(env._steps, np.where(ended, 0, elapsed + 1))
        if 0 < ended.sum() < 6:
            ends += 1
            assert result.final_observations is not None
            assert result.final_metrics is not None
            alive = ~ended
            np.testing.assert_array_equal(
                result.final_observations[alive], result.observations[alive]
            )
            assert (result.final_metrics["churn"][ended] == 1).all()
            assert (env.metrics()["churn"] == 0).all()
    assert ends > 3


def test_a_snapshot_is_exact_across_the_end_of_an_episode() -> None:
    env = vec(observation={"sync_lag_hours": 48, "scope": "shared"})
    for step in range(3):
        act(env, step)
    saved = env.snapshot()
    first = [act(env, step) for step in range(6)]
    other = make_vec("smoke", 3, **SMALL, observation={"sync_lag_hours": 48, "scope": "shared"})
    for again in (env, other):  # the same environment, and one that has never been reset
        again.restore(saved)
        for step, expected in enumerate(first):
            seen = act(again, step)
            np.testing.assert_array_equal(seen.observations, expected.observations)
            np.testing.assert_array_equal(seen.rewards, expected.rewards)
    for name, array in env.snapshot().items():
        np.testing.assert_array_equal(array, other.snapshot()[name], err_msg=name)


def test_a_snapshot_is_a_flat_dict_of_plain_arrays_of_its_own() -> None:
    env = vec()
    saved = env.snapshot()
    before = {name: array.copy() for name, array in saved.items()}
    act(env, 0)
    for name, array in saved.items():
        assert isinstance(name, str)
        assert array.flags.c_contiguous
        assert array.dtype.kind in "biuf"
        np.testing.assert_array_equal(array, before[name], err_msg=name)


def test_markets_can_be_named() -> None:
    markets = market_ids("test", 2)
    env = make_vec("smoke", 3, **SMALL)
    env.reset([1, 2, 3], markets=[*markets, markets[0]])
    needs = [i for i, name in enumerate(env.state_names()) if "/need/" in name]
    states = env.states()[:, needs]
    np.testing.assert_array_equal(states[0], states[2])
    assert not np.array_equal(states[0], states[1])


def test_training_and_test_markets_differ() -> None:
    train, test = vec(), vec(market_split="test")
    needs = [i for i, name in enumerate(train.state_names()) if "/need/" in name]
    assert not (train.states()[:, needs] == test.states()[:, needs]).all(axis=1).any()


def test_fewer_steps_end_an_episode_early() -> None:
    env = vec()
    env.limit_steps(2)
    assert not act(env, 0).truncated.any()
    assert act(env, 1).truncated.all()
    env.limit_steps(1000)
    assert env.max_steps == env.scenario.decisions == 4


def test_spaces_and_names_fit() -> None:
    env = vec()
    assert env.single_observation_space.shape == (len(env.feature_names()),)
    assert env.states().shape == (3, len(env.state_names()))
    assert act(env, 0).observations.dtype == np.float32
    assert env.single_action_space.nvec.tolist() == [5, 4, 3, 5, 4, 3, 4]
    assert env.agents == ("email_0", "search_0")


def test_what_a_channel_can_afford() -> None:
    budget = {"kind": "split", "amount": 5.0, "split": {"email": 5.0, "search": 0.0}}
    assert vec(budget=budget).affordable().tolist() == [[True, False]] * 3


def test_one_compiled_version_serves_all() -> None:
    one_segment = {"ages": [(18, 79)], "age_shares": [1.0], "values": [1.0], "value_shares": [1.0]}
    ruled = vec(1, coordination="full")
    others = (vec(1), vec(1, segments=one_segment), vec(name="septet", threads=2), ruled)
    for env in (vec(), *others):
        env.step(np.asfortranarray(random_actions(env.scenario, env.num_envs, 0)))
        twin = pickle.loads(pickle.dumps(env))
        twin.reset(SEEDS[: env.num_envs])
        act(twin, 0)
    compile_kernels()
    compiled = [
        one
        for module in kernel_modules()
        for one in vars(module).values()
        if hasattr(one, "signatures") and not isinstance(one._cache, NullCache)
    ]
    assert kernels.advance in compiled
    layered = (kernels.advance, kernels.draw_customers)  # without a layer, and with one
    for kernel in compiled:
        assert len(kernel.signatures) <= 1 + (kernel in layered), kernel


def test_the_parallel_environment_is_a_face_of_the_vector_environment() -> None:
    face = make("quartet", **SMALL)
    face.reset(seed=7)
    env = make_vec("quartet", 1, **SMALL)
    env.reset([1])
    env.restore(face.snapshot())
    joint = random_actions(env.scenario, 1, 0)
    step = env.step(joint)
    observations, rewards, *_ = face.step(dict(zip(face.agents, joint[0], strict=True)))
    np.testing.assert_array_equal(np.stack(list(observations.values())), step.observations[0])
    np.testing.assert_array_equal(list(rewards.values()), step.rewards[0])
    np.testing.assert_array_equal(face.state(), env.states()[0])


def test_no_threads_asked_for_is_one() -> None:
    env = make_vec("quartet", 1, threads=0, **SMALL)
    np.testing.assert_array_equal(env.reset([1]), make_vec("quartet", 1, **SMALL).reset([1]))
