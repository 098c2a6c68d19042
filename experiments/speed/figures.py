"""The figures of the benchmark; Matplotlib is imported on first use."""

from typing import TYPE_CHECKING

from onevoice.experiments.report.plotting import new_axes, png, style
from onevoice.experiments.report.study import Figure
from onevoice.experiments.speed.engine import CACHED
from onevoice.experiments.speed.estimates import Roof, Speed
from onevoice.experiments.speed.peers.contests import Result
from onevoice.experiments.speed.run import Findings
from onevoice.experiments.speed.targets import ENGINE, FROM_CUSTOMERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

INKS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
"""By number of threads, in the order measured."""
BAR, MARK = "#0072B2", "#222222"


def draw(found: Findings) -> tuple[Figure, ...]:
    """Draw what was measured in the project's style."""
    figures = []
    with style():
        if found.speeds:
            caption = (
                "Time of a step by customers and ticks, median and quartiles; dashed: target, "
                "as many times the calibration loop of this run as it may take, from "
                f"{FROM_CUSTOMERS:,} customers on."
            )
            figures.append(Figure("engine", caption, png(engine(found.speeds))))
        if found.roofs:
            caption = (
                "Customers taken through a tick in a second, by ticks that a block goes through "
                "each time it comes from memory; below both roofs."
            )
            figures.append(Figure("roofline", caption, png(roofline(found.roofs))))
        known = [result for result in found.results if result.ratio is not None]
        if known:
            caption = "How many times more we get done in the same time; black marks: targets."
            figures.append(Figure("peers", caption, png(peers(known))))
    return tuple(figures)


def _panels(scenarios: dict[str, int], across: str) -> "tuple[MplFigure, list[Axes]]":
    """A panel for each scenario, with the number of its channels."""
    from matplotlib.figure import Figure as MplFigure

    figure = MplFigure(figsize=(1.5 + 3.6 * len(scenarios), 4.2), layout="constrained")
    panels = list(figure.subplots(1, len(scenarios), sharey=True, squeeze=False)[0])
    for axes, (name, channels) in zip(panels, scenarios.items(), strict=True):
        axes.set_title(f"{name}, {channels} channels")
        axes.set_xlabel(across)
    return figure, panels


def engine(speeds: list[Speed]) -> "MplFigure":
    """A panel for each scenario, a line for each number of threads."""
    scenarios = {one.scenario: one.channels for one in speeds}
    figure, panels = _panels(scenarios, "customers")
    for axes, name in zip(panels, scenarios, strict=True):
        _lines(axes, [one for one in speeds if one.scenario == name])
    panels[0].set_ylabel("ns per customer-tick")
    panels[0].set_ylim(bottom=0.0)
    panels[0].legend(frameon=False)
    return figure


def _lines(axes: "Axes", speeds: list[Speed]) -> None:
    for threads, ink in zip(dict.fromkeys(one.threads for one in speeds), INKS, strict=False):
        mine = [one for one in speeds if one.threads == threads]
        sizes = [one.customers for one in mine]
        cost = [one.nanoseconds for one in mine]
        axes.fill_between(
            sizes, [c.low for c in cost], [c.high for c in cost], color=ink, alpha=0.15, lw=0
        )
        label = f"{threads} thread" + "s" * (threads > 1)
        axes.plot(sizes, [c.value for c in cost], "o-", color=ink, label=label)
        target = ENGINE.get((mine[0].channels, threads))
        held = [one for one in mine if one.customers >= FROM_CUSTOMERS]
        if target and held:
            bounds = [target.bound * one.loop.value for one in held]
            ends = [held[0].customers / 1.5, held[-1].customers * 1.5]
            reach = [ends[0], *(one.customers for one in held), ends[1]]
            axes.plot(reach, [bounds[0], *bounds, bounds[-1]], "--", color=ink, lw=1.2)
    axes.set_xscale("log")


def roofline(roofs: list[Roof]) -> "MplFigure":
    """A panel for each scenario: what was measured below what memory and arithmetic allow."""
    scenarios = {one.scenario: one.channels for one in roofs}
    figure, panels = _panels(scenarios, "ticks a decision")
    for axes, name in zip(panels, scenarios, strict=True):
        mine = [one for one in roofs if one.scenario == name]
        ticks = [one.ticks for one in mine]
        for cost, line, label in (
            ([one.passing for one in mine], "--", "memory alone"),
            ([one.cached for one in mine], ":", f"arithmetic: {CACHED:,} customers, in the cache"),
            ([one.measured for one in mine], "o-", f"{mine[0].customers:,} customers"),
        ):
            ink = BAR if line == "o-" else MARK
            axes.plot(ticks, [1e3 / one.value for one in cost], line, color=ink, label=label)
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.yaxis.set_major_formatter("{x:,g}")
    panels[0].set_ylabel("million customer-ticks a second")
    panels[0].legend(frameon=False, loc="center right")
    return figure


def peers(results: list[Result]) -> "MplFigure":
    """A bar for each peer on a logarithmic scale, with its target."""
    figure, axes = new_axes(7.5, 1.4 + 0.5 * len(results))
    for row, result in enumerate(results):
        ratio, target = result.ratio or 0.0, result.peer.target
        axes.barh(row, ratio - 1.0, left=1.0, height=0.6, color=BAR)
        if target:
            axes.plot([target.bound] * 2, [row - 0.4, row + 0.4], color=MARK, lw=2.5)
    labels = [f"{result.peer.name}: {result.ratio:,.1f}" for result in results]
    axes.set_yticks(range(len(results)), labels)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.axvline(1.0, color=MARK, lw=1)
    axes.set_xscale("log")
    low, high = min(r.ratio or 1.0 for r in results), max(r.ratio or 1.0 for r in results)
    axes.set_xlim(min(low, 1.0) / 1.3, max(high, 10.0) * 2.5)
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.set_xlabel("times more in the same time (1: as much as the peer)")
    axes.set_title("The engine beside others")
    return figure
