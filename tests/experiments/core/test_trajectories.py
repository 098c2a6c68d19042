"""Trajectories: stretches add up to the whole, one can go back, sums are the metrics."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from onevoice.envs import load_scenario
from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import MONEY
from onevoice.experiments.core.trajectories import Episodes, Played, Trajectory, play
from onevoice.experiments.core.windows import Window
from onevoice.policies import make
from onevoice.policies.base import Actions, Observations, Policy

ErrorLine = Callable[[Callable[[], object]], str]
SCENARIO = load_scenario(
    "quartet", population=120, days=20, tick_hours=12, budget={"kind": "pooled", "amount": 60}
)
MARKETS, SEEDS = [3, 4, 3], [1, 2, 9]


def random_policy() -> Policy:
    policy = make("random", SCENARIO)
    policy.reset(len(SEEDS), 5)
    return policy


def episodes() -> Episodes:
    return Episodes(SCENARIO, MARKETS, SEEDS)


def assert_same(one: Played | Trajectory, other: Played | Trajectory) -> None:
    for left, right in zip(_arrays(one), _arrays(other), strict=True):
        np.testing.assert_array_equal(left, right)


def _arrays(one: Played | Trajectory) -> list[npt.NDArray[np.int64]]:
    return [*one.trajectory, one.actions] if isinstance(one, Played) else list(one)


def test_a_trajectory_has_one_row_a_decision_and_one_more_of_customers() -> None:
    trajectory = episodes().play(random_policy(), 6).trajectory
    assert trajectory.channels.shape == (6, 3, 4, kernels.CHANNEL_COLUMNS)
    assert trajectory.system.shape == (6, 3, kernels.SYSTEM_COLUMNS)
    assert trajectory.survey.shape == (7, 3, kernels.SURVEY_COLUMNS)
    assert trajectory.subscribed.shape == (7, 3, 4)
    assert (trajectory.survey[0, :, kernels.ALIVE] == SCENARIO.population).all()
    assert trajectory.channels[..., kernels.TOUCHES].any()


def test_back_at_a_moment_the_same_follows() -> None:
    stage, policy = episodes(), make("greedy", SCENARIO)
    policy.reset(len(SEEDS), 0)
    stage.play(policy, 4)
    moment, state = stage.mark(), stage.env.snapshot()
    first = stage.play(random_policy(), 5)
    stage.play(random_policy(), 3)
    stage.back(moment)
    for name, array in stage.env.snapshot().items():
        np.testing.assert_array_equal(array, state[name], err_msg=name)
    assert_same(stage.play(random_policy(), 5), first)


class Echo(Policy):
    """Lets every bit of an observation decide."""

    def act_batch(self, observations: Observations) -> Actions:
        level = (observations.view(np.uint32).sum(axis=2, dtype=np.int64) % 5)[..., None]
        rest = np.zeros((*level.shape[:2], 3 * self.scenario.segments.count), np.int64)
        return np.concatenate([level, rest], axis=2)


def test_going_back_takes_back_what_the_channels_saw() -> None:
    stage, echo = episodes(), Echo(SCENARIO)
    stage.play(echo, 6)
    moment = stage.mark()
    first = stage.play(echo, 8)
    stage.back(moment)
    assert_same(stage.play(echo, 8), first)
    assert len(np.unique(first.actions[..., 0])) == 5


def test_what_is_tried_at_a_moment_leaves_no_trace() -> None:
    straight, tried = episodes(), episodes()
    moment = tried.mark()
    tried.play(make("silent", SCENARIO), 7)
    tried.back(moment)
    assert_same(tried.play(random_policy(), 6), straight.play(random_policy(), 6))


def test_two_stretches_joined_are_the_whole() -> None:
    policy, stage = random_policy(), episodes()
    early, late = stage.play(policy, 4), stage.play(policy, 3)
    whole = episodes().play(random_policy(), 7)
    assert_same(early.trajectory.then(late.trajectory), whole.trajectory)
    np.testing.assert_array_equal(np.concatenate([early.actions, late.actions]), whole.actions)


def test_play_is_an_episode_whose_policy_starts_with_the_first_seed() -> None:
    policy = make("random", SCENARIO)
    policy.reset(len(SEEDS), SEEDS[0])
    whole = episodes().play(policy, SCENARIO.decisions)
    assert_same(play(SCENARIO, make("random", SCENARIO), MARKETS, SEEDS), whole)
    some = play(SCENARIO, make("random", SCENARIO), MARKETS, SEEDS, decisions=3)
    np.testing.assert_array_equal(some.trajectory.system, whole.trajectory.system[:3])


def test_threads_and_company_change_nothing() -> None:
    alone = play(SCENARIO, make("manual", SCENARIO), MARKETS[1:2], SEEDS[1:2])
    threaded = play(SCENARIO, make("manual", SCENARIO), MARKETS, SEEDS, threads=3)
    np.testing.assert_array_equal(threaded.trajectory.channels[:, 1:2], alone.trajectory.channels)
    np.testing.assert_array_equal(threaded.trajectory.survey[:, 1:2], alone.trajectory.survey)


def test_progress_is_told_after_every_decision() -> None:
    told: list[tuple[int, int]] = []
    episodes().play(random_policy(), 3, progress=lambda *one: told.append(one))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_sums_are_the_metrics_of_the_environment() -> None:
    stage = episodes()
    window = Window(SCENARIO, stage.play(random_policy(), 9).trajectory, 0, 9)
    metrics = stage.env.metrics()
    for name in ("touches", "engagements", "clicks", "opt_outs"):
        expected = sum(metrics[f"{channel}/{name}"] for channel in SCENARIO.channels)
        np.testing.assert_array_equal(window.total(name.upper()), expected)
    for channel in SCENARIO.channels:
        for column, name in (("SPEND", "spend"), ("CLAIMED", "claimed_revenue")):
            assert window.count(channel, column) == pytest.approx(metrics[f"{channel}/{name}"])
    people = SCENARIO.population
    for column, name, per in (("REVENUE", "revenue", 1), ("CONFLICTS", "conflicts", people)):
        assert window.system(column) / per == pytest.approx(metrics[name])
    for state in ("TRUST", "AWARENESS"):
        assert window.mean_state(state) == pytest.approx(metrics[state.lower()])
    assert window.ncv == pytest.approx(metrics["ncv"])
    assert window.equity() * people / 1000 == pytest.approx(metrics["equity"])
    assert (window.trajectory.channels[..., kernels.SPEND].sum(axis=(0, 2)) / MONEY > 0).all()


def test_a_market_that_loses_everybody_is_one_line(error_line: ErrorLine) -> None:
    doomed = load_scenario("smoke", population=1, customers={"churn": 1.0}, days=84)
    told = error_line(lambda: play(doomed, make("silent", doomed), [3], [1]))
    assert told.startswith("all customers of a market have left before its end; raise population")
