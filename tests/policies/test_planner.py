"""The planner: reproducible, blind to the luck to come, better than what it starts from."""

from typing import Any

import numpy as np
import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.engine.market import market_ids
from onevoice.envs.interface import parallel_env as channels
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.core.rollout import evaluate
from onevoice.policies import Actions, Policy, make
from onevoice.policies.calendar import manual_plan
from onevoice.policies.cem import CemConfig
from onevoice.policies.planner import Planner, PlannerConfig
from tests.policies.test_baselines import blank

QUICK = PlannerConfig(first_rounds=2, rounds=1, search=CemConfig(plans=16, elite=4))
DAYS = 10


def scenario(**changes: Any) -> Scenario:
    return Scenario.model_validate(
        {"channels": ["email", "search"], "population": 60, "days": 21, **changes}
    )


def play(envs: int, seed: int = 0, days: int = DAYS) -> Actions:
    """What the planner does in markets of the test split, ``[T, B, A, E]``."""
    env = ChannelsVectorEnv(scenario(), envs)
    policy = Planner(scenario(), QUICK)
    policy.attach(env)
    seen = env.reset(range(envs), market_ids("test", envs))
    policy.reset(envs, seed)
    done = []
    for _ in range(days):
        done.append(policy.act_batch(seen))
        seen = env.step(done[-1]).observations
    return np.stack(done)


def test_the_same_seed_plans_the_same_and_another_seed_something_else() -> None:
    assert np.array_equal(play(2), play(2))
    assert not np.array_equal(play(2), play(2, seed=1))


def test_a_decision_does_not_depend_on_the_other_environments() -> None:
    assert np.array_equal(play(3)[:, :2], play(2))


def test_a_plan_is_kept_for_a_week() -> None:
    actions = play(1, days=14)
    assert (actions[:7] == actions[0]).all()
    assert (actions[7:] == actions[7]).all()
    assert not np.array_equal(actions[0], actions[7])


def test_the_luck_to_come_does_not_change_the_decision() -> None:
    env = ChannelsVectorEnv(scenario(), 1)
    seen, decided = env.reset([3]), []
    for seed in (1, 2):
        policy = Planner(scenario(), QUICK)
        policy.attach(env.fork(1, [seed]))
        policy.reset(1, 0)
        decided.append(policy.act_batch(seen))
    assert np.array_equal(decided[0], decided[1])


def test_the_state_does_change_it() -> None:
    actions = play(3)
    assert not np.array_equal(actions[0, 0], actions[0, 1])


def test_it_is_worth_more_than_the_plans_it_starts_from() -> None:
    world, markets = scenario(population=150), market_ids("validation", 2)
    careful = PlannerConfig(first_rounds=8, rounds=3, search=CemConfig(plans=32, elite=6))
    planner = Planner(world, careful)
    policies: dict[str, Policy] = {
        "planner": planner,
        "manual": make("manual", world),
        "silent": make("silent", world),
    }
    value = {
        name: evaluate(name, policy, world, markets, 0).metrics["ncv"].mean()
        for name, policy in policies.items()
    }
    assert value["planner"] > max(value["manual"], value["silent"])


def test_it_leans_to_the_plan_it_is_given() -> None:
    env = ChannelsVectorEnv(scenario(), 1)
    seen = env.reset([3])
    start = np.full((21, 2, 19), 1)
    sure = PlannerConfig(
        first_rounds=1,
        rounds=1,
        warm_start_mix=1.0,
        search=CemConfig(plans=8, elite=8, step_size=1e-9),
    )
    policy = Planner(scenario(), sure, start)
    policy.attach(env)
    policy.reset(1, 0)
    known = np.stack([start[0], np.zeros_like(start[0]), manual_plan(scenario(), 0)])
    assert (policy.act_batch(seen) == known).any(axis=0).all()


def test_a_start_for_another_scenario_is_refused() -> None:
    with pytest.raises(OneVoiceError, match="give a plan for this scenario"):
        Planner(scenario(), QUICK, np.zeros((21, 3, 19), np.int64))


def test_it_plans_for_a_pettingzoo_environment_too() -> None:
    env, policy = channels.ChannelsParallelEnv(scenario()), Planner(scenario(), QUICK)
    policy.attach(env)
    observations, _ = env.reset(seed=0)
    actions = policy.act(observations)
    assert tuple(actions) == scenario().agents
    env.step(actions)


def test_it_goes_on_where_an_episode_begins_anew() -> None:
    env, policy = ChannelsVectorEnv(scenario(days=3), 1), Planner(scenario(days=3), QUICK)
    policy.attach(env)
    seen = env.reset([0])
    policy.reset(1, 0)
    for _ in range(8):  # plans again in the middle of the third episode
        seen = env.step(policy.act_batch(seen)).observations
    assert env.steps.tolist() == [2]


def test_without_an_environment_it_says_what_is_missing() -> None:
    policy = make("planner", scenario())
    policy.reset(1, 0)
    with pytest.raises(OneVoiceError, match=r"call policy\.attach\(env\)"):
        policy.act_batch(blank(scenario(), 1))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"phases": 0}, "phases is 0; give at least 1"),
        ({"first_rounds": 0}, "first_rounds is 0"),
        ({"rounds": 0}, "rounds is 0"),
        ({"max_customers": 0}, "max_customers is 0"),
        ({"hold_days": 0.0}, "hold_days is 0.0; give"),
        ({"warm_start_mix": -0.5}, "warm_start_mix is -0.5; give a share"),
        ({"prior_mix": 1.5}, "prior_mix is 1.5; give a share"),
    ],
)
def test_planning_that_cannot_be_is_refused(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(OneVoiceError, match=told):
        PlannerConfig(**wrong)
