"""What a published experiment says, and how a replay is judged by it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.core.statistics import Bootstrap, Estimate, Statistic
from onevoice.experiments.validation.worlds import Worlds

Role = Literal["held out", "fitted"]
Verdict = Literal["inside", "outside"]
UNKNOWN = "nothing could be measured: too few customers did what is counted"


@dataclass(frozen=True)
class Row:
    """One published figure."""

    key: str
    label: str
    compared: str
    unit: str
    published: float | None
    """None if the publication gives a direction only."""
    accepted: tuple[float, float]
    """By the rules in the report's notes, whatever the replay gives."""
    source: str
    measure: Statistic
    """Of samples ``[..., B]``, in the row's unit."""
    samples: tuple[str, ...]
    """Names of the trial's arrays ``[B]``, or ``[L, B]`` for ``L`` samples."""
    below: str
    """What keeps the replay under the range, where it is."""
    above: str
    role: Role = "held out"
    wholly: bool = False
    """The whole interval must lie in the range: only a direction was published."""


@dataclass(frozen=True)
class Trial:
    """A published experiment as a world and what is done in it."""

    name: str
    cost: float
    """Expected time, in any unit."""
    run: Callable[[Scenario, Worlds, int], Arrays]
    """Plays all arms with so many customers per market."""
    rows: tuple[Row, ...]
    share: float = 1.0
    """Of the configured population."""


def estimate(row: Row, arrays: Arrays, bootstrap: Bootstrap) -> Estimate:
    """The row's measure with its interval over markets, all arms resampled together."""
    samples = [np.atleast_2d(np.asarray(arrays[name], np.float64)) for name in row.samples]
    return bootstrap.interval(row.measure, *np.concatenate(samples))


def judge(row: Row, ours: Estimate) -> Verdict:
    """``inside`` if the interval and the accepted range have a value in common.

    Where the publication gives a direction only, the whole interval must lie in the range.
    """
    low, high = row.accepted
    if not ours.known:
        return "outside"
    inside = low < ours.low and ours.high < high
    overlaps = ours.low <= high and low <= ours.high
    return "inside" if (inside if row.wholly else overlaps) else "outside"


def reason(row: Row, ours: Estimate) -> str:
    """Why a row lies outside; empty where it does not."""
    if judge(row, ours) == "inside":
        return ""
    if not ours.known or math.isnan(ours.low):
        return UNKNOWN
    return row.below if ours.value < row.accepted[0] else row.above


def half_to_one_and_a_half(published: float) -> tuple[float, float]:
    """The accepted range of a figure that was published without one."""
    low, high = sorted((0.5 * published, 1.5 * published))
    return low, high


def around_one(published: float) -> tuple[float, float]:
    """The same for a ratio, whose effect is its distance from 1."""
    low, high = half_to_one_and_a_half(published - 1.0)
    return 1.0 + low, 1.0 + high


def all_rows(trials: Mapping[str, Trial]) -> list[Row]:
    """The rows of all trials, in their order."""
    return [row for trial in trials.values() for row in trial.rows]
