"""Advantages by segment: SB3's estimate for each of them, and for all of them together."""

from typing import Any

import numpy as np
import pytest
import torch
from gymnasium import spaces
from stable_baselines3.common.buffers import RolloutBuffer

from onevoice.training.buffer import Buffer, Worth

STEPS, ROWS, SEGMENTS = 12, 5, 3
GAMMA, DECAY = 0.9, 0.7
Array = np.ndarray[Any, Any]


class Played:
    """A buffer filled at random, and what followed it."""

    def __init__(self) -> None:
        rng = np.random.Generator(np.random.PCG64(3))
        self.buffer = Buffer((STEPS, ROWS), 4, 2, SEGMENTS)
        self.rewards, values = rng.normal(size=(2, STEPS, ROWS, SEGMENTS)).astype(np.float32)
        self.last = rng.normal(size=(ROWS, SEGMENTS)).astype(np.float32)
        self.starts = rng.random((STEPS, ROWS)) < 0.3
        self.ended = np.array([True, False, False, True, False])
        for step in range(STEPS):
            inputs = np.full((ROWS, 4), step, np.float32)
            choices = np.zeros((ROWS, 2), np.int64)
            log_probs = np.zeros((ROWS, 2), np.float32)
            self.buffer.add(inputs, choices, values[step], log_probs, self.starts[step])

    def advantages(self) -> Array:
        return self.buffer.advantages(self.rewards, self.last, self.ended, GAMMA, DECAY)

    def theirs(self, rewards: Array, values: Array, last: Array) -> Array:
        """What SB3 makes of rewards and values ``[T, n]``."""
        box = spaces.Box(0, 1, (1,))
        buffer = RolloutBuffer(STEPS, box, box, "cpu", gae_lambda=DECAY, gamma=GAMMA, n_envs=ROWS)
        buffer.rewards[:], buffer.values[:] = rewards, values
        buffer.episode_starts[:] = self.starts
        buffer.compute_returns_and_advantage(torch.from_numpy(last), self.ended)
        return buffer.advantages


@pytest.fixture(scope="module")
def played() -> Played:
    return Played()


def test_each_segment_is_estimated_as_a_reward_of_its_own(played: Played) -> None:
    ours = played.advantages()
    for s in range(SEGMENTS):
        values = played.buffer.values[..., s]
        theirs = played.theirs(played.rewards[..., s], values, played.last[:, s])
        np.testing.assert_allclose(ours[..., s], theirs, rtol=1e-5, atol=1e-6)


def test_the_segments_add_up_to_the_whole(played: Played) -> None:
    parts = (played.rewards, played.buffer.values, played.last)
    theirs = played.theirs(*(part.sum(axis=-1) for part in parts))
    np.testing.assert_allclose(played.advantages().sum(axis=2), theirs, rtol=1e-4, atol=1e-5)


def test_a_margin_is_what_came_less_the_worth_without_the_channel(played: Played) -> None:
    buffer, shape = played.buffer, played.buffer.values.shape
    without = Worth(np.full(shape, 2.0, np.float32), np.full(shape, 3.0, np.float32))
    margins = buffer.margins(played.rewards, played.ended, GAMMA, without)
    for step in range(STEPS):
        ends = played.ended if step == STEPS - 1 else played.starts[step + 1]
        worth = np.where(ends[:, None], 2.0, 2.0 + GAMMA * 3.0)
        np.testing.assert_allclose(margins[step], played.rewards[step] - worth, rtol=1e-5)


def test_a_pass_meets_every_row_once(played: Played) -> None:
    advantages = played.advantages()
    batches = list(played.buffer.batches(advantages, advantages + played.buffer.values, 16))
    assert [len(batch.inputs) for batch in batches] == [16, 16, 16, 12]
    steps = torch.cat([batch.inputs[:, 0] for batch in batches])
    assert sorted(steps.tolist()) == sorted(np.repeat(np.arange(STEPS), ROWS).tolist())
    for batch in batches:
        rows = batch.inputs[:, 0].long().numpy()
        gains = batch.returns.numpy() - batch.advantages.numpy()
        for step, gain in zip(rows, gains, strict=True):
            assert np.isclose(played.buffer.values[step], gain, atol=1e-5).all(axis=1).any()
