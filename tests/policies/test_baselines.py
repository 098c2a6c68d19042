"""Baselines: legal actions, determinism, the calendar, and that greed raises pressure."""

from typing import Any

import numpy as np
import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface.observation import feature_names
from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import AUDIENCES, MESSAGES, Scenario
from onevoice.policies import Actions, Observations, make
from onevoice.policies.baselines import BASELINES
from onevoice.policies.calendar import MODERATE, OFFER_EVERY_WEEKS, coordinated_plan, manual_plan
from onevoice.policies.greedy import Arms

ENVS = 3
NAMES = sorted(set(BASELINES) - {"planner", "scripted_orchestrator"})
"""All but those that have to see an environment, or to play an orchestrator."""


def quartet(**changes: Any) -> Scenario:
    return Scenario.model_validate(
        {"channels": ["email", "social", "search", "content"], **changes}
    )


def blank(scenario: Scenario, envs: int = ENVS) -> Observations:
    return np.zeros((envs, len(scenario.agents), len(feature_names(scenario))), np.float32)


def play(name: str, scenario: Scenario, seed: int = 0, decisions: int = 20) -> Actions:
    """Actions ``[T, B, A, E]`` where the dashboards show random numbers."""
    policy, rng = make(name, scenario), np.random.Generator(np.random.PCG64(1))
    policy.reset(ENVS, seed)
    shape = blank(scenario).shape
    seen = [rng.random(shape, dtype=np.float32) for _ in range(decisions)]
    return np.stack([policy.act_batch(observations) for observations in seen])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("offers", [(0.0,), (0.0, 0.1, 0.25)])
def test_actions_are_legal(name: str, offers: tuple[float, ...]) -> None:
    scenario = quartet(offers=offers)
    segments = scenario.segments.count
    limits = [INTENSITIES, len(MESSAGES), len(offers)] * segments + [len(AUDIENCES)]
    actions = play(name, scenario)
    assert actions.shape == (20, ENVS, 4, 3 * segments + 1)
    assert actions.dtype == np.int64
    assert (actions >= 0).all()
    assert (actions < limits).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_actions_after_any_past(name: str) -> None:
    assert np.array_equal(play(name, quartet(), 5), play(name, quartet(), 5))
    policy, scenario = make(name, quartet()), quartet()
    runs = []
    for _ in range(2):
        policy.reset(ENVS, 9)
        runs.append([policy.act_batch(blank(scenario)) for _ in range(8)])
    assert np.array_equal(runs[0], runs[1])


@pytest.mark.parametrize("name", ["random", "greedy"])
def test_another_seed_gives_other_actions(name: str) -> None:
    assert not np.array_equal(play(name, quartet(), 0), play(name, quartet(), 1))


def test_silent_says_nothing() -> None:
    assert not play("silent", quartet()).any()


def test_random_uses_every_choice_about_equally() -> None:
    pressures = play("random", quartet(), decisions=200)[..., 0:-1:3]
    shares = np.bincount(pressures.ravel(), minlength=INTENSITIES) / pressures.size
    assert shares == pytest.approx(np.full(INTENSITIES, 1 / INTENSITIES), abs=0.02)


def test_plan_is_moderate_everywhere_and_for_everyone() -> None:
    plans = np.stack([manual_plan(quartet(), day) for day in range(84)])
    assert (plans[..., 0:-1:3] == MODERATE).all()
    assert (plans[..., -1] == 0).all()


def test_a_campaign_lasts_four_weeks_and_each_channel_joins_it_a_week_later() -> None:
    messages = np.stack([manual_plan(quartet(), day)[:, 1] for day in range(0, 7 * 20, 7)])
    assert messages[:, 0].tolist() == [week // 4 % len(MESSAGES) for week in range(20)]
    for agent in range(1, 4):
        assert messages[agent:, agent].tolist() == messages[:-agent, 0].tolist()


def test_the_coordinated_plan_tells_one_story_at_a_time_and_gives_no_discount() -> None:
    plans = np.stack([coordinated_plan(quartet(), day) for day in range(7 * 20)])
    assert (plans[..., 1:-1:3] == plans[:, :1, 1:2]).all()
    assert set(np.unique(plans[..., 1:-1:3])) == set(range(len(MESSAGES)))
    assert (plans[..., 2:-1:3] == 0).all()
    assert (plans[..., 0:-1:3] == MODERATE).all()


def test_plan_gives_a_small_offer_in_one_week_of_four() -> None:
    offers = np.stack([manual_plan(quartet(), day)[:, 2] for day in range(28 * 3)])
    assert set(np.unique(offers)) == {0, 1}
    assert (offers == 1).mean(axis=0) == pytest.approx(np.full(4, 1 / OFFER_EVERY_WEEKS))


def test_plan_follows_days_whatever_the_length_of_a_decision() -> None:
    daily, half = quartet(), quartet(decision_hours=12)
    for day in range(20):
        assert np.array_equal(manual_plan(daily, day), manual_plan(half, 2 * day))
        assert np.array_equal(manual_plan(daily, day), manual_plan(half, 2 * day + 1))


def test_greedy_starts_from_the_plan() -> None:
    first = play("greedy", quartet(), decisions=1)[0]
    assert (first == manual_plan(quartet(), 0)).all()


def test_greedy_is_never_silent_and_addresses_everyone() -> None:
    actions = play("greedy", quartet(), decisions=150)
    assert set(np.unique(actions[..., 0:-1:3])) == set(range(1, INTENSITIES))
    assert (actions[..., -1] == AUDIENCES.index("everyone")).all()


def test_greedy_raises_pressure_where_its_own_claims_follow_it() -> None:
    scenario = quartet()
    policy, names = make("greedy", scenario), feature_names(scenario)
    claims = [names.index(f"segment_{s}/claims/last") for s in range(scenario.segments.count)]
    policy.reset(ENVS, 0)
    seen, pressures = blank(scenario), []
    for _ in range(84):
        actions = policy.act_batch(seen)
        pressures.append(actions[..., 0:-1:3].mean())
        seen[:, :, claims] = 0.1 + 0.1 * actions[..., 0:-1:3]
    assert pressures[0] == MODERATE
    assert np.mean(pressures[-28:]) > 3.2


def test_greedy_channels_know_nothing_of_each_other() -> None:
    scenario = quartet()
    names = feature_names(scenario)
    claims = [names.index(f"segment_{s}/claims/last") for s in range(scenario.segments.count)]
    runs = []
    for others in (0.0, 0.9):
        policy = make("greedy", scenario)
        policy.reset(ENVS, 0)
        seen = blank(scenario)
        seen[:, 1:, claims] = others
        seen[:, 0, claims] = 0.5
        runs.append([policy.act_batch(seen)[:, 0] for _ in range(30)])
    assert np.array_equal(runs[0], runs[1])


def test_arms_move_to_what_paid_and_lean_on_all_segments() -> None:
    arms = Arms((1, 1, 2), 3)
    choice = np.array([[[0, 1]]])
    arms.update(choice, np.array([[[0.5, 2.0]]]))
    values = arms.values()[0, 0]
    assert values[0].argmax() == 1  # learned in the other segment
    assert values[1].argmax() == 1
    assert values[1, 1] > values[0, 1]


def test_unknown_policy_names_the_nearest() -> None:
    with pytest.raises(OneVoiceError, match="did you mean 'greedy'"):
        make("gredy", quartet())


@pytest.mark.parametrize("name", NAMES)
def test_act_serves_one_pettingzoo_environment(name: str) -> None:
    scenario = quartet()
    policy = make(name, scenario)
    one = dict(zip(scenario.agents, blank(scenario, 1)[0], strict=True))
    for _ in range(3):
        actions = policy.act(one)
    assert tuple(actions) == scenario.agents
    assert all(a.shape == (3 * scenario.segments.count + 1,) for a in actions.values())
