"""A run that stops and continues ends where an uninterrupted one does, bit for bit."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.loader import load_config
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.checkpoint import Array, read
from onevoice.training.config import TrainingConfig
from onevoice.training.recorder import grouped
from onevoice.training.run import load_run
from onevoice.training.trainer import train
from tests.training.fakes import MakeConfig, MatrixGame, StubEnv

ROOT = Path(__file__).parents[2]


class Stopped(Exception):
    """Stands for a kill between two iterations."""


def stop_at(step: int) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if done >= step:
            raise Stopped

    return progress


def weights(run: Path) -> dict[str, Array]:
    return read(run / "checkpoint").arrays


def assert_same(one: Path, other: Path) -> None:
    first, second = weights(one), weights(other)
    assert first.keys() == second.keys()
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name], err_msg=name)


@pytest.mark.parametrize("mode", ["independent", "central_critic"])
@pytest.mark.parametrize("parameter_sharing", [False, True])
def test_resumed_equals_uninterrupted(
    scenario: Scenario, config: MakeConfig, tmp_path: Path, mode: str, parameter_sharing: bool
) -> None:
    numbers, env = config(parameter_sharing=parameter_sharing), MatrixGame
    train(scenario, mode, numbers, tmp_path / "whole", make_env=env)
    for stop in (0, 64 * 3, 64 * 5):
        with pytest.raises(Stopped):
            train(
                scenario,
                mode,
                numbers,
                tmp_path / "parts",
                resume=stop > 0,
                progress=stop_at(stop),
                make_env=env,
            )
        np.random.rand(3)  # noqa: NPY002  # the caller's streams do not matter
        torch.rand(3)
    train(scenario, mode, numbers, tmp_path / "parts", resume=True, make_env=env)
    assert_same(tmp_path / "whole", tmp_path / "parts")


@pytest.mark.parametrize(
    "mode", ["independent", "central_critic", "incremental", "single_controller"]
)
def test_resumed_equals_uninterrupted_on_the_simulation(tmp_path: Path, mode: str) -> None:
    scenario = load_config(Scenario, "scenarios", "smoke")
    numbers = load_config(TrainingConfig, "training", "smoke", {"n_steps": 7, "total_steps": 224})
    train(scenario, mode, numbers, tmp_path / "whole")
    with pytest.raises(Stopped):
        train(scenario, mode, numbers, tmp_path / "parts", progress=stop_at(56 * 3))
    train(scenario, mode, numbers, tmp_path / "parts", resume=True)
    assert_same(tmp_path / "whole", tmp_path / "parts")


def test_seeds_differ_and_training_moves(
    scenario: Scenario, config: MakeConfig, tmp_path: Path
) -> None:
    for seed in (0, 1):
        train(
            scenario,
            "shared_reward",
            config(seed=seed),
            tmp_path / str(seed),
            make_env=MatrixGame,
        )
    name = "email_0/policy/actor.2.weight"
    assert not np.array_equal(weights(tmp_path / "0")[name], weights(tmp_path / "1")[name])


def test_the_caller_keeps_its_random_streams_and_threads(
    scenario: Scenario, config: MakeConfig, run: Path
) -> None:
    torch.manual_seed(5)
    np.random.seed(5)  # noqa: NPY002
    expected = (torch.rand(1), np.random.rand())  # noqa: NPY002
    torch.manual_seed(5)
    np.random.seed(5)  # noqa: NPY002
    threads = torch.get_num_threads()
    train(scenario, "shared_reward", config(total_steps=64), run, make_env=StubEnv)
    assert (torch.rand(1), np.random.rand()) == expected  # noqa: NPY002
    assert torch.get_num_threads() == threads


def test_events_are_grouped_and_not_repeated(
    scenario: Scenario, config: MakeConfig, run: Path
) -> None:
    numbers, env = config(validate_every=3, pictures=True), StubEnv
    with pytest.raises(Stopped):
        train(scenario, "shared_reward", numbers, run, progress=stop_at(64 * 3), make_env=env)
    train(scenario, "shared_reward", numbers, run, resume=True, make_env=env)
    events = EventAccumulator(str(run / "tensorboard"))
    events.Reload()
    for tag in ("learning/email_0/entropy", "learning/search_0/reward", "truth/ncv"):
        assert [event.step for event in events.Scalars(tag)] == [64 * i for i in range(1, 7)]
    assert events.Scalars("truth/ncv")[0].value == 3.0
    assert events.Scalars("dashboard/email/roas")[0].value == 2.0, "missing values are left out"
    assert [event.step for event in events.Scalars("validation/ncv")] == [64 * 3, 64 * 6]
    assert [event.step for event in events.Images("validation/best")] == [64 * 3], "no better one"


def test_the_gap_between_claims_and_revenue() -> None:
    metrics = {"email/claimed_revenue": 30.0, "search/claimed_revenue": 10.0, "trust": 0.7}
    values = grouped(metrics | {"spend": 5.0, "revenue": 20.0})
    gap = {name: value for name, value in values.items() if name.startswith("gap/")}
    assert gap == {"gap/claimed_roas": 8.0, "gap/true_roas": 4.0, "gap/overclaim": 2.0}
    assert values["truth/trust"] == 0.7
    assert not any(name.startswith("gap/") for name in grouped(metrics | {"spend": 0.0}))


def test_progress_reaches_the_end_and_a_finished_run_stays(
    scenario: Scenario, config: MakeConfig, run: Path
) -> None:
    seen: list[tuple[int, int]] = []
    numbers, env = config(total_steps=130), StubEnv
    train(scenario, "shared_reward", numbers, run, make_env=env, progress=lambda *s: seen.append(s))
    assert seen == [(0, 192), (64, 192), (128, 192), (192, 192)]
    before = weights(run)
    train(scenario, "shared_reward", numbers, run, resume=True, make_env=env)
    for name, array in weights(run).items():
        np.testing.assert_array_equal(array, before[name])


def test_a_killed_process_resumes_to_the_same_result(
    scenario: Scenario, config: MakeConfig, tmp_path: Path
) -> None:
    numbers = config(total_steps=64 * 40, checkpoint_every=1)
    child = f"""
from pathlib import Path
from onevoice.envs.spec.scenario import Scenario
from onevoice.training.config import TrainingConfig
from onevoice.training.trainer import train
from tests.training.fakes import MatrixGame
scenario = Scenario.model_validate_json({scenario.model_dump_json()!r})
numbers = TrainingConfig.model_validate_json({numbers.model_dump_json()!r})
train(scenario, "central_critic", numbers, Path({str(tmp_path / "killed")!r}),
      make_env=MatrixGame)
"""
    process = subprocess.Popen([sys.executable, "-c", child], cwd=ROOT)
    pointer = tmp_path / "killed" / "checkpoint" / "checkpoint.json"
    while not (pointer.exists() and read(pointer.parent).metadata_value("iteration") > 2):
        assert process.poll() is None, "the child ended by itself"
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    killed_at = read(pointer.parent).metadata_value("iteration")
    assert 2 < killed_at < 40
    for run in ("killed", "whole"):
        train(
            scenario,
            "central_critic",
            numbers,
            tmp_path / run,
            resume=run == "killed",
            make_env=MatrixGame,
        )
    assert_same(tmp_path / "whole", tmp_path / "killed")


def test_a_run_keeps_its_configuration(scenario: Scenario, config: MakeConfig, run: Path) -> None:
    train(scenario, "shared_reward", config(total_steps=64), run, make_env=StubEnv)
    checkpoint = load_run(run)
    assert (checkpoint.scenario, checkpoint.mode, checkpoint.training) == (
        scenario,
        "shared_reward",
        config(total_steps=64),
    )
    with pytest.raises(OneVoiceError, match=r"config.json: training.seed is 0 there and 1 here"):
        train(scenario, "shared_reward", config(total_steps=64, seed=1), run, resume=True)
    with pytest.raises(OneVoiceError, match="holds a training run"):
        train(scenario, "shared_reward", config(total_steps=64), run)
