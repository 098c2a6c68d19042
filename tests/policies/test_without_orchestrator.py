"""Policies of channels where there is an orchestrator, and the one that plays it by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs import load_scenario, make, make_vec
from onevoice.envs.interface.directives import AGENT
from onevoice.envs.interface.observation import feature_names
from onevoice.envs.spec.scenario import MESSAGES, Scenario
from onevoice.policies import Actions, Policy, fit, load, open_loop
from onevoice.policies import make as make_policy
from onevoice.policies.cem import CemConfig
from onevoice.policies.mixed import Mixed, Silenced
from onevoice.policies.shuffled import Shuffled
from onevoice.policies.without_orchestrator import without_orchestrator

ENVS, CHANNELS = 2, 4
NAMES = ("silent", "random", "manual", "greedy", "coordinated")


def scenario(orchestrated: bool = True, **changes: Any) -> Scenario:
    kind = "orchestrator" if orchestrated else "rules"
    fields: dict[str, Any] = {"population": 200, "days": 7, "budget": {"amount": 1e7}, **changes}
    return load_scenario("quartet", coordination={"kind": kind}, **fields)


def play(policy: Policy, world: Scenario) -> tuple[Actions, float]:
    """What a policy does in a week, ``[T, B, A, E]``, and the net customer value it ends with."""
    env, actions = make_vec(world, ENVS), []
    observations = env.reset([1, 2])
    policy.attach(env)
    policy.reset(ENVS, 5)
    step = None
    for _ in range(world.decisions):
        actions.append(policy.act_batch(observations))
        step = env.step(actions[-1])
        observations = step.observations
    assert step is not None
    assert step.final_metrics is not None
    return np.stack(actions), float(step.final_metrics["ncv"].mean())


@pytest.mark.parametrize("name", NAMES)
def test_baselines_play_the_channels_as_if_nobody_were_above_them(name: str) -> None:
    """Where the split of the budget does not matter, because there is plenty."""
    above, alone = scenario(), scenario(orchestrated=False)
    led, value = play(make_policy(name, above), above)
    free, same = play(make_policy(name, alone), alone)
    width = free.shape[-1]
    np.testing.assert_array_equal(led[:, :, :CHANNELS, :width], free)
    assert not led[:, :, -1].any()
    assert not led[..., :CHANNELS, width:].any()
    assert value == same


def test_the_reference_plans_for_the_channels() -> None:
    world = scenario(days=1, population=60)
    actions, _ = play(make_policy("planner", world), world)
    assert actions[..., :CHANNELS, :].any()
    assert not actions[:, :, -1].any()


def test_a_fitted_plan_is_kept_with_neutral_directives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_loop, "ROUNDS", 1)
    monkeypatch.setattr(open_loop, "MARKETS", 1)
    monkeypatch.setattr(open_loop, "SEARCH", CemConfig(plans=8, elite=2))
    world = scenario(days=2, population=30)
    found, kept = (
        play(one, world)[0] for one in (fit("open_loop", world, tmp_path), load(tmp_path))
    )
    np.testing.assert_array_equal(found, kept)
    assert found[..., :CHANNELS, :].any()
    assert not found[:, :, -1].any()


def test_a_company_without_an_orchestrator_is_left_as_it_is() -> None:
    world = load_scenario("quartet", coordination={"kind": "none", "gap": {}})
    assert without_orchestrator(world) is world
    assert without_orchestrator(scenario()).agents == world.agents


def test_one_voice_by_hand_leads_with_what_resonates() -> None:
    world = scenario()
    policy = make_policy("scripted_orchestrator", world)
    policy.reset(1, 0)
    seen = np.full((1, 5, max(len(feature_names(world, a)) for a in world.agents)), 0.5, np.float32)
    for segment in range(world.segments.count):
        best = MESSAGES[(segment + 1) % len(MESSAGES)]
        seen[
            0, -1, feature_names(world, AGENT).index(f"segment_{segment}/message_engagement/{best}")
        ] = 0.6
    directives = policy.act_batch(seen)[0, -1]
    segments = 3 * world.segments.count
    leads = [1 + (segment + 1) % len(MESSAGES) for segment in range(world.segments.count)]
    assert directives[0:segments:3].tolist() == leads
    assert set(directives[1:segments:3]) == set(directives[2:segments:3]) == {2}
    assert not directives[segments:].any()


def test_one_voice_by_hand_needs_an_orchestrator() -> None:
    with pytest.raises(
        OneVoiceError, match="'scripted_orchestrator' plays an orchestrator, which the scen"
    ):
        make_policy("scripted_orchestrator", scenario(orchestrated=False))


def test_the_orchestrator_is_one_more_agent_to_mix_shuffle_and_leave_out() -> None:
    world = scenario()
    random, led = make_policy("random", world), make_policy("scripted_orchestrator", world)
    mixed = Mixed(world, {**dict.fromkeys(world.channels, random), "orchestrator": led})
    actions, _ = play(mixed, world)
    np.testing.assert_array_equal(actions[..., :CHANNELS, :], play(random, world)[0][..., :4, :])
    assert actions[:, :, -1].any()
    left_out, _ = play(Silenced(mixed, "orchestrator", 2, 5), world)
    busy = left_out[:, :, -1].any(axis=(1, 2))
    assert busy.tolist() == [True, True, False, False, False, True, True]
    assert play(Shuffled(mixed), world)[0][:, :, -1].any()
    with pytest.raises(OneVoiceError, match="players: 'orchestrator' is missing"):
        Mixed(world, dict.fromkeys(world.channels, random))


def test_a_policy_plays_agents_of_different_kinds_in_pettingzoo() -> None:
    world = scenario()
    env, policy = make(world), make_policy("scripted_orchestrator", world)
    observations, _ = env.reset(seed=1)
    assert len({row.shape for row in observations.values()}) == 2
    while env.agents:
        actions = policy.act(observations)
        assert all(env.action_space(agent).contains(actions[agent]) for agent in env.agents)
        observations, *_ = env.step(actions)
    wrong = dict.fromkeys(env.possible_agents, np.zeros(3, np.float32))
    with pytest.raises(OneVoiceError, match=r"that of email_0 has shape \(3,\); expected"):
        policy.act(wrong)
