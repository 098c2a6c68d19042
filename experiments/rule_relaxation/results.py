"""Estimates of what was played.

Letters: ``B`` markets, ``W`` weeks.
"""

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
from onevoice.experiments.rule_relaxation.courses import step_line
from onevoice.experiments.rule_relaxation.managers import KEPT


class Results:
    """Means over markets, and paired differences, each with its interval.

    A line is a set of rules that is kept, or a manager; measures as in ``courses.measured``.
    """

    def __init__(self, config: Config, parts: Sequence[Arrays]) -> None:
        """Take the parts that ``play_part`` made, one for each market."""
        self.config, self._parts = config, parts
        self._bootstrap = Bootstrap.of(config.markets, config)

    @property
    def walk(self) -> list[str]:
        """Lines of the sets of rules, from strict to none."""
        return [step_line(step) for step in range(self.config.steps)]

    def level(self, line: str, measure: str, last: int = 0) -> Estimate:
        """Mean over the episode, or over the last weeks; of ``trust`` the last week's."""
        return self._bootstrap.interval(mean, self._values(line, measure, last))

    def beside(self, line: str, other: str, measure: str, last: int = 0) -> Estimate:
        """A line less another one, on the same markets."""
        pair = (self._values(name, measure, last) for name in (line, other))
        return self._bootstrap.interval(difference, *pair)

    def rate(self, line: str, measure: str, times: float) -> Estimate:
        """A measure for every so many touches."""
        above = times * self._values(line, measure)
        return self._bootstrap.interval(ratio, above, self._values(line, "touches"))

    def index(self, line: str, measure: str) -> Estimate:
        """A measure in percent of that under the strict rules."""
        return self._bootstrap.interval(
            _percent, self._values(line, measure), self._values(KEPT, measure)
        )

    def rate_index(self, line: str, measure: str) -> Estimate:
        """A measure for every touch in percent of that under the strict rules."""
        names = [(name, of) for name in (line, KEPT) for of in (measure, "touches")]
        samples = (self._values(*name) for name in names)
        return self._bootstrap.interval(_percent_of_rates, *samples)

    def weeks(self, line: str, measure: str) -> list[Estimate]:
        """A measure in every week, ``W`` of them."""
        values = self._stack(line, measure)
        return [self._bootstrap.interval(mean, week) for week in values.T]

    def _values(self, line: str, measure: str, last: int = 0) -> F64:
        """In every market, ``[B]``."""
        values = self._stack(line, measure)
        return values[:, -1] if measure == "trust" else values[:, -last:].mean(axis=1)

    def _stack(self, line: str, measure: str) -> F64:
        """A measure in every market and week, ``[B, W]``."""
        rows = [part[f"{line}/{measure}"] for part in self._parts]
        return np.stack(rows).astype(np.float64)


def _percent(values: F64, strict: F64) -> F64:
    """Sum as percent of another one, ``[..., n]`` to ``[...]``."""
    return 100.0 * ratio(values, strict)


def _percent_of_rates(above: F64, below: F64, strict: F64, touches: F64) -> F64:
    """Ratio of sums as percent of another one, ``[..., n]`` to ``[...]``."""
    return divide(100.0 * ratio(above, below), ratio(strict, touches))
