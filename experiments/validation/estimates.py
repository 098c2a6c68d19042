"""Estimates of what the replays measure, and whether they agree with what was published.

A statistic is a function of samples ``[..., B]`` from the same markets. It pools the markets as
``core.statistics.ratio`` does; percentages are in per cent. Letters: ``B`` markets.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.core.statistics import (
    Bootstrap,
    Estimate,
    Statistic,
    divide,
    mean,
    ratio,
)

Range = tuple[float, float]
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
    accepted: Range
    """By the rules in the report's notes, whatever the replay gives."""
    source: str
    statistic: Statistic
    """Of samples ``[..., B]``, in the row's unit."""
    samples: tuple[str, ...]
    """Names of the replay's arrays ``[B]``, or ``[L, B]`` for ``L`` samples."""
    below: str
    """Why the replay lies under the range, where it does."""
    above: str
    role: Role = "held out"
    wholly: bool = False
    """The whole interval must lie in the range: only a direction was published."""


Judged = list[tuple[Row, Estimate]]


def estimate_all(
    rows: Mapping[str, Sequence[Row]], arrays: Mapping[str, Arrays], bootstrap: Bootstrap
) -> Judged:
    """Every row, by replay, with its estimate."""
    return [
        (row, estimate(row, arrays[replay], bootstrap)) for replay in rows for row in rows[replay]
    ]


def estimate(row: Row, arrays: Arrays, bootstrap: Bootstrap) -> Estimate:
    """The row's statistic with its interval over markets, all arms resampled together."""
    samples = [np.atleast_2d(np.asarray(arrays[name], np.float64)) for name in row.samples]
    return bootstrap.interval(row.statistic, *np.concatenate(samples))


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


def half_to_one_and_a_half(published: float) -> Range:
    """The accepted range of a figure that was published without one."""
    low, high = sorted((0.5 * published, 1.5 * published))
    return low, high


def around_one(published: float) -> Range:
    """The same for a ratio, whose effect is its distance from 1."""
    low, high = half_to_one_and_a_half(published - 1.0)
    return 1.0 + low, 1.0 + high


def percent(values: F64) -> F64:
    """Mean of a share, in per cent."""
    return 100.0 * mean(values)


def change(treated: F64, control: F64) -> F64:
    """Relative change by the treatment, in per cent."""
    return 100.0 * (ratio(treated, control) - 1.0)


def difference_in_points(treated: F64, control: F64) -> F64:
    """Difference of two shares, in percentage points."""
    return 100.0 * mean(treated - control)


def caused(treated: F64, control: F64) -> F64:
    """Share of the treated arm's events that the control arm lacks, in per cent."""
    return 100.0 * (1.0 - ratio(control, treated))


def caused_per(treated: F64, base: F64, control: F64, other: F64) -> F64:
    """The same where each arm counts per something of its own, such as a query."""
    return 100.0 * (1.0 - divide(ratio(control, other), ratio(treated, base)))


def ratio_of_rates(above: F64, below: F64, other: F64, other_below: F64) -> F64:
    """One rate as a multiple of another."""
    return divide(ratio(above, below), ratio(other, other_below))


def share_of_lift(treated: F64, control: F64, after: F64, control_after: F64) -> F64:
    """Effect of a treatment after its end, in per cent of its effect before."""
    return 100.0 * ratio(after - control_after, treated - control)


def overstatement(claimed: F64, treated: F64, control: F64) -> F64:
    """A platform's claims as a multiple of its effect."""
    return ratio(claimed, treated - control)


def gain_over(first: F64, second: F64, silence: F64) -> F64:
    """By how many per cent the first arm gains more over silence than the second."""
    return 100.0 * (ratio(first - silence, second - silence) - 1.0)


def best_level(levels: Sequence[float], *profits: F64) -> F64:
    """The level with the highest mean profit; one sample per level."""
    means = np.stack([mean(profit) for profit in profits])
    return np.asarray(np.take(levels, np.argmax(means, axis=0)), np.float64)


def loss_at(place: int, *profits: F64) -> F64:
    """Per cent of the best level's profit that the level at ``place`` forgoes."""
    means = np.stack([mean(profit) for profit in profits])
    return 100.0 * (1.0 - divide(means[place], means.max(axis=0)))


def shift_of_best(levels: Sequence[float], *profits: F64) -> F64:
    """Best level of the second half of the samples less that of the first."""
    half = len(levels)
    return best_level(levels, *profits[half:]) - best_level(levels, *profits[:half])


def decay(*counts: F64) -> F64:
    """Factor by which a hazard changes from one contact to the next.

    Args:
        counts: customers at risk at each contact, then successes at each. The factor is the slope
            of a line through the log hazards, each weighing as much as it has successes.
    """
    at_risk, successes = np.split(np.stack([count.sum(axis=-1) for count in counts]), 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_hazard = np.log(successes / at_risk)
        steps = np.arange(len(at_risk)).reshape(-1, *[1] * (log_hazard.ndim - 1))
        weights = successes / successes.sum(axis=0)
        step = steps - (weights * steps).sum(axis=0)
        slope = (weights * step * log_hazard).sum(axis=0) / (weights * step**2).sum(axis=0)
    return np.asarray(np.exp(slope))


def sensitivity_growth(few_early: F64, few_late: F64, many_early: F64, many_late: F64) -> F64:
    """Share of the audience that many messages lose late, as a multiple of the share lost early."""
    return divide(1.0 - ratio(many_late, few_late), 1.0 - ratio(many_early, few_early))
