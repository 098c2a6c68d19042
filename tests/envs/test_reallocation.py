"""Reallocation: the month's money moves between the budgets, and none is lost or made."""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevoice.envs import load_scenario, make_vec
from onevoice.envs.company.budget import Budget, monthly_amounts
from onevoice.envs.company.reallocation import next_dollars, portions, shift
from onevoice.envs.engine import kernels as k
from onevoice.envs.engine.population import Tally, no_tally
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.reference.reallocation import Company, as_lists
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64
from onevoice.policies.simulator import Simulator
from tests.envs.builders import LIVELY, random_actions

ErrorLine = Callable[[Callable[[], object]], str]
AMOUNTS = {"email": 0.5, "social": 60.0, "search": 300.0, "content": 60.0}
HELD = {"all": 0.1, "channels": dict.fromkeys(AMOUNTS, 0.2)}
SPLIT: dict[str, Any] = {
    "budget": {"kind": "split", "amount": 420.5, "split": AMOUNTS, "pacing": "daily"},
    "population": 300,
    "customers": LIVELY,
    "days": 35,
}


def layer(by: str = "claims", **fields: Any) -> dict[str, Any]:
    rule = {"by": by, **fields}
    return {"kind": "rules", "holdout": HELD, "reallocation": rule}


def company(by: str = "claims", num_envs: int = 1, **fields: Any) -> ChannelsVectorEnv:
    return make_vec("quartet", num_envs, coordination=layer(by), **(SPLIT | fields))


def live(env: ChannelsVectorEnv, steps: int) -> list[tuple[I64, I64]]:
    """What a month brings and what is left of it after each of some decisions."""
    seen = []
    for step in range(steps):
        env.step(np.repeat(random_actions(env.scenario, 1, step), env.num_envs, axis=0))
        seen.append((env.budget.monthly.copy(), env.budget.left.copy()))
    return seen


def moves(seen: list[tuple[I64, I64]]) -> bool:
    """Whether money moved meanwhile in every environment."""
    return bool((seen[0][0] != seen[-1][0]).any(axis=1).all())


@pytest.mark.parametrize("by", ["claims", "lift"])
@pytest.mark.parametrize("pacing", ["none", "daily"])
def test_the_slow_model_agrees_over_episodes(by: str, pacing: str) -> None:
    env = company(by, 2, budget__pacing=pacing, days=63)
    env.reset([5, 6])
    held = env.population.held_out()
    first = as_lists(monthly_amounts(env.scenario))
    slow = [Company(env.scenario, first, as_lists(row)) for row in held]
    for step in range(62):
        env.step(random_actions(env.scenario, 2, step))
        for b, one in enumerate(slow):
            one.advance(env.tally, b)
            assert as_lists(env.budget.monthly[b]) == one.monthly
            assert as_lists(env.budget.left[b]) == one.left
    assert all(one.monthly != first for one in slow)


@st.composite
def companies(draw: st.DrawFn) -> Scenario:
    amounts = draw(st.lists(st.sampled_from([0.0, 0.3, 7.0, 500.0]), min_size=3, max_size=3))
    names = ("email", "search", "content")
    split = dict(zip(names, amounts, strict=True))
    rule = {
        "days": draw(st.sampled_from([1.0, 3.0, 7.0, 10.5])),
        "by": draw(st.sampled_from(["claims", "lift"])),
        "step": draw(st.sampled_from([0.01, 0.2, 1.0])),
        "floor": draw(st.sampled_from([0.0, 0.25, 1.0])),
    }
    values = {
        "channels": names,
        "population": draw(st.sampled_from([30, 1000])),
        "decision_hours": draw(st.sampled_from([24, 72, 24 * 12])),
        "days": 72,
        "budget": {
            "kind": "split",
            "amount": sum(amounts),
            "split": split,
            "pacing": draw(st.sampled_from(["none", "daily"])),
        },
        "coordination": {
            "kind": "rules",
            "holdout": {"channels": dict.fromkeys(names, 0.3)},
            "reallocation": rule,
        },
    }
    return Scenario.model_validate(values)


def random_tally(scenario: Scenario, found: I64, rng: np.random.Generator) -> Tally:
    """What might have happened to a company that may spend ``found``, ``[B, C]``."""
    tally = no_tally(scenario, len(found))
    spend = np.floor(found * rng.choice([0.0, 0.3, 1.0], found.shape)).astype(np.int64)
    tally.channels[:, :, 0, k.SPEND] = spend
    tally.channels[:, :, 0, k.CLAIMED] = rng.integers(10**7, size=found.shape)
    tally.channels[:, :, 1, k.REFUSED] = rng.integers(2, size=found.shape)
    tally.system[:, 0, k.REVENUE] = rng.integers(10**7, 10**8, size=len(found))
    tally.coordination[:, :, 0, k.HELD_REVENUE] = rng.integers(
        10**6, size=(len(found), found.shape[1] + 1)
    )
    return tally


@settings(max_examples=40, deadline=None)
@given(scenario=companies(), seed=st.integers(0, 2**32))
def test_no_money_is_lost_or_made_and_none_overspent(scenario: Scenario, seed: int) -> None:
    rng, envs = np.random.default_rng(seed), 2
    budget = Budget(scenario, envs, np.arange(3, dtype=np.int32))
    held = rng.integers(3, size=(envs, 4)).astype(np.int64)
    budget.reset(range(envs), held)
    first = budget.monthly.copy()
    month, spent = np.zeros(envs, np.int64), np.zeros(envs, np.int64)
    floors = np.ceil(first * scenario.coordination.reallocation.floor)  # type: ignore[union-attr]
    slow = [Company(scenario, as_lists(first[b]), as_lists(held[b])) for b in range(envs)]
    for _ in range(scenario.decisions):
        tally = random_tally(scenario, budget.available(), rng)
        spent += tally.channels[..., k.SPEND].sum(axis=(1, 2))
        elapsed = budget.view().month
        budget.pay(tally)
        turned = budget.view().month <= elapsed
        np.testing.assert_array_equal(budget.monthly.sum(axis=1), first.sum(axis=1))
        assert (budget.monthly >= floors).all()
        assert (budget.left >= 0).all()
        assert (budget.left <= budget.monthly).all()
        month = np.where(turned, 0, spent)
        assert (spent <= first.sum(axis=1)).all()
        np.testing.assert_array_equal(budget.left.sum(axis=1), first.sum(axis=1) - month)
        spent = month.copy()
        for b, one in enumerate(slow):
            one.advance(tally, b)
            assert (as_lists(budget.monthly[b]), as_lists(budget.left[b])) == (
                one.monthly,
                one.left,
            )


def test_money_goes_where_it_returns_more_and_is_short() -> None:
    monthly, floors = np.array([[400, 400, 400]]), np.array([40, 40, 40])
    short = np.array([[True, True, True]])
    worth = next_dollars(np.array([[3.0, 1.0, 2.0]]), short, monthly)
    assert worth.tolist() == [[1.5, 0.5, 1.0]]
    assert shift(monthly, floors, worth, 0.2).tolist() == [[480, 320, 400]]
    idle = next_dollars(np.array([[9.0, 1.0, 2.0]]), np.array([[False, True, True]]), monthly)
    assert idle.tolist() == [[0.0, 1.0, 2.0]]
    assert shift(monthly, floors, idle, 0.2).tolist() == [[320, 400, 480]]


def test_nothing_moves_without_a_better_place_for_it() -> None:
    monthly, short = np.array([[400, 400]]), np.ones((1, 2), np.bool_)
    for returns in ([2.0, 2.0], [np.nan, np.inf], [5.0, np.nan], [-1.0, -3.0]):
        worth = next_dollars(np.array([returns]), short, monthly)
        assert shift(monthly, np.zeros(2, np.int64), worth, 0.5).tolist() == [[400, 400]]
    nobody_short = next_dollars(np.array([[1.0, 4.0]]), ~short, monthly)
    assert shift(monthly, np.zeros(2, np.int64), nobody_short, 0.5).tolist() == [[400, 400]]


def test_a_floor_holds_money_back() -> None:
    monthly, worth = np.array([[100, 1000]]), np.array([[0.0, 1.3]])
    assert shift(monthly, np.array([90, 0]), worth, 0.5).tolist() == [[90, 1010]]


@given(whole=st.integers(0, 10**13), weights=st.lists(st.integers(0, 10**13), min_size=1))
def test_portions_add_up_and_exceed_no_weight(whole: int, weights: list[int]) -> None:
    found = portions(np.array([min(whole, sum(weights))]), np.array([weights]))
    assert found.sum() == min(whole, sum(weights))
    assert (found >= 0).all()
    assert (found <= weights).all()


@pytest.mark.parametrize("by", ["claims", "lift"])
def test_neither_threads_nor_neighbours_matter(by: str) -> None:
    together = company(by, 3)
    spread = make_vec("quartet", 3, coordination=layer(by), threads=3, **SPLIT)
    for env in (together, spread):
        env.reset([1, 2, 3], [7, 8, 9])
    alone = [company(by) for _ in range(3)]
    for seed, env in enumerate(alone):
        env.reset([seed + 1], [seed + 7])
    seen, same = live(together, 21), live(spread, 21)
    assert moves(seen)
    np.testing.assert_array_equal(seen, same)
    single = [live(env, 21) for env in alone]
    np.testing.assert_array_equal(seen, np.concatenate(single, axis=2))


@pytest.mark.parametrize("by", ["claims", "lift"])
def test_a_snapshot_holds_all_that_it_knows(by: str) -> None:
    env = company(by)
    env.reset([4])
    live(env, 10)
    twin = pickle.loads(pickle.dumps(company(by)))
    twin.restore(env.snapshot())
    seen = live(env, 21)
    assert moves(seen)
    np.testing.assert_array_equal(seen, live(twin, 21))


def test_counterfactuals_do_not_move_money() -> None:
    one, two = company(), company(reward__credit="incremental")
    for env in (one, two):
        env.reset([4])
    seen = live(one, 15)
    assert moves(seen)
    np.testing.assert_array_equal(seen, live(two, 15))


def test_a_foreseen_decision_leaves_no_trace() -> None:
    env = company()
    env.reset([4])
    live(env, 6)
    tally = random_tally(env.scenario, env.budget.available(), np.random.default_rng(1))
    state = {name: array.copy() for name, array in env.budget.state().items()}
    foreseen = env.budget.view_after(tally)
    for name, array in env.budget.state().items():
        np.testing.assert_array_equal(array, state[name], name)
    env.budget.pay(tally)
    assert (env.budget.monthly != state["budget/monthly"]).any()
    np.testing.assert_array_equal(foreseen.shares, env.budget.view().shares)


def test_every_episode_begins_with_the_first_split() -> None:
    env = company(days=21)
    env.reset([4])
    first = env.budget.monthly.copy()
    assert (live(env, 20)[-1][0] != first).any()
    live(env, 1)
    np.testing.assert_array_equal(env.budget.monthly, first)
    again = live(env, 20)
    live(env, 1)
    env.reset([4])
    live(env, 21)
    np.testing.assert_array_equal(again, live(env, 20))


@pytest.mark.parametrize("by", ["claims", "lift"])
def test_copies_of_a_company_reallocate_like_it(by: str) -> None:
    env = company(by)
    env.reset([4])
    live(env, 10)
    simulator = Simulator(env.scenario, 2, env.scenario.population)
    before = env.budget.monthly.copy()
    simulator.resume(env.fork(1, [0]), np.repeat(env.keys, 2))
    plan = random_actions(env.scenario, 1, 10)
    simulator.play(np.repeat(plan[:, None], 2, axis=0), 20, 20)
    for _ in range(20):
        env.step(plan)
    assert (env.budget.monthly != before).any()
    for name, array in env.budget.state().items():
        copies = simulator.budget.state()[name]
        np.testing.assert_array_equal(copies, np.repeat(array, 2, axis=0), name)


def test_a_thinned_company_is_judged_alike() -> None:
    env = company("lift")
    env.reset([4])
    live(env, 6)
    small = Budget(load_scenario(env.scenario, population=150), 1, np.arange(4, dtype=np.int32))
    small.copy_from(env.budget, 0)
    for name in ("budget/left", "budget/monthly"):
        np.testing.assert_array_equal(small.state()[name], env.budget.state()[name] // 2, name)
    for name in ("budget/since", "budget/revenue", "budget/held_out"):
        whole = np.asarray(env.budget.state()[name], np.int64)
        np.testing.assert_array_equal(small.state()[name], (whole + 1) // 2, name)


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (
            {"coordination": layer()},
            "coordination.reallocation needs an account per channel; set budget.kind to split, or "
            "reallocation to null",
        ),
        (
            {**SPLIT, "coordination": {"kind": "rules", "reallocation": {"by": "lift"}}},
            "coordination.reallocation is by lift, but nobody is held out from email; set "
            "holdout.channels.email, or by to claims",
        ),
        (
            {"coordination": {"kind": "orchestrator", "reallocation": {}}},
            "coordination: kind is orchestrator, which splits the budget itself; set reallocation "
            "to null, or kind to rules",
        ),
        ({"coordination": layer(step=0)}, "coordination.reallocation.step: is 0; "),
        ({"coordination": layer(by="claim")}, "coordination.reallocation.by: is 'claim'; "),
        ({"coordination": layer(day=7)}, "coordination.reallocation.day: unknown key; did you "),
    ],
)
def test_a_mistake_is_told_in_one_line(
    overrides: dict[str, Any], told: str, error_line: ErrorLine
) -> None:
    assert error_line(lambda: load_scenario("quartet", **overrides)).startswith(told)


def test_channels_without_money_need_no_holdout() -> None:
    budget = {"kind": "split", "amount": 10, "split": {"email": 0, "search": 10}}
    held = {"channels": {"search": 0.1}}
    rules = {"kind": "rules", "holdout": held, "reallocation": {"by": "lift"}}
    assert load_scenario("quartet", budget=budget, coordination=rules).coordination.reallocated
