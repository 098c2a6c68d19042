"""An orchestrator's directives: the kernels equal the slow model, and each keeps its promise."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevoice.envs import load_scenario, make_vec
from onevoice.envs.company.budget import Budget
from onevoice.envs.company.budget_kernels import split_budget
from onevoice.envs.company.touch_log import TOUCH, TouchLog
from onevoice.envs.engine import kernels
from onevoice.envs.engine.population import Population
from onevoice.envs.interface.action_decoder import ActionDecoder
from onevoice.envs.interface.actions import choices
from onevoice.envs.interface.directives import AGENT, BY_SEGMENT
from onevoice.envs.reference.directives import split
from onevoice.envs.spec.coordination import Power
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64
from onevoice.policies.without_orchestrator import add_orchestrator
from tests.envs.builders import BUSY, SEEDS, orchestrated, random_actions
from tests.envs.test_kernels import (
    MARKETS,
    assert_a_batch_is_its_environments,
    assert_blocks_change_nothing,
    assert_equal_lives,
    assert_threads_change_nothing,
    few,
    some,
)
from tests.envs.test_promises import WEIGHTS, within
from tests.envs.test_rules import BLOCKED, SEPTET, company

ErrorLine = Callable[[Callable[[], object]], str]
LEAD, CAP, CEILING = 0, 1, 2
GLOBAL_CAP = kernels.BLOCKED + kernels.GLOBAL_CAP


def led(**changes: Any) -> Scenario:
    """Lively customers of loud channels that have an orchestrator."""
    layer = changes.pop("coordination", {})
    scenario = company({}, **changes)
    return load_scenario(scenario, coordination={"kind": "orchestrator", **layer})


def directed(scenario: Scenario, seed: int = 1, **directives: int | list[int]) -> I64:
    """Random channels at full pressure under the same directives everywhere, ``[1, A, E]``."""
    actions, parts = random_actions(scenario, 1, seed), 3 * scenario.segments.count
    actions[:, :-1, 0:parts:3] = 4
    actions[:, :-1, parts] = kernels.EVERYONE
    actions[:, -1] = 0
    for place, name in enumerate(("lead", "cap", "ceiling")):
        actions[:, -1, place:parts:3] = directives.get(name, 0)
    actions[:, -1, parts:] = directives.get("weights", 0)
    return actions


def with_powers(*powers: Power, **rules: Any) -> dict[str, Any]:
    """The layer of an orchestrator that may decide no more than this."""
    return {"coordination": {"kind": "orchestrator", "orchestrator": {"powers": powers}, **rules}}


@some
@given(orchestrated(), SEEDS, MARKETS)
def test_kernels_equal_the_slow_model_under_any_directives(
    scenario: Scenario, seed: int, market: int
) -> None:
    assert_equal_lives(scenario, seed, market)


def test_they_are_equal_where_directives_rules_and_the_budget_object() -> None:
    rules = {name: rule for name, rule in BUSY.items() if name != "global_cap"}
    scenario = led(coordination=rules, budget={"amount": 200.0}, population=150, days=4)
    channels, _, layer = assert_equal_lives(scenario, 5, 6)
    blocked = layer[:, BLOCKED].sum(axis=0)
    assert blocked[kernels.GLOBAL_CAP] > 0
    assert blocked.sum() > blocked[kernels.GLOBAL_CAP]
    assert channels[kernels.REFUSED] > 0


@few
@given(orchestrated(population=200, block=16), SEEDS, st.integers(2, 5))
def test_threads_change_nothing(scenario: Scenario, seed: int, threads: int) -> None:
    assert_threads_change_nothing(scenario, seed, threads)


@few
@given(orchestrated(population=150), st.lists(SEEDS, min_size=3, max_size=3))
def test_a_batch_equals_its_environments_one_by_one(scenario: Scenario, seeds: list[int]) -> None:
    assert_a_batch_is_its_environments(scenario, seeds)


@pytest.mark.parametrize("amount", [0.0, 0.5, 20.0, 300.0, 5000.0])
def test_the_purse_is_never_overspent(amount: float) -> None:
    scenario = led(budget={"amount": amount}, days=60, tick_hours=12, population=120)
    engine = Population(scenario, 2)
    engine.reset([0, 1], [3, 4], [5, 6])
    budget, reader = Budget(scenario, 2, engine.account_of_channel), ActionDecoder(scenario, 2)
    refused = 0
    for step in range(scenario.decisions):
        joint, _, plan = reader.decode(random_actions(scenario, 2, step))
        shares, before = budget.available(joint), budget.left.copy()
        tally, _ = engine.advance(plan, shares)
        spend = tally.channels[..., kernels.SPEND]
        assert (spend.sum(axis=2) <= shares).all()
        np.testing.assert_array_equal(shares.sum(axis=1), before[:, 0])
        budget.pay(tally)
        assert (budget.left >= 0).all()
        refused += int(tally.channels[..., kernels.REFUSED].sum())
    assert refused > 0


@few
@given(orchestrated(), SEEDS, st.integers(0, 10**13))
def test_the_split_of_the_purse_equals_the_slow_model(
    scenario: Scenario, seed: int, money: int
) -> None:
    joint = random_actions(scenario, 1, seed)
    shares = np.empty((1, len(scenario.channels)), np.int64)
    split_budget(np.array([[money]]), joint, shares)
    assert shares[0].tolist() == split(scenario, joint, money)
    joint[:, -1] = 0
    split_budget(np.array([[money]]), joint, shares)
    assert np.ptp(shares) <= 1
    assert shares.sum() == money


def said_under(scenario: Scenario, joint: I64) -> tuple[list[Any], list[Any], I64]:
    """Touches and pushes of the log, and the layer's tally, of an episode of one decision a day."""
    touch_log, engine = TouchLog(), Population(scenario, 1)
    engine.on_tick = touch_log.note
    engine.reset([0], [11], [12])
    budget, layer = Budget(scenario, 1, engine.account_of_channel), []
    for _ in range(scenario.decisions):
        plan = ActionDecoder(scenario, 1).decode(joint).plan
        layer.append(engine.advance(plan, budget.available(joint))[0].coordination)
    e, names = touch_log.events(), list(scenario.channels)
    rows = [
        (int(who), int(t), names[c], int(m), int(o))
        for who, t, c, kind, m, o in zip(
            e.customer, e.tick, e.channel, e.kind, e.message, e.offer, strict=True
        )
        if kind == TOUCH
    ]
    pushes = [row for row in rows if row[2] in WEIGHTS]
    return rows, pushes, np.sum(layer, axis=0)


def test_a_lead_is_what_everybody_says_and_a_ceiling_is_not_exceeded() -> None:
    scenario = led(days=2)
    rows, *_ = said_under(scenario, directed(scenario))
    assert {row[3] for row in rows} == {0, 1, 2, 3}
    assert {row[4] for row in rows} == {0, 10, 25}
    for lead, ceiling, offers in ((3, 1, {0, 10}), (1, 2, {0})):
        rows, *_ = said_under(scenario, directed(scenario, lead=lead, ceiling=ceiling))
        assert {row[3] for row in rows} == {lead - 1}
        assert {row[4] for row in rows} == offers


def test_a_cap_is_never_exceeded_and_a_stricter_one_blocks_more() -> None:
    scenario = led(coordination={"orchestrator": {"caps": [2.0, 1.0, 0.3], "hours": 48}})
    blocked = []
    for cap, load in enumerate((np.inf, 2000, 1000, 300)):
        _, pushes, layer = said_under(scenario, directed(scenario, cap=cap))
        heaviest = max(sum(WEIGHTS[c] for c in window) for window in within(pushes, 16))
        assert (heaviest <= load) if cap else (heaviest > 4000)
        blocked.append(int(layer[..., GLOBAL_CAP].sum()))
        assert layer[..., BLOCKED].sum() == blocked[-1]
    assert blocked[0] == 0
    assert blocked == sorted(set(blocked))


def test_a_channel_without_a_share_does_not_spend() -> None:
    scenario = led(days=2, budget={"amount": 50.0}, names=("email", "social", "display"))
    engine = Population(scenario, 1)
    engine.reset([0], [1], [2])
    joint = directed(scenario, weights=[0, 4, 1])
    shares = Budget(scenario, 1, engine.account_of_channel).available(joint)
    tally, _ = engine.advance(ActionDecoder(scenario, 1).decode(joint).plan, shares)
    spend = tally.channels[0, ..., kernels.SPEND].sum(axis=1)
    assert shares[0, 0] == spend[0] == 0
    assert abs(shares[0, 1] - 4 * shares[0, 2]) <= 4
    assert (spend[1:] > 0).all()


@few
@given(SEEDS)
def test_neutral_directives_change_nothing_while_the_purse_is_ample(seed: int) -> None:
    free, left_alone = company({}, days=2), led(days=2)
    joint = directed(left_alone, seed % 1000)
    one, other = Population(free, 1), Population(left_alone, 1)
    for engine in (one, other):
        engine.reset([0], [seed], [0])
    channels = joint[:, :-1, : 3 * free.segments.count + 1]
    tally, _ = one.advance(ActionDecoder(free, 1).decode(channels).plan, np.array([[10**12]]))
    plan = ActionDecoder(left_alone, 1).decode(joint).plan
    same, _ = other.advance(plan, np.full((1, len(SEPTET)), 10**12))
    np.testing.assert_array_equal(tally.channels, same.channels)
    np.testing.assert_array_equal(tally.coordination, same.coordination)


def test_blocks_change_nothing_while_the_purse_is_ample() -> None:
    assert_blocks_change_nothing(led(budget={"amount": 1e7}), 3, 32)


def test_the_orchestrator_is_paid_the_change_of_ncv_whatever_the_credit() -> None:
    rewards = {}
    for credit in ("claimed", "team", "incremental"):
        env = make_vec("quartet-orchestrated", 2, population=200, reward={"credit": credit})
        env.reset([1, 2])
        step = env.step(random_actions(env.scenario, 2, 3))
        rewards[credit] = step.rewards
        assert env.agents[-1] == AGENT
        np.testing.assert_allclose(
            step.segment_rewards.sum(axis=2), step.rewards, rtol=1e-4, atol=1e-3
        )
    for credit in ("claimed", "incremental"):
        np.testing.assert_array_equal(rewards[credit][:, -1], rewards["team"][:, -1])
        assert (rewards[credit][:, :-1] != rewards["team"][:, :-1]).all()
    np.testing.assert_array_equal(rewards["team"], rewards["team"][:, :1].repeat(5, axis=1))


def test_the_step_without_the_orchestrator_is_that_of_neutral_directives() -> None:
    envs = [
        make_vec("quartet-orchestrated", 2, population=200, reward={"credit": credit})
        for credit in ("incremental", "team")
    ]
    for env in envs:
        env.reset([1, 2])
    actions = random_actions(envs[0].scenario, 2, 3)
    without = envs[0].step(actions).counterfactual
    assert without is not None
    neutral = actions.copy()
    neutral[:, -1] = 0
    step = envs[1].step(neutral)
    np.testing.assert_allclose(without.value_without[:, -1], step.segment_rewards[:, -1], rtol=1e-5)
    np.testing.assert_array_equal(without.states_without[:, -1], envs[1].states())


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"coordination__orchestrator__caps": [1.0, 2.0]},
            "coordination.orchestrator: caps must fall strictly, not [1.0, 2.0]",
        ),
        ({"coordination__orchestrator__caps": []}, "coordination.orchestrator.caps"),
        (
            {"coordination__orchestrator__powers": ["cap", "cap"]},
            "coordination.orchestrator: powers repeat: cap, cap; give each once",
        ),
        ({"coordination__orchestrator__powers": ["caps"]}, "did you mean 'cap'"),
        (
            {"coordination__global_cap__load": 2.0},
            "kind is orchestrator, which sets the global cap itself; "
            "set global_cap to null, or kind to rules",
        ),
        (
            {"budget": {"kind": "split", "split": {"email": 1000}}},
            "budget.kind is split, but coordination.kind orchestrator splits the budget at "
            "every decision; set budget.kind to pooled",
        ),
        (
            {"coordination__orchestrator__hours": 500.0},
            "coordination.orchestrator looks back 500 hours",
        ),
    ],
)
def test_contradictions_are_refused(
    fields: dict[str, Any], told: str, error_line: ErrorLine
) -> None:
    assert told in error_line(lambda: load_scenario("quartet-orchestrated", **fields))


@pytest.mark.parametrize("power", BY_SEGMENT)
def test_an_orchestrator_that_says_nothing_changes_nothing(power: Power) -> None:
    """It splits the budget at every decision, unless it may not."""
    alone = make_vec("quartet", 2, population=200, budget={"amount": 200.0})
    above = make_vec("quartet", 2, population=200, budget={"amount": 200.0}, **with_powers(power))
    alone.reset([0, 1])
    above.reset([0, 1])
    for decision in range(10):
        actions = random_actions(alone.scenario, 2, decision)
        joint = add_orchestrator(above.scenario, actions)
        alone.step(actions)
        above.step(joint)
    np.testing.assert_array_equal(alone.metrics()["ncv"], above.metrics()["ncv"])
    lived = above.population.state()
    for name, array in alone.population.state().items():
        np.testing.assert_array_equal(array, lived[name])


def test_what_an_orchestrator_may_not_decide_has_one_choice() -> None:
    scenario = load_scenario("quartet", **with_powers("cap", "split"))
    options = choices(scenario, AGENT)
    parts = 3 * scenario.segments.count
    assert options[:parts].reshape(-1, 3).tolist() == [[1, 5, 1]] * scenario.segments.count
    assert options[parts:].tolist() == [5] * len(scenario.channels)


def test_what_it_leaves_alone_may_be_set_otherwise() -> None:
    split = {"kind": "split", "split": {"email": 100.0, "social": 300.0}, "amount": 400.0}
    capped = {"global_cap": {"load": 0.8}}
    scenario = load_scenario("quartet", budget=split, **with_powers("lead", **capped))
    decoder, joint = ActionDecoder(scenario, 1), random_actions(scenario, 1, 0)
    assert set(decoder.decode(joint).plan.cap.ravel()) == {800}
    decoder.revise_rules(load_scenario(scenario, coordination={"global_cap": {"load": 0.4}}))
    assert set(decoder.decode(joint).plan.cap.ravel()) == {400}
    engine = Population(scenario, 1)
    assert Budget(scenario, 1, engine.account_of_channel).available().shape == (1, 4)


def test_a_wrong_directive_is_named(error_line: ErrorLine) -> None:
    env = make_vec("quartet-orchestrated", 1, population=50)
    env.reset([0])
    actions = random_actions(env.scenario, 1, 0)
    actions[0, 4, 1] = 5
    assert error_line(lambda: env.step(actions)) == (
        "action of orchestrator_0 in environment 0, entry 1 is 5; expected 0 to 4"
    )
