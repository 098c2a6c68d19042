"""Copies of an environment: they stand where it stands, and go on as it would with its luck."""

import numpy as np
import pytest

from onevoice.envs.engine import kernels
from onevoice.envs.engine.blocks import segment_sizes
from onevoice.envs.engine.market import market_ids
from onevoice.envs.engine.thinning import thinned
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.policies.calendar import manual_plan
from onevoice.policies.cem import ChoiceProbabilities, Plans
from onevoice.policies.simulator import SimulatedValue, Simulator
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
    plans: Plans = ChoiceProbabilities.uniform(SCENARIO, phases).draw(rng, count)
    return plans


def lived(env: ChannelsVectorEnv, plan: Plans, row: int) -> tuple[F64, F64]:
    """What the environments really live through: expected NCV and spend by segment, $ ``[S]``."""
    value = -env.survey.states[row, :, kernels.EQUITY].astype(np.float64)
    spent = np.zeros(len(value))
    for _ in range(LATER):
        env.step(np.repeat(plan, env.num_envs, axis=0))
        system = env.tally.system[row].astype(np.float64)
        value += system[:, kernels.EXPECTED_MARGIN] + system[:, kernels.CHURN_LUCK]
        spent += env.tally.channels[row, :, :, kernels.SPEND].sum(axis=0)
    value += env.survey.states[row, :, kernels.EQUITY] - spent
    unit = 1000.0 / kernels.MONEY / env.scenario.population
    return value * unit, spent * unit


@pytest.mark.parametrize("row", [0, 2])
def test_with_its_own_luck_a_copy_lives_on_exactly_as_the_environment(row: int) -> None:
    env, plan = world(), some_plans(1)
    simulator = Simulator(SCENARIO, 4, 1000)
    simulator.resume(env.fork(1, [0], env=row), np.repeat(env.keys[row], 4))
    found = simulator.play(np.repeat(plan, 4, axis=0), LATER, LATER)
    value, spent = lived(env, plan[0], row)
    assert found.value[3] == pytest.approx(value)
    assert found.spend[3] == pytest.approx(spent)
    assert (spent > 0).any()


def test_other_luck_leads_elsewhere_and_leaves_the_fork_alone() -> None:
    fork, simulator = world().fork(1, [0], env=1), Simulator(SCENARIO, 2, 1000)
    before = fork.snapshot()
    simulator.resume(fork, np.array([7, 8], np.uint64))
    found = simulator.play(some_plans(1).repeat(2, axis=0), LATER, LATER)
    assert (found.value[0] != found.value[1]).any()
    assert all(np.array_equal(before[name], array) for name, array in fork.snapshot().items())


def compared(plans: Plans, copies: int, seed: int = 0) -> SimulatedValue:
    simulator = Simulator(SCENARIO, copies, 1000)
    rng = np.random.Generator(np.random.PCG64(seed))
    return simulator.compare(plans, simulator.begin, rng, 3, LATER)


def test_plans_are_compared_under_the_same_luck() -> None:
    plans = some_plans(1, 2).repeat(3, axis=0)
    found = compared(plans, 7)
    assert np.array_equal(found.value, found.value[:1].repeat(3, axis=0))
    assert not np.array_equal(found.value, compared(plans, 7, seed=1).value)


def test_what_a_plan_is_worth_does_not_depend_on_the_others() -> None:
    plans = some_plans(4, 2)
    assert np.array_equal(compared(plans, 8).value[:2], compared(plans[:2], 4).value)


def test_a_phase_is_held_and_the_last_one_goes_on() -> None:
    plans = some_plans(1, 2)
    long = np.concatenate([plans[:, :1]] * 3 + [plans[:, 1:]] * 3, axis=1)
    simulator, found = Simulator(SCENARIO, 1, 1000), []
    for plan, hold in ((plans, 3), (long, 1), (plans[:, :1], 1)):
        simulator.begin(np.array([5], np.uint64))
        found.append(simulator.play(plan, hold, LATER).value)
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_a_thinned_company_keeps_every_segments_share_and_purse() -> None:
    few = quartet(population=50)
    sizes = segment_sizes(SCENARIO)
    kept = thinned(sizes, segment_sizes(few))
    segment = np.repeat(np.arange(len(sizes)), sizes)[kept]
    assert len(np.unique(kept)) == 50
    assert np.bincount(segment).tolist() == segment_sizes(few).tolist()
    fork, simulator = world().fork(1, [0], population=50), Simulator(SCENARIO, 2, 50)
    simulator.resume(fork, np.array([1, 2], np.uint64))
    value, spend = simulator.play(some_plans(1).repeat(2, axis=0), LATER, LATER)
    assert np.isfinite(value).all()
    assert 0 < spend[0].sum() <= SCENARIO.budget.amount
