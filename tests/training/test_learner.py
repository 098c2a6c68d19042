"""Who sees what: the actor its own observation, the critic that or the state."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32
from onevoice.training.config import MODES
from onevoice.training.learner import Learner, make_learners
from onevoice.training.networks import JointPolicy, chosen
from tests.training.fakes import MakeConfig, StubEnv


def play(learner: Learner, observations: F32, states: F32) -> tuple[F32, F32]:
    """Return the actor's log probabilities and the critic's values."""
    inputs = torch.from_numpy(learner.inputs(observations, states))
    with torch.no_grad():
        log_prob: F32 = learner.policy.log_probs(inputs)[:, :, 0].sum(dim=1).numpy()
    return log_prob, learner.values(inputs.numpy())[..., 0]


@pytest.mark.parametrize("parameter_sharing", [False, True])
@pytest.mark.parametrize(
    ("mode", "own", "central"),
    [("shared_reward", True, False), ("incremental", False, True), ("central_critic", True, True)],
)
def test_actor_and_critic_see_their_columns_alone(
    scenario: Scenario,
    config: MakeConfig,
    mode: str,
    own: bool,
    central: bool,
    parameter_sharing: bool,
) -> None:
    env, numbers = StubEnv(scenario, 4, 1), config(num_envs=4, parameter_sharing=parameter_sharing)
    rng = np.random.Generator(np.random.PCG64(1))
    observations = rng.random((4, 2, 1), dtype=np.float32)
    states = rng.random((4, 1), dtype=np.float32)
    for learner in make_learners(env, MODES[mode], numbers):
        actor, critic = play(learner, observations, states)
        other_actor, other_critic = play(learner, observations, states + 1)
        np.testing.assert_array_equal(actor, other_actor)
        assert (critic != other_critic).all() == central
        other_actor, other_critic = play(learner, observations + 1, states)
        assert (actor != other_actor).all()
        assert (critic != other_critic).all() == own


def draw(learners: Sequence[Learner], inputs: Sequence[F32]) -> tuple[torch.Tensor, ...]:
    """Return actions, values and log probabilities, a row of each for every learner."""
    with torch.no_grad():
        policy = JointPolicy([learner.policy for learner in learners], "tanh")
        return policy(torch.from_numpy(np.stack(inputs)))


@pytest.mark.parametrize("mode", ["shared_reward", "central_critic", "single_controller"])
@pytest.mark.parametrize("parameter_sharing", [False, True])
def test_played_as_one_they_do_as_each_by_itself(
    scenario: Scenario, config: MakeConfig, mode: str, parameter_sharing: bool
) -> None:
    learners = make_learners(
        StubEnv(scenario, 4, 1),
        MODES[mode],
        config(num_envs=4, parameter_sharing=parameter_sharing),
    )
    rng = np.random.Generator(np.random.PCG64(1))
    observations, states = rng.random((4, 2, 1), np.float32), rng.random((4, 1), np.float32)
    inputs = [one.inputs(observations, states) for one in learners]
    for one, x, actions, values, log_probs in zip(
        learners, inputs, *draw(learners, inputs), strict=True
    ):
        with torch.no_grad():
            own = one.policy.log_probs(torch.from_numpy(x))
        np.testing.assert_allclose(
            values.numpy(), one.values(x).reshape(values.shape), rtol=1e-5, atol=1e-7
        )
        torch.testing.assert_close(log_probs, chosen(own, actions))


def test_one_controller_sees_and_plays_all_channels(scenario: Scenario, config: MakeConfig) -> None:
    env = StubEnv(scenario, 3, 1)
    learners = make_learners(env, MODES["single_controller"], config(num_envs=3, batch_size=24))
    inputs = learners[0].inputs(np.arange(6, dtype=np.float32).reshape(3, 2, 1), None)
    np.testing.assert_array_equal(inputs, [[0, 1], [2, 3], [4, 5]])
    actions, values, log_probs = (part[0].numpy() for part in draw(learners, [inputs]))
    joint = learners[0].record(inputs, actions, values, log_probs, np.ones(3, np.bool_))
    np.testing.assert_array_equal(joint.reshape(3, -1), actions)
    assert joint.shape == (3, 2, len(env.choices))
    assert (joint < env.choices).all()


def test_one_controller_learns_from_the_mean_reward(
    scenario: Scenario, config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = StubEnv(scenario, 3, 1)
    learners = make_learners(
        env, MODES["single_controller"], config(num_envs=3, n_steps=2, batch_size=6)
    )
    learner, ended, seen = learners[0], np.zeros(3, np.bool_), []
    inputs = learner.inputs(env.observe(), None)
    for _ in range(2):
        actions, values, log_probs = (part[0].numpy() for part in draw(learners, [inputs]))
        learner.record(inputs, actions, values, log_probs, ended)
    estimate = learner.buffer.advantages

    def advantages(rewards: F32, *rest: Any) -> F32:
        seen.append(rewards[..., 0])
        return estimate(rewards, *rest)

    monkeypatch.setattr(learner.buffer, "advantages", advantages)
    learner.learn(np.arange(12, dtype=np.float32).reshape(2, 3, 2, 1), inputs, ended, left=1.0)
    np.testing.assert_array_equal(seen, [[[0.5, 2.5, 4.5], [6.5, 8.5, 10.5]]])


def test_rows_keep_channels_and_environments_apart(scenario: Scenario, config: MakeConfig) -> None:
    env = StubEnv(scenario, 3, 1)
    (learner,) = make_learners(env, MODES["central_critic"], config(parameter_sharing=True))
    observations = np.arange(6, dtype=np.float32).reshape(3, 2, 1)
    states = np.array([[10.0], [20.0], [30.0]], dtype=np.float32)
    expected = [
        [0, 1, 0, 10],
        [1, 0, 1, 10],
        [2, 1, 0, 20],
        [3, 0, 1, 20],
        [4, 1, 0, 30],
        [5, 0, 1, 30],
    ]
    np.testing.assert_array_equal(learner.inputs(observations, states), expected)
