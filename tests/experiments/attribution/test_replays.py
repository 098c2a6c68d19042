"""Replays: the recorded run is one of them; they differ in the silent channels alone."""

from typing import Any

import numpy as np
import pytest

from onevoice.envs.company.attribution import leave_one_out, shapley
from onevoice.envs.company.touch_log import ENGAGEMENT, PURCHASE, TOUCH, Events
from onevoice.envs.engine import kernels
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.attribution.run import (
    HeldOutMarket,
    coalitions,
    measure,
    measure_market,
    only,
    replay_coalitions,
    totals,
)
from onevoice.experiments.core.trajectories import Trajectory, play
from onevoice.policies import make
from onevoice.policies.base import Actions, Observations, Policy
from tests.experiments.attribution.builders import config, held_out, scenario

SEARCH = 2


class Muted(Policy):
    """Another policy that leaves one channel silent."""

    def __init__(self, other: Policy, place: int) -> None:
        super().__init__(other.scenario)
        self.other, self.place = other, place

    def reset(self, num_envs: int, seed: int) -> None:
        super().reset(num_envs, seed)
        self.other.reset(num_envs, seed)

    def act_batch(self, observations: Observations) -> Actions:
        actions = self.other.act_batch(observations)
        actions[:, self.place, 0:-1:3] = 0
        return actions


def same(one: Trajectory, other: Trajectory) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def without_journal(at: HeldOutMarket, policy: Policy) -> Trajectory:
    return play(at.scenario, policy, [at.id], [at.seed]).trajectory


SPLIT = {"kind": "split", "amount": 30, "split": {"email": 0.02, "social": 9.98, "search": 20}}


@pytest.mark.parametrize(
    ("budget", "dry"),
    [({"amount": 10**5}, False), ({"amount": 20}, True), (SPLIT, True)],
    ids=["ample", "dry", "split"],
)
@pytest.mark.parametrize("lanes", ["one lane", "lanes"])
def test_the_journal_changes_no_count_and_holds_them_all(
    budget: dict[str, Any], dry: bool, lanes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lanes == "lanes":
        monkeypatch.setattr("onevoice.envs.engine.blocks.BLOCKS_PER_GROUP", 2)
    at = held_out(scenario(budget=budget, block=32, segments={}))
    played, events = at.record(make("random", at.scenario))
    assert same(played.trajectory, without_journal(at, make("random", at.scenario)))
    tally = played.trajectory.channels.sum(axis=(0, 1))
    assert (tally[:, kernels.REFUSED].sum() > 0) == dry
    check_events(events, tally, played.trajectory.system.sum(axis=(0, 1)))


def check_events(events: Events, channels: Any, system: Any) -> None:
    bought = events.kind == PURCHASE
    assert bought.sum() == system[kernels.ORDERS] > 0
    assert events.revenue[bought].sum() == system[kernels.REVENUE]
    for kind, column in ((TOUCH, kernels.TOUCHES), (ENGAGEMENT, kernels.ENGAGEMENTS)):
        counts = np.bincount(events.channel[events.kind == kind], minlength=len(channels))
        assert counts.tolist() == channels[:, column].tolist()


def test_coalitions_are_counted_in_bits() -> None:
    assert coalitions(2).astype(int).tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]


def test_only_members_act_and_their_messages_stay() -> None:
    actions = np.arange(1, 15).reshape(1, 1, 2, 7)
    members = np.array([[True, False], [True, True]])
    alone, both = only(actions, members)[0]
    assert both.tolist() == actions[0, 0].tolist()
    assert alone[0].tolist() == actions[0, 0, 0].tolist()
    assert alone[1].tolist() == [0, 9, 10, 0, 12, 13, 14]


@pytest.mark.parametrize("amount", [2000, 20])
def test_all_channels_together_are_the_recorded_run(amount: float) -> None:
    at = held_out(scenario(budget={"amount": amount}))
    played, _ = at.record(make("random", at.scenario))
    everyone = at.replay(only(played.actions, np.ones((1, 3), np.bool_)))
    assert same(everyone, played.trajectory)


def test_a_coalition_in_a_batch_is_the_same_as_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    at = held_out(scenario())
    played, _ = at.record(make("random", at.scenario))
    together = replay_coalitions(at, played.actions)
    monkeypatch.setattr("onevoice.experiments.attribution.run.CUSTOMERS_AT_ONCE", 1)
    alone = replay_coalitions(at, played.actions)
    assert np.array_equal(together, alone)


def test_net_value_is_what_the_environment_reports() -> None:
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

    at = held_out(scenario())
    played, _ = at.record(make("random", at.scenario))
    env = ChannelsVectorEnv(at.scenario, 1, auto_reset=False)
    env.reset([at.seed], [at.id])
    for actions in played.actions:
        metrics = env.step(actions).final_metrics
    assert metrics is not None
    net = totals(at.scenario, played.trajectory).net[0]
    unit = 1000 / at.scenario.population * 28 / at.scenario.days
    assert net * unit == pytest.approx(metrics["ncv"][0])


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """Random channels, of which search is always silent."""
    asked = config(scenario("email", "social", "search", "content"))
    at = held_out(asked.scenario)
    return measure(at, Muted(make("random", at.scenario), SEARCH), asked)


@pytest.mark.parametrize("worth", ["revenue", "net"])
def test_shapley_divides_what_the_channels_caused(measured: dict[str, Any], worth: str) -> None:
    values = measured[worth]
    assert values.shape == (16,)
    assert values[-1] != values[0]
    assert shapley(values).sum() == pytest.approx(values[-1] - values[0])


def test_a_silent_channel_causes_nothing_and_is_credited_nothing(measured: dict[str, Any]) -> None:
    for worth in ("revenue", "net"):
        assert leave_one_out(measured[worth])[SEARCH] == 0.0
        assert shapley(measured[worth])[SEARCH] == pytest.approx(0.0, abs=1e-9)
    assert not measured["credits"][:, SEARCH].any()
    assert measured["credits"].sum(axis=1).min() > 0.0
    for name in ("claimed", "spend", "touches", "step_spend", "step_touches"):
        assert not measured[name][SEARCH].any()


def test_rewards_that_need_replays_of_their_own_leave_the_measurement_alone() -> None:
    plain, costly = (
        config(Scenario.model_validate(scenario().model_dump() | {"reward": {"credit": credit}}))
        for credit in ("claimed", "incremental")
    )
    one, two = (
        measure_market(asked, "market_1", lambda *reports: None) for asked in (plain, costly)
    )
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_progress_reaches_its_end() -> None:
    heard: list[tuple[str, int, int]] = []
    measure_market(config(), "market_0", lambda *reports: heard.append(reports))
    assert heard[-1] == ("task", 15 * 7, 15 * 7)
    assert [done for _, done, _ in heard] == sorted(done for _, done, _ in heard)
