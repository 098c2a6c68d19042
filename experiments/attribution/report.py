"""The report: findings, tables and notes."""

from onevoice.envs.typing import F64
from onevoice.experiments.attribution.config import Config
from onevoice.experiments.attribution.estimates import (
    CLAIMS,
    LABELS,
    METHODS,
    TRUTH,
    WITHOUT,
    Estimates,
)
from onevoice.experiments.attribution.figures import draw
from onevoice.experiments.report.study import Column, Study, Table, Value, cell_text
from onevoice.experiments.report.wording import VALUE_UNIT

TOGETHER = "together"
SEEN = {
    "engagement": "engagements (opens, clicks and the like), the events that tools can join across "
    "channels; they hold no mere views, though some platforms claim by them",
    "touch": "touches, seen or not: more than tools outside a simulation can join",
}
"""The events of a path, by kind."""
TOTALS = (
    Column("quantity", "total"),
    Column("money", "$", 0, VALUE_UNIT),
    Column("share", "% of revenue", 0),
    Column("times", "times the caused revenue", 2),
)


def make_study(estimates: Estimates) -> Study:
    """The whole report."""
    config = estimates.config
    return Study(
        name="attribution",
        title="Revenue that channels claim, are credited with, and cause",
        description=(
            f"Policy {config.policy} on {config.markets} held-out markets of "
            f"{len(estimates.channels)} channels, {config.scenario.population:,} customers and "
            f"{config.scenario.days:g} days. Values in parentheses are {config.confidence:.0%} "
            "bootstrap intervals over markets. The truth comes from replays of the same episodes: "
            "the same actions and the same random numbers, with every possible set of channels "
            "silent from the first day on."
        ),
        findings=(headline(estimates),),
        config=config,
        tables=tables(estimates),
        figures=draw(estimates),
        notes=_notes(config),
    )


def _notes(config: Config) -> tuple[str, ...]:
    return (
        "Leave-one-out is the revenue that would be missing if the channel were silent from the "
        "first day on and the others did exactly the same; in reality they would react, and the "
        "channel's audience would get other messages.",
        "Leave-one-out counts revenue that needs two channels for both, and revenue that either "
        "channel would cause for neither; the exact Shapley value averages over all orders in "
        "which channels could join, so it adds up to the revenue that all of them caused.",
        f"Only {config.scenario.days:g} days are seen: later revenue from awareness or lost trust "
        "is missing; only the net value includes it, through customer equity.",
        "With one budget for all channels, the money of a silent channel is left to the others, "
        "and more of one channel can mean less of the others where the budget runs out.",
        f"The marginal return multiplies contact rates and trigger probabilities by "
        f"{1 - config.step:g} and {1 + config.step:g} (probabilities up to 1), a split budget too; "
        "prices stay, while in an auction the next click costs more.",
        f"The models' paths hold {SEEN[config.kind]}; they reach back {config.lookback_days:g} "
        "days.",
        "Where an interval is too wide, more customers narrow it: give --scenario.population.",
    )


def headline(estimates: Estimates) -> str:
    """One sentence that says no more than the intervals do."""
    return f"{_together(estimates)}; {_widest_gap(estimates)}."


def _together(estimates: Estimates) -> str:
    claimed = estimates.sums["claimed"].sum(axis=1)
    times = estimates.over(claimed, estimates.caused)
    if not times.known:
        claims, caused = _dollars(estimates, claimed), _dollars(estimates, estimates.caused)
        return (
            f"Platforms together claim {claims}, while the revenue that their channels caused "
            f"is not distinguishable from zero: {caused}"
        )
    multiple = f"{cell_text(times)} times the revenue that their channels caused"
    if not times.excludes(1.0):
        return f"Platforms together claim {multiple}, which is not distinguishable from 1"
    return f"Platforms together claim {'' if times.value > 1.0 else 'only '}{multiple}"


def _widest_gap(estimates: Estimates) -> str:
    """The channel whose claim lies farthest above its truth, if any clearly does."""
    claims, truth = estimates.credit(CLAIMS), estimates.credit(WITHOUT)
    gaps = [estimates.money(gap) for gap in (claims - truth).T]
    place = max(range(len(gaps)), key=lambda channel: gaps[channel].value)
    if not gaps[place].low > 0.0:
        return "no single channel's claim clearly exceeds the cost of its silence"
    claimed, caused = (_dollars(estimates, values[:, place]) for values in (claims, truth))
    return (
        f"the widest gap is that of {estimates.channels[place]}, which claims {claimed} "
        f"and whose silence would cost {caused}, {VALUE_UNIT}"
    )


def _dollars(estimates: Estimates, dollars: F64) -> str:
    return cell_text(estimates.money(dollars), 0)


def tables(estimates: Estimates) -> tuple[Table, ...]:
    """All tables, the channels' credit first."""
    return credit(estimates), returns(estimates), totals(estimates)


def credit(estimates: Estimates) -> Table:
    """Revenue that each method gives each channel, and its distance from the truth."""
    columns = (
        Column("method", "revenue by"),
        *(Column(channel, channel, 0) for channel in estimates.channels),
        Column(TOGETHER, TOGETHER, 0),
        Column("distance", "error, %", 0, "sum of the absolute differences to exact Shapley as a "
               "share of the revenue that the channels caused together"),
        Column("misplaced", "misplaced, %", 0, "share of the credit that the true division gives "
               "to other channels, at any level"),
    )  # fmt: skip
    note = (
        f"In {VALUE_UNIT}; leave-one-out does not add up: its last figure is the cost of silencing "
        "all channels at once."
    )
    rows = tuple(_credit_row(estimates, method) for method in METHODS)
    return Table("credit", "Credited and caused revenue by channel", columns, rows, note)


def _credit_row(estimates: Estimates, method: str) -> dict[str, Value]:
    credit = estimates.credit(method)
    together = estimates.caused if method == WITHOUT else credit.sum(axis=1)
    row: dict[str, Value] = {"method": LABELS[method], TOGETHER: estimates.money(together)}
    for channel, dollars in zip(estimates.channels, credit.T, strict=True):
        row[channel] = estimates.money(dollars)
    if method != TRUTH:
        row["distance"] = estimates.distance(method).times(100.0)
        row["misplaced"] = estimates.misplaced(method).times(100.0)
    return row


def returns(estimates: Estimates) -> Table:
    """Claimed, true and marginal return on each channel's spend."""
    step = f"{estimates.config.step:.0%}"
    columns = (
        Column("channel", "channel"),
        Column("spend", "spend", 1, VALUE_UNIT),
        Column("claimed_roas", "claimed ROAS", 1, "the platform's claim / spend"),
        Column("true_roas", "true ROAS", 1, "leave-one-out revenue / spend"),
        Column("marginal_roas", "marginal ROAS", 1, "further revenue of the company per further $ "
               f"of the channel, from {step} less to {step} more of its activity"),
        Column("marginal_touches", "per 1,000 touches", 0, "further revenue per 1,000 further "
               "touches, likewise, $"),
        Column("overclaim", "claim / truth", 2, "the platform's claim / leave-one-out revenue; "
               "left out where the truth is not distinguishable from zero"),
        Column("net", "net value", 0, "margin - spend + change of customer equity that leave with "
               f"the channel, {VALUE_UNIT}"),
        Column("net_shapley", "net, Shapley", 0, "the same by exact Shapley: adds up"),
    )  # fmt: skip
    rows = [_return_row(estimates, place) for place in range(len(estimates.channels))]
    claimed, spend = (estimates.sums[key].sum(axis=1) for key in ("claimed", "spend"))
    net = estimates.money(estimates.net_caused)
    together = _returns(estimates, TOGETHER, claimed, estimates.caused, spend)
    rows.append(together | {"net": net, "net_shapley": net})
    return Table("returns", "Return on spend", columns, tuple(rows))


def _return_row(estimates: Estimates, place: int) -> dict[str, Value]:
    caused = estimates.credit(WITHOUT)[:, place]
    claimed, spend = (estimates.sums[key][:, place] for key in ("claimed", "spend"))
    return _returns(estimates, estimates.channels[place], claimed, caused, spend) | {
        "net": estimates.money(estimates.net(WITHOUT)[:, place]),
        "net_shapley": estimates.money(estimates.net(TRUTH)[:, place]),
        "marginal_roas": estimates.marginal(place, "spend"),
        "marginal_touches": estimates.marginal(place, "touches", 1000.0),
    }


def _returns(
    estimates: Estimates, name: str, claimed: F64, caused: F64, spend: F64
) -> dict[str, Value]:
    return {
        "channel": name,
        "spend": estimates.money(spend),
        "claimed_roas": estimates.over(claimed, spend),
        "true_roas": estimates.over(caused, spend),
        "overclaim": estimates.over(claimed, caused),
    }


def totals(estimates: Estimates) -> Table:
    """The company's revenue: without channels, caused by them, and claimed."""
    quantities = {
        "revenue": estimates.revenue,
        "came anyway": estimates.anyway,
        "caused by the channels": estimates.caused,
        "platforms' claims": estimates.sums["claimed"].sum(axis=1),
        "on a path": estimates.credit("last_touch").sum(axis=1),
        "spend": estimates.sums["spend"].sum(axis=1),
    }
    rows: list[dict[str, Value]] = [
        {
            "quantity": name,
            "money": estimates.money(dollars),
            "share": estimates.over(dollars, estimates.revenue).times(100.0),
            "times": estimates.over(dollars, estimates.caused),
        }
        for name, dollars in quantities.items()
    ]
    note = (
        f"On a path: revenue of purchases within {estimates.config.lookback_days:g} days of an "
        f"event ({estimates.config.kind}); the attribution models divide this revenue."
    )
    return Table("totals", "The company's revenue", TOTALS, tuple(rows), note)
