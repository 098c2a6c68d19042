"""Figures of the claims, where one says more than the table."""

from collections.abc import Sequence
from functools import partial
from operator import attrgetter, methodcaller
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.claims.estimates import (
    Metric,
    Simulations,
    click_cost,
    conflict_means,
    open_rate,
    opt_out_rate,
    queries,
)
from onevoice.experiments.claims.level_targets import DASHBOARDS, fractions
from onevoice.experiments.core.statistics import mean, ratio
from onevoice.experiments.core.windows import Window
from onevoice.experiments.report.plotting import (
    Plot,
    colour,
    draw_all,
    draw_band,
    new_axes,
    new_figure,
)
from onevoice.experiments.report.study import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

BRANCHES = {
    "greedy": ("agents", colour("greedy")),
    "manual": ("team by hand", colour("manual")),
    "coordinated": ("one plan", colour("coordinated")),
    "cut": ("agents, cut", "#0072B2"),
    "raised": ("budgets raised", "#0072B2"),
    "layer": ("rules kept", colour("coordinated")),
    "relaxed": ("rules relaxed", "#CC79A7"),
    "no_social": ("without social", "#56B4E9"),
    "more_email": ("more e-mail", "#0072B2"),
}
"""Label and colour, in the order of a legend."""
GREY = "#555555"


class Panel(NamedTuple):
    """A metric that is drawn week by week."""

    title: str
    of: Metric
    branches: tuple[str, ...] = ()
    """Those of the figure if empty."""


def draw(simulations: Simulations) -> tuple[Figure, ...]:
    """All figures, in the order of the claims."""
    plots: dict[str, Plot] = {"c1_dashboards": (dashboards, C1)}
    for name, caption, branches, panels in WEEKLY:
        plots[name] = (partial(weekly, branches=branches, panels=panels), caption)
    plots["c4_conflicts"] = (lambda of: growth(conflict_means(of.conflicts)), C4)
    return draw_all(plots, simulations)


def dashboards(simulations: Simulations) -> "MplFigure":
    """C1: the platforms' figures in the first month, by hand and by agents, beside the article."""
    figure = new_figure(7.5, 3.2)
    for axes, board in zip(figure.subplots(1, 4), DASHBOARDS, strict=True):
        for place, branch in enumerate(("manual", "greedy")):
            samples = fractions(board, simulations, branch)
            value, low, high = simulations.bootstrap.interval(ratio, *samples)
            axes.bar(place, value, width=0.6, color=BRANCHES[branch][1], alpha=0.75)
            axes.plot([place, place], [low, high], color="black", lw=1.5)
        axes.axhline(board.check.centre, color=GREY, ls="--", lw=1)
        axes.set_xticks([0, 1], ["by\nhand", "agents"])
        axes.set_title(board.title, fontsize=9.5)
        axes.grid(axis="x", visible=False)
    return figure


def weekly(
    simulations: Simulations, branches: Sequence[str], panels: Sequence[Panel]
) -> "MplFigure":
    """Metrics of several branches by week, mean over simulations and its interval."""
    from matplotlib.ticker import MaxNLocator

    rows = (len(panels) + 1) // 2
    figure = new_figure(7.5, 2.4 * rows)
    grid = np.ravel(figure.subplots(rows, 2, sharex=True))
    for axes, panel in zip(grid, panels, strict=False):
        for branch in panel.branches or branches:
            _draw_weeks(axes, simulations, branch, panel.of)
        axes.set_title(panel.title, fontsize=10)
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
    for axes in grid[-2:]:
        axes.set_xlabel("week since the agents took over")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _draw_legend(figure, {*branches, *(name for panel in panels for name in panel.branches)})
    return figure


def growth(per_size: F64) -> "MplFigure":
    """C4: conflicts ``[6, B]`` against channels, beside possible pairs scaled to the first."""
    figure, axes = new_axes(6.0, 3.8)
    sizes, means = np.arange(2, 8), per_size.mean(axis=1)
    ink, label = BRANCHES["greedy"][1], "conflicts, all sets of channels"
    axes.plot(sizes, per_size, color=ink, lw=0.6, alpha=0.35)
    axes.plot(sizes, means, "o-", color=ink, lw=2, label=label)
    pairs = sizes * (sizes - 1) / 2
    axes.plot(sizes, means[0] * pairs, color=GREY, ls="--", label="possible pairs, scaled")
    axes.set(xlabel="channels", ylabel="conflicts per customer and month")
    axes.legend(frameon=False)
    return figure


def _draw_weeks(axes: "Axes", simulations: Simulations, branch: str, of: Metric) -> None:
    total, length = (len(simulations.trajectory(name).system) for name in ("greedy", branch))
    weeks = simulations.weeks(branch)
    at = (total - length) * 4 / simulations.config.month + 1 + np.arange(len(weeks))
    found = [simulations.bootstrap.interval(mean, of(week)) for week in weeks]
    draw_band(axes, at, found, BRANCHES[branch][1], alpha=0.18, lw=1.8)


def _draw_legend(figure: "MplFigure", branches: set[str]) -> None:
    from matplotlib.lines import Line2D

    labels, inks = zip(*(BRANCHES[name] for name in BRANCHES if name in branches), strict=True)
    lines = [Line2D([], [], color=ink, lw=2) for ink in inks]
    figure.legend(lines, labels, loc="outside lower center", ncols=len(labels), frameon=False)


def _monthly(method: str, column: str) -> Metric:
    """A sum, for 1,000 customers and 28 days."""
    of = methodcaller(method, column)

    def monthly(window: Window) -> F64:
        return np.asarray(of(window) * window.per_month * 1000 / window.scenario.population)

    return monthly


AWARENESS = Panel("mean awareness", methodcaller("mean_state", "AWARENESS"))
QUERIES = Panel(
    "queries a week per 1,000 customers", lambda w: queries(w) * 1000 / w.scenario.population
)
REVENUE = Panel("revenue, \\$ per 1,000 per 28 days", _monthly("system", "REVENUE"))
NCV = Panel("NCV, \\$ per 1,000 per 28 days", attrgetter("ncv"))
RAISED = ("greedy", "raised", "manual")
C1 = "The first month: the platforms' figures, by hand and by agents; dashed, the article."
C4 = "Conflicts per customer by number of channels, over all sets of channels; thin: simulations."
WEEKLY: tuple[tuple[str, str, tuple[str, ...], tuple[Panel, ...]], ...] = (
    (
        "c2_customers", "Trust, equity and net customer value, week by week, after the takeover.",
        ("greedy", "manual", "coordinated"),
        (
            Panel("mean trust", methodcaller("mean_state", "TRUST")),
            Panel("equity, \\$ per 1,000 customers", methodcaller("equity")),
            Panel("NCV, \\$ per 1,000 customers per 28 days", attrgetter("ncv")),
            Panel("with 3 or 4 messages in 72 h, %",
                  lambda w: 100 * (w.mean_share("THREE_MESSAGES") + w.mean_share("FOUR_MESSAGES"))),
        ),
    ),
    (
        "c10_social", "Search after social is switched off at the takeover.",
        ("greedy", "no_social"), (QUERIES, AWARENESS),
    ),
    (
        "c11_spiral", "A team that each month cuts the channel with the dearest clicks.",
        ("greedy", "cut"),
        (
            AWARENESS, QUERIES,
            Panel("customers in the market, %", lambda w: 100 * w.mean_state("IN_MARKET")), REVENUE,
        ),
    ),
    (
        "c12_email", "E-mail without a budget: the team's plan, and the plan with more e-mail.",
        ("manual", "more_email"), (
            Panel("e-mails per customer and month",
                  lambda w: w.count("email", "TOUCHES") * w.per_month / w.scenario.population),
            NCV,
        ),
    ),
    (
        "c13_erosion", "E-mail opens, opt-outs, click costs, revenue and spend, week by week.",
        ("greedy", "manual"),
        (
            Panel("e-mail open rate, %", open_rate),
            Panel("opt-outs per 1,000 touches", opt_out_rate),
            Panel("cost of a paid click, \\$", click_cost),
            REVENUE._replace(branches=RAISED),
            Panel("spend, \\$ per 1,000 per 28 days", _monthly("total", "SPEND"), RAISED),
        ),
    ),
    (
        "c16_relaxation", "Rules over the agents from week 5, kept, or relaxed every fortnight.",
        ("greedy", "layer", "relaxed"),
        (Panel("revenue claimed, \\$ per 1,000 per 28 days", _monthly("total", "CLAIMED")), NCV),
    ),
)  # fmt: skip
