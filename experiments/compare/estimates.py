"""Estimates of a comparison: every measure of every policy with its interval over markets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.compare.config import Config
from onevoice.experiments.compare.measures import Measure, Side, measures_of
from onevoice.experiments.core.rollout import Evaluation
from onevoice.experiments.core.statistics import Bootstrap, Estimate, interquartile_mean, ratio

REFERENCE = "manual"
"""The baseline for comparisons, if it was run."""


@dataclass(frozen=True)
class Estimates:
    """All evaluations of a comparison and the estimates made of them."""

    config: Config
    evaluations: Mapping[str, Evaluation]
    """By policy, in reporting order."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall time by stage."""

    @property
    def names(self) -> tuple[str, ...]:
        """The policies in reporting order."""
        return tuple(self.evaluations)

    @property
    def reference(self) -> str:
        """The baseline for comparisons: ``manual``, or the first policy."""
        return REFERENCE if REFERENCE in self.evaluations else self.names[0]

    @cached_property
    def bootstrap(self) -> Bootstrap:
        """The resampled markets, the same for everything."""
        judge = self.config.evaluation
        return Bootstrap.of(judge.markets, judge)

    def measures(self, side: Side | None = None) -> tuple[Measure, ...]:
        """The measures that this scenario has."""
        return measures_of(self.evaluations[self.names[0]].metrics, side)

    @cached_property
    def measured(self) -> dict[str, dict[str, Estimate]]:
        """By policy and measure key."""
        return {
            name: {m.key: m.estimate(evaluation.metrics, self.bootstrap) for m in self.measures()}
            for name, evaluation in self.evaluations.items()
        }

    @cached_property
    def index(self) -> dict[str, Estimate]:
        """Dashboard index by policy; the reference scores 100."""
        other = self.evaluations[self.reference].metrics
        return {
            name: dashboard_index(evaluation.metrics, other, self.bootstrap)
            for name, evaluation in self.evaluations.items()
        }

    @cached_property
    def interquartile(self) -> dict[str, Estimate]:
        """Interquartile mean of NCV by policy: a few extreme markets do not move it."""
        return {
            name: self.bootstrap.interval(interquartile_mean, evaluation.metrics["ncv"])
            for name, evaluation in self.evaluations.items()
        }

    def versus(self, name: str, other: str, key: str) -> Estimate:
        """Difference of a measure between two policies on the same markets."""
        (measure,) = (m for m in self.measures() if m.key == key)
        one, two = (self.evaluations[policy].metrics for policy in (name, other))
        return measure.versus(one, two, self.bootstrap)

    def trajectory(self, name: str, key: str) -> F64:
        """Mean over markets after each decision, float64 ``[T]``."""
        return np.asarray(self.evaluations[name].trajectories[key].mean(axis=1))

    def ranked(self) -> list[str]:
        """Policies from the highest NCV to the lowest."""
        return sorted(self.names, key=lambda name: -self.measured[name]["ncv"].value)


def dashboard_index(
    metrics: Mapping[str, F64], reference: Mapping[str, F64], bootstrap: Bootstrap
) -> Estimate:
    """How good the dashboards look next to a reference policy's, which scores 100.

    The geometric mean of the dashboard ratios that both policies have; nan where there is none.
    """
    both = (metrics, reference)
    shown = [
        measure
        for measure in measures_of(metrics, "dashboard")
        if all(measure.estimate(one, bootstrap).value > 0.0 for one in both)
    ]
    if not shown:
        return Estimate(np.nan, np.nan, np.nan)
    samples = [part for measure in shown for part in measure.samples(*both)]
    return bootstrap.interval(_geometric_index, *samples)


def _geometric_index(*samples: F64) -> F64:
    """From numerator, denominator, the reference's numerator and denominator, for each measure."""
    starts = range(0, len(samples), 4)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotients = [ratio(*samples[i : i + 2]) / ratio(*samples[i + 2 : i + 4]) for i in starts]
        return np.asarray(100.0 * np.exp(np.mean(np.log(quotients), axis=0)))
