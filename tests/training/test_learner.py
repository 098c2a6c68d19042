"""Who sees what: the actor its own observation, the critic that or the state."""

import numpy as np
import pytest
import torch

from onevoice.envs.scenario import Scenario
from onevoice.training.config import MODES
from onevoice.training.learner import Learner, make_learners
from tests.training.stubs import Floats, MakeConfig, StubEnv


def play(learner: Learner, observations: Floats, states: Floats) -> tuple[Floats, Floats]:
    """Return the actor's log probabilities and the critic's values."""
    inputs = torch.from_numpy(learner.inputs(observations, states))
    with torch.no_grad():
        distribution = learner.ppo.policy.get_distribution(inputs)
        log_prob: Floats = distribution.log_prob(torch.zeros(len(inputs), 2)).numpy()
    return log_prob, learner.values(inputs.numpy())


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(("mode", "central"), [("shared", False), ("central_critic", True)])
def test_actor_and_critic_see_their_columns_alone(
    scenario: Scenario, config: MakeConfig, mode: str, central: bool, shared: bool
) -> None:
    env, numbers = StubEnv(scenario, 4, 1), config(num_envs=4, share_parameters=shared)
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
        assert (critic == other_critic).all() == central


def test_rows_keep_channels_and_environments_apart(scenario: Scenario, config: MakeConfig) -> None:
    env = StubEnv(scenario, 3, 1)
    (learner,) = make_learners(env, MODES["central_critic"], config(share_parameters=True))
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
