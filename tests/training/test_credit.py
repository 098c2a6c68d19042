"""Which choice answers for which segment, and how the weights of the entropies find their size."""

import numpy as np
import pytest
import torch

from onevoice.envs import ChannelsVectorEnv, load_scenario
from onevoice.training.config import MODES, TrainingConfig
from onevoice.training.credit import Credit
from onevoice.training.learner import make_learners
from onevoice.training.networks import Temperature

SEGMENTS = 2
PARTS = np.array([0, 0, 0, 1, 1, 1, 2])
"""Pressure, message and offer in two segments, and the audience."""


def test_choices_are_added_up_by_channel_and_segment() -> None:
    credit = Credit(PARTS, SEGMENTS, 2, 1.0)
    log_probs = torch.arange(14.0)[None]
    sums = [0 + 1 + 2, 3 + 4 + 5, 6, 7 + 8 + 9, 10 + 11 + 12, 13]
    torch.testing.assert_close(credit.group(log_probs), torch.tensor([sums]).float())


@pytest.mark.parametrize("own", [0.0, 0.25, 1.0])
def test_a_segment_answers_for_itself_and_the_audience_for_all(own: float) -> None:
    advantages = torch.randn(200, SEGMENTS, generator=torch.Generator().manual_seed(1))
    first, second = advantages.T
    wanted = (first + (1 - own) * second, second + (1 - own) * first, first + second)
    shared = Credit(PARTS, SEGMENTS, 2, own).share(advantages)
    for channel in range(2):
        for group, one in enumerate(wanted):
            torch.testing.assert_close(
                shared[:, 3 * channel + group], (one - one.mean()) / one.std()
            )


def test_the_environment_says_which_part_concerns_which_segment() -> None:
    env = ChannelsVectorEnv(load_scenario("smoke"), 1)
    parts = env.entry_segments
    assert len(parts) == len(env.single_action_space.nvec)
    assert np.bincount(parts).tolist() == [3] * env.segments + [1]


@pytest.mark.parametrize("mode", ["shared_reward", "incremental"])
def test_a_mode_may_keep_the_choice_of_audience_open(mode: str) -> None:
    env = ChannelsVectorEnv(load_scenario("smoke"), 1)
    learner = make_learners(env, MODES[mode], TrainingConfig())[0]
    least = MODES[mode].audience_entropy
    assert least == (0.9 if mode == "incremental" else 0.0)
    assert learner.least_entropy.tolist() == pytest.approx([0.0] * 3 * env.segments + [least])


def test_a_weight_rises_while_entropy_is_missing_and_falls_while_there_is_too_much() -> None:
    temperature, half = Temperature([5, 3]), torch.tensor([0.5, 0.5])
    before = temperature.weights.clone()
    temperature.follow(torch.tensor([0.1, 1.0]), half)
    assert temperature.weights[0] > before[0]
    assert temperature.weights[1] < before[1]
    temperature.follow(0.5 * temperature.most, half)
    for _ in range(10_000):
        temperature.follow(torch.tensor([0.0, 1.0]), half)
    assert torch.isfinite(temperature.weights).all()
    assert (temperature.weights > 0).all()
