"""The report: findings, tables and notes."""

from collections.abc import Sequence

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.study import Column, Study, Table, Value
from onevoice.experiments.report.wording import COUNT_UNIT, change, direction, number
from onevoice.experiments.rule_relaxation.estimates import Estimates
from onevoice.experiments.rule_relaxation.figures import draw
from onevoice.experiments.rule_relaxation.run import DASHBOARD, KEPT, MANAGERS, PATIENT, TRUTH

NOTES = (
    "Looseness x divides the caps' touches and loads by 1 - x and multiplies the hours of gap, "
    "lock and exclusions by it. Quiet hours and priority have no such number: they end with the "
    "last step. Nobody is held out.",
    "All managers start with the strict rules and revise them once a week. One relaxes the rules "
    "a step whenever the dashboards' total fell from the week before. Two know the week's exact "
    "NCV, which a company can only estimate: they tighten the rules a step after a fall and relax "
    "them otherwise, the patient one only after several weeks in a row without a fall.",
    "NCV of a week is noisy: it holds the orders and departures of that week alone.",
    "Intervals cover the draw of markets and customers, not the choice of the model. Each is read "
    "by itself.",
)
MANAGER = Column("manager", "rule manager", 2, "revises the rules every week")
LOOSENESS = Column("looseness", "looseness", 2, "0: the strict rules, 1: none")
TOTALS = (
    Column("touches", "touches", 0),
    Column("engagements", "engagements", 0),
    Column("claims", "claims, $", 0, "revenue that all platforms claim together"),
)
OUTCOMES = (
    Column("trust", "trust", 4, "of the remaining customers at the end, 0 to 1"),
    Column("opt_outs", "opt-outs", 1, "channels left for good"),
    Column("churn", "churn", 2, "customers who leave"),
    Column("ncv", "NCV, $", 0, "net customer value"),
)
"""The keys are measures."""
RATES = (
    Column("engagement_rate", "engagements, % of touches", 2),
    Column("click_rate", "clicks, % of touches", 2),
    Column("claim_rate", "claims, $ per 1,000 touches", 0),
)
LAST_WEEKS = (
    MANAGER,
    LOOSENESS,
    Column("touches", "touches", 0),
    Column("claims", "claims, $", 0),
    Column("ncv", "NCV, $", 0),
    Column("beside", "NCV less strict, $", 0, "on the same markets"),
    Column("trust", "trust less strict", 4, "at the end, on the same markets"),
    Column("whole", "NCV, whole episode, $", 0),
)


def make_study(estimates: Estimates) -> Study:
    """The whole report."""
    config = estimates.config
    return Study(
        name="rule-relaxation",
        title="What looser rules cost, and which managers relax them",
        description=(
            f"Policy of the channels: {config.policy}. Strict rules: "
            f"{', '.join(config.scenario.coordination.rules)}. Means over {config.markets} "
            f"held-out markets with {100 * config.confidence:g} % bootstrap intervals; all rows "
            f"use the same markets and random numbers. {config.scenario.description}"
        ),
        findings=(
            _schedule(estimates),
            *(_manager(estimates, name) for name in (DASHBOARD, TRUTH, PATIENT)),
            *(_to_dashboard(estimates, name) for name in (TRUTH, PATIENT)),
        ),
        config=config,
        tables=(dashboards(estimates), truth(estimates), managers(estimates), weeks(estimates)),
        figures=draw(estimates),
        notes=NOTES,
    )


def _schedule(estimates: Estimates) -> str:
    """Totals, rates and NCV, from the first set of rules to the last."""
    last = estimates.schedule[-1]
    indices = {
        "touches": estimates.index(last, "touches"),
        "claims": estimates.index(last, "claims"),
        "engagements per touch": estimates.rate_index(last, "engagements"),
        "claims per touch": estimates.rate_index(last, "claims"),
    }
    shown = ", ".join(f"{name} {_percent(index)}" for name, index in indices.items())
    lost = estimates.gap(last, KEPT, "ncv")
    return f"From strict rules to none: {shown}; net customer value is {change(lost)}."


def _manager(estimates: Estimates, name: str) -> str:
    config = estimates.config
    looseness = estimates.weeks(name, "looseness")[-1].value
    gap = estimates.gap(name, KEPT, "ncv", config.month)
    return (
        f"A manager who {estimates.label(name)} ends at a looseness of {looseness:.2f}; in the "
        f"last {config.month * config.week_days:g} days, compared with the strict rules, net "
        f"customer value is {change(gap)}."
    )


def _to_dashboard(estimates: Estimates, name: str) -> str:
    gap = estimates.gap(name, DASHBOARD, "ncv", estimates.config.month)
    return (
        f"With a manager who {estimates.label(name)}, compared with one who "
        f"{estimates.label(DASHBOARD)}, net customer value is {change(gap)}."
    )


def _percent(index: Estimate) -> str:
    """An index as a change in percent."""
    gained, low, high = (number(end - 100.0) for end in index)
    if direction(index, 100.0) == 0:
        return f"not told apart ({low} to {high} %)"
    return f"{'+' if index.value > 100.0 else ''}{gained} % ({low} to {high})"


def dashboards(estimates: Estimates) -> Table:
    """The dashboards under each set of rules."""
    rows = tuple(
        {
            **_levels(estimates, variant, TOTALS),
            "engagement_rate": estimates.rate(variant, "engagements", 100.0),
            "click_rate": estimates.rate(variant, "clicks", 100.0),
            "claim_rate": estimates.rate(variant, "claims", 1000.0),
        }
        for variant in estimates.schedule
    )
    title = f"From strict rules to none: the dashboards, {COUNT_UNIT}"
    return Table("dashboards", title, (LOOSENESS, *TOTALS, *RATES), rows)


def truth(estimates: Estimates) -> Table:
    """Customers and their value under each set of rules."""
    lost = Column("lost", "NCV less that of the strict rules, $", 0, "on the same markets")
    rows = tuple(
        {
            **_levels(estimates, variant, OUTCOMES),
            "lost": estimates.gap(variant, KEPT, "ncv") if variant != KEPT else None,
        }
        for variant in estimates.schedule
    )
    title = f"From strict rules to none: the truth, {COUNT_UNIT}"
    return Table("truth", title, (LOOSENESS, *OUTCOMES, lost), rows)


def _levels(estimates: Estimates, variant: str, columns: Sequence[Column]) -> dict[str, Value]:
    """Looseness and levels of a set of rules."""
    looseness = estimates.level(variant, "looseness").value
    return {"looseness": looseness} | {c.key: estimates.level(variant, c.key) for c in columns}


def managers(estimates: Estimates) -> Table:
    """Each manager's last weeks compared with those under the strict rules."""
    month = estimates.config.month
    rows: list[dict[str, Value]] = []
    for name in MANAGERS:
        row: dict[str, Value] = {"manager": estimates.label(name)}
        for key in ("looseness", "touches", "claims", "ncv"):
            row[key] = estimates.level(name, key, month)
        if name != KEPT:
            row["beside"] = estimates.gap(name, KEPT, "ncv", month)
            row["trust"] = estimates.gap(name, KEPT, "trust")
        rows.append({**row, "whole": estimates.level(name, "ncv")})
    title = f"The last {month * estimates.config.week_days:g} days, {COUNT_UNIT}"
    return Table("managers", title, LAST_WEEKS, tuple(rows))


def weeks(estimates: Estimates) -> Table:
    """Every week of every manager."""
    measures = (LOOSENESS, TOTALS[0], TOTALS[-1], OUTCOMES[-1], OUTCOMES[0])
    rows: list[dict[str, Value]] = []
    for name in MANAGERS:
        found = {column.key: estimates.weeks(name, column.key) for column in measures}
        for week in range(estimates.config.weeks):
            row: dict[str, Value] = {"manager": estimates.label(name), "week": week + 1}
            rows.append(row | {key: values[week] for key, values in found.items()})
    columns = (MANAGER, Column("week", "week"), *measures)
    return Table("weeks", f"Week by week, {COUNT_UNIT}", columns, tuple(rows))
