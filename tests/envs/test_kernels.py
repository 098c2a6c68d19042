"""The compiled kernels equal the slow model, whatever the blocks, threads and batch."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onevoice.envs.company.budget import Budget
from onevoice.envs.engine import kernels, population
from onevoice.envs.engine.population import Population, Tally
from onevoice.envs.reference import Customers, advance, draw_customers, plan_of, survey
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import Arrays
from tests.envs.builders import LIVELY, SEEDS, random_decision, random_plan, scenarios

Counts = npt.NDArray[np.int64]

quick = settings(
    max_examples=50,
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],  # a machine under load, not a slow strategy
)
few = settings(quick, max_examples=12)
some = settings(quick, max_examples=25)
"""For lives beside the slow model, of which each takes long; fixed ones show every event."""
MARKETS = st.integers(0, 2**20)
LEDGER = Scenario.model_validate(
    {
        "channels": {
            "email": {"opt_out": 0.1},
            "social": {},
            "search": {},
            "content": {},
            "sms": {},
        },
        "population": 150,
        "block": 16,
        "days": 84,
        "tick_hours": 24,
        "decision_hours": 72,
        "customers": LIVELY,
    }
)


@some
@given(scenarios(), SEEDS, MARKETS)
def test_the_kernels_equal_the_slow_model_count_for_count_and_bit_for_bit(
    scenario: Scenario, seed: int, market: int
) -> None:
    assert_equal_lives(scenario, seed, market)


@pytest.mark.parametrize(("amount", "population", "block"), [(1e6, 300, 100), (200.0, 150, 30)])
def test_they_are_equal_where_everything_happens(
    amount: float, population: int, block: int
) -> None:
    changes = {"population": population, "block": block, "budget": {"amount": amount}, "days": 42}
    scenario = Scenario.model_validate(LEDGER.model_dump() | changes)
    channels, system, _ = assert_equal_lives(scenario, 1, 1)
    assert (channels[: kernels.REFUSED] > 0).all()
    assert (channels[kernels.REFUSED] > 0) == (amount == 200.0)
    assert (system[: kernels.CHURN_LUCK] > 0).all()
    assert system[kernels.CHURN_LUCK] != 0


def assert_equal_lives(scenario: Scenario, seed: int, market: int) -> tuple[Counts, Counts, Counts]:
    """Live one episode twice; returns the totals of all counts, the layer's by channel."""
    engine, slow = Population(scenario, 1), draw_customers(scenario, seed, market)
    engine.reset([0], [seed], [market])
    budget, tallies = Budget(scenario, 1, engine.account_of_channel), []
    for step in range(scenario.decisions):
        joint, _, plan = random_decision(scenario, 1, seed % 1000 + step)
        budgets = budget.available(joint)
        tally, _ = engine.advance(plan, budgets)
        counts = advance(slow, plan_of(scenario, joint), budgets[0])
        np.testing.assert_array_equal(tally.channels[0], counts.channels)
        np.testing.assert_array_equal(tally.system[0], counts.system)
        np.testing.assert_array_equal(tally.coordination[0], counts.layer)
        _assert_same_customers(engine, slow)
        budget.pay(tally)
        tallies.append(tally)
    channels = sum(tally.channels.sum(axis=(0, 1, 2)) for tally in tallies)
    system = sum(tally.system.sum(axis=(0, 1)) for tally in tallies)
    layer = sum(tally.coordination.sum(axis=(0, 2)) for tally in tallies)
    return np.asarray(channels), np.asarray(system), np.asarray(layer)


def _assert_same_customers(engine: Population, customers: Customers) -> None:
    for name, array in {**engine.traits._asdict(), **engine.people._asdict()}.items():
        slow = getattr(customers, name)
        if array.dtype == np.float32:  # bits, so that even the sign of zero counts
            array, slow = array.view(np.uint32), slow.view(np.uint32)
        np.testing.assert_array_equal(array, slow, err_msg=name)
    states, subscribed = survey(customers)
    np.testing.assert_array_equal(engine.survey().states[0], states)
    np.testing.assert_array_equal(engine.survey().subscribed[0], subscribed)


@few
@given(scenarios(population=150), st.lists(SEEDS, min_size=3, max_size=3))
def test_a_batch_equals_its_environments_one_by_one(scenario: Scenario, seeds: list[int]) -> None:
    assert_a_batch_is_its_environments(scenario, seeds)


@few
@given(scenarios(population=200, block=16), SEEDS, st.integers(2, 5))
def test_threads_change_nothing(scenario: Scenario, seed: int, threads: int) -> None:
    assert_threads_change_nothing(scenario, seed, threads)


@few
@given(scenarios(budget={"amount": 1e7}), SEEDS, st.integers(1, 100))
def test_blocks_change_nothing_while_the_purse_is_ample(
    scenario: Scenario, seed: int, block: int
) -> None:
    assert_blocks_change_nothing(scenario, seed, block)


def assert_a_batch_is_its_environments(scenario: Scenario, seeds: list[int]) -> None:
    """Live several environments together and one by one."""
    together, tallies = live(scenario, seeds)
    for env, seed in enumerate(seeds):
        alone, tally = live(scenario, [seed], first=env)
        mine = slice(env * scenario.population, (env + 1) * scenario.population)
        for name, array in alone.state().items():
            if name.startswith("customers/"):
                batch = together.state()[name][..., mine]
                np.testing.assert_array_equal(batch, array, err_msg=name)
        for many, one in zip(tallies, tally, strict=True):
            assert_same_tally(Tally(*(counts[env : env + 1] for counts in many)), one)


def assert_threads_change_nothing(scenario: Scenario, seed: int, threads: int) -> None:
    """Live with one thread and with several, however few the customers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(population, "CUSTOMERS_PER_THREAD", 10)
        alone, tallies = live(scenario, [seed, 1])
        many, others = live(scenario, [seed, 1], threads=threads)
    assert_same(alone.snapshot(), many.snapshot())
    for one, other in zip(tallies, others, strict=True):
        assert_same_tally(one, other)


def assert_blocks_change_nothing(scenario: Scenario, seed: int, block: int) -> None:
    """Live in one block and in blocks of ``block`` customers."""
    whole, tallies = live(scenario.model_copy(update={"block": 65536}), [seed])
    cut, others = live(scenario.model_copy(update={"block": block}), [seed])
    assert_same(whole.snapshot(), cut.snapshot())
    for one, other in zip(tallies, others, strict=True):
        assert_same_tally(one, other)


def assert_same_tally(one: Tally, other: Tally) -> None:
    """All counts are equal."""
    assert_same(one._asdict(), other._asdict())


@pytest.mark.parametrize("amount", [0.0, 0.5, 20.0, 300.0, 5000.0])
@pytest.mark.parametrize("split", [False, True])
def test_no_pot_ever_pays_more_than_its_month_holds(amount: float, split: bool) -> None:
    parts = dict(zip(LEDGER.channels, np.array([0.0, 0.4, 0.4, 0.1, 0.1]) * amount, strict=True))
    money = {"amount": amount} | ({"kind": "split", "split": parts} if split else {})
    scenario = Scenario.model_validate({**LEDGER.model_dump(), "budget": money})
    engine = Population(scenario, 2)
    engine.reset([0, 1], [3, 4], [5, 6])
    budget = Budget(scenario, 2, engine.account_of_channel)
    months, refused = np.zeros((3, *budget.left.shape), np.int64), 0
    for step in range(scenario.decisions):
        tally, _ = engine.advance(random_plan(scenario, 2, step), budget.left)
        spend = tally.channels[..., kernels.SPEND].sum(axis=2)
        budget.pay(tally)
        refused += int(tally.channels[..., kernels.REFUSED].sum())
        month = int(step * scenario.decision_hours // (24 * MONTH_DAYS))
        for channel, account in enumerate(engine.account_of_channel):
            months[month, :, account] += spend[:, channel]
    assert (months <= budget.monthly).all()
    assert (budget.left >= 0).all()
    if amount < 5000.0:  # the test would say nothing if the money were never short
        assert refused > 0


@few
@given(scenarios(), SEEDS)
def test_states_and_counts_stay_in_range(scenario: Scenario, seed: int) -> None:
    engine = Population(scenario, 1)
    engine.reset([0], [seed], [0])
    budget = Budget(scenario, 1, engine.account_of_channel)
    for step in range(scenario.decisions):
        alive, subscribed = engine.people.alive.copy(), engine.people.subscribed.copy()
        joint, _, plan = random_decision(scenario, 1, step)
        tally, _ = engine.advance(plan, budget.available(joint))
        for name in ("awareness", "trust", "depth"):
            assert ((getattr(engine.people, name) >= 0) & (getattr(engine.people, name) <= 1)).all()
        assert (engine.people.pressure >= 0).all()
        assert (engine.people.alive <= alive).all()
        assert (engine.people.subscribed <= subscribed).all()
        _assert_plausible(tally, scenario)
        budget.pay(tally)


def _assert_plausible(tally: Tally, scenario: Scenario) -> None:
    channels, system = tally.channels.sum(axis=2)[0], tally.system.sum(axis=1)[0]
    chances, pairs = scenario.population * scenario.ticks_per_decision, len(channels)
    assert (channels >= 0).all()
    assert (system[: kernels.EXPECTED_MARGIN] >= 0).all()
    for less, more in (
        (kernels.ENGAGEMENTS, kernels.TOUCHES),
        (kernels.CLICKS, kernels.ENGAGEMENTS),
        (kernels.OPT_OUTS, kernels.TOUCHES),
    ):
        assert (channels[:, less] <= channels[:, more]).all()
    assert (channels[:, kernels.CLAIMED] <= system[kernels.REVENUE]).all()
    assert (channels[:, kernels.CLAIMS] <= system[kernels.ORDERS]).all()
    assert (channels[:, kernels.TOUCHES] <= chances).all()
    assert system[kernels.REVENUE] <= system[kernels.LIST_VALUE]
    assert system[kernels.ORDERS] <= system[kernels.VISITS] <= chances
    assert system[kernels.CONFLICTS] <= chances * pairs * (pairs - 1) // 2


def live(
    scenario: Scenario, seeds: list[int], threads: int = 1, first: int = 0
) -> tuple[Population, list[Tally]]:
    """A population that has lived through the episode, environment ``first + i`` acting as such."""
    engine, count = Population(scenario, len(seeds), threads), first + len(seeds)
    markets = [(first + i) * 7 for i in range(len(seeds))]
    engine.reset(range(len(seeds)), seeds, markets)
    budget, tallies = Budget(scenario, len(seeds), engine.account_of_channel), []
    for step in range(scenario.decisions):
        joint, _, plan = random_decision(scenario, max(count, 3), step)
        parts: Any = (np.ascontiguousarray(part[first:count]) for part in plan)
        budgets = budget.available(np.ascontiguousarray(joint[first:count]))
        tallies.append(engine.advance(kernels.Plan(*parts), budgets)[0])
        budget.pay(tallies[-1])
    return engine, tallies


def assert_same(left: Arrays, right: Arrays) -> None:
    assert left.keys() == right.keys()
    for name, array in left.items():
        np.testing.assert_array_equal(array, right[name], err_msg=name)
