"""Outcomes are those of an evaluation; overlap is counted by hand."""

import numpy as np
import pytest

from onevoice.envs import load_scenario
from onevoice.envs.engine.market import market_ids
from onevoice.experiments.ablation.run import (
    KEPT,
    changed,
    mean_overlap,
    play_task,
    realised_overlap,
    transition,
    with_channels,
)
from onevoice.experiments.core.rollout import episode_seeds, evaluate
from onevoice.policies import make
from tests.experiments.ablation.builders import config

SMOKE = load_scenario("smoke")
MARKETS, SEEDS = market_ids("test", 3), episode_seeds(0, 3)


def test_an_outcome_is_what_an_evaluation_finds() -> None:
    ours = transition(SMOKE, "greedy", MARKETS, 0)
    theirs = evaluate("greedy", make("greedy", SMOKE), SMOKE, MARKETS, 0).metrics
    for name in ("ncv", "trust", "churn", "opt_outs", "conflicts", "claims"):
        np.testing.assert_allclose(ours[name], theirs[name])
    total = theirs["email/engagements"] + theirs["search/engagements"]
    np.testing.assert_array_equal(ours["engagements"], total)
    np.testing.assert_allclose(ours["equity"], theirs["equity"] * 1000 / SMOKE.population)


def test_a_market_that_loses_everybody_keeps_its_last_numbers() -> None:
    doomed = changed(SMOKE, {"customers.churn": 1.0, "population": 1, "days": 84})
    found = transition(doomed, "silent", MARKETS, 0)
    np.testing.assert_array_equal(found["churn"], 1.0)
    np.testing.assert_array_equal(found["equity"], 0.0)


def test_a_task_holds_every_variant_policy_and_metric() -> None:
    reports: list[tuple[str, int, int]] = []
    setting = config(scenario=SMOKE, markets=2)
    found = play_task(setting, "channels-2", lambda *words: reports.append(words))
    plays = [f"{key}/{policy}" for key in ("-1", "1") for policy in ("coordinated", "greedy")]
    names = {f"{play}/{name}" for play in plays for name in KEPT} | {"-1/overlap", "1/overlap"}
    assert set(found) == names
    assert {array.shape for array in found.values()} == {(2,)}
    assert reports == [("task", done, 4) for done in (1, 2, 3, 4)]


def test_overlap_is_shared_customers_by_the_smaller_audience() -> None:
    one, other = [True, True, True, False], [False, True, False, True]
    third = [True, True, True, True]
    reached = np.array([one, other, third])[:, None, :]
    assert mean_overlap(reached) == pytest.approx([(1 / 2 + 1 + 1) / 3])
    assert np.isnan(mean_overlap(reached[:1])).all()


def test_the_overlap_setting_moves_audiences_together() -> None:
    quartet = load_scenario("quartet")
    found = [
        realised_overlap(with_channels(quartet, 4, overlap), MARKETS, SEEDS).mean()
        for overlap in (-1.0, 0.0, 1.0)
    ]
    assert found[0] < found[1] - 0.05
    assert found[1] < found[2] - 0.05
    assert found[2] <= 1.0
