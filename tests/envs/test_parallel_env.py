"""The contract of an environment, held by every registered id."""

import pickle
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pettingzoo
import pytest
from pettingzoo.env_registry.registration import aec_registry, parallel_registry
from pettingzoo.test import (
    api_test,
    max_cycles_test,
    parallel_api_test,
    parallel_seed_test,
    render_test,
    seed_test,
    state_test,
)

import onevoice.envs
from onevoice.envs import ChannelsParallelEnv
from onevoice.envs.engine.market import market_ids
from onevoice.envs.interface.actions import to_choices
from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import MESSAGES

IDS = sorted(f"onevoice/{name}-v0" for name in onevoice.envs.scenario_names())
SMALL: dict[str, Any] = {"population": 60}
Make = Callable[..., Any]
Actions = dict[str, Any]

# PettingZoo would rather have Box or Discrete; quartet-flat is for those who need that.
multi_discrete_is_meant = pytest.mark.filterwarnings(
    "ignore:Action space for each agent probably should be gymnasium.spaces.box:UserWarning"
)


# An orchestrator sees and does other things than the channels.
agents_are_meant_to_differ = pytest.mark.filterwarnings(
    "ignore:(Agents have different|Observations are different shapes):UserWarning"
)


@pytest.fixture(params=IDS)
def parallel(request: pytest.FixtureRequest) -> Make:
    return lambda **kwargs: pettingzoo.make("parallel", request.param, **SMALL | kwargs)


@pytest.fixture(params=IDS)
def aec(request: pytest.FixtureRequest) -> Make:
    return lambda **kwargs: pettingzoo.make("aec", request.param, **SMALL | kwargs)


def smoke(**fields: Any) -> ChannelsParallelEnv:
    return onevoice.envs.make("smoke", **SMALL | fields)


def sample(env: ChannelsParallelEnv) -> Actions:
    return {agent: env.action_space(agent).sample() for agent in env.agents}


def started(env: ChannelsParallelEnv, seed: int = 0) -> ChannelsParallelEnv:
    env.reset(seed=seed)
    for place, agent in enumerate(env.possible_agents):
        env.action_space(agent).seed(place)
    return env


def same(left: Any, right: Any) -> bool:
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, tuple | list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(np.array_equal(left, right))


def test_every_scenario_is_registered_in_both_forms() -> None:
    assert len(IDS) >= 6
    assert set(IDS) <= set(parallel_registry)
    assert set(IDS) <= set(aec_registry)


def test_the_parallel_contract(parallel: Make) -> None:
    parallel_api_test(parallel(days=7), num_cycles=20)
    parallel_seed_test(parallel, num_cycles=5)


@agents_are_meant_to_differ
@multi_discrete_is_meant
def test_the_turn_based_contract(aec: Make, capsys: pytest.CaptureFixture[str]) -> None:
    api_test(aec(days=7), num_cycles=20)
    seed_test(aec, num_cycles=5)
    render_test(partial(aec, days=2))
    assert "net customer value" in capsys.readouterr().out


@pytest.mark.parametrize("name", IDS)
def test_states_and_lengths(name: str) -> None:
    def make(kind: Any) -> Make:
        return lambda **kwargs: pettingzoo.make(kind, name, **SMALL | kwargs)

    state_test(make("aec")(), make("parallel")())
    max_cycles_test(SimpleNamespace(parallel_env=make("parallel"), env=make("aec")))


@multi_discrete_is_meant
def test_a_tuple_of_masks_suits_multi_discrete() -> None:
    api_test(
        onevoice.envs.aec_env("duet", **SMALL, action_mask="info", mask_format="tuple"),
        num_cycles=20,
    )


def test_observations_states_and_infos_hold_what_they_promise(parallel: Make) -> None:
    env = parallel(days=7)
    observations, infos = env.reset(seed=1)
    keys = {agent: set(info) for agent, info in infos.items()}
    while env.agents:
        agents = list(env.agents)
        observations, rewards, _, _, infos = env.step(sample(env))
        assert list(observations) == list(rewards) == agents
        assert env.state_space.contains(env.state())
        for agent in agents:
            assert env.observation_space(agent).contains(observations[agent])
            assert type(rewards[agent]) is float
            assert set(infos[agent]) == keys[agent]
            flat = {k: v for k, v in infos[agent].items() if k != "action_mask"}
            assert all(type(v) is float and np.isfinite(v) for v in flat.values())


def test_every_number_has_one_name(parallel: Make) -> None:
    env = parallel()
    for agent in env.possible_agents:
        names = env.feature_names(agent)
        assert len(names) == len(set(names)) == env.observation_space(agent).shape[0]
    assert len(env.state_names()) == len(set(env.state_names())) == env.state_space.shape[0]


def test_a_pickle_goes_on_where_it_was(parallel: Make) -> None:
    env = started(parallel(days=3))
    env.step(sample(env))
    twin = pickle.loads(pickle.dumps(env))
    actions = sample(env)
    assert same(env.step(actions), twin.step(actions))
    assert same(env.state(), twin.state())
    assert same(env.reset(), twin.reset())


def test_a_snapshot_takes_back_the_exact_state(parallel: Make) -> None:
    env = started(parallel(days=4))
    env.step(sample(env))
    saved, plan = env.snapshot(), [sample(env) for _ in range(3)]
    first = [env.step(actions) for actions in plan]
    assert not env.agents
    env.restore(saved)
    assert same(first, [env.step(actions) for actions in plan])


def test_a_seed_fixes_the_episode_and_the_ones_after_it() -> None:
    for seed in (0, 1, 2**63):
        one, two = started(smoke(), seed), started(smoke(), seed)
        for _ in range(2):
            actions = sample(one)
            assert same(one.step(actions), two.step(actions))
            assert same(one.reset(), two.reset())


def test_seeds_and_episodes_differ() -> None:
    env = smoke()
    first = env.reset(seed=0)[0]["email_0"]
    others = [env.reset()[0], env.reset(seed=1)[0], smoke().reset()[0], smoke().reset()[0]]
    seen = [first.tobytes(), *(observations["email_0"].tobytes() for observations in others)]
    assert len(set(seen)) == len(seen)
    assert env.reset(seed=0)[0]["email_0"].tobytes() == first.tobytes()


def test_the_market_option_picks_a_market() -> None:
    env = smoke()
    needs = [i for i, name in enumerate(env.state_names()) if "/need/" in name]
    markets: list[npt.NDArray[np.float32]] = []
    for market in (*market_ids("test", 2), market_ids("test", 1)[0]):
        env.reset(seed=len(markets), options={"market": market, "else": 1})
        markets.append(env.state()[needs])
    assert same(markets[0], markets[2])
    assert not same(markets[0], markets[1])


def test_days_that_are_over_truncate() -> None:
    env = started(smoke(days=2))
    *_, terminated, truncated, _ = env.step(sample(env))
    assert not any(terminated.values()) | any(truncated.values())
    *_, terminated, truncated, _ = env.step(sample(env))
    assert not any(terminated.values())
    assert all(truncated.values())
    assert env.agents == []


def test_a_company_without_customers_terminates() -> None:
    env = started(onevoice.envs.make("smoke", population=1, days=84, customers={"churn": 100.0}))
    for _ in range(20):
        *_, terminated, truncated, infos = env.step(sample(env))
        if not env.agents:
            break
    assert all(terminated.values())
    assert not any(truncated.values())
    assert infos["email_0"]["system/churn"] == 1.0


@pytest.mark.parametrize("cycles", [1, 5])
def test_max_cycles_can_be_changed(cycles: int) -> None:
    env = smoke(days=7)
    assert env.max_cycles == 7
    env.max_cycles = cycles
    started(env)
    steps = 0
    while env.agents:
        env.step(sample(env))
        steps += 1
    assert steps == cycles
    assert smoke(max_cycles=cycles).scenario.days == cycles


def test_masks_leave_silence_alone_when_the_purse_is_empty() -> None:
    rich, poor = ({"budget": {"amount": amount}} for amount in (1000.0, 0.0))
    fields = {"channels": ["search"], "action_mask": "info"}
    for budget, free in ((rich, 1), (poor, 0)):
        env = smoke(**fields, **budget)
        parts = np.split(env.reset(seed=0)[1]["search_0"]["action_mask"], _cuts(env))
        for place, part in enumerate(parts):
            pressure = place % 3 == 0 and place < len(parts) - 1
            assert part[0] == 1
            assert (part[1:] == (free if pressure else 1)).all()
            assert part.dtype == np.int8


def test_masks_come_flat_or_as_a_tuple() -> None:
    flat, parts = (smoke(mask_format=form).action_masks("email_0") for form in ("flat", "tuple"))
    assert isinstance(parts, tuple)
    assert flat.tolist() == np.concatenate(parts).tolist()
    assert [len(part) for part in parts] == smoke().action_space("email_0").nvec.tolist()  # type: ignore[attr-defined]  # MultiDiscrete


@pytest.mark.parametrize(("amount", "allowed"), [(1000.0, 240), (0.0, 48)])
def test_the_mask_of_a_discrete_action(amount: float, allowed: int) -> None:
    env = smoke(channels=["search"], action_type="discrete", budget={"amount": amount})
    mask = env.action_masks("search_0")
    assert len(mask) == 240
    assert mask.sum() == allowed
    silent = [to_choices(env.scenario, action)[0] == 0 for action in range(240)]
    assert mask[silent].all()


def _cuts(env: ChannelsParallelEnv) -> npt.NDArray[np.int64]:
    space: Any = env.action_space(env.possible_agents[0])
    return np.asarray(np.cumsum(space.nvec)[:-1])


def test_masks_are_off_by_default() -> None:
    assert "action_mask" not in smoke().reset(seed=0)[1]["email_0"]


@pytest.mark.parametrize("kind", ["discrete", "continuous"])
def test_other_action_types_say_the_same(kind: str) -> None:
    plain, other = started(smoke(days=5)), started(smoke(days=5, action_type=kind))
    while other.agents:
        actions = sample(other)
        translated = {agent: to_choices(other.scenario, a) for agent, a in actions.items()}
        assert same(other.step(actions), plain.step(translated))


def test_a_discrete_action_holds_for_all_segments() -> None:
    env = smoke(action_type="discrete")
    seen = {tuple(to_choices(env.scenario, action)) for action in range(240)}
    assert len(seen) == 240 == INTENSITIES * len(MESSAGES) * 3 * 4
    assert all(choice[:3] == choice[3:6] for choice in seen)


@pytest.mark.parametrize(("value", "choice"), [(0.0, 0), (0.19, 0), (0.21, 1), (0.99, 4), (1.0, 4)])
def test_a_continuous_action_is_cut_into_even_parts(value: float, choice: int) -> None:
    env = smoke(action_type="continuous")
    assert to_choices(env.scenario, np.full(7, value, np.float32))[0] == choice


def test_lists_of_whole_numbers_are_actions() -> None:
    one, two = started(smoke()), started(smoke())
    actions = sample(one)
    assert same(one.step(actions), two.step({a: act.tolist() for a, act in actions.items()}))


def test_pictures() -> None:
    env = started(smoke(render_mode="rgb_array"))
    empty = env.render()
    env.step(sample(env))
    env.step(sample(env))
    drawn = env.render()
    assert isinstance(empty, np.ndarray)
    assert isinstance(drawn, np.ndarray)
    assert drawn.shape == empty.shape == (520, 960, 3)
    assert not same(drawn, empty)
    env.close()


def test_text() -> None:
    env = started(smoke(render_mode="ansi"))
    env.step(sample(env))
    text = env.render()
    assert isinstance(text, str)
    assert text.startswith("day 1 of 14, 60 customers")
    assert all(name in text for name in ("email", "search", "truth: net customer value"))
    assert smoke().render() is None
