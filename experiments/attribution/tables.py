"""The tables of a study of attribution."""

from onevoice.envs.typing import F64
from onevoice.experiments.attribution.results import CLAIMS, METHODS, TRUTH, WITHOUT, Findings
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.study import Cell, Column, Sheet

UNIT = "$ per 1,000 customers per 28 days"
TOGETHER = "together"
LABELS = {
    CLAIMS: "platforms' claims",
    "last_touch": "last touch",
    "first_touch": "first touch",
    "linear": "linear",
    "position_based": "position-based",
    "time_decay": "time decay",
    "markov": "Markov",
    "shapley_paths": "Shapley on paths",
    WITHOUT: "truth: leave one out",
    TRUTH: "truth: exact Shapley",
}
"""By method."""


def sheets(findings: Findings) -> tuple[Sheet, ...]:
    """All tables, the channels' credit first."""
    return credit_sheet(findings), return_sheet(findings), total_sheet(findings)


def credit_sheet(findings: Findings) -> Sheet:
    """Revenue that each method gives each channel, and how far that is from the truth."""
    columns = (
        Column("method", "revenue by"),
        *(Column(channel, channel, 0) for channel in findings.channels),
        Column(TOGETHER, TOGETHER, 0),
        Column("distance", "error, %", 0, "sum of the absolute differences to exact Shapley as a "
               "share of what the channels caused together"),
        Column("misplaced", "misplaced, %", 0, "share of the credit given that the true division "
               "gives to other channels, whatever the level"),
    )  # fmt: skip
    rows = tuple(_credit_row(findings, method) for method in METHODS)
    return Sheet("credit", "Who is credited with the revenue, and who caused it", columns, rows,
                 f"In {UNIT}; leave-one-out does not add up: its last figure is what the silence "
                 "of all channels at once would cost.")  # fmt: skip


def _credit_row(findings: Findings, method: str) -> dict[str, Cell]:
    credit = findings.credit(method)
    together = findings.caused if method == WITHOUT else credit.sum(axis=1)
    row: dict[str, Cell] = {"method": LABELS[method], TOGETHER: findings.money(together)}
    row |= {c: findings.money(credit[:, a]) for a, c in enumerate(findings.channels)}
    if method != TRUTH:
        row["distance"] = _percent(findings.distance(method))
        row["misplaced"] = _percent(findings.misplaced(method))
    return row


def return_sheet(findings: Findings) -> Sheet:
    """Claimed, true and marginal return on each channel's spend."""
    columns = (
        Column("channel", "channel"),
        Column("spend", "spend", 1, UNIT),
        Column("claimed_roas", "claimed ROAS", 1, "the platform's claim / spend"),
        Column("true_roas", "true ROAS", 1, "leave-one-out revenue / spend"),
        Column("marginal_roas", "marginal ROAS", 1, "further revenue of the company per further $ "
               f"of the channel, from {findings.config.step:.0%} less to "
               f"{findings.config.step:.0%} more of its activity"),
        Column("marginal_touches", "per 1,000 touches", 0,
               "further revenue per 1,000 further touches, likewise, $"),
        Column("overclaim", "claim / truth", 2, "the platform's claim / leave-one-out revenue; "
               "left out where the truth cannot be told from zero"),
        Column("net", "net value", 0, "margin - spend + change of customer equity that leave with "
               f"the channel, {UNIT}"),
        Column("net_shapley", "net, Shapley", 0, "the same by exact Shapley: adds up"),
    )  # fmt: skip
    rows = [_return_row(findings, place) for place in range(len(findings.channels))]
    title = "What the spend returns"
    return Sheet("returns", title, columns, (*rows, _together_row(findings)))


def _return_row(findings: Findings, place: int) -> dict[str, Cell]:
    caused = findings.credit(WITHOUT)[:, place]
    claimed, spend = findings.sums["claimed"][:, place], findings.sums["spend"][:, place]
    row = _returns(findings, findings.channels[place], (claimed, caused, spend))
    row["net"] = findings.money(findings.net(WITHOUT)[:, place])
    row["net_shapley"] = findings.money(findings.net(TRUTH)[:, place])
    row["marginal_roas"] = findings.marginal(place, "spend")
    row["marginal_touches"] = findings.marginal(place, "touches", 1000.0)
    return row


def _together_row(findings: Findings) -> dict[str, Cell]:
    claimed, spend = (findings.sums[key].sum(axis=1) for key in ("claimed", "spend"))
    net = findings.money(findings.net_caused)
    row = _returns(findings, TOGETHER, (claimed, findings.caused, spend))
    return row | {"net": net, "net_shapley": net}


def _returns(findings: Findings, name: str, sums: tuple[F64, F64, F64]) -> dict[str, Cell]:
    claimed, caused, spend = sums
    return {
        "channel": name,
        "spend": findings.money(spend),
        "claimed_roas": findings.over(claimed, spend),
        "true_roas": findings.over(caused, spend),
        "overclaim": findings.over(claimed, caused),
    }


def total_sheet(findings: Findings) -> Sheet:
    """The company's revenue: what would have come anyway, what was caused, what is claimed."""
    columns = (
        Column("quantity", "in all"),
        Column("money", "$", 0, UNIT),
        Column("share", "% of revenue", 0),
        Column("times", "times what was caused", 2),
    )
    quantities = {
        "revenue": findings.revenue,
        "came anyway": findings.anyway,
        "caused by the channels": findings.caused,
        "platforms' claims": findings.sums["claimed"].sum(axis=1),
        "on a path": findings.credit("last_touch").sum(axis=1),
        "spend": findings.sums["spend"].sum(axis=1),
    }
    rows = tuple(_total_row(findings, *quantity) for quantity in quantities.items())
    note = (
        f"On a path: revenue of purchases within {findings.config.lookback_days:g} days of an "
        f"event ({findings.config.kind}), which is what the attribution models divide."
    )
    return Sheet("totals", "The company's revenue", columns, rows, note)


def _total_row(findings: Findings, name: str, dollars: F64) -> dict[str, Cell]:
    return {
        "quantity": name,
        "money": findings.money(dollars),
        "share": _percent(findings.over(dollars, findings.revenue)),
        "times": findings.over(dollars, findings.caused),
    }


def _percent(share: Estimate) -> Estimate:
    return share.times(100.0)
