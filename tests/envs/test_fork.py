"""Forks: they stand where the original stands, and its key makes them live its life."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevoice.configs.errors import OneVoiceError
from onevoice.envs import ChannelsVectorEnv, Scenario, make, make_vec
from onevoice.envs.engine.blocks import segment_sizes
from onevoice.envs.engine.thinning import thinned
from onevoice.envs.interface.step import Step
from onevoice.envs.spec.coordination import Coordination
from tests.envs.builders import LIVELY, SEEDS, coordinated, orchestrated, random_actions, scenarios

EPISODE = {"days": 8.0, "tick_hours": 6.0, "decision_hours": 24.0}
MONEY = {"email": 0.5, "search": 300.0, "social": 60.0}


def lively(**changes: Any) -> Scenario:
    """Three channels whose budget is reallocated every other day, under rules with old data."""
    return Scenario.model_validate(
        {
            "channels": ["email", "search", "social"],
            "population": 120,
            "customers": LIVELY,
            **EPISODE,
            "budget": {"kind": "split", "amount": 360.5, "split": MONEY, "pacing": "daily"},
            "observation": {"scope": "shared", "sync_lag_hours": 48.0},
            "coordination": {
                "kind": "rules",
                "gap": {"hours": 12},
                "lock": {"hours": 48},
                "holdout": {"all": 0.1, "channels": dict.fromkeys(MONEY, 0.2)},
                "reallocation": {"days": 2, "by": "claims"},
            },
        }
        | changes
    )


def begun(scenario: Scenario, envs: int = 3, decisions: int = 3) -> ChannelsVectorEnv:
    env = ChannelsVectorEnv(scenario, envs)
    env.reset(range(envs))
    for decision in range(decisions):
        env.step(random_actions(scenario, envs, decision))
    return env


def row_of(step: Step, row: int) -> list[Any]:
    """What a step says of one environment, its end included."""
    found: list[Any] = [step.observations, step.rewards, step.segment_rewards]
    found += [step.terminated, step.truncated]
    if step.terminated[row] or step.truncated[row]:
        assert step.final_observations is not None
        assert step.final_states is not None
        assert step.final_metrics is not None
        found[0] = step.final_observations
        found += [step.final_states, *step.final_metrics.values()]
    if step.counterfactual is not None:
        found += [*step.counterfactual]
    return [array[row] for array in found]


def assert_forks_live_the_same_life(env: ChannelsVectorEnv, row: int, decisions: int) -> None:
    """Play the environment and two forks of a row to the row's end, or as long."""
    fork = env.fork(2, [env.keys[row]] * 2, env=row)
    np.testing.assert_array_equal(fork.states()[1], env.states()[row])
    for name, figures in fork.metrics().items():
        np.testing.assert_array_equal(figures[1], env.metrics()[name][row], name)
    for decision in range(decisions):
        actions = random_actions(env.scenario, env.num_envs, 100 + decision)
        original, forked = env.step(actions), fork.step(np.stack([actions[row]] * 2))
        for mine, theirs in zip(row_of(forked, 1), row_of(original, row), strict=True):
            np.testing.assert_array_equal(mine, theirs)
        if forked.terminated[1] or forked.truncated[1]:
            return


@settings(max_examples=15, deadline=None)
@given(st.one_of(scenarios(), coordinated(), orchestrated()), SEEDS, st.data())
def test_a_fork_with_the_key_of_the_original_lives_its_life(
    scenario: Scenario, seed: int, data: st.DataObject
) -> None:
    env = ChannelsVectorEnv(scenario, 2)
    env.reset([seed, seed ^ 1])
    for decision in range(data.draw(st.integers(0, scenario.decisions - 1))):
        env.step(random_actions(scenario, 2, decision))
    row = data.draw(st.integers(0, 1))
    assert_forks_live_the_same_life(env, row, scenario.decisions)


@pytest.mark.parametrize("credit", ["team", "claimed", "incremental"])
@pytest.mark.parametrize("row", [0, 2])
def test_so_it_does_where_money_moves_and_data_are_old(credit: str, row: int) -> None:
    env = begun(lively(reward={"credit": credit}))
    monthly = env.budget.monthly.copy()
    assert_forks_live_the_same_life(env, row, 4)
    assert (env.budget.monthly != monthly).any()


def test_so_it_does_in_a_later_episode_and_under_revised_rules() -> None:
    env = begun(lively(), decisions=10)
    rules = lively().coordination.model_dump() | {"gap": {"hours": 48}}
    env.revise_rules(Coordination.model_validate(rules))
    env.limit_steps(5)
    assert env.steps.tolist() == [2] * 3
    assert env.fork(1, [1]).steps.tolist() == [2]
    assert_forks_live_the_same_life(env, 1, 6)


def test_revised_rules_change_the_life_of_a_fork() -> None:
    lives = []
    for hours in (6, 48):
        env = begun(lively(coordination={"kind": "rules", "gap": {"hours": 48}}))
        env.revise_rules(Coordination.model_validate({"kind": "rules", "gap": {"hours": hours}}))
        lives.append(env.fork(1, [5]).step(random_actions(env.scenario, 1, 0)).observations)
    assert (lives[0] != lives[1]).any()


def test_the_same_keys_give_the_same_forks_and_others_other_ones() -> None:
    env, actions = begun(lively()), random_actions(lively(), 1, 9).repeat(2, axis=0)
    forks = [env.fork(2, keys, env=1) for keys in ([7, 8], np.array([7, 8], np.uint64), [8, 7])]
    seen = [fork.step(actions).observations for fork in forks]
    np.testing.assert_array_equal(seen[0], seen[1])
    np.testing.assert_array_equal(seen[0], seen[2][::-1])
    assert (seen[0][0] != seen[0][1]).any()


def test_a_fork_leaves_the_original_alone() -> None:
    env, twin = begun(lively()), begun(lively())
    fork = env.fork(4, range(4), env=2, population=40)
    for decision in range(3):
        fork.step(random_actions(fork.scenario, 4, decision))
    for name, array in env.snapshot().items():
        np.testing.assert_array_equal(array, twin.snapshot()[name], name)
    actions = random_actions(env.scenario, 3, 5)
    np.testing.assert_array_equal(env.step(actions).observations, twin.step(actions).observations)


def test_a_fork_of_a_fork_and_its_snapshot_go_on_alike() -> None:
    env = begun(lively())
    fork = env.fork(2, [3, 4], population=60)
    again, restored = fork.fork(1, [4], env=1), env.fork(2, [9, 9], population=60)
    restored.restore(fork.snapshot())
    actions = random_actions(fork.scenario, 1, 2).repeat(2, axis=0)
    expected = fork.step(actions).observations
    np.testing.assert_array_equal(again.step(actions[:1]).observations[0], expected[1])
    np.testing.assert_array_equal(restored.step(actions).observations, expected)


def test_episodes_of_forks_end_for_good() -> None:
    env = begun(lively(), decisions=7)
    fork, actions = env.fork(1, [0]), random_actions(env.scenario, 1, 0)
    assert fork.step(actions).truncated.all()
    with pytest.raises(OneVoiceError, match="environment 0 has no running episode"):
        fork.step(actions)
    with pytest.raises(OneVoiceError, match=r"call reset\(\) before fork"):
        fork.fork(1, [0])


def test_a_smaller_fork_is_an_even_sample_with_its_share_of_money_and_counts() -> None:
    env = begun(lively(population=360))
    fork = env.fork(2, [1, 2], env=1, population=120)
    kept = 360 + thinned(env.population.sizes, fork.population.sizes)
    for mine, theirs in zip(fork.population.people, env.population.people, strict=True):
        np.testing.assert_array_equal(np.asarray(mine)[..., 120:], np.asarray(theirs)[..., kept])
    np.testing.assert_array_equal(fork.population.sizes, segment_sizes(fork.scenario))
    np.testing.assert_array_equal(fork.budget.left[0], env.budget.left[1] // 3)
    mine, theirs = fork.metrics(), env.metrics()
    assert mine["email/touches"][0] == theirs["email/touches"][1] // 3 > 0
    assert mine["spend"][0] == pytest.approx(theirs["spend"][1] / 3, rel=0.01)
    assert mine["budget_used"][0] == pytest.approx(theirs["budget_used"][1], rel=0.01)
    assert mine["email/held_out"][0] == fork.population.held_out()[0, 0]
    assert np.isfinite(fork.step(random_actions(fork.scenario, 2, 0)).rewards).all()


def test_as_many_customers_as_the_original_are_all_of_them() -> None:
    env = begun(lively())
    states = env.fork(1, [0], population=120).snapshot()
    for name, array in env.fork(1, [0]).snapshot().items():
        np.testing.assert_array_equal(array, states[name], name)


def few(population: int) -> ChannelsVectorEnv:
    """Environments of three segments, of 3, 3 and 1 customers in 7."""
    segments = {"age_shares": [3 / 7, 3 / 7, 1 / 7], "values": [1.0], "value_shares": [1.0]}
    values = {"channels": ["email"], "population": population, "segments": segments}
    env = ChannelsVectorEnv(Scenario.model_validate(values), 2)
    env.reset([1, 2])
    return env


@pytest.mark.parametrize("row", [0, 1])
def test_nobody_is_taken_from_a_segment_without_customers(row: int) -> None:
    env = few(4)
    assert env.population.sizes.tolist() == [2, 2, 0]
    assert env.fork(1, [0], env=row, population=2).population.sizes.tolist() == [1, 1, 0]
    with pytest.raises(OneVoiceError, match="population 3 puts a customer into segment 2, which"):
        env.fork(1, [0], env=row, population=3)


def test_a_segment_that_rounding_makes_larger_holds_a_customer_twice() -> None:
    sizes, kept = np.array([5, 5, 1]), np.array([4, 4, 2])
    assert thinned(sizes, kept).tolist() == [0, 1, 2, 3, 5, 6, 7, 8, 10, 10]


def test_a_pettingzoo_environment_forks_into_arrays() -> None:
    env = make("quartet", population=80, days=5)
    env.reset(seed=3)
    fork = env.fork(2, [env.key, env.key + 1])
    plan = random_actions(env.scenario, 1, 0)[0]
    observations, rewards, *_ = env.step(dict(zip(env.agents, plan, strict=True)))
    step = fork.step(np.stack([plan, plan]))
    np.testing.assert_array_equal(step.observations[0], np.stack([*observations.values()]))
    np.testing.assert_array_equal(step.rewards[0], np.array([*rewards.values()], np.float32))
    assert (step.observations[0] != step.observations[1]).any()
    with pytest.raises(OneVoiceError, match="env is 1; expected 0 to 0"):
        env.fork(1, [0], env=1)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"copies": 0, "seeds": []}, "copies is 0; expected at least 1"),
        ({"seeds": [1]}, "1 seeds for 2 environments; give one each"),
        ({"seeds": [1, -1]}, "seeds hold -1; expected whole numbers"),
        ({"seeds": [1, 2**64]}, "seeds hold 18446744073709551616; expected"),
        ({"seeds": [1, 0.5]}, "seeds hold 0.5; expected"),
        ({"env": 3}, "env is 3; expected 0 to 2"),
        ({"env": -1}, "env is -1; expected 0 to 2"),
        ({"population": 21}, "population is 21; expected 1 to 20, that of the original"),
        ({"population": 0}, "population is 0; expected 1 to 20"),
    ],
)
def test_a_fork_that_cannot_be_is_refused(changes: dict[str, Any], told: str) -> None:
    env = make_vec("smoke", 3, population=20, days=2)
    env.reset([1, 2, 3])
    arguments: dict[str, Any] = {"copies": 2, "seeds": [1, 2]}
    with pytest.raises(OneVoiceError, match=told):
        env.fork(**arguments | changes)


def test_an_environment_that_was_never_reset_has_no_fork() -> None:
    with pytest.raises(OneVoiceError, match="environment 0 has no running episode; call reset"):
        make_vec("smoke", 1).fork(1, [0])
