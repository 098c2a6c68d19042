"""One controller for all channels: Gymnasium's contract, single and vectorised, bit for bit."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers.vector import DictInfoToList, RecordEpisodeStatistics

from onevoice.envs import SingleAgentEnv, SingleAgentVectorEnv, make, make_vec, scenario_names
from onevoice.envs.engine.market import market_ids
from onevoice.envs.interface.actions import mask
from onevoice.envs.interface.step import Step

ErrorLine = Callable[[Callable[[], object]], str]
IDS = sorted(f"onevoice/{name}-v0" for name in scenario_names())
SMALL: dict[str, Any] = {"population": 60, "days": 3}
LONELY: dict[str, Any] = {"population": 1, "days": 84, "customers": {"churn": 5.0}}
"""Episodes that end because nobody is left."""
TYPES = pytest.mark.parametrize("action_type", ["multi_discrete", "discrete", "continuous"])
SEES = pytest.mark.parametrize("observe", ["dashboards", "state"])


def single(name: str = "smoke", **fields: Any) -> SingleAgentEnv:
    env = gymnasium.make(f"onevoice/{name}-v0", **SMALL | fields).unwrapped
    assert isinstance(env, SingleAgentEnv)
    return env


def vector(num_envs: int = 3, name: str = "smoke", **fields: Any) -> SingleAgentVectorEnv:
    return SingleAgentVectorEnv(name, num_envs, **SMALL | fields)


def sampled(env: SingleAgentVectorEnv, step: int) -> Any:
    env.action_space.seed(step)
    return env.action_space.sample()


def watched(env: Any, monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """Collect what the engine of ``env`` returns."""
    steps: list[Step] = []
    step = env.engine.step

    def watch(actions: Any) -> Step:
        steps.append(step(actions))
        return steps[-1]

    monkeypatch.setattr(env.engine, "step", watch)
    return steps


def assert_same(left: Any, right: Any) -> None:
    """Two results are equal to the bit, and of the same types."""
    assert type(left) is type(right)
    if isinstance(left, dict):
        assert left.keys() == right.keys()
        left, right = list(left.values()), [right[key] for key in left]
    if isinstance(left, list | tuple) or (left is not None and np.asarray(left).dtype.kind == "O"):
        for one, other in zip(left, right, strict=True):
            assert_same(one, other)
    else:
        assert getattr(left, "dtype", None) == getattr(right, "dtype", None)
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("name", IDS)
def test_every_id_holds_gymnasiums_contract(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    env = gymnasium.make(name, **SMALL).unwrapped
    check_env(env)
    assert "net customer value" in capsys.readouterr().out
    assert isinstance(gymnasium.make_vec(name, 2, **SMALL).unwrapped, SingleAgentVectorEnv)


@TYPES
@SEES
def test_a_vector_is_its_environments_side_by_side(observe: str, action_type: str) -> None:
    fields = SMALL | {"observe": observe, "action_type": action_type}
    together = gymnasium.make_vec("onevoice/smoke-v0", 3, **fields)
    same_step = {"autoreset_mode": AutoresetMode.SAME_STEP}
    apart = gymnasium.make_vec(
        "onevoice/smoke-v0", 3, vectorization_mode="sync", vector_kwargs=same_step, **fields
    )
    assert isinstance(apart, SyncVectorEnv)
    for space in ("observation_space", "action_space", "single_action_space"):
        assert getattr(together, space) == getattr(apart, space)
    for seed in (5, None, [8, None, 2**40]):
        assert_same(together.reset(seed=seed), apart.reset(seed=seed))  # type: ignore[arg-type]  # a list seeds each environment
        for step in range(7):  # into the third episode
            action = sampled(together.unwrapped, step)  # type: ignore[arg-type]  # as made above
            assert_same(together.step(action), apart.step(action))


def test_environments_that_end_one_by_one_are_side_by_side_too() -> None:
    together, partial = vector(4, **LONELY), 0
    alone = [lambda: single(**LONELY)] * 4
    apart = SyncVectorEnv(alone, autoreset_mode=AutoresetMode.SAME_STEP)
    assert_same(together.reset(seed=0), apart.reset(seed=0))
    for step in range(12):
        action = sampled(together, step)
        result = together.step(action)
        assert_same(result, apart.step(action))
        partial += 0 < result[2].sum() < 4
    assert partial > 1


def test_a_vector_is_the_engine_flattened() -> None:
    env, engine = vector(reward__credit="claimed"), make_vec("smoke", 3, **SMALL)
    env.reset(seed=4)
    engine.reset([0, 0, 0])
    engine.restore(env.engine.snapshot())
    for step in range(7):
        action = sampled(env, step)
        seen, rewards, terminated, truncated, _ = env.step(action)
        plain = engine.step(action.reshape(3, 2, -1))
        np.testing.assert_array_equal(seen.reshape(3, 2, -1), plain.observations)
        np.testing.assert_array_equal(rewards, plain.rewards.astype(np.float64).sum(axis=1))
        assert (terminated.tolist(), truncated.tolist()) == (
            plain.terminated.tolist(),
            plain.truncated.tolist(),
        )


def test_the_same_seed_is_the_same_market_as_in_the_parallel_environment() -> None:
    seen, _ = single().reset(seed=7)
    observations, _ = make("smoke", **SMALL).reset(seed=7)
    np.testing.assert_array_equal(seen, np.concatenate(list(observations.values())))


def test_a_controller_may_see_the_global_state(monkeypatch: pytest.MonkeyPatch) -> None:
    env = vector(observe="state")
    steps = watched(env, monkeypatch)
    np.testing.assert_array_equal(env.reset(seed=0)[0], env.engine.states())
    for step in range(3):
        seen, *_, infos = env.step(sampled(env, step))
        np.testing.assert_array_equal(seen, env.engine.states())
    np.testing.assert_array_equal(np.stack(infos["final_obs"]), steps[-1].final_states)
    assert not np.array_equal(np.stack(infos["final_obs"]), seen)


def test_observations_are_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    env = vector()
    steps = watched(env, monkeypatch)
    env.reset(seed=0)
    for step in range(3):
        seen, *_, infos = env.step(sampled(env, step))
        assert np.shares_memory(seen, steps[-1].observations)
    assert np.shares_memory(infos["final_obs"][1], steps[-1].final_observations)
    alone = single()
    steps = watched(alone, monkeypatch)
    alone.reset(seed=0)
    assert np.shares_memory(alone.step(alone.action_space.sample())[0], steps[-1].observations)


def test_the_days_that_are_over_truncate() -> None:
    env = vector()
    env.reset(seed=0)
    for step in range(6):
        _, _, terminated, truncated, infos = env.step(sampled(env, step))
        over = step % 3 == 2
        assert not terminated.any()
        assert truncated.tolist() == [over] * 3
        assert bool(infos) is over
    assert infos["_final_obs"].all()
    assert (infos["final_info"]["awareness"] > 0).all()


def test_customers_who_have_all_left_terminate() -> None:
    env, steps = vector(6, **LONELY), 0
    env.reset(seed=0)
    while True:
        seen, _, terminated, truncated, infos = env.step(sampled(env, steps))
        steps += 1
        assert not truncated.any()
        if 0 < terminated.sum() < 6:
            break
    gone, elapsed = np.flatnonzero(terminated), env.names().index("email_0/calendar/elapsed")
    assert infos["_final_obs"].tolist() == infos["_final_info"].tolist() == terminated.tolist()
    for row in range(6):
        assert (infos["final_obs"][row] is None) is not terminated[row]
    assert infos["final_obs"][gone[0]][elapsed] > 0
    assert seen[gone[0], elapsed] == 0
    np.testing.assert_array_equal(infos["final_info"]["churn"], terminated.astype(float))


def test_one_environment_waits_for_its_reset(error_line: ErrorLine) -> None:
    env = single()
    env.reset(seed=0)
    for _ in range(2):
        *_, info = env.step(env.action_space.sample())
        assert info == {}
    seen, reward, terminated, truncated, info = env.step(env.action_space.sample())
    assert (terminated, truncated) == (False, True)
    assert type(reward) is float
    assert seen[env.names().index("email_0/calendar/elapsed")] == 1
    assert info["awareness"] > 0
    line = error_line(lambda: env.step(env.action_space.sample()))
    assert line == "the episode has ended; call reset() before step()"
    again, _ = env.reset()
    assert again[env.names().index("email_0/calendar/elapsed")] == 0
    assert not env.step(env.action_space.sample())[3]


def test_after_the_end_a_seed_or_a_market_still_counts(error_line: ErrorLine) -> None:
    env, [market] = single(observe="state"), market_ids("test", 1)
    first, _ = env.reset(seed=3)
    needs = [i for i, name in enumerate(env.names()) if "/need/" in name]
    named, _ = single(observe="state").reset(options={"market": market})

    def end() -> None:
        while not env.step(env.action_space.sample())[3]:
            pass

    end()
    np.testing.assert_array_equal(env.reset(seed=3)[0], first)
    end()
    assert "markets hold -1" in error_line(lambda: env.reset(options={"market": -1}))
    assert "call reset()" in error_line(lambda: env.step(env.action_space.sample()))
    np.testing.assert_array_equal(env.reset(options={"market": market})[0][needs], named[needs])
    assert not np.array_equal(named[needs], first[needs])


def test_seeds_fix_the_episodes_and_nothing_else_does() -> None:
    env, twin = vector(observe="state"), vector(observe="state")
    starts = [env.reset(seed=1)[0], env.reset()[0], env.reset()[0], env.reset(seed=[7, 1, 2])[0]]
    again = [twin.reset(seed=[1, 2, 3])[0], twin.reset()[0], twin.reset()[0]]
    np.testing.assert_array_equal(starts[:3], again)
    np.testing.assert_array_equal(starts[3][1:], starts[0][:2])
    assert len({row.tobytes() for start in starts[:3] for row in start}) == 9
    fresh = {vector(1, observe="state").reset()[0].tobytes() for _ in range(3)}
    assert len(fresh) == 3


def test_markets_can_be_named() -> None:
    env, [one, other] = vector(2, observe="state"), market_ids("test", 2)
    needs = [i for i, name in enumerate(env.names()) if "/need/" in name]
    both = env.reset(options={"market": one})[0][:, needs]
    np.testing.assert_array_equal(both[0], both[1])
    each = env.reset(options={"market": [one, other], "other": 1})[0][:, needs]
    np.testing.assert_array_equal(each[0], both[0])
    assert not np.array_equal(each[1], both[0])


@pytest.mark.parametrize("credit", ["claimed", "team", "incremental"])
@pytest.mark.parametrize("team_spirit", [0.0, 0.7])
def test_the_reward_is_the_companys(
    credit: str, team_spirit: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"reward": {"credit": credit, "team_spirit": team_spirit}, "population": 300}
    env = vector(2, "quartet", **fields)
    steps = watched(env, monkeypatch)
    env.reset(seed=0)
    for number in range(4):
        _, rewards, *_ = env.step(sampled(env, number))
        each = steps[-1].rewards
        expected = each[:, 2] if credit == "team" else each.sum(axis=1)
        np.testing.assert_allclose(rewards, expected, rtol=1e-5)
        assert rewards.dtype == np.float64
    assert rewards.any()


@pytest.mark.parametrize("name", ["smoke", "quartet"])
@SEES
def test_every_number_has_one_name_and_lies_in_its_space(name: str, observe: str) -> None:
    env = vector(2, name, observe=observe)
    seen, _ = env.reset(seed=0)
    assert len(set(env.names())) == len(env.names()) == seen.shape[1]
    assert single(name, observe=observe).names() == env.names()
    for step in range(4):
        assert env.observation_space.contains(seen)
        seen, *_ = env.step(sampled(env, step))


def test_action_types_are_three_ways_to_say_the_same() -> None:
    envs = {kind: vector(1, action_type=kind) for kind in ("multi_discrete", "discrete")}
    assert envs["multi_discrete"].single_action_space.shape == (14,)
    assert envs["discrete"].single_action_space == gymnasium.spaces.MultiDiscrete([240, 240])
    assert vector(1, action_type="continuous").single_action_space.shape == (14,)
    each = [4, 3, 2, 4, 3, 2, 0]
    ways = {"multi_discrete": [each * 2], "discrete": [[236, 236]]}
    rewards = []
    for kind, action in ways.items():
        envs[kind].reset(seed=0)
        rewards.append(float(envs[kind].step(np.array(action))[1][0]))
    assert rewards[0] == rewards[1] != 0


def test_masks_leave_silence_to_a_channel_without_money() -> None:
    budget = {"kind": "split", "amount": 5.0, "split": {"email": 5.0, "search": 0.0}}
    env = vector(2, budget=budget, mask_format="tuple")
    env.reset(seed=0)
    parts = [part for can in (True, False) for part in mask(env.scenario, can)]
    assert env.action_masks().tolist() == [np.concatenate(parts).tolist()] * 2
    alone = single(budget=budget)
    alone.reset(seed=0)
    assert alone.action_masks().tolist() == env.action_masks()[0].tolist()
    assert single("quartet-flat").action_masks().shape == (4 * 240,)


def test_gymnasiums_wrappers_see_the_episodes() -> None:
    env = DictInfoToList(RecordEpisodeStatistics(vector()))
    env.reset(seed=0)
    total = np.zeros(3)
    for step in range(3):
        _, rewards, _, _, infos = env.step(sampled(env.unwrapped, step))  # type: ignore[arg-type]  # as made above
        total += rewards
    assert [info["episode"]["l"] for info in infos] == [3, 3, 3]
    assert [info["episode"]["r"] for info in infos] == pytest.approx(total.tolist())
    assert all(info["final_info"]["awareness"] > 0 for info in infos)


def test_pictures_show_an_episode_until_the_next_decision(
    capsys: pytest.CaptureFixture[str],
) -> None:
    env, days = vector(2, render_mode="ansi", population=40), []
    env.reset(seed=0)
    for step in range(5):
        days += [page.splitlines()[0] for page in env.render() or ()]
        env.step(sampled(env, step))
    assert days == [f"day {day} of 3, 40 customers" for day in (0, 1, 2, 3, 1) for _ in range(2)]
    pictures = single(render_mode="rgb_array")
    pictures.reset(seed=0)
    before = pictures.render()
    pictures.step(pictures.action_space.sample())
    assert before.dtype == np.uint8
    assert (pictures.render() != before).any()
    talking = single(render_mode="human")
    talking.reset(seed=0)
    talking.step(talking.action_space.sample())
    assert "day 1 of 3" in capsys.readouterr().out
    assert vector().render() is None
    assert single().render() is None


def test_the_last_picture_holds_the_metrics_of_its_episode() -> None:
    env = single(render_mode="ansi")
    env.reset(seed=0)
    for _ in range(3):
        *_, info = env.step(env.action_space.sample())
    assert f"net customer value {info['ncv']:,.0f} $" in env.render()


def test_a_pickle_goes_on_where_it_was() -> None:
    for env in (vector(), single()):
        env.reset(seed=0)
        env.action_space.seed(0)
        env.step(env.action_space.sample())
        twin, action = pickle.loads(pickle.dumps(env)), env.action_space.sample()
        assert_same(env.step(action), twin.step(action))
        assert_same(env.reset(), twin.reset())


def test_wrong_actions(error_line: ErrorLine) -> None:
    env, alone = vector(2), single()
    line = error_line(lambda: env.step(np.zeros((2, 14), np.int64)))
    assert "call reset() before step()" in line
    env.reset(seed=0)
    alone.reset(seed=0)
    line = error_line(lambda: env.step(np.zeros(14, np.int64)))
    assert line == "actions have shape (14,); expected (2, 14) (environments, entries)"
    line = error_line(lambda: alone.step([1, 2]))
    assert line == "action has shape (2,); expected (14,) (parts)"
    assert "whole numbers" in error_line(lambda: env.step(np.zeros((2, 14))))
    bad = np.zeros((2, 14), np.int64)
    bad[1, 8] = 9
    line = error_line(lambda: env.step(bad))
    assert line == "action of search_0 in environment 1, entry 1 is 9; expected 0 to 3"


@pytest.mark.parametrize(
    ("seed", "told"),
    [
        (-1, "seed is -1; "),
        ("x", "seed is 'x'; "),
        (1.5, "seed is 1.5; "),
    ],
)
def test_wrong_seeds(seed: Any, told: str, error_line: ErrorLine) -> None:
    assert told in error_line(lambda: single().reset(seed=seed))
    assert told in error_line(lambda: vector(1).reset(seed=[seed]))


def test_wrong_arguments(error_line: ErrorLine) -> None:
    assert "seed is -1" in error_line(lambda: vector().reset(seed=-1))
    assert "2 seeds for 3 environments" in error_line(lambda: vector().reset(seed=[1, 2]))
    assert "1 markets for 3" in error_line(lambda: vector().reset(options={"market": [1]}))
    rows = {"reset_mask": np.ones(3, np.bool_)}
    assert error_line(lambda: vector().reset(options=rows)).endswith("; leave it out")
    assert "num_envs is 0" in error_line(lambda: vector(0))
    line = error_line(lambda: single(observe="dashboard"))
    assert line == "unknown observe 'dashboard'; did you mean 'dashboards'?"
    assert "did you mean 'ansi'?" in error_line(lambda: vector(render_mode="ascii"))
    assert "did you mean 'population'?" in error_line(lambda: vector(populaton=5))


def test_environments_need_no_learning_library() -> None:
    code = "import sys, onevoice.envs\nprint({'torch', 'stable_baselines3'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
