"""Contests: what is missing is told, ratios are of seconds per unit, contenders take steps."""

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from onevoice.envs import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.speed import Config
from onevoice.experiments.speed.config import DECISIONS
from onevoice.experiments.speed.engine import loud_actions
from onevoice.experiments.speed.peers import contests, environments
from onevoice.experiments.speed.peers.contests import PEERS, STEPS, Contest, Peer, Side, contend
from onevoice.experiments.speed.peers.environments import Contender

SMOKE = load_scenario("smoke", population=10)
CONFIG = Config(scenario=SMOKE, seconds=1e-6, peer_population=20, object_population=20)


def peer(module: str, contest: Contest | None) -> Peer:
    return Peer("somebody", module, STEPS, None, lambda config: contest)


def test_a_peer_that_is_not_installed_is_told() -> None:
    missing = peer("a_package_that_nobody_has", None)
    result = contend(missing, CONFIG)
    assert result is not None
    assert (result.peer, result.contest, result.ratio) == (missing, None, None)


def test_a_contest_that_we_cannot_enter_is_left_out() -> None:
    assert contend(peer("numpy", None), CONFIG) is None


def test_the_ratio_is_that_of_seconds_per_unit() -> None:
    ours, theirs = Side(lambda: 3.0, units=300.0), Side(lambda: 0.5, units=5.0)
    result = contend(peer("numpy", Contest(ours, theirs, 256)), CONFIG)
    assert result is not None
    assert result.ours is not None
    assert result.ours == pytest.approx((0.01, 0.01, 0.01))
    assert result.theirs == pytest.approx((0.1, 0.1, 0.1))
    assert result.ratio == pytest.approx(10.0)


def test_loud_actions_spare_nothing() -> None:
    joint = np.array(loud_actions(SMOKE, 3, 0))
    assert joint.shape == (DECISIONS, 3, 2, 7)
    assert joint[..., 0:-1:3].min() == 1
    assert joint[..., 0:-1:3].max() == 4
    assert not joint[..., -1].any()


@pytest.mark.parametrize("name", [one.name for one in PEERS if one.module in {"numpy", "mesa"}])
def test_customers_are_the_same_in_both_corners(name: str) -> None:
    [one] = [one for one in PEERS if one.name == name]
    pytest.importorskip(one.module)
    contest = one.prepare(CONFIG)
    assert contest is not None
    assert contest.customers == 20
    assert contest.ours.units == contest.theirs.units == 20 * SMOKE.ticks_per_decision
    assert contest.theirs.turn() > 0.0


def test_polars_and_the_engine_have_as_many_threads() -> None:
    polars = pytest.importorskip("polars")
    contest = contests.polars_customers(CONFIG)
    assert contest.threads == polars.thread_pool_size()
    assert contest.theirs.turn() > 0.0


def step(contender: Contender, copies: int) -> None:
    take = contender.begin()
    for joint in loud_actions(SMOKE, copies, 0)[:3]:
        take(joint)


def test_mpe_has_three_agents_that_go_on_after_an_episode() -> None:
    pytest.importorskip("mpe2")
    contender = environments.mpe2(0)
    assert contender.agents == 3
    for _ in range(10):
        step(contender, 1)


def test_vmas_steps_all_copies_at_once() -> None:
    pytest.importorskip("vmas")
    contender = environments.vmas(0, 4)
    assert contender.agents == 12
    step(contender, 1)


def test_supersuit_steps_copies_of_our_environment() -> None:
    pytest.importorskip("supersuit")
    contender = environments.supersuit(SMOKE, 2)
    assert contender.agents == 4
    step(contender, 2)


class OwnVecEnv:
    """A ``VecEnv`` of ours that notes the actions it is given."""

    def __init__(self, scenario: Scenario, copies: int) -> None:
        self.num_envs, self.given = copies * len(scenario.channels), list[Any]()

    def reset(self) -> None:
        self.given.clear()

    def step(self, actions: Any) -> None:
        self.given.append(actions)


def test_our_own_vec_env_gets_an_action_for_each_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(ChannelsVecEnv=OwnVecEnv)
    monkeypatch.setitem(sys.modules, "onevoice.training.sb3", module)
    contender = environments.own_vec_env(SMOKE, 3)
    assert contender is not None
    assert contender.agents == 6
    step(contender, 3)


def test_there_may_be_no_vec_env_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onevoice.training.sb3", None)
    assert environments.own_vec_env(SMOKE, 3) is None
    assert contests.supersuit_steps(CONFIG) is None
