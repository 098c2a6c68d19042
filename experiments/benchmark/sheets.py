"""The tables of a benchmark: every row with its intervals, and every pair of rows."""

from itertools import combinations

import numpy as np

from onevoice.experiments.benchmark.results import HIGH, LOW, Order, Results
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.study import Cell, Column, Sheet

UNIT = "$ per 1,000 customers per 28 days"
COLUMNS = (
    Column("row", "row"),
    Column("runs", "runs"),
    Column("ncv", "NCV, $", 0, f"net customer value, {UNIT}"),
    Column("gap", "gap closed, %", 0, f"0 is {LOW}'s NCV, 100 that of {HIGH}"),
    Column("shuffled", "shuffled NCV, $", 0, "NCV if it sees another market's observations"),
    Column("claims", "claims, $", 0, f"what the platforms' dashboards claim together, {UNIT}"),
    Column("overclaim", "overclaim", 2, "claims over the revenue there is"),
    Column("trust", "trust", 3, "mean of the customers who remain at the end, 0 to 1"),
    Column("churn", "churn", 3, "share of customers lost over the episode"),
    Column("conflicts", "conflicts", 1, "contradictory touches per customer"),
    Column("env_steps", "env steps", 0, "environment steps of a training run"),
    Column("wall", "wall, s", 0, "time of training or fitting, median of runs not interrupted"),
    Column("env", "env, s", 0, "part of it spent in the environment"),
    Column("learner", "learner, s", 0, "part of it spent on learning"),
)
TRUTHS = ("overclaim", "trust", "churn", "conflicts")
"""Columns that the table shows without intervals."""
VERDICTS: dict[Order, str] = {
    "above": "above, intervals apart",
    "below": "below, intervals apart",
    "higher": "above by the paired difference",
    "lower": "below by the paired difference",
    "open": "not told apart",
}


def table(results: Results) -> Sheet:
    """Every row that is there."""
    return Sheet(
        "table", "The benchmark", COLUMNS, tuple(_row(results, name) for name in results.names),
        f"Interquartile means over runs and {results.config.markets} held-out markets.",
    )  # fmt: skip


def _row(results: Results, name: str) -> dict[str, Cell]:
    return {
        "row": name,
        "runs": len(results.raw.seeds[name]),
        "ncv": results.ncv[name],
        "gap": results.gap_closed(name),
        "shuffled": results.estimate(name, "shuffled_ncv"),
        "claims": results.estimate(name, "claims"),
        **{column: estimate.value for column, estimate in _truths(results, name).items()},
        "env_steps": _median_cost(results, name, "env_steps"),
        **{
            kind: _median_cost(results, name, f"{kind}_seconds")
            for kind in ("wall", "env", "learner")
        },
    }


def customers(results: Results) -> Sheet:
    """What became of the customers, with the intervals that the table has no room for."""
    columns = (COLUMNS[0], *(column for column in COLUMNS if column.key in TRUTHS))
    rows: list[dict[str, Cell]] = [{"row": n, **_truths(results, n)} for n in results.names]
    return Sheet("customers", "What became of the customers", columns, tuple(rows))


def _truths(results: Results, name: str) -> dict[str, Estimate]:
    return {column: results.estimate(name, column) for column in TRUTHS}


def _median_cost(results: Results, name: str, column: str) -> float | None:
    known = results.raw.costs[name][column]
    known = known[np.isfinite(known)]
    return float(np.median(known)) if known.size else None


def pairs(results: Results) -> Sheet:
    """Every pair of rows: probability of improvement, and whether they are told apart."""
    columns = (
        Column("row", "row"),
        Column("other", "other"),
        Column("improvement", "P(row > other)", 2, "chance of a higher NCV, a tie is half"),
        Column("difference", "NCV difference, $", 0, "row less other, paired over markets"),
        Column("verdict", "row is", meaning="apart: the intervals of the two do not overlap"),
    )
    return Sheet(
        "pairs", "Probability of improvement", columns,
        tuple(_pair(results, *two) for two in combinations(results.ranked(), 2)),
        "Rows from the highest NCV to the lowest.",
    )  # fmt: skip


def _pair(results: Results, name: str, other: str) -> dict[str, Cell]:
    return {
        "row": name,
        "other": other,
        "improvement": results.improvement(name, other),
        "difference": results.versus(name, other),
        "verdict": VERDICTS[results.order(name, other)],
    }
