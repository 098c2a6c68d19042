"""What is learned has a closed form here: values of a constant reward, optima of a matrix game."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from onevoice.envs.spec.scenario import Scenario
from onevoice.training.environment import EnvFactory
from onevoice.training.run import RunConfig
from onevoice.training.trainer import Trainer, isolated
from tests.training.fakes import ClockEnv, MakeConfig, MatrixGame, TerminatingEnv

GAMMA = 0.9
VALUES = {
    "num_envs": 8,
    "n_steps": 20,
    "batch_size": 80,
    "n_epochs": 5,
    "total_steps": 160 * 20,
    "gamma": GAMMA,
    "gae_lambda": 1.0,
    "learning_rate": 2e-2,
    "hidden_critic": (16,),
    "normalize_rewards": False,
}
Build = Callable[..., Trainer]


@pytest.fixture
def build(
    scenario: Scenario,
    config: MakeConfig,
    run: Path,
) -> Iterator[Build]:
    """Make a trainer on a stub, on one thread."""

    def make(env: EnvFactory, mode: str, **changes: Any) -> Trainer:
        whole = RunConfig(scenario=scenario, mode=mode, training=config(**changes))
        return Trainer(whole, run, env)

    with isolated():
        yield make


def learn(trainer: Trainer) -> dict[str, float]:
    values: dict[str, float] = {}
    for _ in range(trainer.config.iterations):
        values = trainer.iterate()
    return values


def first_values(trainer: Trainer) -> np.ndarray[Any, Any]:
    """Return each channel's value of the first step of an episode."""
    observations = trainer.env.reset(range(trainer.env.num_envs))
    states = trainer.env.states()
    parts = [one.values(one.inputs(observations, states))[0, :, 0] for one in trainer.learners]
    return np.concatenate(parts)


def finite(length: int) -> float:
    """What a reward of 1 in each of ``length`` steps is worth."""
    return sum(GAMMA**t for t in range(length))


@pytest.mark.parametrize("env", [ClockEnv, TerminatingEnv])
@pytest.mark.parametrize("mode", ["independent", "central_critic"])
@pytest.mark.parametrize("parameter_sharing", [False, True])
def test_nothing_follows_the_last_step_however_an_episode_ends(
    build: Build, env: type[ClockEnv], mode: str, parameter_sharing: bool
) -> None:
    trainer = build(env, mode, parameter_sharing=parameter_sharing, **VALUES)
    learn(trainer)
    np.testing.assert_allclose(first_values(trainer), finite(env.length), rtol=0.03)


def test_scaled_rewards_change_the_unit_of_values_only(build: Build) -> None:
    trainer = build(ClockEnv, "independent", **VALUES | {"normalize_rewards": True})
    learn(trainer)
    worth = first_values(trainer) * trainer.collector.scale.sd
    np.testing.assert_allclose(worth, finite(ClockEnv.length), rtol=0.03)


GAME = {
    "num_envs": 32,
    "n_steps": 8,
    "batch_size": 128,
    "n_epochs": 4,
    "total_steps": 256 * 50,
    "learning_rate": 1e-2,
    "gamma": 0.5,
    "gae_lambda": 0.9,
    "entropy_end": 0.0,
}


def choices(trainer: Trainer) -> list[int]:
    """Return each channel's likeliest action."""
    inputs = [
        torch.zeros(1, one.width).index_fill(1, torch.tensor([0]), 1.0) for one in trainer.learners
    ]
    pairs = zip(trainer.learners, inputs, strict=True)
    return [int(one.policy.log_probs(x).argmax()) for one, x in pairs]


@pytest.mark.parametrize("seed", [0, 1])
def test_central_critic_finds_the_joint_optimum(build: Build, seed: int) -> None:
    trainer = build(MatrixGame, "central_critic", seed=seed, **GAME)
    values = learn(trainer)
    assert choices(trainer) == [0, 0]
    assert values["learning/email_0/explained_variance"] > 0.8, "the critic sees the coin"


def test_channels_that_claim_for_themselves_end_elsewhere(build: Build) -> None:
    trainer = build(MatrixGame, "independent", **GAME)
    values = learn(trainer)
    assert choices(trainer) == [2, 2]
    assert values["learning/email_0/explained_variance"] < 0.1, "nobody shows it the coin"
