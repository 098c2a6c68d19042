"""The measures of a comparison: the dashboard that each team sees, and the truth beside it.

A measure is a mean over markets, or a ratio of sums over markets; it names the metrics of an
``Evaluation`` that it is made of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from onevoice.envs.typing import F64
from onevoice.experiments.core.statistics import (
    Bootstrap,
    Estimate,
    difference,
    divide,
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
    metrics: tuple[str, ...]
    """One metric per market for a plain mean; two for a ratio, each summed before."""
    digits: int = 1
    meaning: str = ""
    """One sentence for the report."""

    def samples(self, *found: Mapping[str, F64]) -> tuple[F64, ...]:
        """The arrays ``[markets]`` that a statistic of one or more policies takes."""
        return tuple(metrics[name] for metrics in found for name in self.metrics)

    def estimate(self, metrics: Mapping[str, F64], bootstrap: Bootstrap) -> Estimate:
        """The value over all markets with its interval."""
        return bootstrap.interval(ratio if self.of_ratio else mean, *self.samples(metrics))

    def versus(
        self, metrics: Mapping[str, F64], other: Mapping[str, F64], bootstrap: Bootstrap
    ) -> Estimate:
        """The difference to another policy on the same markets, with its interval."""
        statistic = ratio_difference if self.of_ratio else difference
        return bootstrap.interval(statistic, *self.samples(metrics, other))

    def per_market(self, metrics: Mapping[str, F64]) -> F64:
        """The value in each market, nan where its denominator is zero, ``[markets]``."""
        samples = self.samples(metrics)
        return divide(*samples) if self.of_ratio else samples[0]

    @property
    def of_ratio(self) -> bool:
        """Whether it is a ratio of two sums."""
        return len(self.metrics) == 2

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
        "email_open_rate", "email open", "%", "dashboard", ("email/engagements", "email/touches"),
        meaning="opens per email sent",
    ),
    Measure(
        "social_engagement_rate", "social eng.", "%", "dashboard",
        ("social/engagements", "social/touches"), meaning="engagements per social impression",
    ),
    Measure(
        "content_ctr", "content CTR", "%", "dashboard", ("content/clicks", "content/touches"),
        meaning="clicks per content recommendation shown",
    ),
    Measure(
        "search_roas", "search ROAS", "x", "dashboard", ("search/claimed_revenue", "search/spend"),
        meaning="revenue the search platform claims per dollar it spends",
    ),
    Measure(
        "ncv", "NCV", "$", "truth", ("ncv",), digits=0,
        meaning="net customer value: margin - spend + change in customer equity, "
        "$ per 1,000 customers per 28 days",
    ),
    Measure(
        "churn", "churn", "%", "truth", ("churn",), meaning="customers lost over the episode"
    ),
    Measure(
        "opt_outs", "opt-outs", "", "truth", ("opt_outs",), digits=2,
        meaning="channels left for good, per customer",
    ),
    Measure(
        "trust", "trust", "", "truth", ("trust",), digits=3,
        meaning="mean trust of the customers who remain at the end, 0 to 1",
    ),
    Measure(
        "conflicts", "conflicts", "", "truth", ("conflicts",),
        meaning="contradictory touches per customer",
    ),
    Measure(
        "search_iroas", "search iROAS", "x", "truth",
        ("search/incremental_revenue", "search/spend"),
        meaning="revenue lost when search is switched off, per dollar it spent",
    ),
    Measure(
        "overclaim", "overclaim", "x", "more", ("claims", "revenue"), digits=2,
        meaning="revenue all platforms claim together, divided by the revenue there is",
    ),
    Measure(
        "budget_used", "budget used", "%", "more", ("budget_used",),
        meaning="spend as a share of the budget",
    ),
)  # fmt: skip


def measures_of(metrics: Iterable[str], side: Side | None = None) -> tuple[Measure, ...]:
    """The measures that these metrics suffice for, in reporting order."""
    have = set(metrics)
    return tuple(
        measure
        for measure in MEASURES
        if {*measure.metrics} <= have and side in (None, measure.side)
    )
