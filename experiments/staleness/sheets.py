"""The tables of the study."""

from collections.abc import Callable, Sequence

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.measures import UNIT
from onevoice.experiments.staleness.cells import SENDS
from onevoice.experiments.staleness.labels import lag_label
from onevoice.experiments.staleness.leaks import Leaks
from onevoice.experiments.study import Cell, Column, Sheet

POLICY = Column("policy", "policy")
SENT = Column("sends", "sends", 2, "triggered by visits and purchases, or the same spread")
LAG = Column("lag", "age of data")
BREACHES = (
    Column("wishes", "wishes", 0, "touches that channels ask for"),
    Column("touches", "touches", 0),
    Column("leaks", "leaks", 1, "touches that a rule would have stopped, rule by rule"),
    Column("bursts", "bursts", 2, "touches that make it three channels or more within 3 hours"),
    Column("post_purchase_discounts", "late discounts", 1, "to who bought in the last 7 days"),
)
CONSEQUENCES = (
    Column("opt_outs", "opt-outs", 2, "channels left for good"),
    Column("churn", "churn", 2, "customers who leave"),
    Column("trust", "trust", 4, "of those who remain at the end, 0 to 1"),
    Column("ncv", "NCV, $", 0, "net customer value"),
)
"""The keys are measures."""


def sheets(leaks: Leaks) -> tuple[Sheet, ...]:
    """All tables."""
    return (
        breaches(leaks), consequences(leaks), triggers(leaks),
        by_rule(leaks, "rules", f"Leaks of each rule, {UNIT}", leaks.level, 1),
        by_rule(leaks, "rates", "Leaks of each rule, per 1,000 touches", leaks.per_touch, 2),
    )  # fmt: skip


def breaches(leaks: Leaks) -> Sheet:
    """What channels ask for, and what reaches customers that should not."""
    rows = tuple({**_names(*cell), **_levels(leaks, BREACHES, *cell)} for cell in every_cell(leaks))
    return Sheet(
        "breaches", f"What stale data lets through, {UNIT}", (POLICY, SENT, LAG, *BREACHES), rows
    )


def consequences(leaks: Leaks) -> Sheet:
    """What customers do, and what they are worth."""
    lost = Column("lost", "NCV less that on fresh data, $", 0, "on the same markets")
    rows = tuple(
        {
            **_names(*cell),
            **_levels(leaks, CONSEQUENCES, *cell),
            "lost": leaks.by_lag(*cell, "ncv") if cell[2] else None,
        }
        for cell in every_cell(leaks)
    )
    title = f"What it does to customers, {UNIT}"
    return Sheet("consequences", title, (POLICY, SENT, LAG, *CONSEQUENCES, lost), rows)


def triggers(leaks: Leaks) -> Sheet:
    """What it adds that sends are triggered instead of spread."""
    shown = (*BREACHES[1:], CONSEQUENCES[0], CONSEQUENCES[-1])
    rows: list[dict[str, Cell]] = []
    for policy in leaks.config.policies:
        for lag in leaks.config.lags:
            added = {column.key: leaks.by_triggers(policy, lag, column.key) for column in shown}
            rows.append({"policy": policy, "lag": lag_label(lag), **added})
    title = f"Triggered sends less the same sends spread, {UNIT}"
    return Sheet("triggers", title, (POLICY, LAG, *shown), tuple(rows))


def by_rule(
    leaks: Leaks,
    name: str,
    title: str,
    measured: Callable[[str, str, float, str], Estimate],
    digits: int,
) -> Sheet:
    """A row for each rule, a column for each lag."""
    lags = leaks.config.lags[1:]
    columns = tuple(Column(f"lag_{lag:g}", lag_label(lag), digits) for lag in lags)
    rows: list[dict[str, Cell]] = []
    for policy in leaks.config.policies:
        for sends in SENDS:
            for rule in leaks.rules:
                found = {
                    column.key: measured(policy, sends, lag, f"leaks/{rule}")
                    for column, lag in zip(columns, lags, strict=True)
                }
                rows.append({"policy": policy, "sends": sends, "rule": rule, **found})
    return Sheet(name, title, (POLICY, SENT, Column("rule", "rule"), *columns), tuple(rows))


def every_cell(leaks: Leaks) -> list[tuple[str, str, float]]:
    """Policy, sends and lag of every cell."""
    config = leaks.config
    return [(p, sends, lag) for p in config.policies for sends in SENDS for lag in config.lags]


def _names(policy: str, sends: str, lag: float) -> dict[str, Cell]:
    return {"policy": policy, "sends": sends, "lag": lag_label(lag)}


def _levels(
    leaks: Leaks, columns: Sequence[Column], policy: str, sends: str, lag: float
) -> dict[str, Cell]:
    return {column.key: leaks.level(policy, sends, lag, column.key) for column in columns}
