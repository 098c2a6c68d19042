"""The tables of the study."""

from onevoice.experiments.measures import UNIT
from onevoice.experiments.rule_relaxation.labels import manager_label
from onevoice.experiments.rule_relaxation.managers import KEPT, MANAGERS
from onevoice.experiments.rule_relaxation.results import Results
from onevoice.experiments.study import Cell, Column, Sheet

LOOSENESS = Column("looseness", "looseness", 2, "0: the strict rules, 1: none")
TOTALS = (
    Column("touches", "touches", 0),
    Column("engagements", "engagements", 0),
    Column("claims", "claims, $", 0, "revenue that all platforms claim together"),
)
TRUTH = (
    Column("trust", "trust", 4, "of those who remain at the end, 0 to 1"),
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


def sheets(results: Results) -> tuple[Sheet, ...]:
    """All tables."""
    return dashboards(results), truth(results), managers(results), weeks(results)


def dashboards(results: Results) -> Sheet:
    """The walk as the channels' teams see it."""
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            "looseness": results.level(line, "looseness").value,
            **{column.key: results.level(line, column.key) for column in TOTALS},
            "engagement_rate": results.rate(line, "engagements", 100.0),
            "click_rate": results.rate(line, "clicks", 100.0),
            "claim_rate": results.rate(line, "claims", 1000.0),
        }
        for line in results.walk
    )
    title = f"From strict rules to none: the dashboards, {UNIT}"
    return Sheet("dashboards", title, (LOOSENESS, *TOTALS, *RATES), rows)


def truth(results: Results) -> Sheet:
    """The walk as the company's accounts would show it."""
    lost = Column("lost", "NCV less that of the strict rules, $", 0, "on the same markets")
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            "looseness": results.level(line, "looseness").value,
            **{column.key: results.level(line, column.key) for column in TRUTH},
            "lost": results.beside(line, KEPT, "ncv") if line != KEPT else None,
        }
        for line in results.walk
    )
    title = f"From strict rules to none: the truth, {UNIT}"
    return Sheet("truth", title, (LOOSENESS, *TRUTH, lost), rows)


def managers(results: Results) -> Sheet:
    """How each manager's last weeks compare with those under the strict rules."""
    config = results.config
    days = config.month * config.week_days
    columns = (
        Column("manager", "who revises", 2, "who changes the rules every week"),
        Column("looseness", "looseness", 2, "0: the strict rules, 1: none"),
        Column("touches", "touches", 0),
        Column("claims", "claims, $", 0),
        Column("ncv", "NCV, $", 0),
        Column("beside", "NCV less strict, $", 0, "on the same markets"),
        Column("trust", "trust less strict", 4, "at the end, on the same markets"),
        Column("whole", "NCV, whole episode, $", 0),
    )
    rows: list[dict[str, Cell]] = []
    for line in MANAGERS:
        row: dict[str, Cell] = {"manager": manager_label(config, line)}
        for key in ("looseness", "touches", "claims", "ncv"):
            row[key] = results.level(line, key, config.month)
        if line != KEPT:
            row["beside"] = results.beside(line, KEPT, "ncv", config.month)
            row["trust"] = results.beside(line, KEPT, "trust")
        rows.append({**row, "whole": results.level(line, "ncv")})
    return Sheet("managers", f"The last {days:g} days, {UNIT}", columns, tuple(rows))


def weeks(results: Results) -> Sheet:
    """Every week of every manager."""
    shown = (LOOSENESS, TOTALS[0], TOTALS[-1], TRUTH[-1], TRUTH[0])
    columns = (
        Column("manager", "who revises", 2, "who changes the rules every week"),
        Column("week", "week"),
        *shown,
    )
    rows: list[dict[str, Cell]] = []
    for line in MANAGERS:
        found = {column.key: results.weeks(line, column.key) for column in shown}
        rows += [
            {
                "manager": manager_label(results.config, line),
                "week": week + 1,
                **{key: values[week] for key, values in found.items()},
            }
            for week in range(results.config.weeks)
        ]
    return Sheet("weeks", f"Week by week, {UNIT}", columns, tuple(rows))
