"""Statistics of a trial's arms: functions of samples ``[..., n]`` of the same markets.

Each pools the markets as ``experiments.statistics.ratio`` does, and takes and returns float64.
Percentages are in per cent. Letters: ``n`` markets.
"""

from collections.abc import Sequence

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.core.statistics import mean, ratio


def divide(above: F64, below: F64) -> F64:
    """Quotient; nan where there is nothing to divide by."""
    nothing = np.full(np.shape(above), np.nan)
    return np.asarray(np.divide(above, below, out=nothing, where=np.asarray(below) != 0.0))


def percent(values: F64) -> F64:
    """Mean of a share, in per cent."""
    return 100.0 * mean(values)


def change(treated: F64, control: F64) -> F64:
    """Relative change that the treatment makes, in per cent."""
    return 100.0 * (ratio(treated, control) - 1.0)


def difference_in_points(treated: F64, control: F64) -> F64:
    """Difference of two shares, in percentage points."""
    return 100.0 * mean(treated - control)


def caused(treated: F64, control: F64) -> F64:
    """Share of what the treated do that they would not have done otherwise, in per cent."""
    return 100.0 * (1.0 - ratio(control, treated))


def caused_per(treated: F64, base: F64, control: F64, other: F64) -> F64:
    """The same where each arm counts per something of its own, such as a query."""
    return 100.0 * (1.0 - divide(ratio(control, other), ratio(treated, base)))


def ratio_of_rates(above: F64, below: F64, other: F64, other_below: F64) -> F64:
    """One rate as a multiple of another."""
    return divide(ratio(above, below), ratio(other, other_below))


def share_of_lift(treated: F64, control: F64, after: F64, control_after: F64) -> F64:
    """What a treatment still causes after its end, in per cent of what it caused, ``[...]``."""
    return 100.0 * ratio(after - control_after, treated - control)


def overstatement(claimed: F64, treated: F64, control: F64) -> F64:
    """What a platform claims as a multiple of what it caused."""
    return ratio(claimed, treated - control)


def gain_over(first: F64, second: F64, silence: F64) -> F64:
    """How much more the first arm gains over silence than the second, in per cent."""
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
        counts: how many are at risk at each contact, then how many succeed at each; a line is laid
            through the log hazards, each weighing as much as it has successes.
    """
    half = len(counts) // 2
    at_risk, successes = (np.stack([c.sum(axis=-1) for c in part]) for part in _halves(counts))
    with np.errstate(divide="ignore", invalid="ignore"):
        log_hazard = np.log(successes / at_risk)
        steps = np.arange(half).reshape(-1, *[1] * (log_hazard.ndim - 1))
        weights = successes / successes.sum(axis=0)
        step = steps - (weights * steps).sum(axis=0)
        slope = (weights * step * log_hazard).sum(axis=0) / (weights * step**2).sum(axis=0)
    return np.asarray(np.exp(slope))


def _halves(counts: Sequence[F64]) -> tuple[Sequence[F64], Sequence[F64]]:
    half = len(counts) // 2
    return counts[:half], counts[half:]


def sensitivity_growth(*audiences: F64) -> F64:
    """Share of the audience lost late, as a multiple of the share lost early.

    Args:
        audiences: with few messages early and late, then with many early and late.
    """
    few_early, few_late, many_early, many_late = audiences
    return divide(1.0 - ratio(many_late, few_late), 1.0 - ratio(many_early, few_early))
