"""Single pieces of a simulation: costs, cuts by hand, audiences, and conflicts by channels."""

import numpy as np
import pytest

from onevoice.envs.engine import kernels
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.typing import Arrays
from onevoice.experiments.claims.run import (
    CONFLICTS,
    PLAYED_MONTHS,
    UNLIMITED,
    audience_facts,
    claims_of,
    dearest_clicks,
    run_task,
    task_costs,
    with_channels,
)
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.trajectories import Episodes, play
from onevoice.policies.greedy import Greedy
from tests.experiments.claims.builders import MONTHS, company, config
from tests.experiments.core.builders import make_trajectory

CONFIG = config(seeds=2, growth_population=20, seed=3)
Progress = list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def counted() -> tuple[Arrays, Progress]:
    progress: Progress = []
    return run_task(CONFIG, CONFLICTS, lambda *one: progress.append(one)), progress


def test_all_sets_of_two_to_seven_channels_are_counted_in_every_simulation(
    counted: tuple[Arrays, Progress],
) -> None:
    members, conflicts = (
        np.asarray(counted[0][name], np.float64) for name in ("members", "conflicts")
    )
    assert members.shape == (120, 7)
    assert len(np.unique(members, axis=0)) == 120
    assert members.sum(axis=1).min() == 2
    assert conflicts.shape == (120, 2)
    assert (conflicts[members.all(axis=1)] > 0).all()


def test_conflicts_are_those_of_a_month_of_the_agents(counted: tuple[Arrays, Progress]) -> None:
    names = ("email", "social", "sms")
    members = np.array([name in names for name in CHANNEL_NAMES])
    (row,) = np.flatnonzero((np.asarray(counted[0]["members"]) == members).all(axis=1))
    scenario = with_channels(CONFIG.scenario, names, 20)
    seeds = episode_seeds(CONFIG.seed, 2)
    trajectory = play(scenario, Greedy(scenario), market_ids("test", 2), seeds).trajectory
    expected = trajectory.system[..., kernels.CONFLICTS].sum(axis=0) / 20
    np.testing.assert_allclose(np.asarray(counted[0]["conflicts"])[row], expected)


def test_progress_counts_the_sets(counted: tuple[Arrays, Progress]) -> None:
    assert counted[1] == [("task", done, 120) for done in range(1, 121)]


def test_chosen_channels_live_one_month_with_money_for_all() -> None:
    own = company()
    found = with_channels(own, ("email", "push"), 50)
    assert list(found.channels) == ["email", "push"]
    assert found.channels["email"] == own.channels["email"]
    assert (found.population, found.days, found.budget.amount) == (50, 28.0, UNLIMITED)
    assert found.customers == own.customers
    assert found.budget.kind == "pooled"


def test_costs_are_customer_months_of_every_task() -> None:
    costs = task_costs(CONFIG)
    assert list(costs) == [CONFLICTS, "simulation-0", "simulation-1"]
    assert costs["simulation-0"] == costs["simulation-1"] == 1000 * sum(MONTHS.values())
    assert sum(MONTHS.values()) == PLAYED_MONTHS


@pytest.mark.parametrize(
    ("columns", "dearest"),
    [
        ({"social/SPEND": 9, "social/CLICKS": 3, "search/SPEND": 8, "search/CLICKS": 2}, 2),
        ({"social/SPEND": 9, "social/CLICKS": 2, "search/SPEND": 8, "search/CLICKS": 2}, 1),
        ({"social/SPEND": 9, "social/CLICKS": 2, "content/SPEND": 5}, 3),
        ({"email/CLICKS": 5, "content/SPEND": 0.01, "content/CLICKS": 100}, 3),
    ],
)
def test_the_dearest_click_is_cut(columns: dict[str, float], dearest: int) -> None:
    assert dearest_clicks(make_trajectory(CONFIG.scenario, 4, columns)) == dearest


def test_claims_of_the_last_decisions_are_summed_over_platforms() -> None:
    columns = {"email/CLAIMED": [9, 1, 2], "search/CLAIMED": [9, 4, 8]}
    trajectory = make_trajectory(CONFIG.scenario, 3, columns)
    assert claims_of(trajectory, 2) == 150_000


def test_audiences_are_counted_and_aged_by_hand() -> None:
    episodes = Episodes(company(population=300), [0], [1])
    people, age = episodes.env.population.people, episodes.env.population.traits.age
    email, social = people.subscribed[0] == 1, people.subscribed[1] == 1
    facts = audience_facts(episodes)
    assert facts["audience/size"].tolist() == [email.sum(), social.sum()]
    assert facts["audience/age"] == pytest.approx([age[email].mean(), age[social].mean()])
    assert facts["audience/overlap"][0, 1] == (email & social).sum()
    assert np.diag(facts["audience/overlap"]).tolist() == facts["audience/size"].tolist()


def test_an_empty_audience_has_no_age() -> None:
    nobody = {**company().channels["social"].model_dump(), "reach": 0.0, "reach_per_decade": 0.0}
    channels = {**company().model_dump()["channels"], "social": nobody}
    facts = audience_facts(Episodes(company(channels=channels, population=50), [0], [1]))
    assert facts["audience/size"][1] == 0
    assert np.isnan(facts["audience/age"]).tolist() == [False, True]
