"""Agents as slots of a Stable-Baselines3 ``VecEnv``: exact, and what SB3 expects of one."""

import pickle
from collections.abc import Callable, Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from stable_baselines3 import DQN, PPO, SAC
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import VecFrameStack, VecMonitor, VecNormalize

from onevoice.envs import load_scenario, make_vec
from onevoice.envs.engine.market import market_ids
from onevoice.envs.interface.step import Step
from onevoice.training.sb3 import ChannelsVecEnv
from onevoice.training.trainer import isolated

ErrorLine = Callable[[Callable[[], object]], str]
SMALL: dict[str, Any] = {"population": 60, "days": 3}
LONELY: dict[str, Any] = {"population": 1, "days": 84, "customers": {"churn": 5.0}}
"""Episodes that end because nobody is left."""
POOR: dict[str, Any] = {
    "budget": {"kind": "split", "amount": 5.0, "split": {"email": 5.0, "search": 0.0}}
}


@pytest.fixture(autouse=True)
def _leave_torch_as_it_was() -> Iterator[None]:
    with isolated():
        yield


def slots(num_envs: int = 3, name: str = "smoke", **fields: Any) -> Any:
    """Any, because SB3 types an observation as whatever any environment may give."""
    return ChannelsVecEnv(name, num_envs, **SMALL | fields)


def sampled(env: Any, step: int) -> Any:
    env.action_space.seed(step)
    return np.stack([env.action_space.sample() for _ in range(env.num_envs)])


def watched(env: ChannelsVecEnv, monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """Collect what the engine returns."""
    steps, step = [], env.engine.step

    def watch(actions: Any) -> Step:
        steps.append(step(actions))
        return steps[-1]

    monkeypatch.setattr(env.engine, "step", watch)
    return steps


def ppo(env: Any, seed: int | None = 0, **changes: Any) -> PPO:
    options: dict[str, Any] = {
        "n_steps": 3,
        "batch_size": 6,
        "n_epochs": 1,
        "policy_kwargs": {"net_arch": [8]},
    }
    return PPO("MlpPolicy", env, seed=seed, device="cpu", **options | changes)


def weights(model: PPO) -> list[Any]:
    return [parameter.detach().numpy().copy() for parameter in model.policy.parameters()]


@pytest.mark.parametrize("name", ["smoke", "quartet"])
def test_slots_are_the_agents_of_the_engine(name: str) -> None:
    env, engine = slots(name=name), make_vec(name, 3, **SMALL)
    agents = len(engine.agents)
    seeds = env.seed(5)
    assert seeds == [seed for seed in seeds[::agents] for _ in range(agents)]
    seen = env.reset()
    np.testing.assert_array_equal(seen.reshape(3, agents, -1), engine.reset(seeds[::agents]))
    for step in range(7):  # into the third episode
        actions = sampled(env, step)
        seen, rewards, dones, _ = env.step(actions)
        plain = engine.step(actions.reshape(3, agents, -1))
        np.testing.assert_array_equal(seen.reshape(3, agents, -1), plain.observations)
        np.testing.assert_array_equal(rewards.reshape(3, agents), plain.rewards)
        over = plain.terminated | plain.truncated
        np.testing.assert_array_equal(dones.reshape(3, agents), np.stack([over] * agents, axis=1))


def test_each_environment_lives_as_if_alone() -> None:
    env = slots()
    seeds = env.seed(1)
    env.reset()
    alone = make_vec("smoke", 1, **SMALL)
    alone.reset([seeds[2 * 2]])
    for step in range(4):
        actions = sampled(env, step)
        seen, rewards, *_ = env.step(actions)
        one = alone.step(actions[4:6][None])
        np.testing.assert_array_equal(seen[4:6], one.observations[0])
        np.testing.assert_array_equal(rewards[4:6], one.rewards[0])


def test_shapes_types_and_spaces() -> None:
    env = slots()
    assert env.num_envs == 6
    assert env.action_space == env.engine.single_action_space
    assert env.observation_space.contains(env.reset()[0])
    seen, rewards, dones, infos = env.step(sampled(env, 0))
    assert (seen.shape, seen.dtype) == ((6, env.engine.observation_size), np.float32)
    assert (rewards.shape, rewards.dtype) == ((6,), np.float32)
    assert (dones.shape, dones.dtype) == ((6,), np.bool_)
    assert len(infos) == 6
    assert env.states().shape == (6, env.engine.state_size)


def test_observations_are_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    env = slots()
    steps = watched(env, monkeypatch)
    env.reset()
    for step in range(3):
        seen, rewards, _, infos = env.step(sampled(env, step))
        assert np.shares_memory(seen, steps[-1].observations)
        assert not np.shares_memory(rewards, steps[-1].rewards)  # SB3 writes into them
    assert np.shares_memory(infos[4]["terminal_observation"], steps[-1].final_observations)


def test_infos_are_empty_but_at_the_end_of_an_episode(monkeypatch: pytest.MonkeyPatch) -> None:
    env = slots()
    steps = watched(env, monkeypatch)
    env.reset()
    for step in range(6):
        _, _, dones, infos = env.step(sampled(env, step))
        assert dones.all() == dones.any() == (step % 3 == 2)
        if not dones.any():
            assert infos == [{}] * 6
    final, metrics = steps[-1].final_observations, steps[-1].final_metrics
    assert final is not None
    assert metrics is not None
    for slot, info in enumerate(infos):
        assert set(info) == {"terminal_observation", "TimeLimit.truncated", "metrics"}
        np.testing.assert_array_equal(info["terminal_observation"], final[slot // 2, slot % 2])
        assert info["TimeLimit.truncated"] is True
        expected = {name: values[slot // 2] for name, values in metrics.items()}
        assert info["metrics"] == pytest.approx(expected, nan_ok=True, rel=0, abs=0)


def test_what_a_wrapper_writes_into_an_info_stays_there() -> None:
    env = slots()
    env.reset()
    *_, first = env.step(sampled(env, 0))
    first[0]["mine"] = 1
    *_, second = env.step(sampled(env, 1))
    assert first[1:] == [{}] * 5
    assert second == [{}] * 6


def test_customers_who_have_all_left_are_no_truncation() -> None:
    env, ends = slots(6, **LONELY), 0
    env.reset()
    for step in range(20):
        _, _, dones, infos = env.step(sampled(env, step))
        for done, info in zip(dones, infos, strict=True):
            assert bool(info) is bool(done)
            if done:
                ends += 1
                assert info["TimeLimit.truncated"] is False
                assert info["metrics"]["churn"] == 1
    assert 0 < ends < 20 * 12


def test_what_follows_the_last_day_is_part_of_the_return(monkeypatch: pytest.MonkeyPatch) -> None:
    env = slots()
    steps = watched(env, monkeypatch)
    model = ppo(env, learning_rate=0.0, gamma=0.9)
    model.learn(18)
    final = steps[2].final_observations
    assert final is not None
    with torch.no_grad():
        value = model.policy.predict_values(torch.as_tensor(final.reshape(6, -1))).numpy()[:, 0]
    raw = np.stack([step.rewards.reshape(6) for step in steps])
    raw[2] += 0.9 * value
    assert np.abs(value).min() > 1e-4
    np.testing.assert_allclose(model.rollout_buffer.rewards, raw, rtol=1e-5, atol=1e-6)


def test_seeds_fix_the_episodes_and_nothing_else_does() -> None:
    env, twin = slots(), slots()
    starts = []
    for one in (env, twin):
        one.seed(0)
        starts.append([(one.reset(), one.states())[1] for _ in range(3)])
    np.testing.assert_array_equal(starts[0], starts[1])
    assert len({row.tobytes() for start in starts[0] for row in start}) == 9
    env.seed(0)
    env.reset()
    np.testing.assert_array_equal(env.states(), starts[0][0])
    fresh = slots(1)
    fresh.reset()
    assert fresh.states()[0].tobytes() not in {row.tobytes() for row in starts[0][0]}


def test_close_seeds_share_no_episode() -> None:
    assert not set(slots().seed(0)) & set(slots().seed(1))
    assert slots(2).seed(0) == slots(3).seed(0)[:4]


def test_a_seed_fixes_the_training() -> None:
    one, again, other = (weights(ppo(slots(), seed).learn(36)) for seed in (0, 0, 1))
    assert all(np.array_equal(left, right) for left, right in zip(one, again, strict=True))
    assert not all(np.array_equal(left, right) for left, right in zip(one, other, strict=True))


def test_a_market_can_be_named() -> None:
    env, [market] = slots(), market_ids("test", 1)
    needs = [i for i, name in enumerate(env.engine.state_names()) if "/need/" in name]
    env.set_options({"market": market})
    env.reset()
    named = env.states()[:, needs]
    assert (named == named[0]).all()
    env.reset()  # options count once
    assert not (env.states()[:, needs] == named).all(axis=1).any()


@pytest.mark.parametrize(
    ("algorithm", "action_type", "options"),
    [
        (PPO, "multi_discrete", {"n_steps": 3, "batch_size": 6}),
        (DQN, "discrete", {"learning_starts": 6}),
        (SAC, "continuous", {"learning_starts": 6, "gradient_steps": 1}),
    ],
)
def test_algorithms_learn(algorithm: Any, action_type: str, options: dict[str, Any]) -> None:
    env = VecMonitor(slots(action_type=action_type))
    network = {"net_arch": [8]}
    model = algorithm("MlpPolicy", env, seed=0, device="cpu", policy_kwargs=network, **options)
    before = [parameter.detach().clone() for parameter in model.policy.parameters()]
    model.learn(36)
    changed = zip(before, model.policy.parameters(), strict=True)
    assert any(not torch.equal(old, new) for old, new in changed)
    assert [episode["l"] for episode in model.ep_info_buffer] == [3] * 12


def test_off_policy_memory_tells_truncation_from_the_end() -> None:
    env = slots(action_type="discrete")
    model = DQN("MlpPolicy", env, buffer_size=60, learning_starts=100, device="cpu", seed=0)
    model.learn(36)
    assert model.replay_buffer is not None
    ends = model.replay_buffer.dones[:6, 0].tolist()
    assert ends == model.replay_buffer.timeouts[:6, 0].tolist() == [0, 0, 1, 0, 0, 1]


def test_sb3s_monitor_counts_the_episodes() -> None:
    inner = slots()
    env = VecMonitor(inner, info_keywords=("metrics",))
    inner.seed(0)
    env.reset()
    total = np.zeros(6)
    for step in range(3):
        _, rewards, _, infos = env.step(sampled(env, step))
        total += rewards
    assert [info["episode"]["r"] for info in infos] == pytest.approx(total.tolist())
    assert [info["episode"]["l"] for info in infos] == [3] * 6
    assert infos[0]["episode"]["metrics"] == infos[0]["metrics"]
    assert env.step(sampled(env, 3))[3] == [{}] * 6


def test_sb3s_normalisation_leaves_the_engines_arrays_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inner = slots()
    steps = watched(inner, monkeypatch)
    env = VecNormalize(inner)
    env.reset()
    for step in range(3):
        _, _, _, infos = env.step(sampled(env, step))
    final = steps[-1].final_observations
    assert final is not None
    assert inner.observation_space.contains(final[2, 1])
    np.testing.assert_array_equal(
        infos[5]["terminal_observation"], env.normalize_obs(final[2, 1].copy())
    )
    np.testing.assert_array_equal(env.get_original_reward(), steps[-1].rewards.reshape(6))


def test_sb3s_frame_stack_keeps_the_last_frames() -> None:
    env: Any = VecFrameStack(slots(), 2)
    env.reset()
    for step in range(3):
        seen, _, _, infos = env.step(sampled(env, step))
    assert infos[0]["terminal_observation"].shape == seen[0].shape


def test_policies_can_be_evaluated() -> None:
    env = VecMonitor(slots())
    returns, lengths = evaluate_policy(ppo(env), env, 6, return_episode_rewards=True)
    assert lengths == [3] * 6
    assert np.isfinite(returns).all()


def test_masks_are_what_maskable_ppo_asks_for() -> None:
    env = slots(**POOR)
    env.reset()
    assert env.has_attr("action_masks")
    masks = np.stack(env.env_method("action_masks"))
    assert masks.shape == (6, sum(env.engine.single_action_space.nvec))
    assert masks[0].all()
    silent = [1, 0, 0, 0, 0, *[1] * 7]
    assert masks[1].tolist() == [*silent, *silent, 1, 1, 1, 1]
    np.testing.assert_array_equal(env.env_method("action_masks", indices=[1, 4]), masks[[1, 4]])
    assert slots(name="quartet-flat").action_masks().shape == (12, 240)


def test_attributes_and_methods_are_shared_by_all_slots(error_line: ErrorLine) -> None:
    env = slots()
    env.reset()
    assert env.get_attr("agents", 3) == [("email_0", "search_0")]
    assert env.get_attr("render_mode") == [None] * 6
    assert not env.has_attr("no_such_thing")
    with pytest.raises(AttributeError):
        env.env_method("no_such_thing")
    assert len(env.env_method("states", indices=[0, 1])) == 2
    np.testing.assert_array_equal(*env.env_method("states", indices=[0, 1]))
    env.set_attr("note", 5)
    assert env.get_attr("note", [0, 5]) == [5, 5]
    line = error_line(lambda: env.set_attr("note", 6, indices=[0]))
    assert line == "note cannot be set for single slots, which share it; leave out indices"
    assert env.env_is_wrapped(Monitor, [0, 1]) == [False, False]
    env.close()


def test_a_picture_per_environment() -> None:
    env = slots(2, render_mode="rgb_array", population=20)
    env.reset()
    first = env.get_images()
    env.step(sampled(env, 0))
    assert len(first) == 2
    assert all((old != new).any() for old, new in zip(first, env.get_images(), strict=True))
    tiled: Any = env.render()
    assert tiled is not None
    assert tiled.shape == (2 * first[0].shape[0], first[0].shape[1], 3)


def test_a_scenario_may_be_a_name_or_an_object() -> None:
    scenario = load_scenario("smoke", **SMALL)
    assert ChannelsVecEnv(scenario, 1).scenario is scenario
    changed = ChannelsVecEnv(scenario, 1, budget={"amount": 7.0}).scenario
    assert changed == slots(1, budget__amount=7.0).scenario


def test_a_pickle_goes_on_where_it_was() -> None:
    env = slots()
    env.seed(0)
    env.reset()
    twin = pickle.loads(pickle.dumps(env))
    actions = sampled(env, 0)
    for left, right in zip(env.step(actions), twin.step(actions), strict=True):
        np.testing.assert_array_equal(left, right)
    np.testing.assert_array_equal(env.reset(), twin.reset())


def test_one_controller_suits_sb3_too() -> None:
    env = gymnasium.make("onevoice/smoke-v0", **SMALL).unwrapped
    check_env(env)
    assert ppo(env, batch_size=3).learn(6).num_timesteps == 6


def test_wrong_actions(error_line: ErrorLine) -> None:
    env = slots(2)
    good = np.zeros((4, 7), np.int64)
    assert "call reset() before step()" in error_line(lambda: env.step(good))
    env.reset()
    line = error_line(lambda: env.step(good[:2]))
    assert line == "actions have shape (2, 7); expected (4, 7) (slots, entries)"
    assert "whole numbers" in error_line(lambda: env.step(good.astype(np.float32)))
    bad = good.copy()
    bad[3, 0] = 5
    line = error_line(lambda: env.step(bad))
    assert line == "action of search_0 in environment 1, entry 0 is 5; expected 0 to 4"


def test_wrong_arguments(error_line: ErrorLine) -> None:
    assert "num_envs is 0" in error_line(lambda: slots(0))
    line = error_line(lambda: slots(render_mode="ansi"))
    assert line == "render_mode is 'ansi'; it should be None or 'rgb_array'"
    assert "seed is -1; " in error_line(lambda: slots().seed(-1))
    assert "did you mean 'quartet'?" in error_line(lambda: slots(name="quartett"))
    env = slots(2)
    env.set_options([{"market": 3}, {}, {}, {}])
    assert "markets hold None" in error_line(env.reset)
