"""A policy read from a training run plays what was trained, and says what it cannot play."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.loader import load_config
from onevoice.envs import load_scenario
from onevoice.envs import make as make_parallel
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies import Policy, load, make
from onevoice.policies.checkpoint import Checkpoint, read
from onevoice.policies.learned import BEST, LearnedPolicy, load_learned
from onevoice.training.config import MODES, TrainingConfig
from onevoice.training.learner import make_learners
from onevoice.training.run import load_run
from onevoice.training.trainer import train
from onevoice.training.trainer_state import restore_learner

MODES_PLAYED = [
    ("independent", False),
    ("central_critic", False),
    ("central_critic", True),
    ("single_controller", False),
]


@pytest.fixture(scope="module", params=MODES_PLAYED, ids=str)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train a little, in each form in which weights can be stored."""
    mode, parameter_sharing = request.param
    folder = tmp_path_factory.mktemp("runs") / "run"
    changes = {
        "parameter_sharing": parameter_sharing,
        "learning_rate": 0.01,
        "hidden_actor": [16, 8],
    }
    numbers = load_config(TrainingConfig, "training", "smoke", changes)
    train(load_config(Scenario, "scenarios", "smoke"), mode, numbers, folder)
    return folder


@pytest.fixture
def env(run: Path) -> ChannelsVectorEnv:
    """Three environments of the scenario that was trained on."""
    return ChannelsVectorEnv(load_run(run).scenario, 3)


def best_of(run: Path) -> Checkpoint:
    """Return the checkpoint with the best actors in the place of the last."""
    checkpoint = read(run / "checkpoint")
    best = {k.removeprefix(BEST): v for k, v in checkpoint.arrays.items() if k.startswith(BEST)}
    return Checkpoint({**checkpoint.arrays, **best}, checkpoint.metadata, checkpoint.path)


def mode_action(log_probs: torch.Tensor) -> npt.NDArray[np.int64]:
    """The mean pressures and discounts, the likeliest messages and audience, ``[3, a, E]``."""
    probabilities = log_probs.detach().exp().numpy().reshape(3, -1, 7, log_probs.shape[-1])
    actions: npt.NDArray[np.int64] = probabilities.argmax(axis=-1)
    for part in (0, 2, 3, 5):
        actions[..., part] = np.rint(
            (probabilities[..., part, :] * np.arange(probabilities.shape[-1])).sum(axis=-1)
        )
    return actions


def test_it_plays_the_typical_action_of_the_trained_networks(
    run: Path, env: ChannelsVectorEnv
) -> None:
    config = load_run(run)
    learners = make_learners(env, MODES[config.mode], config.training)
    for learner in learners:
        restore_learner(learner, best_of(run), updated=True)
    policy, observations = load(run), env.reset([1, 2, 3])
    for _ in range(5):
        actions = policy.act_batch(observations)
        states = env.states()
        parts = [
            mode_action(one.policy.log_probs(torch.from_numpy(one.inputs(observations, states))))
            for one in learners
        ]
        np.testing.assert_array_equal(actions, np.concatenate(parts, axis=1))
        assert actions.dtype == np.int64
        observations = env.step(actions).observations


def test_a_single_channel_may_share_its_network_with_nobody(tmp_path: Path) -> None:
    scenario = load_scenario("smoke", channels=["email"])
    changes = {"parameter_sharing": True, "total_steps": 112}
    numbers = load_config(TrainingConfig, "training", "smoke", changes)
    train(scenario, "shared_reward", numbers, tmp_path / "run")
    env = ChannelsVectorEnv(scenario, 2)
    assert load(tmp_path / "run").act_batch(env.reset([1, 2])).shape[:2] == (2, 1)


def test_channels_do_not_play_alike(run: Path, env: ChannelsVectorEnv) -> None:
    observations = env.reset([1, 2, 3])
    same = np.repeat(observations[:, :1], len(env.agents), axis=1)
    policy = load_learned(run)
    assert isinstance(policy, LearnedPolicy)
    log_probs = policy.actors.log_probs(same)
    assert not torch.equal(log_probs[0], log_probs[1])


def test_draws_follow_the_seed_and_the_distribution(run: Path, env: ChannelsVectorEnv) -> None:
    policy, observations = load(run, deterministic=False), env.reset([1, 2, 3])
    played = []
    for seed in (4, 4, 5):
        policy.reset(3, seed)
        played.append(np.stack([policy.act_batch(observations) for _ in range(50)]))
    np.testing.assert_array_equal(played[0], played[1])
    assert (played[0] != played[2]).any()
    assert len(np.unique(played[0][..., 0])) == 5, "all pressures occur in an untrained policy"
    assert (played[0] < env.single_action_space.nvec).all()


def test_it_plays_one_environment_with_named_agents(run: Path, env: ChannelsVectorEnv) -> None:
    policy, observations = load(run), env.reset([1, 2, 3])
    actions = policy.act(dict(zip(env.agents, observations[0], strict=True)))
    assert list(actions) == list(env.agents)
    for agent, expected in zip(env.agents, policy.act_batch(observations)[0], strict=True):
        np.testing.assert_array_equal(actions[agent], expected)
        assert actions[agent] in env.single_action_space


def test_it_plays_a_pettingzoo_episode(run: Path) -> None:
    policy, parallel = load(str(run)), make_parallel("smoke")
    observations, _ = parallel.reset(seed=3)
    steps = 0
    while parallel.agents:
        observations, *_ = parallel.step(policy.act(observations))
        steps += 1
    assert steps == policy.scenario.decisions


def test_observations_that_do_not_fit(run: Path, env: ChannelsVectorEnv) -> None:
    policy, size = load(run), env.observation_size
    with pytest.raises(OneVoiceError, match=rf"\[2, 3, {size}\] do not fit .*run: .* on email_0"):
        policy.act_batch(np.zeros((2, 3, size), np.float32))
    with pytest.raises(OneVoiceError, match=r"\[1, 2, 7\] do not fit"):
        policy.act({agent: np.zeros(7, np.float32) for agent in env.agents})
    with pytest.raises(OneVoiceError, match="'search_0' is missing"):
        policy.act({"email_0": np.zeros(size, np.float32)})
    with pytest.raises(OneVoiceError, match="agents differ in shape"):
        policy.act(
            dict(
                zip(env.agents, (np.zeros(size, np.float32), np.zeros(1, np.float32)), strict=True)
            )
        )


def test_runs_that_cannot_be_loaded(run: Path, tmp_path: Path) -> None:
    with pytest.raises(OneVoiceError, match=r"nowhere: not a training run \(no config.json\)"):
        load(tmp_path / "nowhere")
    broken = tmp_path / "broken"
    broken.mkdir()
    content = json.loads((run / "config.json").read_text())
    for change, message in (
        ({}, r"checkpoint.json: cannot be read"),
        ({"scenario": None}, r"broken/config.json: "),
        ({"scenario": content["scenario"] | {"populaton": 1}}, "did you mean 'population'"),
    ):
        (broken / "config.json").write_text(json.dumps(content | change))
        with pytest.raises(OneVoiceError, match=message) as error:
            load(broken)
        assert "\n" not in str(error.value)


def test_the_configuration_must_be_that_of_the_checkpoint(run: Path, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    (mixed / "checkpoint").symlink_to(run / "checkpoint")
    content = json.loads((run / "config.json").read_text())
    content["scenario"]["channels"].pop("email")
    (mixed / "config.json").write_text(json.dumps(content))
    with pytest.raises(OneVoiceError, match=r"config.json: is not what the run was trained with"):
        load(mixed)


def test_unknown_baseline() -> None:
    scenario = load_config(Scenario, "scenarios", "smoke")
    with pytest.raises(OneVoiceError, match="policy 'gredy' is unknown; did you mean 'greedy'"):
        make("gredy", scenario)
    assert isinstance(make("silent", scenario), Policy)


def test_torch_waits_for_a_learned_policy() -> None:
    child = "import sys, onevoice.policies, onevoice.training; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", child], check=False).returncode == 0
