"""The policy and the trainer of ``docs/add_your_algorithm.md`` work as they stand there."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import onevoice.envs
from onevoice.configs.loader import load_config
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import MESSAGES, Scenario
from onevoice.experiments.benchmark import cells, run
from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.benchmark.raw import RAW, read_raw
from onevoice.experiments.cli import main
from onevoice.experiments.core.rollout import evaluate
from onevoice.policies import load, make
from onevoice.policies.base import Policy
from onevoice.policies.baselines import BASELINES
from onevoice.training.config import MODES
from tests.documents import blocks, smaller
from tests.experiments.benchmark.builders import SMOKE, Inline

PAGE = "docs/add_your_algorithm.md"
POLICY, TRY_POLICY = blocks(PAGE, "A policy", "python")
TRAINER, TRY_TRAINER = blocks(PAGE, "A trainer", "python")
MODE, CELL = blocks(PAGE, "Where things plug in", "python")
[BENCHMARK] = blocks(PAGE, "Where things plug in", "yaml")
MOST_LINES = 60
SMALL = {'"quartet"': '"smoke"', '"validation", 16': '"validation", 4'}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that holds the blocks as the page says, and is the current one."""
    (tmp_path / "one_story.py").write_text(POLICY, encoding="utf-8")
    (tmp_path / "reinforce.py").write_text(TRAINER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in ("one_story", "reinforce"):
        sys.modules.pop(name, None)


@pytest.fixture
def one_story(own: Path) -> ModuleType:
    return import_module("one_story")


@pytest.fixture
def reinforce(own: Path) -> ModuleType:
    return import_module("reinforce")


@pytest.fixture
def smoke() -> Scenario:
    return onevoice.envs.load_scenario("smoke")


@pytest.fixture
def quartet() -> Scenario:
    return onevoice.envs.load_scenario("quartet", population=200, days=28, tick_hours=24)


def ncv(policy: Policy, scenario: Scenario) -> float:
    markets = market_ids("validation", 16)
    found = evaluate("it", policy, scenario, markets, seed=0, replay_search=False)
    return float(found.metrics["ncv"].mean())


@pytest.mark.parametrize("code", [POLICY, TRAINER])
def test_it_is_short(code: str) -> None:
    assert sum(bool(line.strip()) for line in code.splitlines()) < MOST_LINES


@pytest.mark.parametrize("name", ["smoke", "quartet"])
def test_the_policy_plays_an_episode_in_pettingzoo(one_story: ModuleType, name: str) -> None:
    env = onevoice.envs.make(name, population=100, days=28)
    policy = one_story.OneStory(env.scenario)
    observations, _ = env.reset(seed=0)
    decisions = 0
    while env.agents:
        actions = policy.act(observations)
        assert all(env.action_space(agent).contains(actions[agent]) for agent in env.agents)
        assert len({tuple(action[1:-1:3]) for action in actions.values()}) == 1
        assert not any(action[2:-1:3].any() for action in actions.values())
        observations, *_ = env.step(actions)
        decisions += 1
    assert decisions == env.scenario.decisions


def test_the_policy_tries_all_messages_and_keeps_the_one_with_most_engagement(
    one_story: ModuleType, smoke: Scenario
) -> None:
    policy = one_story.OneStory(smoke)
    policy.reset(2, 0)
    names = onevoice.envs.make_vec(smoke, 1).feature_names()
    seen = np.zeros((2, 2, len(names)), np.float32)
    liked = np.array([[1, 3], [2, 0]])
    told = []
    for _ in range(one_story.TRY * len(MESSAGES) + 1):
        told.append(policy.act_batch(seen)[:, 0, 1:-1:3])
        for segment in range(smoke.segments.count):
            column = names.index(f"segment_{segment}/engagement_rate/last")
            seen[:, :, column] = 0.1 + 0.2 * (told[-1] == liked)[:, None, segment]
    assert np.array_equal(told[-1], liked)
    tried = np.stack(told[:-1])
    for message in range(len(MESSAGES)):
        assert np.all((tried == message).sum(axis=0) == one_story.TRY)


def test_the_policy_does_better_than_the_plan_that_it_changes(one_story: ModuleType) -> None:
    scenario = onevoice.envs.load_scenario("quartet", tick_hours=24)
    manual = make("manual", scenario)
    assert ncv(one_story.OneStory(scenario), scenario) > ncv(manual, scenario) + 100.0


def test_the_trainer_learns_and_saves_what_it_learned(
    reinforce: ModuleType, quartet: Scenario, tmp_path: Path
) -> None:
    first, last = (
        reinforce.train(quartet, tmp_path / str(rounds), rounds=rounds, num_envs=16, seed=0)
        for rounds in (0, 20)
    )
    assert ncv(last, quartet) > ncv(first, quartet) + 500.0
    assert ncv(last, quartet) > ncv(make("manual", quartet), quartet) + 300.0
    again = reinforce.load(tmp_path / "20")
    assert np.array_equal(again.weights, last.weights)
    assert again.scenario == quartet


def test_the_same_seed_learns_the_same(
    reinforce: ModuleType, smoke: Scenario, tmp_path: Path
) -> None:
    a, b, c = (
        reinforce.train(smoke, tmp_path / name, rounds=2, num_envs=4, seed=seed).weights
        for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_what_the_page_does_with_the_policy(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(smaller(TRY_POLICY, SMALL), {})
    lines = capsys.readouterr().out.splitlines()
    names = ["manual", "coordinated", "one_story", "one_story, shuffled"]
    assert [line[:20].strip() for line in lines] == names


def test_what_the_page_does_with_the_trainer(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(smaller(TRY_TRAINER, SMALL | {"(0, 60)": "(0, 2)", "num_envs=32": "num_envs=4"}), {})
    lines = capsys.readouterr().out.splitlines()
    assert [line[:10] for line in lines] == ["  0 rounds", "  2 rounds"]


def test_both_are_rows_of_a_benchmark(
    own: Path, one_story: ModuleType, reinforce: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = smaller(CELL, {"rounds=60": "rounds=2", "num_envs=32": "num_envs=4"})
    module: dict[str, Any] = {**vars(run), "reinforce": reinforce}
    exec(small, module)
    monkeypatch.setitem(BASELINES, "one_story", one_story.OneStory)
    monkeypatch.setitem(cells.ROWS, "one_story", cells.Recipe("baseline", shuffled=True))
    recipe = cells.Recipe("reinforce", several=True, shuffled=True)  # type: ignore[arg-type]
    monkeypatch.setitem(cells.ROWS, "reinforce", recipe)
    makers: dict[Any, run.Maker] = {**run.MAKERS}
    makers["reinforce"] = run.Maker(module["_reinforce"], 9, 50.0)
    monkeypatch.setattr(run, "MAKERS", makers)
    file = own / "mine.yaml"
    mine = {"base: quartet": "base: smoke", "shared_reward, planner": "reinforce"}
    file.write_text(smaller(BENCHMARK, mine), encoding="utf-8")
    config = load_config(Config, "benchmarks", str(file), SMOKE | {"markets": 2, "runs": 2})
    run.play_cells(config, own / "out", run=Inline())
    markets = read_raw(own / "out" / RAW).markets
    assert list(markets) == ["manual", "greedy", "one_story", "reinforce"]
    assert markets["reinforce"]["ncv"].shape == (2, 2)
    assert np.isfinite(markets["one_story"]["shuffled_ncv"]).all()


def test_a_mode_is_one_line(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onevoice.training.config.MODES", MODES.copy())
    exec(MODE, vars(import_module("onevoice.training.config")))
    words = ["train", "smoke", "--mode", "half", "--training", "smoke", "--out", "run"]
    assert main([*words, "--training.total_steps", "112"]) == 0
    assert load(own / "run").agents == ("email_0", "search_0")
