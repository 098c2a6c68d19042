"""The report: findings, tables and notes."""

from collections.abc import Callable, Sequence

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.study import Column, Study, Table, Value
from onevoice.experiments.report.wording import COUNT_UNIT, change, direction, number
from onevoice.experiments.staleness.estimates import Estimates, lag_label
from onevoice.experiments.staleness.figures import draw
from onevoice.experiments.staleness.run import SENDS, SPREAD, TRIGGERED

NOTES = (
    "A leak is a touch that a rule would have stopped with fresh data; a touch that breaks two "
    "rules is a leak of both. Fresh data leaks nothing.",
    "Spread sends: no send is triggered. Every push channel sends more at any time instead, by the "
    "share of a customer's ticks that follow a visit, measured for each policy. The sends come at "
    "other times; their number stays the same: compare requested touches.",
    "Consent, quiet hours and holdouts always use fresh data. The lag also delays the common "
    "context that channels see, which the baselines do not read.",
    "Intervals cover the draw of markets and customers, not the choice of the model. Each is read "
    "by itself: among many, one in twenty excludes zero by chance.",
)
POLICY = Column("policy", "policy")
SENT = Column("sends", "sends", 2, "triggered by visits and purchases, or as many at any time")
LAG = Column("lag", "age of data")
BREACHES = (
    Column("wishes", "requested touches", 0, "touches that channels ask for"),
    Column("touches", "touches", 0),
    Column("leaks", "leaks", 1, "touches that a rule would have stopped, summed over rules"),
    Column("bursts", "bursts", 2, "touches with which three or more channels come in 3 hours"),
    Column(
        "post_purchase_discounts", "late discounts", 1, "to customers who bought in the last 7 days"
    ),
)
CONSEQUENCES = (
    Column("opt_outs", "opt-outs", 2, "channels left for good"),
    Column("churn", "churn", 2, "customers who leave"),
    Column("trust", "trust", 4, "of the remaining customers at the end, 0 to 1"),
    Column("ncv", "NCV, $", 0, "net customer value"),
)
"""The keys are measures."""


def make_study(estimates: Estimates) -> Study:
    """The whole report."""
    config = estimates.config
    return Study(
        name="staleness",
        title="What rules miss when their data is hours old",
        description=(
            f"Rules: {', '.join(config.scenario.coordination.rules)}. Means over {config.markets} "
            f"held-out markets with {100 * config.confidence:g} % bootstrap intervals; all rows "
            f"use the same markets and random numbers. {config.scenario.description}"
        ),
        findings=tuple(findings(estimates)),
        config=config,
        tables=(
            breaches(estimates), consequences(estimates), triggers(estimates),
            by_rule("rules", COUNT_UNIT, estimates, estimates.level, 1),
            by_rule("rates", "per 1,000 touches", estimates, estimates.per_touch, 2),
        ),
        figures=draw(estimates),
        notes=NOTES,
    )  # fmt: skip


def findings(estimates: Estimates) -> list[str]:
    """For each policy the effect of the longest lag, and that of triggers at the shortest."""
    return [
        sentence(estimates, policy)
        for policy in estimates.config.policies
        for sentence in (_longest_lag, _triggers)
    ]


def _longest_lag(estimates: Estimates, policy: str) -> str:
    lag = estimates.config.lags[-1]
    leaks, touches = (
        number(estimates.level(policy, TRIGGERED, lag, measure).value)
        for measure in ("leaks", "touches")
    )
    return (
        f"Under {policy}, rules with data {lag_label(lag)} old leak {leaks} times in "
        f"{touches} touches {COUNT_UNIT}; compared with fresh data, net customer value is "
        f"{change(estimates.by_lag(policy, TRIGGERED, lag, 'ncv'))}."
    )


def _triggers(estimates: Estimates, policy: str) -> str:
    lag = estimates.config.lags[1]
    spread = number(estimates.level(policy, SPREAD, lag, "leaks").value, 1)
    gap = estimates.by_triggers(policy, lag, "leaks")
    added, low, high = (number(end, 1) for end in gap)
    unsure = "" if direction(gap) else ", not told apart"
    return (
        f"Under {policy}, rules with data {lag_label(lag)} old leak {spread} times {COUNT_UNIT} "
        f"if no send is triggered; triggers change that by {added} ({low} to {high}){unsure}."
    )


def breaches(estimates: Estimates) -> Table:
    """Requested touches, and touches that customers should not get."""
    rows = tuple(_levels(estimates, BREACHES, *variant) for variant in every_variant(estimates))
    title = f"What rules miss on stale data, {COUNT_UNIT}"
    return Table("breaches", title, (POLICY, SENT, LAG, *BREACHES), rows)


def consequences(estimates: Estimates) -> Table:
    """How customers react, and their value."""
    lost = Column("lost", "NCV less that on fresh data, $", 0, "on the same markets")
    rows = tuple(
        _levels(estimates, CONSEQUENCES, *variant)
        | {"lost": estimates.by_lag(*variant, "ncv") if variant[2] else None}
        for variant in every_variant(estimates)
    )
    title = f"The effect on customers, {COUNT_UNIT}"
    return Table("consequences", title, (POLICY, SENT, LAG, *CONSEQUENCES, lost), rows)


def triggers(estimates: Estimates) -> Table:
    """The difference of triggered sends to spread ones."""
    columns = (*BREACHES[1:], CONSEQUENCES[0], CONSEQUENCES[-1])
    rows: list[dict[str, Value]] = [
        {"policy": policy, "lag": lag_label(lag)}
        | {c.key: estimates.by_triggers(policy, lag, c.key) for c in columns}
        for policy in estimates.config.policies
        for lag in estimates.config.lags
    ]
    title = f"Triggered sends less the same sends spread, {COUNT_UNIT}"
    return Table("triggers", title, (POLICY, LAG, *columns), tuple(rows))


def by_rule(
    name: str,
    unit: str,
    estimates: Estimates,
    measured: Callable[[str, str, float, str], Estimate],
    digits: int,
) -> Table:
    """A row for each rule, a column for each lag."""
    config, lags = estimates.config, estimates.config.lags[1:]
    columns = tuple(Column(f"lag_{lag:g}", lag_label(lag), digits) for lag in lags)
    rows: list[dict[str, Value]] = [
        {"policy": policy, "sends": sends, "rule": rule}
        | {f"lag_{lag:g}": measured(policy, sends, lag, f"leaks/{rule}") for lag in lags}
        for policy in config.policies
        for sends in SENDS
        for rule in estimates.rules
    ]
    title = f"Leaks of each rule, {unit}"
    return Table(name, title, (POLICY, SENT, Column("rule", "rule"), *columns), tuple(rows))


def every_variant(estimates: Estimates) -> list[tuple[str, str, float]]:
    """Policy, sends and lag of every variant."""
    config = estimates.config
    return [(p, sends, lag) for p in config.policies for sends in SENDS for lag in config.lags]


def _levels(
    estimates: Estimates, columns: Sequence[Column], policy: str, sends: str, lag: float
) -> dict[str, Value]:
    return {"policy": policy, "sends": sends, "lag": lag_label(lag)} | {
        column.key: estimates.level(policy, sends, lag, column.key) for column in columns
    }
