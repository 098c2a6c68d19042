"""The measures of a comparison: the dashboard that each team sees, and the truth beside it.

A measure is a mean over markets, or a ratio of sums over markets; it names the metrics of an
``Evaluation`` that it is made of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.core.statistics import (
    Bootstrap,
    Estimate,
    difference,
    mean,
    ratio,
    ratio_difference,
)
from onevoice.experiments.report.study import Column

Side = Literal["dashboard", "truth", "more"]
GROUPS: dict[Side, str] = {"dashboard": "The dashboard", "truth": "The truth", "more": ""}
"""Headings over the columns of a side."""


@dataclass(frozen=True)
class Measure:
    """One reported number: where it comes from and how it is written."""

    key: str
    label: str
    """A short column heading."""
    unit: str
    """``%``, ``$``, ``x`` or nothing."""
    side: Side
    numerator: str
    """A metric per market."""
    denominator: str | None = None
    """The metric that the numerator is divided by, after summing both; none for a plain mean."""
    better: Literal[-1, 0, 1] = 1
    """Whether more is better, worse or neither."""
    digits: int = 1
    meaning: str = ""
    """One sentence for the report."""

    def samples(self, metrics: Mapping[str, F64]) -> tuple[F64, ...]:
        """The arrays ``[markets]`` that the statistic takes."""
        names = (
            (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)
        )
        return tuple(metrics[name] for name in names)

    def estimate(self, metrics: Mapping[str, F64], bootstrap: Bootstrap) -> Estimate:
        """The value over all markets with its interval."""
        statistic = mean if self.denominator is None else ratio
        return bootstrap.interval(statistic, *self.samples(metrics))

    def versus(
        self, metrics: Mapping[str, F64], other: Mapping[str, F64], bootstrap: Bootstrap
    ) -> Estimate:
        """The difference to another policy on the same markets, with its interval."""
        if self.denominator is None:
            return bootstrap.interval(difference, *self.samples(metrics), *self.samples(other))
        return bootstrap.interval(ratio_difference, *self.samples(metrics), *self.samples(other))

    def per_market(self, metrics: Mapping[str, F64]) -> F64:
        """The value in each market, nan where its denominator is zero, ``[markets]``."""
        parts = [part[:, None] for part in self.samples(metrics)]
        return ratio(*parts) if len(parts) == 2 else parts[0][:, 0]

    @property
    def column(self) -> Column:
        """Its column in a table."""
        label = f"{self.label}, {self.unit}" if self.unit else self.label
        return Column(self.key, label, self.digits, self.meaning, GROUPS[self.side])

    def shown(self, estimate: Estimate) -> Estimate:
        """An estimate in its unit."""
        return estimate.times(100.0) if self.unit == "%" else estimate


MEASURES: tuple[Measure, ...] = (
    Measure(
        "email_open_rate", "email open", "%", "dashboard", "email/engagements", "email/touches",
        meaning="opens per email sent",
    ),
    Measure(
        "social_engagement_rate", "social eng.", "%", "dashboard",
        "social/engagements", "social/touches", meaning="engagements per social impression",
    ),
    Measure(
        "content_ctr", "content CTR", "%", "dashboard", "content/clicks", "content/touches",
        meaning="clicks per content recommendation shown",
    ),
    Measure(
        "search_roas", "search ROAS", "x", "dashboard", "search/claimed_revenue", "search/spend",
        meaning="revenue the search platform claims per dollar it spends",
    ),
    Measure(
        "ncv", "NCV", "$", "truth", "ncv", digits=0,
        meaning="net customer value: margin - spend + change in customer equity, "
        "$ per 1,000 customers per 28 days",
    ),
    Measure(
        "churn", "churn", "%", "truth", "churn", better=-1,
        meaning="customers lost over the episode",
    ),
    Measure(
        "opt_outs", "opt-outs", "", "truth", "opt_outs", better=-1, digits=2,
        meaning="channels left for good, per customer",
    ),
    Measure(
        "trust", "trust", "", "truth", "trust", digits=3,
        meaning="mean trust of the customers who remain at the end, 0 to 1",
    ),
    Measure(
        "conflicts", "conflicts", "", "truth", "conflicts", better=-1, digits=1,
        meaning="contradictory touches per customer",
    ),
    Measure(
        "search_iroas", "search iROAS", "x", "truth", "search/incremental_revenue", "search/spend",
        meaning="revenue lost when search is switched off, per dollar it spent",
    ),
    Measure(
        "overclaim", "overclaim", "x", "more", "claims", "revenue", better=-1, digits=2,
        meaning="revenue all platforms claim together, divided by the revenue there is",
    ),
    Measure(
        "budget_used", "budget used", "%", "more", "budget_used", better=0,
        meaning="spend as a share of the budget",
    ),
)  # fmt: skip


def measures_of(metrics: Iterable[str], side: Side | None = None) -> tuple[Measure, ...]:
    """The measures that these metrics suffice for, in reporting order."""
    have = set(metrics)
    return tuple(
        measure
        for measure in MEASURES
        if {measure.numerator, measure.denominator} - {None} <= have
        and side in (None, measure.side)
    )


def dashboard_index(
    metrics: Mapping[str, F64], reference: Mapping[str, F64], bootstrap: Bootstrap
) -> Estimate:
    """How good the dashboards look next to a reference policy's, which scores 100.

    The geometric mean of the dashboard ratios that both policies have; nan where there is none.
    """
    shown = [
        measure
        for measure in measures_of(metrics, "dashboard")
        if measure.estimate(metrics, bootstrap).value > 0.0
        and measure.estimate(reference, bootstrap).value > 0.0
    ]
    if not shown:
        return Estimate(np.nan, np.nan, np.nan)
    samples = [part for m in shown for part in (*m.samples(metrics), *m.samples(reference))]
    return bootstrap.interval(_geometric_index, *samples)


def _geometric_index(*samples: F64) -> F64:
    """From numerator, denominator, the reference's numerator and denominator, for each measure."""
    starts = range(0, len(samples), 4)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotients = [ratio(*samples[i : i + 2]) / ratio(*samples[i + 2 : i + 4]) for i in starts]
        return np.asarray(100.0 * np.exp(np.mean(np.log(quotients), axis=0)))
