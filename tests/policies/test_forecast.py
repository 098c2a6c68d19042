"""Copies of an environment: they stand where it stands, and go on as it would with its luck."""

import numpy as np
import pytest

from onevoice.envs.engine import kernels
from onevoice.envs.engine.market import market_ids
from onevoice.envs.engine.population import segment_sizes
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.policies.cem import Odds, Plans
from onevoice.policies.plan import manual_plan
from onevoice.policies.simulator import Forecast, Lived, thinned
from tests.policies.test_baselines import quartet

SCENARIO = quartet(population=150, days=20, market_split="test")
DAYS, LATER = 5, 6


def world(scenario: Scenario = SCENARIO, envs: int = 3) -> ChannelsVectorEnv:
    """Environments that followed the manual plan for some days."""
    env = ChannelsVectorEnv(scenario, envs)
    env.reset(range(envs), market_ids("test", envs))
    for day in range(DAYS):
        env.step(np.repeat(manual_plan(scenario, day)[None], envs, axis=0))
    return env


def some_plans(count: int, phases: int = 1) -> Plans:
    rng = np.random.Generator(np.random.PCG64(0))
    return Odds.even(SCENARIO, phases).draw(rng, count)


def lived(env: ChannelsVectorEnv, plan: Plans, row: int) -> tuple[F64, F64]:
    """What the environments really live through: expected NCV and spend by segment, $ ``[S]``."""
    worth = -env.survey.states[row, :, kernels.EQUITY].astype(np.float64)
    spent = np.zeros(len(worth))
    for _ in range(LATER):
        env.step(np.repeat(plan, env.num_envs, axis=0))
        system = env.tally.system[row].astype(np.float64)
        worth += system[:, kernels.EXPECTED_MARGIN] + system[:, kernels.CHURN_LUCK]
        spent += env.tally.channels[row, :, :, kernels.SPEND].sum(axis=0)
    worth += env.survey.states[row, :, kernels.EQUITY] - spent
    unit = 1000.0 / kernels.MONEY / env.scenario.population
    return worth * unit, spent * unit


@pytest.mark.parametrize("row", [0, 2])
def test_with_its_own_luck_a_copy_lives_on_exactly_as_the_environment(row: int) -> None:
    env, plan = world(), some_plans(1)
    snapshot, forecast = env.snapshot(), Forecast(SCENARIO, 4, 1000)
    luck = np.repeat(snapshot["population/markets/seeds"][row], 4).astype(np.uint64)
    forecast.resume(snapshot, row, luck)
    found = forecast.live(np.repeat(plan, 4, axis=0), LATER, LATER)
    worth, spent = lived(env, plan[0], row)
    assert found.worth[3] == pytest.approx(worth)
    assert found.spend[3] == pytest.approx(spent)
    assert (spent > 0).any()


def test_other_luck_leads_elsewhere_and_leaves_the_snapshot_alone() -> None:
    snapshot, forecast = world().snapshot(), Forecast(SCENARIO, 2, 1000)
    before = {name: array.copy() for name, array in snapshot.items()}
    forecast.resume(snapshot, 1, np.array([7, 8], np.uint64))
    found = forecast.live(some_plans(1).repeat(2, axis=0), LATER, LATER)
    assert (found.worth[0] != found.worth[1]).any()
    assert all(np.array_equal(snapshot[name], array) for name, array in before.items())


def compared(plans: Plans, copies: int, seed: int = 0) -> Lived:
    forecast = Forecast(SCENARIO, copies, 1000)
    rng = np.random.Generator(np.random.PCG64(seed))
    return forecast.compare(plans, forecast.begin, rng, 3, LATER)


def test_plans_are_compared_under_the_same_luck() -> None:
    plans = some_plans(1, 2).repeat(3, axis=0)
    found = compared(plans, 7)
    assert np.array_equal(found.worth, found.worth[:1].repeat(3, axis=0))
    assert not np.array_equal(found.worth, compared(plans, 7, seed=1).worth)


def test_what_a_plan_is_worth_does_not_depend_on_the_others() -> None:
    plans = some_plans(4, 2)
    assert np.array_equal(compared(plans, 8).worth[:2], compared(plans[:2], 4).worth)


def test_a_phase_is_held_and_the_last_one_goes_on() -> None:
    plans = some_plans(1, 2)
    long = np.concatenate([plans[:, :1]] * 3 + [plans[:, 1:]] * 3, axis=1)
    forecast, found = Forecast(SCENARIO, 1, 1000), []
    for plan, hold in ((plans, 3), (long, 1), (plans[:, :1], 1)):
        forecast.begin(np.array([5], np.uint64))
        found.append(forecast.live(plan, hold, LATER).worth)
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_a_thinned_company_keeps_every_segments_share_and_purse() -> None:
    few = quartet(population=50)
    sizes, kept = segment_sizes(SCENARIO), thinned(SCENARIO, few)
    segment = np.repeat(np.arange(len(sizes)), sizes)[kept]
    assert len(np.unique(kept)) == 50
    assert np.bincount(segment).tolist() == segment_sizes(few).tolist()
    snapshot, forecast = world().snapshot(), Forecast(SCENARIO, 2, 50)
    forecast.resume(snapshot, 0, np.array([1, 2], np.uint64))
    worth, spend = forecast.live(some_plans(1).repeat(2, axis=0), LATER, LATER)
    assert np.isfinite(worth).all()
    assert 0 < spend[0].sum() <= SCENARIO.budget.amount
