"""Puts a benchmark together: findings, tables, figures, and how far to trust them."""

from itertools import combinations

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.benchmark.estimates import (
    HIGH,
    LOW,
    SELFISH,
    TOGETHER,
    Estimates,
    Order,
    Several,
    channels,
    read_several,
)
from onevoice.experiments.benchmark.figures import draw
from onevoice.experiments.benchmark.findings import findings, growth_finding
from onevoice.experiments.benchmark.raw import Raw
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.study import Column, Study, Table, Value
from onevoice.experiments.report.wording import VALUE_UNIT

NOTES = (
    "The training run is the experimental unit. A resample draws runs anew within each row, and "
    "one set of markets for all rows, since all of them met the same markets with the same random "
    "numbers: differences are paired over markets.",
    "A row that learns nothing, or was fitted once, has one run: its interval covers markets only.",
    "Intervals apart is the stricter statement: the intervals of two rows do not overlap. The "
    "paired difference may tell rows apart whose intervals overlap.",
    "Each comparison is read by itself: of many, one in twenty differs from nothing by chance.",
    "Shuffled: at every decision each market sees the observations of another one. What all "
    "markets share, such as the calendar, stays visible.",
)
COLUMNS = (
    Column("row", "row"),
    Column("runs", "runs"),
    Column("ncv", "NCV, $", 0, f"net customer value, {VALUE_UNIT}"),
    Column("gap", "gap closed, %", 0, f"0 is {LOW}'s NCV, 100 that of {HIGH}"),
    Column("shuffled", "shuffled NCV, $", 0, "NCV if it sees another market's observations"),
    Column(
        "claims", "claims, $", 0, f"what the platforms' dashboards claim together, {VALUE_UNIT}"
    ),
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
COSTS = {
    "env_steps": "env_steps", "wall": "wall_seconds", "env": "env_seconds",
    "learner": "learner_seconds",
}  # fmt: skip
"""Columns of the raw results by those of the table."""
VERDICTS: dict[Order, str] = {
    "above": "above, intervals apart",
    "below": "below, intervals apart",
    "higher": "above by the paired difference",
    "lower": "below by the paired difference",
    "open": "not told apart",
}


def make_study(config: Config, raw: Raw) -> Study:
    """The whole report on raw results.

    Raises:
        OneVoiceError: if ``raw`` belongs to another benchmark than ``config``.
    """
    asked, found = (one.model_dump(exclude={"workers"}) for one in (config, raw.config))
    if asked != found:
        raise OneVoiceError(
            f"{config.raw}: holds raw results of another benchmark, see its config.yaml; give the "
            "name or file that they were made with"
        )
    estimates = Estimates(config, raw)
    said, shown = findings(estimates), [table(estimates), customers(estimates), pairs(estimates)]
    several = read_several(estimates, config.compare_with) if config.compare_with else None
    if several:
        said.append(growth_finding(several))
        shown.append(growth(several))
    return Study(
        name="benchmark",
        title="Learning to coordinate: the benchmark",
        description=(
            f"Every row is played on the same {config.markets} held-out markets with the same "
            f"random numbers; {100 * config.confidence:g} % bootstrap intervals. "
            f"{config.description}"
        ),
        findings=tuple(said),
        config=config,
        tables=tuple(shown),
        figures=draw(estimates, several),
        notes=NOTES,
    )


def table(estimates: Estimates) -> Table:
    """Every row that is there."""
    return Table(
        "table", "The benchmark", COLUMNS, tuple(_row(estimates, name) for name in estimates.names),
        f"Interquartile means over runs and {estimates.config.markets} held-out markets.",
    )  # fmt: skip


def _row(estimates: Estimates, name: str) -> dict[str, Value]:
    return {
        "row": name,
        "runs": len(estimates.raw.seeds[name]),
        "ncv": estimates.ncv[name],
        "gap": estimates.gap_closed(name),
        "shuffled": estimates.estimate(name, "shuffled_ncv"),
        "claims": estimates.estimate(name, "claims"),
        **{column: estimate.value for column, estimate in _truths(estimates, name).items()},
        **{cost: _median_cost(estimates, name, column) for cost, column in COSTS.items()},
    }


def customers(estimates: Estimates) -> Table:
    """What became of the customers, with the intervals that the table has no room for."""
    columns = (COLUMNS[0], *(column for column in COLUMNS if column.key in TRUTHS))
    rows: list[dict[str, Value]] = [{"row": n, **_truths(estimates, n)} for n in estimates.names]
    return Table("customers", "What became of the customers", columns, tuple(rows))


def _truths(estimates: Estimates, name: str) -> dict[str, Estimate]:
    return {column: estimates.estimate(name, column) for column in TRUTHS}


def _median_cost(estimates: Estimates, name: str, column: str) -> float | None:
    known = estimates.raw.costs[name][column]
    known = known[np.isfinite(known)]
    return float(np.median(known)) if known.size else None


def pairs(estimates: Estimates) -> Table:
    """Every pair of rows: probability of improvement, and whether they are told apart."""
    columns = (
        Column("row", "row"),
        Column("other", "other"),
        Column("improvement", "P(row > other)", 2, "chance of a higher NCV, a tie is half"),
        Column("difference", "NCV difference, $", 0, "row less other, paired over markets"),
        Column("verdict", "row is", meaning="apart: the intervals of the two do not overlap"),
    )
    return Table(
        "pairs", "Probability of improvement", columns,
        tuple(_pair(estimates, *two) for two in combinations(estimates.ranked(), 2)),
        "Rows from the highest NCV to the lowest.",
    )  # fmt: skip


def _pair(estimates: Estimates, name: str, other: str) -> dict[str, Value]:
    return {
        "row": name,
        "other": other,
        "improvement": estimates.improvement(name, other),
        "difference": estimates.versus(name, other),
        "verdict": VERDICTS[estimates.order(name, other)],
    }


def growth(several: Several) -> Table:
    """The loss for each number of channels, and the modes as they rank there."""
    columns = (
        Column("channels", "channels"),
        Column("loss", "loss, $", 0, f"NCV of {TOGETHER} less that of {SELFISH}"),
        Column("growth", "growth, $", 0, "loss less that with the next fewer channels"),
        Column("ranking", "modes by NCV"),
    )
    rows: list[dict[str, Value]] = [
        {
            "channels": channels(one),
            "loss": several.loss(place),
            "growth": several.growth(place) if place else None,
            "ranking": ", ".join(one.ranked(one.modes)),
        }
        for place, one in enumerate(several.estimates)
    ]
    title = f"The loss of independent learning by channels, {several.markets} markets"
    return Table("channels", title, columns, tuple(rows))
