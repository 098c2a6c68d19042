"""Estimates of the effects of stale data. Letter: ``B`` markets."""

from collections.abc import Mapping

import numpy as np

from onevoice.envs.spec.scenario import MONTH_DAYS
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.core.statistics import Bootstrap, Estimate, difference, mean, ratio
from onevoice.experiments.staleness.config import Config
from onevoice.experiments.staleness.run import (
    SPREAD,
    TRIGGERED,
    leaky_rules,
    task_name,
    variant_key,
)

PER_CUSTOMER = ("opt_outs", "churn")


class Estimates:
    """Means over markets, and paired differences, each with its interval.

    A measure is a metric that was kept, ``leaks/<rule>``, or ``leaks`` of all rules. Counts and
    money are for 1,000 customers and 28 days, ``trust`` is that at the end.
    """

    def __init__(self, config: Config, tasks: Mapping[str, Arrays]) -> None:
        """Take the results of ``play_task`` by task."""
        self.config, self._tasks = config, tasks
        self._bootstrap = Bootstrap.of(config.markets, config)

    @property
    def rules(self) -> tuple[str, ...]:
        """Rules that stale data can mislead."""
        return leaky_rules(self.config.scenario)

    def level(self, policy: str, sends: str, lag: float, measure: str) -> Estimate:
        """A measure of one variant."""
        return self._bootstrap.interval(mean, self._values(policy, sends, lag, measure))

    def per_touch(self, policy: str, sends: str, lag: float, measure: str) -> Estimate:
        """A measure per 1,000 touches."""
        above = 1000.0 * self._values(policy, sends, lag, measure)
        return self._bootstrap.interval(ratio, above, self._values(policy, sends, lag, "touches"))

    def by_lag(self, policy: str, sends: str, lag: float, measure: str) -> Estimate:
        """The difference of a lag to fresh data, on the same markets."""
        pair = (self._values(policy, sends, hours, measure) for hours in (lag, 0.0))
        return self._bootstrap.interval(difference, *pair)

    def by_triggers(self, policy: str, lag: float, measure: str) -> Estimate:
        """The difference of triggered sends to spread ones, on the same markets."""
        pair = (self._values(policy, sends, lag, measure) for sends in (TRIGGERED, SPREAD))
        return self._bootstrap.interval(difference, *pair)

    def _values(self, policy: str, sends: str, lag: float, measure: str) -> F64:
        """A measure in every market, ``[B]``."""
        task, key = self._tasks[task_name(self.config, policy)], variant_key(sends, lag)
        names = [f"leaks/{rule}" for rule in self.rules] if measure == "leaks" else [measure]
        found = np.sum([np.asarray(task[f"{key}/{name}"], np.float64) for name in names], axis=0)
        if measure in ("ncv", "trust"):
            return np.asarray(found)
        customers = 1.0 if measure in PER_CUSTOMER else self.config.scenario.population
        return np.asarray(1000.0 * found / customers / (self.config.scenario.days / MONTH_DAYS))


def lag_label(hours: float) -> str:
    """The age of data in words."""
    if hours == 0.0:
        return "fresh"
    return f"{60.0 * hours:.3g} min" if hours < 1.0 else f"{hours:g} h"
