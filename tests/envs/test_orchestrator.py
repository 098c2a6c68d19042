"""An orchestrator as an agent: what it sees, what others see of it, and every face that has it."""

import pickle
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import numpy.typing as npt
import pytest

from onevoice.envs import SingleAgentEnv, SingleAgentVectorEnv, make, make_vec
from onevoice.envs.company.metrics import SYSTEM_METRICS
from onevoice.envs.interface.actions import agent_choices, choices, to_choices
from onevoice.envs.interface.directives import AGENT
from onevoice.envs.interface.observation import DASHBOARD, feature_names, state_names
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import MESSAGES, Scenario
from tests.envs.builders import random_actions

ErrorLine = Callable[[Callable[[], object]], str]
Row = dict[str, float]
SMALL: dict[str, Any] = {"population": 200, "days": 14}
AMPLE: dict[str, Any] = {**SMALL, "budget": {"amount": 1e7}}
NAME = "quartet-orchestrated"
DIRECTIVES = [[3, 2, 1], [0, 4, 0]] * 3
"""Lead, cap and ceiling of each segment."""
WEIGHTS = [1, 0, 4, 3]


def lived(**fields: Any) -> tuple[ChannelsVectorEnv, npt.NDArray[np.float32]]:
    """Two environments after three random decisions and one under known directives."""
    env = make_vec(NAME, 2, **{**SMALL, **fields})
    env.reset([1, 2])
    for seed in range(4):
        actions = random_actions(env.scenario, 2, seed)
        if seed == 3:
            actions[:, -1] = [*np.ravel(DIRECTIVES), *WEIGHTS]
        seen = env.step(actions).observations
    return env, seen


def named(scenario: Scenario, row: npt.NDArray[np.float32], agent: str) -> Row:
    names = feature_names(scenario, agent)
    assert not row[len(names) :].any()
    return dict(zip(names, row.tolist(), strict=False))


def shown(segment: int) -> Row:
    """The entries that show the directives for a segment."""
    lead, cap, ceiling = DIRECTIVES[segment]
    leads = {f"lead/{m}": float(place == lead) for place, m in enumerate(("none", *MESSAGES))}
    return {**leads, "cap": cap / 4, "ceiling": ceiling / 2}


def test_channels_see_the_directives_and_their_share_of_the_purse() -> None:
    env, seen = lived()
    for row, agent in enumerate(env.agents[:-1]):
        known = named(env.scenario, seen[0, row], agent)
        for segment in range(6):
            for name, value in shown(segment).items():
                assert known[f"segment_{segment}/{name}"] == value, name
        assert known["budget/share"] == WEIGHTS[row] / 8


def test_the_orchestrator_sees_its_directives_and_what_all_channels_see() -> None:
    env, seen = lived(observation__sync_lag_hours=24)
    above = named(env.scenario, seen[1, -1], AGENT)
    below = {
        name: named(env.scenario, seen[1, row], f"{name}_0")
        for row, name in enumerate(env.scenario.channels)
    }
    segments = [f"segment_{s}" for s in range(6)]
    expected: Row = {}
    for s, segment in enumerate(segments):
        email = below["email"]
        expected |= {f"{segment}/{name}": value for name, value in shown(s).items()}
        expected |= {k: v for k, v in email.items() if k.startswith(f"{segment}/shared_")}
    for place, (channel, own) in enumerate(below.items()):
        for segment in segments:
            for name in ("reach", *(f"{figure}/average" for figure in DASHBOARD)):
                expected[f"{channel}/{segment}/{name}"] = own[f"{segment}/{name}"]
        expected |= {
            f"{channel}/message_engagement/{m}": own[f"message_engagement/{m}"] for m in MESSAGES
        }
        expected[f"{channel}/share"] = WEIGHTS[place] / 8
    for name in ("budget/left", "budget/pace", "calendar/elapsed", "calendar/left"):
        expected[name] = below["email"][name]
    expected["budget/month_elapsed"] = below["email"]["budget/month_elapsed"]
    rest = {name: above[name] for name in above if name not in expected}
    assert {name: above[name] for name in expected} == expected
    assert set(rest) == {f"{s}/message_engagement/{m}" for s in segments for m in MESSAGES}
    assert len(set(rest.values())) > 6
    assert all(0.0 < value < 1.0 for value in rest.values())


def test_resonance_by_segment_is_that_of_all_channels_together() -> None:
    env = make_vec(NAME, 1, **{**AMPLE, "channels": ["email"], "population": 4000})
    env.reset([1])
    actions = np.zeros((1, 2, agent_choices(env.scenario).shape[1]), np.int64)
    actions[0, 0, 0:18:3] = 4
    step = env.step(actions)
    email, above = (
        named(env.scenario, step.observations[0, row], agent)
        for row, agent in enumerate(env.agents)
    )
    for segment in range(6):
        name = f"segment_{segment}/message_engagement/{MESSAGES[0]}"
        assert above[name] == pytest.approx(email[name], rel=1e-6)
        assert above[name] != 0.5


def test_a_channel_remembers_its_wish_and_its_dashboard_what_was_said() -> None:
    env = make_vec(NAME, 1, **AMPLE)
    env.reset([1])
    actions = np.zeros((1, 5, agent_choices(env.scenario).shape[1]), np.int64)
    actions[0, :-1, 0:18:3], actions[0, :-1, 1:18:3], actions[0, :-1, 2:18:3] = 4, 1, 2
    actions[0, -1, 0:18:3], actions[0, -1, 2:18:3] = 4, 2
    email = named(env.scenario, env.step(actions).observations[0, 0], "email_0")
    for segment in range(6):
        where = f"segment_{segment}"
        assert email[f"{where}/own_message/{MESSAGES[1]}"] == 1.0
        assert email[f"{where}/own_offer"] == 1.0
        assert email[f"{where}/shared_message/{MESSAGES[3]}"] == 1.0
        assert email[f"{where}/shared_discount"] == 0.0
        assert email[f"{where}/message_engagement/{MESSAGES[1]}"] == 0.5
        assert email[f"{where}/message_engagement/{MESSAGES[3]}"] != 0.5


def test_without_directives_channels_see_what_they_would_see_without_an_orchestrator() -> None:
    above, alone = (make_vec(name, 2, **AMPLE) for name in (NAME, "quartet"))
    seen, same = above.reset([1, 2]), alone.reset([1, 2])
    width, states = alone.observation_size, alone.state_size
    for seed in range(14):
        actions = random_actions(alone.scenario, 2, seed)
        led = np.zeros((2, *agent_choices(above.scenario).shape), np.int64)
        led[:, :-1, : actions.shape[2]] = actions
        np.testing.assert_array_equal(seen[:, :-1, :width], same)
        np.testing.assert_array_equal(above.states()[:, :states], alone.states())
        seen, same = above.step(led).observations, alone.step(actions).observations


def test_the_state_holds_the_directives() -> None:
    env, _ = lived()
    known = dict(zip(state_names(env.scenario), env.states()[0].tolist(), strict=True))
    for segment in range(6):
        for name, value in shown(segment).items():
            assert known[f"{AGENT}/segment_{segment}/{name}"] == value
    shares = [known[f"{AGENT}/share/{channel}"] for channel in env.scenario.channels]
    assert shares == [weight / 8 for weight in WEIGHTS]


def test_a_snapshot_brings_everything_back() -> None:
    env, _ = lived()
    saved, other = env.snapshot(), make_vec(NAME, 2, **SMALL)
    other.reset([7, 8])
    other.restore(pickle.loads(pickle.dumps(saved)))
    for seed in range(5):
        actions = random_actions(env.scenario, 2, 10 + seed)
        one, two = env.step(actions), other.step(actions)
        np.testing.assert_array_equal(one.observations, two.observations)
        np.testing.assert_array_equal(one.rewards, two.rewards)


def test_in_pettingzoo_every_agent_has_spaces_of_its_own() -> None:
    env = make(NAME, **SMALL)
    observations, infos = env.reset(seed=1)
    email, above = env.action_space("email_0"), env.action_space(AGENT)
    assert isinstance(email, gymnasium.spaces.MultiDiscrete)
    assert isinstance(above, gymnasium.spaces.MultiDiscrete)
    assert email.nvec.tolist() == [5, 4, 3] * 6 + [4]
    assert above.nvec.tolist() == [5, 5, 3] * 6 + [5] * 4
    for agent, seen in observations.items():
        assert len(env.feature_names(agent)) == len(seen)
        assert env.observation_space(agent).contains(seen)
    truth = {f"system/{name}" for name in SYSTEM_METRICS}
    company = {"system/bursts", "system/post_purchase_discounts"}
    assert set(infos[AGENT]) == truth | company
    assert set(infos["email_0"]) > truth | company


@pytest.mark.parametrize("action_type", ["discrete", "continuous"])
def test_other_kinds_of_actions(action_type: Any) -> None:
    env = make(NAME, action_type=action_type, **SMALL)
    env.reset(seed=1)
    space, scenario = env.action_space(AGENT), env.scenario
    if isinstance(space, gymnasium.spaces.Discrete):
        every = {tuple(to_choices(scenario, action, AGENT)) for action in range(int(space.n))}
        assert len(every) == 5 * 5 * 3
        assert all(parts[:3] == parts[3:6] and parts[-4:] == (0, 0, 0, 0) for parts in every)
    else:
        top = to_choices(scenario, np.ones(space.shape or (), np.float32), AGENT)
        assert top.tolist() == (choices(scenario, AGENT) - 1).tolist()
    for _ in range(3):
        env.step({agent: env.action_space(agent).sample() for agent in env.agents})


def test_masks_leave_the_orchestrator_every_choice() -> None:
    env = make(NAME, action_mask="info", **{**SMALL, "budget": {"amount": 0.0}})
    _, infos = env.reset(seed=1)
    assert infos[AGENT]["action_mask"].all()
    assert not infos["email_0"]["action_mask"].all()
    assert len(infos[AGENT]["action_mask"]) == choices(env.scenario, AGENT).sum()


@pytest.mark.parametrize("action_type", ["multi_discrete", "discrete", "continuous"])
def test_one_controller_may_play_everybody(action_type: Any) -> None:
    env = SingleAgentEnv(NAME, action_type=action_type, **SMALL)
    parallel = make(NAME, action_type=action_type, **SMALL)
    seen, _ = env.reset(seed=3)
    assert len(env.names()) == len(set(env.names())) == len(seen)
    assert env.observation_space.contains(seen)
    sizes = [len(parallel.feature_names(agent)) for agent in parallel.possible_agents]
    assert len(seen) == sum(sizes)
    env.action_space.seed(1)
    action = env.action_space.sample()
    widths = [space.shape[0] if space.shape else 1 for space in parallel.action_spaces.values()]
    assert action.shape == (sum(widths),)
    over = False
    while not over:
        seen, _, _, over, _ = env.step(env.action_space.sample())
        assert env.observation_space.contains(seen)


@pytest.mark.parametrize("action_type", ["multi_discrete", "discrete"])
def test_its_masks_are_those_of_the_agents(action_type: Any) -> None:
    fields = {**SMALL, "action_type": action_type, "budget": {"amount": 0.0}}
    central, parallel = SingleAgentVectorEnv(NAME, 2, **fields), make(NAME, **fields)
    central.reset(seed=3)
    parallel.reset(seed=3)
    masks = [parallel.action_masks(agent) for agent in parallel.agents]
    np.testing.assert_array_equal(central.action_masks(), [np.concatenate(masks)] * 2)


def test_one_controller_does_what_the_agents_do() -> None:
    central, parallel = SingleAgentEnv(NAME, **SMALL), make(NAME, **SMALL)
    rng = np.random.default_rng(0)
    actions = {
        agent: rng.integers(choices(parallel.scenario, agent)) for agent in parallel.possible_agents
    }
    central.reset(seed=3)
    parallel.reset(seed=3)
    seen = central.step(np.concatenate(list(actions.values())))[0]
    expected, *_ = parallel.step(actions)
    np.testing.assert_array_equal(seen, np.concatenate(list(expected.values())))


@pytest.mark.parametrize(
    ("action_type", "wrong", "told"),
    [
        ("discrete", 75, f"action of {AGENT} in environment 0 is 75; expected 0 to 74"),
        ("continuous", 1.5, f"action of {AGENT} in environment 0 is 1.5; expected 0 to 1"),
    ],
)
def test_a_wrong_action_of_the_controller_is_named(
    action_type: Any, wrong: float, told: str, error_line: ErrorLine
) -> None:
    env = SingleAgentVectorEnv(NAME, 1, action_type=action_type, **SMALL)
    env.reset(seed=1)
    actions = np.zeros_like(env.action_space.sample())
    actions[0, -1] = wrong
    assert error_line(lambda: env.step(actions)) == told
