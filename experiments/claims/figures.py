"""Pictures of the claims, where one says more than the table."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.claims.developments import (
    click_cost,
    conflict_means,
    open_rate,
    opt_out_rate,
)
from onevoice.experiments.claims.levels import DASHBOARDS, fractions, queries
from onevoice.experiments.claims.story import Story
from onevoice.experiments.core.statistics import mean, ratio
from onevoice.experiments.drawing import new_axes, png, style
from onevoice.experiments.palette import colour
from onevoice.experiments.study import Picture
from onevoice.experiments.windows import Window

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = {
    "greedy": colour("greedy"), "manual": colour("manual"), "coordinated": colour("coordinated"),
    "cut": "#0072B2", "raised": "#0072B2", "layer": colour("coordinated"), "loosened": "#CC79A7",
    "no_social": "#56B4E9", "more_email": "#0072B2",
}  # fmt: skip
WORDS = {
    "greedy": "agents", "manual": "team by hand", "coordinated": "one plan", "cut": "agents, cut",
    "raised": "budgets raised", "layer": "layer kept", "loosened": "layer loosened",
    "no_social": "without social", "more_email": "more e-mail",
}  # fmt: skip
Panel = tuple[str, tuple[str, ...], Callable[[Window], F64]]


def draw(story: Story, counted: Arrays) -> Iterator[Picture]:
    """All figures, in the order of the claims."""
    with style():
        yield Picture("c1_dashboards", C1, png(dashboards(story)))
        for name, caption, panels in COURSES:
            yield Picture(name, caption, png(courses(story, panels)))
        yield Picture("c4_conflicts", C4, png(growth(counted)))


def dashboards(story: Story) -> "Figure":
    """C1: what the platforms show in the first month, beside manual operation and the article."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 3.2), layout="constrained")
    for axes, board in zip(figure.subplots(1, 4), DASHBOARDS, strict=True):
        for place, scene in enumerate(("manual", "greedy")):
            value, low, high = story.bootstrap.interval(
                ratio, *fractions(board, story.window(scene, 0, 1))
            )
            axes.bar(place, value, width=0.6, color=INK[scene], alpha=0.75)
            axes.plot([place, place], [low, high], color="black", lw=1.5)
        axes.axhline(board.centre, color="#555555", ls="--", lw=1)
        axes.set_xticks([0, 1], ["by\nhand", "agents"])
        axes.set_title(board.title, fontsize=9.5)
        axes.grid(axis="x", visible=False)
    return figure


def courses(story: Story, panels: Sequence[Panel]) -> "Figure":
    """Weekly courses of several scenes, mean over worlds and its interval."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7.5, 2.4 * ((len(panels) + 1) // 2)), layout="constrained")
    grid = np.ravel(figure.subplots((len(panels) + 1) // 2, 2, sharex=True))
    for axes, (title, scenes, of) in zip(grid, panels, strict=False):
        for scene in scenes:
            _course(axes, story, scene, of)
        axes.set_title(title, fontsize=10)
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
    for axes in grid[-2:]:
        axes.set_xlabel("week since the agents took over")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(figure, {scene for _, scenes, _ in panels for scene in scenes})
    return figure


def growth(counted: Arrays) -> "Figure":
    """C4: conflicts against channels, beside possible pairs scaled to the first point."""
    figure, axes = new_axes(6.0, 3.8)
    per_size, sizes = conflict_means(counted), np.arange(2, 8)
    means = per_size.mean(axis=1)
    pairs = sizes * (sizes - 1) / 2
    axes.plot(sizes, per_size, color=INK["greedy"], lw=0.6, alpha=0.35)
    axes.plot(
        sizes, means, "o-", color=INK["greedy"], lw=2, label="conflicts, all sets of channels"
    )
    axes.plot(sizes, means[0] * pairs, color="#555555", ls="--", label="possible pairs, scaled")
    axes.set(xlabel="channels", ylabel="conflicts per customer and month")
    axes.legend(frameon=False)
    return figure


def _course(axes: "Axes", story: Story, scene: str, of: Callable[[Window], F64]) -> None:
    offset = story.course("greedy").system.shape[0] - story.course(scene).system.shape[0]
    begin = offset * 4 / story.config.month
    found = [story.bootstrap.interval(mean, of(week)) for week in story.weeks(scene)]
    at = begin + 1 + np.arange(len(found))
    values = np.array(found)
    axes.plot(at, values[:, 0], color=INK[scene], lw=1.8)
    axes.fill_between(at, values[:, 1], values[:, 2], color=INK[scene], alpha=0.18, lw=0)


def _legend(figure: "Figure", scenes: set[str]) -> None:
    from matplotlib.lines import Line2D

    shown = [scene for scene in INK if scene in scenes]
    lines = [Line2D([], [], color=INK[scene], lw=2) for scene in shown]
    figure.legend(
        lines, [WORDS[scene] for scene in shown], loc="outside lower center", ncols=len(shown),
        frameon=False,
    )  # fmt: skip


def _claims(window: Window) -> F64:
    return window.total("CLAIMED") * window.per_month * 1000 / window.scenario.population


def _revenue(window: Window) -> F64:
    return window.system("REVENUE") * window.per_month * 1000 / window.scenario.population


def _spend(window: Window) -> F64:
    return window.total("SPEND") * window.per_month * 1000 / window.scenario.population


C1 = "The first month: what each platform shows, by hand and by agents; dashed, the article."
C4 = "Conflicts per customer by number of channels, over all sets of channels; a line a world."
TOLD = ("greedy", "manual", "coordinated")
LAYERS = ("greedy", "layer", "loosened")
COURSES: tuple[tuple[str, str, tuple[Panel, ...]], ...] = (
    (
        "c2_customers", "Trust, equity and net customer value, week by week, after the takeover.",
        (
            ("mean trust", TOLD, lambda w: w.mean_state("TRUST")),
            ("equity, \\$ per 1,000 customers", TOLD, lambda w: w.equity()),
            ("NCV, \\$ per 1,000 customers per 28 days", TOLD, lambda w: w.ncv),
            ("with 3 or 4 messages in 72 h, %", TOLD,
             lambda w: 100 * (w.mean_share("THREE_MESSAGES") + w.mean_share("FOUR_MESSAGES"))),
        ),
    ),
    (
        "c10_social", "What remains of search when social is switched off at the takeover.",
        (
            ("queries a week per 1,000 customers", ("greedy", "no_social"),
             lambda w: queries(w) * 1000 / w.scenario.population),
            ("mean awareness", ("greedy", "no_social"), lambda w: w.mean_state("AWARENESS")),
        ),
    ),
    (
        "c11_spiral", "A team that each month cuts the channel with the dearest clicks.",
        (
            ("mean awareness", ("greedy", "cut"), lambda w: w.mean_state("AWARENESS")),
            ("queries a week per 1,000 customers", ("greedy", "cut"),
             lambda w: queries(w) * 1000 / w.scenario.population),
            ("customers in the market, %", ("greedy", "cut"),
             lambda w: 100 * w.mean_state("IN_MARKET")),
            ("revenue, \\$ per 1,000 per 28 days", ("greedy", "cut"), _revenue),
        ),
    ),
    (
        "c12_email", "E-mail without a budget: what sending more of it would bring.",
        (
            ("e-mails per customer and month", ("manual", "more_email"),
             lambda w: w.count("email", "TOUCHES") * w.per_month / w.scenario.population),
            ("NCV, \\$ per 1,000 per 28 days", ("manual", "more_email"), lambda w: w.ncv),
        ),
    ),
    (
        "c13_erosion", "What wears off under the agents.",
        (
            ("e-mail open rate, %", ("greedy", "manual"), open_rate),
            ("opt-outs per 1,000 touches", ("greedy", "manual"), opt_out_rate),
            ("cost of a paid click, \\$", ("greedy", "manual"), click_cost),
            ("revenue, \\$ per 1,000 per 28 days", ("greedy", "raised", "manual"), _revenue),
            ("spend, \\$ per 1,000 per 28 days", ("greedy", "raised", "manual"), _spend),
        ),
    ),
    (
        "c16_loosening", "A layer over the agents from week 5, kept, or loosened every fortnight.",
        (
            ("revenue claimed, \\$ per 1,000 per 28 days", LAYERS, _claims),
            ("NCV, \\$ per 1,000 per 28 days", LAYERS, lambda w: w.ncv),
        ),
    ),
)  # fmt: skip
