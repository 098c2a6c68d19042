"""Cells are whole or absent, go on where they were, and depend on nothing but their seed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.benchmark.cells import ROWS, Cell, Row
from onevoice.experiments.benchmark.raw import MARKET_COLUMNS, RAW, read_raw
from onevoice.experiments.benchmark.run import expected_cost, play_cell, play_cells
from onevoice.experiments.core.arrays import load_arrays
from onevoice.experiments.core.rollout import Progress, evaluate
from onevoice.experiments.core.tasks import task_path
from onevoice.policies import Policy, load, make
from onevoice.policies.calendar import manual_plan
from onevoice.policies.checkpoint import write
from tests.experiments.benchmark.builders import Inline, curve, smoke


@pytest.fixture
def curves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onevoice.training.curve.read_curve", curve)


def quiet(stage: str, done: int, total: int) -> None:
    """Hear nothing."""


def test_a_baseline_is_what_evaluation_says(tmp_path: Path) -> None:
    config = smoke()
    found = play_cell(tmp_path, config, "greedy-0", quiet)
    policy = make("greedy", config.scenario)
    expected = evaluate("greedy", policy, config.scenario, market_ids("test", 2), config.seed)
    for column in ("ncv", "claims", "trust", "spend"):
        assert np.array_equal(found[column], expected.metrics[column])
    assert np.isfinite(found["shuffled_ncv"]).all()
    assert not np.array_equal(found["ncv"], found["shuffled_ncv"])
    assert np.isnan(found["env_steps"])


def test_fewer_markets_are_the_first_of_more(tmp_path: Path) -> None:
    """What lets a published row be checked on two markets."""
    few, more = (play_cell(tmp_path, smoke(markets=n), "manual-0", quiet) for n in (2, 4))
    for column in MARKET_COLUMNS:
        assert np.array_equal(few[column], more[column][:2], equal_nan=True)


def test_a_blind_row_has_no_twin(tmp_path: Path) -> None:
    assert np.isnan(play_cell(tmp_path, smoke(), "manual-0", quiet)["shuffled_ncv"]).all()


@pytest.mark.usefixtures("curves")
def test_pieces_fill_one_folder_and_nothing_is_made_twice(tmp_path: Path) -> None:
    first, second = Inline(), Inline()
    play_cells(smoke(only=["manual", "shared_reward"], seeds=[0]), tmp_path, first)
    assert first.done == ["shared_reward-0", "manual-0"]  # long ones first
    assert read_raw(tmp_path / RAW).seeds == {"manual": (0,), "shared_reward": (0,)}
    play_cells(smoke(), tmp_path, second)
    assert sorted(second.done) == [
        "greedy-0", "independent-0", "independent-1", "shared_reward-1", "silent-0",
    ]  # fmt: skip
    whole = read_raw(tmp_path / RAW)
    assert whole.seeds["shared_reward"] == whole.seeds["independent"] == (0, 1)
    assert whole.costs["shared_reward"]["env_steps"].tolist() == [448.0, 448.0]
    assert len(whole.curves["shared_reward"]) == 2
    scores = whole.markets["shared_reward"]["ncv"]
    assert not np.array_equal(scores[0], scores[1])  # another seed, another policy


def stopping(after: int) -> Callable[[str, int, int], None]:
    """Stop a part as Ctrl-C would, after so many reports."""
    heard = 0

    def tell(stage: str, done: int, total: int) -> None:
        nonlocal heard
        heard += 1
        if heard == after:
            raise KeyboardInterrupt

    return tell


@pytest.mark.usefixtures("curves")
def test_a_training_that_was_stopped_goes_on_bit_for_bit(tmp_path: Path) -> None:
    config, told = smoke(), list[tuple[int, int]]()
    with pytest.raises(KeyboardInterrupt):
        play_cell(tmp_path / "stopped", config, "shared_reward-1", stopping(4))
    assert not task_path(tmp_path / "stopped", "shared_reward-1").exists()
    again = play_cell(
        tmp_path / "stopped", config, "shared_reward-1", lambda *heard: told.append(heard[1:])
    )
    assert told[0] == (9 * 224, 10 * 448)  # the last checkpoint was half way
    assert told[-1][0] == told[-1][1]
    whole = play_cell(tmp_path / "whole", config, "shared_reward-1", quiet)
    assert np.isnan(again["wall_seconds"])  # of two sittings, one is not known
    assert float(whole["wall_seconds"]) > 0.0
    for column in ("ncv", "shuffled_ncv", "claims"):
        assert np.array_equal(again[column], whole[column])


@pytest.mark.usefixtures("curves")
def test_an_orchestrator_is_trained_above_a_baseline_and_played_with_it(tmp_path: Path) -> None:
    config = smoke(training__n_steps=smoke().scenario.decisions)
    found = play_cell(tmp_path, config, "greedy+orchestrator-0", quiet)
    policy = load(tmp_path / "training" / "greedy+orchestrator-0")
    scenario = Row.parse("greedy+orchestrator").scenario(config.scenario)
    expected = evaluate("", policy, scenario, market_ids("test", 2), config.seed)
    assert np.array_equal(found["ncv"], expected.metrics["ncv"])
    assert np.isnan(found["shuffled_ncv"]).all()


@pytest.mark.usefixtures("curves")
def test_what_was_learned_at_home_is_played_elsewhere(tmp_path: Path) -> None:
    home, away = (
        smoke(),
        smoke(scenario__budget__amount=100.0, train_scenario=smoke().scenario.model_dump()),
    )
    play_cell(tmp_path / "home", home, "shared_reward-0", quiet)
    away = away.model_copy(update={"trained": tmp_path / "home"})
    found = play_cell(tmp_path / "away", away, "shared_reward-0", quiet)
    assert not (tmp_path / "away").exists()
    policy = load(tmp_path / "home" / "training" / "shared_reward-0")
    expected = evaluate("shared_reward", policy, away.scenario, market_ids("test", 2), away.seed)
    assert np.array_equal(found["ncv"], expected.metrics["ncv"])
    assert np.isnan(found["wall_seconds"])
    assert not np.array_equal(
        found["ncv"], play_cell(tmp_path / "home", home, "shared_reward-0", quiet)["ncv"]
    )


def test_a_fitted_row_is_fitted_with_the_cells_seed_before_it_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, Path, int]] = []

    def fit(name: str, of: Scenario, folder: Path, *, seed: int, progress: Progress) -> Policy:
        progress(1, 2)
        calls.append((name, folder, seed))
        return make("manual", of)

    monkeypatch.setattr("onevoice.policies.fit", fit, raising=False)
    config = smoke(rows=["open_loop"], training__seed=7)
    told: list[tuple[int, int]] = []
    found = play_cell(tmp_path, config, "open_loop-0", lambda _, *counts: told.append(counts))
    assert calls == [("open_loop", tmp_path / "training" / "open_loop-0", 7)]
    assert told[0] == (9, 20)
    assert float(found["wall_seconds"]) >= 0.0
    assert np.array_equal(found["ncv"], play_cell(tmp_path, config, "manual-0", quiet)["ncv"])


def test_a_plan_that_was_fitted_at_home_is_taken(tmp_path: Path) -> None:
    away = smoke(rows=["open_loop"], scenario__budget__amount=100.0)
    home = smoke().scenario
    plan = np.stack([manual_plan(home, decision) for decision in range(home.decisions)])
    folder = tmp_path / "home" / "training" / "open_loop-0"
    facts = {"policy": "open_loop", "seed": 0, "scenario": home.model_dump(mode="json")}
    write(folder, {"plan": plan}, facts)
    there = {"trained": tmp_path / "home"}
    found = play_cell(
        tmp_path / "away",
        away.model_copy(update=there | {"train_scenario": home}),
        "open_loop-0",
        quiet,
    )
    manual = play_cell(tmp_path / "away", away, "manual-0", quiet)
    assert np.array_equal(found["ncv"], manual["ncv"])
    assert not (tmp_path / "away").exists()
    with pytest.raises(OneVoiceError, match="was fitted to another scenario"):
        play_cell(tmp_path / "away", away.model_copy(update=there), "open_loop-0", quiet)


def test_long_cells_are_expected_to_be_long() -> None:
    config = smoke(rows=list(ROWS), training__total_steps=200_000)
    costs = {name: expected_cost(config, Cell(Row(name))) for name in ROWS}
    assert costs["shared_reward"] > costs["open_loop"] > costs["greedy"] > costs["manual"]
    assert costs["planner"] > costs["open_loop"]


def same(one: Arrays, two: Arrays) -> bool:
    return all(np.array_equal(one[key], two[key], equal_nan=True) for key in one)


def test_a_cell_does_not_depend_on_which_others_are_made(tmp_path: Path) -> None:
    alone, among = tmp_path / "alone", tmp_path / "among"
    play_cells(smoke(only=["greedy"]), alone, Inline())
    play_cells(smoke(only=["silent", "manual", "greedy"]), among, Inline())
    read = partial(task_path, name="greedy-0")
    assert same(load_arrays(read(alone)), load_arrays(read(among)))
