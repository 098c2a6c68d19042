"""Estimates over markets. Letters: ``B`` markets, ``W`` weeks."""

from collections.abc import Sequence

import numpy as np

from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.core.statistics import (
    Bootstrap,
    Estimate,
    difference,
    divide,
    mean,
    ratio,
)
from onevoice.experiments.rule_relaxation.config import Config
from onevoice.experiments.rule_relaxation.run import (
    DASHBOARD,
    KEPT,
    PATIENT,
    TRUTH,
    step_variant,
)


class Estimates:
    """Means over markets, and paired differences, each with its interval.

    A variant is a set of rules that is kept, or a manager; measures as of ``run.measured``.
    """

    def __init__(self, config: Config, tasks: Sequence[Arrays]) -> None:
        """Take the results of ``play_task``, one for each market."""
        self.config, self._tasks = config, tasks
        self._bootstrap = Bootstrap.of(config.markets, config)

    @property
    def schedule(self) -> list[str]:
        """The variants of the sets of rules, from strict to none."""
        return [step_variant(step) for step in range(self.config.steps)]

    def label(self, manager: str) -> str:
        """A manager for readers."""
        watched = {KEPT: "nobody", DASHBOARD: f"watches {self.config.dashboard}"}
        watched |= {TRUTH: "watches NCV", PATIENT: "patiently watches NCV"}
        return watched[manager]

    def level(self, variant: str, measure: str, last: int = 0) -> Estimate:
        """Mean over the episode, or over the last weeks; of ``trust`` the last week's."""
        return self._bootstrap.interval(mean, self._values(variant, measure, last))

    def gap(self, variant: str, other: str, measure: str, last: int = 0) -> Estimate:
        """The difference of two variants, on the same markets."""
        pair = (self._values(name, measure, last) for name in (variant, other))
        return self._bootstrap.interval(difference, *pair)

    def rate(self, variant: str, measure: str, times: float) -> Estimate:
        """A measure per touch, times ``times``."""
        above = times * self._values(variant, measure)
        return self._bootstrap.interval(ratio, above, self._values(variant, "touches"))

    def index(self, variant: str, measure: str) -> Estimate:
        """A measure in percent of that under the strict rules."""
        pair = (self._values(name, measure) for name in (variant, KEPT))
        return self._bootstrap.interval(_percent, *pair)

    def rate_index(self, variant: str, measure: str) -> Estimate:
        """A measure per touch in percent of that under the strict rules."""
        names = [(name, of) for name in (variant, KEPT) for of in (measure, "touches")]
        samples = (self._values(*name) for name in names)
        return self._bootstrap.interval(_percent_of_rates, *samples)

    def weeks(self, variant: str, measure: str) -> list[Estimate]:
        """A measure in every week, ``W`` of them."""
        values = self._stack(variant, measure)
        return [self._bootstrap.interval(mean, week) for week in values.T]

    def _values(self, variant: str, measure: str, last: int = 0) -> F64:
        """A measure in every market, ``[B]``."""
        values = self._stack(variant, measure)
        return values[:, -1] if measure == "trust" else values[:, -last:].mean(axis=1)

    def _stack(self, variant: str, measure: str) -> F64:
        """A measure in every market and week, ``[B, W]``."""
        rows = [task[f"{variant}/{measure}"] for task in self._tasks]
        return np.stack(rows).astype(np.float64)


def _percent(values: F64, strict: F64) -> F64:
    """Sum as percent of another one, ``[..., n]`` to ``[...]``."""
    return 100.0 * ratio(values, strict)


def _percent_of_rates(above: F64, below: F64, strict: F64, touches: F64) -> F64:
    """Ratio of sums as percent of another one, ``[..., n]`` to ``[...]``."""
    return divide(100.0 * ratio(above, below), ratio(strict, touches))
