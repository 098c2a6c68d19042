"""Budget groups: every block in one, money shared out to the last unit, threads without a trace."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevoice.envs.company.touch_log import TOUCH, TouchLog
from onevoice.envs.engine import blocks as cutting
from onevoice.envs.engine import kernels, population
from onevoice.envs.engine.blocks import make_blocks, make_budget_groups
from onevoice.envs.engine.budget_shares import GOLDEN, share_out
from onevoice.envs.engine.population import Population, Tally
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64
from tests.envs.builders import LIVELY, random_plan, uniform_plan
from tests.envs.test_kernels import LEDGER, quick

LOUD = 4


@pytest.fixture
def short_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "BLOCKS_PER_GROUP", 2)
    monkeypatch.setattr(population, "CUSTOMERS_PER_THREAD", 10)


@quick
@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=6),
    st.integers(1, 4),
    st.integers(1, 20),
    st.integers(1, 5),
)
def test_every_block_lies_in_exactly_one_budget_group_of_its_environment(
    sizes: list[int], envs: int, width: int, per_group: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "BLOCKS_PER_GROUP", per_group)
        spans, blocks = make_blocks(np.array(sizes), envs, width)
        groups = make_budget_groups(blocks, envs)
    covered = np.concatenate([np.arange(first, end) for first, end in groups])
    np.testing.assert_array_equal(covered, np.arange(len(blocks)))
    for first, end in groups:
        assert 0 < end - first <= per_group
        assert len(set(spans[blocks[first, 0] : blocks[end - 1, 1], 0].tolist())) == 1
    assert len(groups) % envs == 0


@quick
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(1, 4), st.integers(1, 100))
def test_blocks_hold_everybody_once_and_cross_segments_only_where_one_is_enough(
    sizes: list[int], envs: int, width: int
) -> None:
    spans, blocks = make_blocks(np.array(sizes), envs, width)
    np.testing.assert_array_equal(blocks.ravel()[1:-1:2], blocks.ravel()[2::2])
    assert (blocks[0, 0], blocks[-1, 1]) == (0, len(spans))
    for env in range(envs):
        for segment, size in enumerate(sizes):
            mine = spans[(spans[:, 0] == env) & (spans[:, 1] == segment)]
            assert (mine[:, 3] - mine[:, 2]).sum() == size
    np.testing.assert_array_equal(spans[1:, 2], spans[:-1, 3])
    for first, end in blocks:
        assert spans[end - 1, 3] - spans[first, 2] <= width
        assert len(set(spans[first:end, 0].tolist())) == 1
        assert end - first == (len(sizes) if sum(sizes) <= width else 1)


@quick
@given(st.data(), st.integers(1, 3), st.integers(1, 8), st.integers(1, 3))
def test_shares_add_up_to_the_purse_in_whole_prices(
    data: st.DataObject, envs: int, groups: int, accounts: int
) -> None:
    def numbers(low: int, high: int, *shape: int) -> I64:
        size = int(np.prod(shape))
        drawn = data.draw(st.lists(st.integers(low, high), min_size=size, max_size=size))
        return np.array(drawn, np.int64).reshape(shape)

    budgets, unit = numbers(0, 10**9, envs, accounts), numbers(1, 10**6, accounts)
    weights = numbers(0, 10**6, envs, groups, accounts).astype(np.float64) + 1e-9
    phase = data.draw(st.floats(0.0, 1.0, exclude_max=True))
    shares = share_out(budgets, weights, unit, np.full(envs, phase))
    shares = shares.reshape(envs, groups, accounts)
    assert (shares >= 0).all()
    np.testing.assert_array_equal(shares.sum(axis=1), budgets)
    assert not (shares[:, :-1] % unit).any()


def test_money_goes_where_it_is_likely_to_be_spent_and_the_phase_moves_the_rest() -> None:
    def shares(budget: int, weights: list[float], phase: float) -> list[int]:
        given = np.array(weights)[None, :, None]
        units = np.array([10])
        found = share_out(np.array([[budget]]), given, units, np.array([phase]))
        return [int(share) for share in found[:, 0]]

    assert shares(80, [1, 2, 1], 0.0) == [20, 40, 20]
    assert shares(87, [1, 2, 1], 0.0) == [20, 40, 27]
    assert shares(10, [1, 1, 1], 0.0) == [0, 0, 10]
    assert shares(10, [1, 1, 1], 0.5) == [0, 10, 0]
    assert shares(10, [1, 1, 1], 0.8) == [10, 0, 0]


def test_a_phase_that_rounds_up_to_one_makes_no_money() -> None:
    weights = np.array([1e9, 1e-9])[None, :, None]
    phase = np.array([np.nextafter(1.0, 0.0)])
    shares = share_out(np.array([[57]]), weights, np.array([10]), phase)
    assert shares[:, 0].tolist() == [50, 7]


def test_every_group_has_its_turn_at_a_small_purse() -> None:
    weights, lucky = np.ones((1, 4, 1)), set()
    for decision in range(12):
        phase = np.array([decision * GOLDEN % 1.0])
        shares = share_out(np.array([[10]]), weights, np.array([10]), phase)
        lucky |= set(np.flatnonzero(shares[:, 0]).tolist())
    assert lucky == {0, 1, 2, 3}


@pytest.mark.parametrize("amount", [2.0, 30.0, 1000.0])
@pytest.mark.usefixtures("short_groups")
def test_threads_change_nothing_with_several_budget_groups(amount: float) -> None:
    scenario = ledger(amount)
    alone, several = (live(scenario, threads) for threads in (1, 3))
    for one, other in zip(alone[1], several[1], strict=True):
        np.testing.assert_array_equal(one.channels, other.channels)
        np.testing.assert_array_equal(one.system, other.system)
    for name, array in alone[0].snapshot().items():
        np.testing.assert_array_equal(array, several[0].snapshot()[name], err_msg=name)
    refused = sum(int(tally.channels[..., kernels.REFUSED].sum()) for tally in alone[1])
    assert (refused > 0) == (amount < 1000)


@pytest.mark.usefixtures("short_groups")
def test_a_tight_purse_is_spent_but_for_less_than_one_price_a_group() -> None:
    scenario = ledger(40.0, channels={"social": {"cost": 0.5}, "sms": {"cost": 0.3}})
    engine = Population(scenario, 1)
    engine.reset([0], [1], [1])
    groups = len(make_budget_groups(make_blocks(engine.sizes, 1, scenario.block)[1], 1))
    dearest = 5_000
    for budget in (60_001, 23_456, 7_000):
        plan = uniform_plan(scenario, LOUD)
        tally, _ = engine.advance(plan, np.array([[budget]]))
        spent = int(tally.channels[..., kernels.SPEND].sum())
        assert tally.channels[..., kernels.REFUSED].any()
        assert budget - groups * dearest < spent <= budget
    assert groups > 2


@pytest.mark.parametrize("amount", [0.5, 40.0, 1e6])
@pytest.mark.usefixtures("short_groups")
def test_a_journal_changes_no_count_however_tight_the_purse(amount: float) -> None:
    scenario, touch_log = ledger(amount), TouchLog()
    plain, tallies = live(scenario, 1, 1)
    noted, others = live(scenario, 1, 1, touch_log)
    for one, other in zip(tallies, others, strict=True):
        np.testing.assert_array_equal(one.channels, other.channels)
        np.testing.assert_array_equal(one.system, other.system)
    for name, array in plain.snapshot().items():
        np.testing.assert_array_equal(array, noted.snapshot()[name], err_msg=name)
    events = touch_log.events()
    touches = sum(int(tally.channels[..., kernels.TOUCHES].sum()) for tally in tallies)
    revenue = sum(int(tally.system[..., kernels.REVENUE].sum()) for tally in tallies)
    assert (events.kind == TOUCH).sum() == touches > 0
    assert events.revenue.sum() == revenue > 0


def ledger(amount: float, **changes: Any) -> Scenario:
    """Lively customers in small blocks, decisions of three ticks."""
    values = {"budget": {"amount": amount}, "days": 12, "block": 8, "customers": LIVELY}
    return Scenario.model_validate(LEDGER.model_dump() | values | changes)


def live(
    scenario: Scenario, threads: int, envs: int = 2, touch_log: TouchLog | None = None
) -> tuple[Population, list[Tally]]:
    """An episode of random plans with the same budget in every decision."""
    engine = Population(scenario, envs, threads)
    engine.on_tick = touch_log.note if touch_log is not None else None
    engine.reset(range(envs), range(5, 5 + envs), range(envs))
    budgets = np.full((envs, engine.accounts), round(scenario.budget.amount * 1500))
    steps = range(scenario.decisions)
    return engine, [engine.advance(random_plan(scenario, envs, step), budgets)[0] for step in steps]
