"""Seeds of episodes, drawn from the one that a user gives."""

import numpy as np

from onevoice.configs.errors import OneVoiceError


def seed_stream(seed: int | None = None) -> np.random.SeedSequence:
    """A source of seeds; the same for the same ``seed``, never the same for None.

    Raises:
        OneVoiceError: if ``seed`` is not a whole number from 0.
    """
    if seed is None:
        return np.random.SeedSequence()
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise OneVoiceError(f"seed is {seed!r}; it should be a whole number from 0")
    return np.random.SeedSequence(int(seed))


def draw_seeds(stream: np.random.SeedSequence, count: int = 1) -> list[int]:
    """The next ``count`` seeds of 64 bits; another draw gives others."""
    [child] = stream.spawn(1)
    return [int(seed) for seed in child.generate_state(count, np.uint64)]
