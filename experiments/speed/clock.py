"""Times calls, those that are compared in alternation, so that a drift of the machine hits both."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from time import perf_counter
from typing import TypeVar

import numpy as np

from onevoice.experiments.core.statistics import Estimate

ROUNDS = 5
Turn = Callable[[], float]
"""Does something once and returns the seconds it took."""
ActionsT = TypeVar("ActionsT")
KeyT = TypeVar("KeyT", bound=Hashable)


class Walk:
    """Steps something through the same few decisions again and again.

    The first decision after each start is not timed: it meets memory that no one has touched yet.

    Args:
        begin: starts anew, untimed; returns the function that takes a decision.
        actions: two decisions at least.
    """

    def __init__(
        self, begin: Callable[[], Callable[[ActionsT], object]], actions: Sequence[ActionsT]
    ) -> None:
        self._begin, self._actions, self._done = begin, actions, len(actions)

    def __call__(self) -> float:
        """Take the next decision; returns its seconds."""
        if self._done == len(self._actions):
            self._step, self._done = self._begin(), 1
            self._step(self._actions[0])
        action = self._actions[self._done]
        start = perf_counter()
        self._step(action)
        seconds = perf_counter() - start
        self._done += 1
        return seconds


def timed(work: Callable[[], object]) -> Turn:
    """A turn of something that needs no preparation."""

    def turn() -> float:
        start = perf_counter()
        work()
        return perf_counter() - start

    return turn


def side_by_side(sides: Mapping[KeyT, Turn], seconds: float) -> dict[KeyT, Estimate]:
    """Median seconds of a turn of each side, with the quartiles.

    Args:
        sides: what is timed; all take turns in each of a few rounds.
        seconds: time for each side, over all rounds; each has one turn per round at least.
    """
    found: dict[KeyT, list[float]] = {side: [] for side in sides}
    for _ in range(ROUNDS):
        for side, turn in sides.items():
            found[side] += _slice(turn, seconds / ROUNDS)
    return {side: quartiles(turns) for side, turns in found.items()}


def quartiles(values: Sequence[float]) -> Estimate:
    """Median, lower and upper quartile."""
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
    return Estimate(middle, low, high)


def _slice(turn: Turn, seconds: float) -> list[float]:
    """Turns until their time is used up."""
    turns = [turn()]
    while sum(turns) < seconds:
        turns.append(turn())
    return turns
