"""More and less of one channel."""

import numpy as np
import pytest

from onevoice.experiments.attribution.run import only, replay_steps, scaled, totals
from tests.experiments.attribution.builders import estimates, held_out, scenario

SPLIT = {"kind": "split", "amount": 30, "split": {"email": 10, "search": 20}}


def test_contacts_and_triggers_grow_and_prices_stay() -> None:
    before = scenario("email", "search")
    after = scaled(before, "email", 1.5)
    email, mail = before.channels["email"], after.channels["email"]
    assert mail.intensity == pytest.approx([1.5 * rate for rate in email.intensity])
    assert mail.trigger == pytest.approx(1.5 * email.trigger)
    assert (mail.cost, mail.price) == (email.cost, email.price)
    assert after.channels["search"] == before.channels["search"]
    assert after.budget == before.budget


def test_a_probability_grows_up_to_one() -> None:
    after = scaled(scenario("email", "search"), "search", 1.9)
    assert max(after.channels["search"].intensity) == 1.0


def test_a_purse_of_its_own_grows_too() -> None:
    after = scaled(scenario("email", "search", budget=SPLIT), "search", 1.1)
    assert after.budget.split == pytest.approx({"email": 10, "search": 22})
    assert after.budget.amount == pytest.approx(32)


def test_twice_the_activity_is_about_twice_the_touches_and_the_spend() -> None:
    quiet = {"channels": {"social": {"intensity": [0, 0.05, 0.05, 0.05, 0.05], "trigger": 0.0}}}
    at = held_out(scenario(population=5000, budget={"amount": 10**6}, **quiet))
    actions = np.zeros((at.scenario.decisions, 1, 1, 4), np.int64)
    actions[..., 0] = 4
    once = totals(at.scenario, at.replay(actions))
    twice = totals(at.scenario, at.replay(actions, scaled(at.scenario, "social", 2.0)))
    assert twice.touches[0, 0] == pytest.approx(2 * once.touches[0, 0], rel=0.1)
    assert twice.spend[0, 0] / once.spend[0, 0] == pytest.approx(
        twice.touches[0, 0] / once.touches[0, 0]
    )


def test_each_step_moves_its_own_channel() -> None:
    at = held_out(scenario(budget={"amount": 10**6}))
    active = np.full((at.scenario.decisions, 1, 3, 4), 2, np.int64)
    active[..., 2:] = 0
    active = only(active, np.array([[True, True, False]]))
    steps = replay_steps(at, active, 0.5)
    revenue, spend, touches = (steps[f"step_{name}"] for name in ("revenue", "spend", "touches"))
    assert revenue.shape == spend.shape == touches.shape == (3, 2)
    assert (touches[:2, 1] > 1.5 * touches[:2, 0]).all()
    assert (spend[:2, 1] > 1.5 * spend[:2, 0]).all()
    assert not touches[2].any()
    assert revenue[2, 0] == revenue[2, 1]


def test_the_marginal_return_is_further_revenue_over_further_spend() -> None:
    steps = {
        "step_revenue": [[[90, 110], [80, 120]], [[80, 110], [100, 100]]],
        "step_spend": [[[9, 11], [0, 0]], [[9, 12], [0, 0]]],
        "step_touches": [[[100, 200], [10, 20]], [[100, 200], [10, 20]]],
    }
    found = estimates([[0, 0, 0, 100]] * 2, [[0, 0]] * 2, **steps)
    assert found.marginal(0, "spend").value == pytest.approx(50 / 5)
    assert found.marginal(1, "touches", 1000.0).value == pytest.approx(40 / 20 * 1000)
    assert not found.marginal(1, "spend").known
    steps["step_revenue"] = (2 * np.array(steps["step_revenue"])).tolist()
    doubled = estimates([[0, 0, 0, 100]] * 2, [[0, 0]] * 2, **steps)
    assert doubled.marginal(0, "spend").value == pytest.approx(20)
