"""Estimates of what stale data does, from the parts that were played.

Letters: ``B`` markets.
"""

from collections.abc import Mapping

import numpy as np

from onevoice.envs.spec.scenario import MONTH_DAYS
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.core.statistics import Bootstrap, Estimate, difference, mean, ratio
from onevoice.experiments.staleness.cells import SPREAD, TRIGGERED, cell_key, leaky_rules, part_name
from onevoice.experiments.staleness.config import Config

PER_CUSTOMER = ("opt_outs", "churn")


class Leaks:
    """Means over markets, and paired differences, each with its interval.

    A measure is a metric that was kept, ``leaks/<rule>``, or ``leaks`` of all rules. Counts and
    money are for 1,000 customers and 28 days, ``trust`` is that at the end.
    """

    def __init__(self, config: Config, parts: Mapping[str, Arrays]) -> None:
        """Take the parts that ``play_part`` made."""
        self.config, self._parts = config, parts
        self._bootstrap = Bootstrap.of(config.markets, config)

    @property
    def rules(self) -> tuple[str, ...]:
        """Rules that stale data can mislead."""
        return leaky_rules(self.config.scenario)

    def level(self, policy: str, sends: str, lag: float, measure: str) -> Estimate:
        """A measure of one cell."""
        return self._bootstrap.interval(mean, self._values(policy, sends, lag, measure))

    def per_touch(self, policy: str, sends: str, lag: float, measure: str) -> Estimate:
        """The same for every 1,000 touches."""
        above = 1000.0 * self._values(policy, sends, lag, measure)
        return self._bootstrap.interval(ratio, above, self._values(policy, sends, lag, "touches"))

    def by_lag(self, policy: str, sends: str, lag: float, measure: str) -> Estimate:
        """What a lag adds to that on fresh data, on the same markets."""
        pair = (self._values(policy, sends, hours, measure) for hours in (lag, 0.0))
        return self._bootstrap.interval(difference, *pair)

    def by_triggers(self, policy: str, lag: float, measure: str) -> Estimate:
        """What triggered sends add to the same sends spread over time, on the same markets."""
        pair = (self._values(policy, sends, lag, measure) for sends in (TRIGGERED, SPREAD))
        return self._bootstrap.interval(difference, *pair)

    def _values(self, policy: str, sends: str, lag: float, measure: str) -> F64:
        """A measure in every market, ``[B]``."""
        part = self._parts[part_name(self.config, policy)]

        def kept(name: str) -> F64:
            return np.asarray(part[f"{cell_key(sends, lag)}/{name}"], np.float64)

        if measure in ("ncv", "trust"):
            return kept(measure)
        scenario = self.config.scenario
        months = scenario.days / MONTH_DAYS
        if measure in PER_CUSTOMER:
            return 1000.0 * kept(measure) / months
        names = [f"leaks/{rule}" for rule in self.rules] if measure == "leaks" else [measure]
        counted = np.sum([kept(name) for name in names], axis=0)
        return np.asarray(1000.0 * counted / scenario.population / months)
