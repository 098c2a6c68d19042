"""Seeds of episodes, drawn from the one that a user gives."""

from collections.abc import Sequence

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.typing import U64


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


def episode_key(seed: int, episode: int) -> int:
    """The 64-bit key of an episode's random draws."""
    return int(np.random.SeedSequence([seed, episode]).generate_state(1, np.uint64)[0])


def check_numbers(what: str, given: Sequence[int] | U64, num_envs: int) -> None:
    """Refuse seeds or market ids other than one 64-bit whole number per environment.

    Args:
        what: their name in the error.
        given: the numbers.
        num_envs: how many there should be.

    Raises:
        OneVoiceError: on another number of them, or one that is out of range.
    """
    if len(given) != num_envs:
        raise OneVoiceError(f"{len(given)} {what} for {num_envs} environments; give one each")
    for number in given:
        if not isinstance(number, int | np.integer) or not 0 <= number < 2**64:
            raise OneVoiceError(
                f"{what} hold {number!r}; expected whole numbers from 0 to 2**64 - 1"
            )
