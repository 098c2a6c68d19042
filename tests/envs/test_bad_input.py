"""Every mistake of a user is told in one line that names the thing, the place and the mend."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import onevoice.envs
from onevoice.envs import ChannelsParallelEnv

ErrorLine = Callable[[Callable[[], object]], str]
K = 7
FIFTEEN = {
    "ages": [(age, age) for age in range(20, 35)],
    "age_shares": [1 / 15] * 15,
    "values": [1.0],
    "value_shares": [1.0],
}


def smoke(**fields: Any) -> ChannelsParallelEnv:
    env = onevoice.envs.make("smoke", days=2, population=20, **fields)
    env.reset(seed=0)
    return env


def act(env: ChannelsParallelEnv, action: Any) -> Callable[[], object]:
    actions = {agent: env.action_space(agent).sample() for agent in env.agents}
    return lambda: env.step(actions | {"email_0": action})


@pytest.mark.parametrize(
    "action",
    [
        pytest.param(np.zeros(3, np.int64), id="shape"),
        pytest.param(np.zeros((1, K), np.int64), id="one axis too many"),
        pytest.param(np.zeros(K), id="type"),
        pytest.param([0.5] * K, id="list of floats"),
        pytest.param([[1, 2], 3], id="ragged list"),
        pytest.param("loud", id="text"),
        pytest.param(None, id="nothing"),
        pytest.param(np.full(K, 5), id="too large"),
        pytest.param(np.full(K, -1), id="negative"),
    ],
)
def test_an_action_outside_its_space(action: Any, error_line: ErrorLine) -> None:
    line = error_line(act(smoke(), action))
    assert line.startswith("action of email_0 is not in its space MultiDiscrete([5 4 3 5 4 3 4]): ")


def test_a_long_space_still_fits_one_line(error_line: ErrorLine) -> None:
    assert "MultiDiscrete" in error_line(act(smoke(segments=FIFTEEN), np.zeros(99, np.int64)))


@pytest.mark.parametrize("action", [240, -1, 1.0, np.zeros(1, np.int64), "0"])
def test_a_discrete_action_outside_its_space(action: Any, error_line: ErrorLine) -> None:
    assert "Discrete(240)" in error_line(act(smoke(action_type="discrete"), action))


@pytest.mark.parametrize("value", [np.nan, 1.5, -0.1])
def test_a_continuous_action_outside_its_space(value: float, error_line: ErrorLine) -> None:
    env = smoke(action_type="continuous")
    assert "Box(0.0, 1.0" in error_line(act(env, np.full(K, value, np.float32)))


def test_a_double_is_told_that_its_type_is_wrong(error_line: ErrorLine) -> None:
    line = error_line(act(smoke(action_type="continuous"), np.full(K, 0.5)))
    assert "float32" in line
    assert line.endswith("(float64)")


def test_agents_that_do_not_exist_or_do_not_act(error_line: ErrorLine) -> None:
    env = smoke()
    meant = "unknown agent 'emial_0'; did you mean 'email_0'?"
    assert error_line(lambda: env.step({"emial_0": np.zeros(K, np.int64)})) == meant
    for method in (env.action_space, env.observation_space, env.feature_names, env.action_masks):
        assert error_line(lambda method=method: method("emial_0")) == meant  # type: ignore[misc]  # a default binds the loop's value
    one = {"email_0": np.zeros(K, np.int64)}
    assert error_line(lambda: env.step(one)).startswith("no action for search_0; ")
    for actions in (5, [one], np.zeros((2, K))):
        assert "by agent name" in error_line(lambda actions=actions: env.step(actions))  # type: ignore[misc]  # as above


def test_a_refused_step_changes_nothing(error_line: ErrorLine) -> None:
    env = smoke()
    before = env.snapshot()
    error_line(act(env, None))
    assert all(np.array_equal(before[name], array) for name, array in env.snapshot().items())


def test_a_step_outside_an_episode(error_line: ErrorLine) -> None:
    env = onevoice.envs.make("smoke", days=1, population=20)
    told = "step() needs a running episode; call reset() first"
    assert error_line(lambda: env.step({})) == told
    env.reset(seed=0)
    env.step({agent: env.action_space(agent).sample() for agent in env.agents})
    assert error_line(lambda: env.step({})) == told


def test_an_unknown_scenario_render_mode_or_key(error_line: ErrorLine) -> None:
    make = onevoice.envs.make
    assert "did you mean 'quartet'?" in error_line(lambda: make("quartett"))
    line = error_line(lambda: make("smoke", render_mode="ascii"))
    assert line == "unknown render_mode 'ascii'; did you mean 'ansi'?"
    mistyped: dict[str, Any] = {"populaton": 5}
    assert "did you mean 'population'?" in error_line(lambda: make("smoke", **mistyped))


@pytest.mark.parametrize("cycles", [0, -3, 2.5, 10**7])
def test_an_impossible_length(cycles: Any, error_line: ErrorLine) -> None:
    line = error_line(lambda: onevoice.envs.make("smoke", max_cycles=cycles))
    assert line.startswith(f"max_cycles={cycles} ")


@pytest.mark.parametrize("market", [-1, 1.5, "best", 2**64])
def test_an_impossible_market(market: Any, error_line: ErrorLine) -> None:
    env = smoke()
    assert repr(market) in error_line(lambda: env.reset(options={"market": market}))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"channels": {"content": {"kind": "search"}, "search": {}}}, "kind search"),
        ({"decision_hours": 7}, "whole number"),
        ({"offers": [0.1, 0.2]}, "rise strictly from 0"),
        ({"budget": {"kind": "split", "amount": 5, "split": {"email": 4}}}, "adds up to 4"),
        ({"budget": {"kind": "split", "amount": 4, "split": {"sms": 4}}}, "sms"),
        ({"population": 0}, "population"),
        ({"days": 84, "tick_hours": 0.01, "decision_hours": 24}, "too many ticks"),
    ],
)
def test_fields_that_contradict_each_other(
    fields: dict[str, Any], told: str, error_line: ErrorLine
) -> None:
    assert told in error_line(lambda: onevoice.envs.make("smoke", **fields))


def test_the_vector_environment_checks_the_joint_action(error_line: ErrorLine) -> None:
    env = onevoice.envs.make_vec("smoke", 2, population=20)
    good = np.zeros((2, 2, K), np.int64)
    assert "call reset() before step()" in error_line(lambda: env.step(good))
    env.reset([1, 2])
    assert "expected (2, 2, 7)" in error_line(lambda: env.step(good[0]))
    assert "expected (2, 2, 7)" in error_line(lambda: env.step([[1], [2, 3]]))
    assert "whole numbers" in error_line(lambda: env.step(good.astype(float)))
    bad = good.copy()
    bad[1, 0, 4] = 4
    line = error_line(lambda: env.step(bad))
    assert line == "action of email_0 in environment 1, entry 4 is 4; expected 0 to 3"


@pytest.mark.parametrize("seed", [-1, "x", 1.5])
def test_an_impossible_seed(seed: Any, error_line: ErrorLine) -> None:
    line = error_line(lambda: smoke().reset(seed=seed))
    assert line == f"seed is {seed!r}; it should be a whole number from 0"


@pytest.mark.parametrize(
    "fields",
    [{"customers": {"order_value": 20_000}}, {"equity": {"orders_per_year": 1e5}}],
)
def test_amounts_that_do_not_fit(fields: Any, error_line: ErrorLine) -> None:
    line = error_line(lambda: onevoice.envs.load_scenario("smoke", **fields))
    assert "above $100,000; lower" in line


def test_a_click_that_costs_too_much(error_line: ErrorLine) -> None:
    dear = {"search": {"cost": 1e6}}
    line = error_line(lambda: onevoice.envs.load_scenario("smoke", channels=dear))
    assert "channels.search" in line
    assert "at most; lower cost or price" in line


def test_the_vector_environment_checks_numbers(error_line: ErrorLine) -> None:
    assert "num_envs is 0" in error_line(lambda: onevoice.envs.make_vec("smoke", 0))
    env = onevoice.envs.make_vec("smoke", 2, population=20)
    assert "1 seeds for 2" in error_line(lambda: env.reset([1]))
    assert "1 markets for 2" in error_line(lambda: env.reset([1, 2], markets=[1]))
    assert "seeds hold -1" in error_line(lambda: env.reset([-1, 1]))


def test_a_snapshot_of_another_environment_does_not_fit(error_line: ErrorLine) -> None:
    env, other = (onevoice.envs.make_vec("smoke", n, population=20) for n in (2, 3))
    assert "does not fit" in error_line(lambda: env.restore({}))
    assert "does not fit" in error_line(lambda: env.restore(other.snapshot()))
    wrong = env.snapshot() | {"env/steps": np.zeros(2, np.float32)}
    assert "env/steps" in error_line(lambda: env.restore(wrong))
