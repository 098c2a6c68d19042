"""The figures of a benchmark; Matplotlib is imported on first use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.benchmark.estimates import HIGH, LOW, Estimates, Several
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.labels import label_ends
from onevoice.experiments.report.plotting import (
    VALUE_AXIS,
    Plot,
    colour,
    draw_all,
    draw_band,
    interval_panels,
    new_axes,
    new_figure,
)
from onevoice.experiments.report.study import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

THRESHOLDS = 61
"""Points of a performance profile."""
Curve = dict[str, F64]


def draw(estimates: Estimates, several: Several | None = None) -> tuple[Figure, ...]:
    """Draw what the results suffice for, in the project's style."""
    figures = draw_all(FIGURES, estimates)
    return (*figures, *draw_all(SEVERAL, several)) if several else figures


def final(estimates: Estimates) -> "MplFigure":
    """NCV of every row from the highest, and where the ends are known the gap that it closes."""
    names = estimates.ranked()[::-1]
    panels = {"Net customer value": {name: estimates.ncv[name] for name in names}}
    gaps = {name: gap for name in names if (gap := estimates.gap_closed(name)) and gap.known}
    if gaps:
        panels["Gap closed"] = gaps
    labels = (VALUE_AXIS, f"%, 0: {LOW}, 100: {HIGH}")
    figure, places = interval_panels(1.3 + 0.42 * len(names), panels)
    for axes, label in zip(places, labels, strict=False):
        axes.set_xlabel(label, fontsize=10)
    return figure


def profiles(estimates: Estimates) -> "MplFigure":
    """For every row the share of runs and markets above a net customer value."""
    figure, axes = new_axes(7.5, 5.0)
    everything = np.concatenate([estimates.scores(name).ravel() for name in estimates.names])
    thresholds = np.linspace(everything.min(), everything.max(), THRESHOLDS)
    ranked = estimates.ranked()
    shades = _shades([name for name in ranked if estimates.rows[name].layer])
    for name in ranked:
        found, ink = estimates.profile(name, thresholds), shades.get(name, colour(name))
        mark = "--" if name in shades else "-"
        draw_band(axes, thresholds, found, ink, mark, lw=1.8, label=name)
    axes.set(
        xlabel=f"net customer value, {VALUE_AXIS}", ylabel="share of runs and markets above it"
    )
    axes.set_ylim(0.0, 1.02)
    axes.set_title("Performance profiles")
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _shades(layered: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """A shade for each row under a layer, since many are of the same policy."""
    from matplotlib import colormaps

    shades = colormaps["viridis"](np.linspace(0.0, 0.9, len(layered)))
    return dict(zip(layered, shades, strict=True))


def learning(estimates: Estimates) -> "MplFigure | None":
    """Validation NCV and claims while the modes learn; nothing where none left a curve."""
    learned = {name: curves for name, curves in estimates.raw.curves.items() if curves}
    if not learned:
        return None
    figure = new_figure(7.5, 7.0)
    panels = figure.subplots(2, 1, sharex=True)
    titles = {"ncv": "Net customer value", "claims": "What the dashboards claim"}
    for axes, (column, title) in zip(panels, titles.items(), strict=True):
        ends = {name: _curve(axes, name, curves, column) for name, curves in learned.items()}
        axes.set_title(f"{title}, on validation markets")
        label_ends(axes, ends, 2.8)
    panels[0].set_ylabel(VALUE_AXIS, fontsize=10)
    panels[1].set_ylabel("\\$ claimed in an episode", fontsize=10)
    panels[1].set_xlabel("environment steps, thousands")
    return figure


def _curve(axes: "Axes", name: str, curves: list[Curve], column: str) -> float:
    """Mean over runs and the band from the lowest run to the highest; returns the line's end."""
    steps, values = on_common_steps(curves, column)
    middle, lows, highs = values.mean(axis=0), values.min(axis=0), values.max(axis=0)
    found = [Estimate(*point) for point in zip(middle, lows, highs, strict=True)]
    draw_band(axes, steps / 1000.0, found, colour(name), lw=2)
    return float(middle[-1])


def on_common_steps(curves: list[Curve], column: str) -> tuple[F64, F64]:
    """All steps ``[P]`` and every run's value there ``[U, P]``; a run that stopped stays put."""
    steps = np.unique(np.concatenate([curve["steps"] for curve in curves]))
    return steps, np.stack([np.interp(steps, c["steps"], c[column]) for c in curves])


def by_channels(several: Several) -> "MplFigure":
    """NCV of every row over the number of channels."""
    figure, axes = new_axes(7.5, 5.0)
    counts, ends = several.channels, {}
    for name in several.names:
        found = [one.ncv[name] for one in several.estimates]
        draw_band(axes, counts, found, colour(name), "-o", alpha=0.2, lw=1.8, ms=5)
        ends[name] = found[-1].value
    axes.set_xticks(counts)
    axes.set(xlabel="channels", ylabel=f"net customer value, {VALUE_AXIS}")
    axes.set_title("Net customer value by number of channels")
    label_ends(axes, ends, 4.2)
    return figure


FIGURES: dict[str, Plot] = {
    "final": (final, "Interquartile mean over runs and held-out markets, with intervals."),
    "profiles": (profiles, "Lines further to the right are better; bands are intervals."),
    "learning": (learning, "Mean over runs, and the band from the lowest run to the highest."),
}
"""By file name: what draws it, and its caption."""
SEVERAL: dict[str, Plot] = {
    "channels": (
        by_channels,
        "Every row that stands in all of the benchmarks; bands are intervals.",
    )
}
"""Of several benchmarks."""
