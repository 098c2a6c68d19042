"""The figures of a comparison, 900 pixels wide; Matplotlib is imported on first use."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from onevoice.envs.spec.scenario import MONTH_DAYS
from onevoice.envs.typing import F64
from onevoice.experiments.benchmark.run import TRAINING
from onevoice.experiments.compare.estimates import Estimates
from onevoice.experiments.report.labels import label_ends, label_points
from onevoice.experiments.report.plotting import (
    VALUE_AXIS,
    Plot,
    colour,
    draw_all,
    interval_panels,
    new_axes,
    new_figure,
)
from onevoice.experiments.report.study import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

TENSORBOARD = "tensorboard"
CURVE = "truth/ncv"
"""The scalar that tells how the customers fared while a mode learned."""


def draw(estimates: Estimates, out: Path) -> tuple[Figure, ...]:
    """Draw all figures that the results suffice for; ``out`` holds the training runs."""
    return draw_all(FIGURES, estimates, out)


def collapse(estimates: Estimates, out: Path) -> "MplFigure | None":
    """Dashboard index against NCV, both beside the reference: a corner holds the hidden losses."""
    index, reference = estimates.index, estimates.reference
    if not any(index[name].known for name in estimates.names if name != reference):
        return None
    figure, axes = new_axes(7.5, 5.2)
    points = {}
    for name in estimates.names:
        at, gap, ink = index[name], estimates.versus(name, reference, "ncv"), colour(name)
        if at.known:
            points[name] = (at.value, gap.value)
            axes.plot([at.low, at.high], [gap.value] * 2, color=ink, lw=1.6, alpha=0.6)
            axes.plot([at.value] * 2, [gap.low, gap.high], color=ink, lw=1.6, alpha=0.6)
            axes.plot(*points[name], "o", color=ink, ms=9, zorder=3)
        else:
            axes.axhline(gap.value, color=ink, ls=":", lw=1.4)
    _frame(axes, [x for x, _ in points.values()])
    _corner(axes)
    for name in estimates.names:
        if not index[name].known:
            value = estimates.versus(name, reference, "ncv").value
            _note(axes, f"{name} (no dashboard)", (0.005, value), colour(name), "data y")
    label_points(axes, points)
    axes.set_xlabel(f"dashboard index, {reference} = 100")
    axes.set_ylabel(f"NCV minus that of {reference}, {VALUE_AXIS}")
    axes.set_title("What the dashboards show and what the customers are worth")
    return figure


def _frame(axes: "Axes", values: Sequence[float]) -> None:
    """Fit the width to the points: an interval may be so wide that it runs out of the figure."""
    span = max(max(values) - min(values), 20.0)
    axes.set_xlim(min(values) - 0.6 * span, max(values) + 0.7 * span)


def net_value(estimates: Estimates, out: Path) -> "MplFigure | None":
    """NCV of every policy, and its difference to the reference on the same markets."""
    names, reference = estimates.names[::-1], estimates.reference
    panels = {
        "Net customer value": {name: estimates.measured[name]["ncv"] for name in names},
        f"minus {reference}, paired": {n: estimates.versus(n, reference, "ncv") for n in names},
    }
    figure, (_, right) = interval_panels(1.2 + 0.5 * len(names), panels)
    right.axvline(0.0, color="#888888", ls="--", lw=1, zorder=1)
    figure.supxlabel(VALUE_AXIS, fontsize=11)
    return figure


def learning(estimates: Estimates, out: Path) -> "MplFigure | None":
    """NCV on training markets while the modes learn; nothing where no run kept its curve."""
    curves = {
        str(cell.row): read_curve(out / TRAINING / str(cell) / TENSORBOARD, CURVE)
        for cell in estimates.config.benchmark.cells
        if cell.row.trained
    }
    curves = {mode: curve for mode, curve in curves.items() if curve.size}
    if not curves:
        return None
    figure, axes = new_axes(7.5, 4.2)
    for mode, (steps, values) in curves.items():
        axes.plot(steps / 1000.0, values, color=colour(mode), lw=2, marker="o", ms=3)
    label_ends(axes, {mode: values[-1] for mode, (_, values) in curves.items()}, 3.4)
    axes.set(xlabel="environment steps, thousands", ylabel=f"NCV, {VALUE_AXIS}")
    axes.set_title("Learning, on training markets")
    return figure


def trajectories(estimates: Estimates, out: Path) -> "MplFigure | None":
    """Trust, NCV so far and customers remaining over the episode."""
    scenario = estimates.config.scenario
    days = (1 + np.arange(scenario.decisions)) * scenario.decision_hours / 24.0
    panels: dict[str, Callable[[str], F64]] = {
        "mean trust": lambda name: estimates.trajectory(name, "trust"),
        "NCV so far, \\$ per 1,000 customers":
            lambda name: estimates.trajectory(name, "ncv") * days / MONTH_DAYS,
        "customers remaining, %": lambda name: 100.0 * (1.0 - estimates.trajectory(name, "churn")),
    }  # fmt: skip
    figure = new_figure(7.5, 8.4)
    for axes, (title, line) in zip(figure.subplots(3, sharex=True), panels.items(), strict=True):
        for name in estimates.names:
            axes.plot(days, line(name), color=colour(name), lw=1.8)
        axes.set_title(title)
        label_ends(axes, {name: line(name)[-1] for name in estimates.names}, 2.3)
    axes.set_xlabel("day")
    return figure


FIGURES: dict[str, Plot] = {
    "dashboard_and_truth": (
        collapse,
        "Each point is a policy. To the right dashboards look better, upwards customers are worth "
        "more; bars are intervals of the paired differences to the reference.",
    ),
    "net_customer_value": (
        net_value,
        "Left, the headline metric; right, its difference to the reference on the same markets "
        "with the same random numbers, which is what can be told apart.",
    ),
    "trajectories": (trajectories, "Means over the held-out markets, day by day."),
    "learning": (
        learning,
        "Mean over the episodes that ended, exploration included; training markets differ from "
        "the held-out ones.",
    ),
}
"""By file name, in the order of the report: what draws it, and its caption."""


def read_curve(folder: Path, tag: str) -> F64:
    """Steps and values of a TensorBoard scalar, float64 ``[2, points]``; empty if there is none."""
    if not folder.is_dir():
        return np.empty((2, 0))
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    events.Reload()
    if tag not in events.Tags()["scalars"]:
        return np.empty((2, 0))
    return np.array([(event.step, event.value) for event in events.Scalars(tag)], dtype=float).T


def _corner(axes: "Axes") -> None:
    """Shade where the dashboards are better and the customers worse than the reference's."""
    axes.margins(0.12)
    axes.autoscale_view()
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    axes.axvline(100.0, color="#888888", ls="--", lw=1)
    axes.axhline(0.0, color="#888888", ls="--", lw=1)
    axes.fill_between([100.0, right], bottom, 0.0, color="#D55E00", alpha=0.07, lw=0)
    axes.set(xlim=(left, right), ylim=(bottom, top))
    _note(axes, "dashboards better,\ncustomers worse", (0.99, 0.02), "#A34700", "axes", ha="right")


def _note(
    axes: "Axes", text: str, at: tuple[float, float], ink: str, frame: str, ha: str = "left"
) -> None:
    """Small words at a place in the axes' frame, or at a height in data."""
    transform = axes.transAxes if frame == "axes" else axes.get_yaxis_transform()
    axes.text(
        *at, text, color=ink, fontsize=9.5, style="italic", ha=ha, va="bottom", transform=transform
    )
