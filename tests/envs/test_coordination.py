"""The coordination layer's configuration, its metrics, and its place in snapshots."""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from onevoice.envs import load_scenario, make, make_vec
from onevoice.envs.spec.coordination import RULES
from tests.envs.builders import BUSY, random_actions

ErrorLine = Callable[[Callable[[], object]], str]
SMALL: dict[str, Any] = {"population": 150, "days": 8}
STALE: dict[str, Any] = {**SMALL, "observation": {"sync_lag_hours": 24}}
PRESETS = {
    "caps_only": ("quiet_hours", "channel_cap", "global_cap", "gap"),
    "exclusions_only": ("recent_purchase", "at_risk", "exclusion"),
    "consistency_only": ("priority", "lock"),
    "full": RULES,
}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_by_name(name: str) -> None:
    assert load_scenario("quartet", coordination=name).coordination.rules == PRESETS[name]


def test_a_preset_may_be_changed() -> None:
    changed = {"base": "full", "gap": None, "lock": {"hours": 24}}
    layer = load_scenario("quartet", coordination=changed).coordination
    assert "gap" not in layer.rules
    assert layer.lock is not None
    assert (layer.lock.hours, layer.lock.message) == (24.0, True)
    hours: dict[str, Any] = {"coordination__lock__hours": 12}
    dotted = load_scenario("quartet", coordination="full", **hours)
    assert dotted.coordination.lock is not None
    assert dotted.coordination.lock.hours == 12
    assert (
        load_scenario(dotted, coordination="caps_only").coordination.rules == PRESETS["caps_only"]
    )
    assert not load_scenario(dotted, coordination={"kind": "none"}).coordination.on


def test_a_single_rule_is_switched_on_by_one_of_its_fields() -> None:
    overrides: dict[str, Any] = {"coordination__kind": "rules", "coordination__gap__hours": 6}
    assert load_scenario("duet", **overrides).coordination.rules == ("gap",)


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        ({"gapp": {}}, "coordination.gapp: unknown key; did you mean 'gap'?"),
        ({"gap": {"hour": 3}}, "coordination.gap.hour: unknown key; did you mean 'hours'?"),
        ({"kind": "rule"}, "coordination.kind: is 'rule'; it should be 'none', 'rules' or 'orche"),
        ("fulll", "unknown coordination layer 'fulll'; did you mean 'full'?"),
        (
            {"priority": {"order": ["sms", "email", "sms"]}},
            "coordination.priority: order names 'sms' twice; name each channel once",
        ),
        (
            {"channel_cap": {"touches": {"email": 0}}, "global_cap": {"minimum": {"email": 1}}},
            "coordination: channel_cap.touches.email is 0, but global_cap.minimum.email is 1; "
            "raise the cap or lower the minimum",
        ),
        (
            {"channel_cap": {"touches": {"email": 2}}, "global_cap": {"minimum": {"email": 3}}},
            "coordination: channel_cap.touches.email is 2, but global_cap.minimum.email is 3; ",
        ),
        ({"channel_cap": {"touches": {"emial": 1}}}, "coordination.channel_cap.touches.emial: "),
        (
            {"lock": {"message": False, "offer": False}},
            "coordination.lock: message and offer are both false; set one, or no lock at all",
        ),
        ({"quiet_hours": {"start": 8, "end": 8}}, "coordination.quiet_hours: start and end are "),
        ({"holdout": {"all": 1.0}}, "coordination.holdout.all: is 1.0; it should be less than 1"),
        ({"gap": {"hours": 0}}, "coordination.gap.hours: is 0; it should be greater than 0"),
        (
            {"gap": {"hours": 193}},
            "coordination.gap looks back 193 hours and sync_lag_hours 0 more, above 64 ticks; "
            "shorten its hours or raise tick_hours",
        ),
        (
            {"sync_lag_hours": 3},
            "coordination.sync_lag_hours: unknown key; did you mean 'observation.sync_lag_hours'?",
        ),
    ],
)
def test_a_mistake_is_told_in_one_line(layer: Any, told: str, error_line: ErrorLine) -> None:
    given = {"kind": "rules", **layer} if isinstance(layer, dict) else layer
    line = error_line(lambda: load_scenario("quartet", coordination=given))
    assert line.startswith(told)


def test_windows_and_nights_are_held_against_tick_and_lag(error_line: ErrorLine) -> None:
    line = error_line(
        lambda: load_scenario("quartet", coordination="full", observation={"sync_lag_hours": 48})
    )
    told = (
        "coordination.channel_cap looks back 168 hours and sync_lag_hours 48 more, above 64 ticks"
    )
    assert told in line
    night = {"kind": "rules", "quiet_hours": {}}
    line = error_line(lambda: load_scenario("quartet", coordination=night, tick_hours=24))
    assert line.startswith("coordination.quiet_hours cover the start of every tick of 24 hours; ")
    assert not load_scenario("quartet", tick_hours=1).coordination.on


@pytest.mark.parametrize("changes", [SMALL, STALE])
def test_a_snapshot_holds_all_that_rules_know(changes: dict[str, Any]) -> None:
    env = make_vec("quartet", 2, coordination="full", **changes)
    env.reset([1, 2])
    actions = [random_actions(env.scenario, 2, step) for step in range(7)]
    for step in actions[:5]:
        env.step(step)
    twin = pickle.loads(pickle.dumps(make_vec("quartet", 2, coordination="full", **changes)))
    twin.restore(env.snapshot())
    for step in actions[5:]:
        left, right = env.step(step), twin.step(step)
        np.testing.assert_array_equal(left.observations, right.observations)
        np.testing.assert_array_equal(env.tally.coordination, twin.tally.coordination)
        assert env.tally.coordination.any()
    for name, values in env.metrics().items():
        np.testing.assert_array_equal(values, twin.metrics()[name], err_msg=name)


def test_counterfactuals_leave_no_trace() -> None:
    def live(credit: str) -> dict[str, Any]:
        env = make_vec("quartet", 1, coordination="full", reward={"credit": credit}, **STALE)
        env.reset([4])
        for step in range(6):
            env.step(random_actions(env.scenario, 1, step))
        return dict(env.population.snapshot())

    one, two = live("team"), live("incremental")
    for name, array in one.items():
        np.testing.assert_array_equal(array, two[name], err_msg=name)


def test_an_episode_begins_without_a_past() -> None:
    env = make_vec("quartet", 1, coordination="full", **SMALL)
    env.reset([4])
    while not env.step(random_actions(env.scenario, 1, env._steps[0])).truncated[0]:
        pass
    assert not env.population.state()["customers/history"].any()
    again = make_vec("quartet", 1, coordination="full", **SMALL)
    again.restore(env.snapshot())
    for step in range(3):
        left, right = (e.step(random_actions(e.scenario, 1, step)) for e in (env, again))
        np.testing.assert_array_equal(left.observations, right.observations)


def test_metrics_name_what_rules_did() -> None:
    rules = {"kind": "rules", **BUSY}
    env = make_vec("quartet", 2, coordination=rules, observation={"sync_lag_hours": 24}, **SMALL)
    env.reset([1, 2])
    tallies = []
    for step in range(6):
        env.step(random_actions(env.scenario, 2, step))
        tallies.append(env.tally)
    metrics = env.metrics()
    assert list(metrics) == env.metric_names
    layer = np.sum([tally.coordination for tally in tallies], axis=0).sum(axis=2)
    for place, name in enumerate(env.scenario.channels):
        blocked = sum(metrics[f"{name}/blocked/{rule}"] for rule in RULES)
        np.testing.assert_array_equal(metrics[f"{name}/wishes"], layer[:, place, 0])
        np.testing.assert_array_equal(blocked, layer[:, place, 1:11].sum(axis=1))
        leaks = sum(metrics[f"{name}/leaks/{rule}"] for rule in RULES)
        np.testing.assert_array_equal(leaks, layer[:, place, 11:21].sum(axis=1))
    assert metrics["email/leaks/gap"].sum() > 0
    np.testing.assert_array_equal(metrics["bursts"], layer[:, -1, 24])
    own = [metrics[f"{name}/post_purchase_discounts"] for name in env.scenario.channels]
    np.testing.assert_array_equal(metrics["post_purchase_discounts"], sum(own))
    held = env.population.held_out()
    np.testing.assert_array_equal(metrics["held_out"], held[:, -1])
    revenue, mine = metrics["revenue"], layer[:, :, 23] / 10_000
    treated = (revenue - mine[:, -1]) / (150 - held[:, -1])
    lift = 1000 * (treated - mine[:, -1] / held[:, -1])
    np.testing.assert_allclose(metrics["lift"], lift)
    free = (revenue - mine[:, -1] - mine[:, 0]) / (150 - held[:, -1] - held[:, 0])
    np.testing.assert_allclose(metrics["email/lift"], 1000 * (free - mine[:, 0] / held[:, 0]))


def test_only_rules_that_are_on_have_metrics_and_without_a_layer_there_are_none() -> None:
    names = make_vec("duet", 1, coordination={"kind": "rules", "gap": {}}, **SMALL).metric_names
    extra = set(names) - set(make_vec("duet", 1, **SMALL).metric_names)
    own = ("wishes", "blocked/gap", "leaks/gap", "post_purchase_discounts")
    expected = {f"{channel}/{name}" for channel in ("email", "social") for name in own}
    assert extra == expected | {"bursts", "post_purchase_discounts"}


def test_infos_hold_the_layers_counts() -> None:
    env = make("quartet", coordination="full", **SMALL)
    env.reset(seed=3)
    for _ in range(3):
        *_, infos = env.step({agent: env.action_space(agent).sample() for agent in env.agents})
    plain = make("quartet", **SMALL)
    _, before = plain.reset(seed=3)
    metrics = env._engine.metrics()
    for agent, info in infos.items():
        channel = agent.removesuffix("_0")
        assert info["wishes"] == metrics[f"{channel}/wishes"][0]
        assert info["blocked/gap"] == metrics[f"{channel}/blocked/gap"][0]
        assert info["system/bursts"] == metrics["bursts"][0]
        assert info["system/equity"] == metrics["equity"][0]
        assert info["touches"] == metrics[f"{channel}/touches"][0]
        assert before[agent].keys() < info.keys()
    assert sum(info["wishes"] for info in infos.values()) > 0
