"""The figures of a comparison, PNGs 900 pixels wide; Matplotlib is imported on first use."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from onevoice.envs.spec.scenario import MONTH_DAYS
from onevoice.envs.typing import F64
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.drawing import new_axes, png, style
from onevoice.experiments.labels import label_points, spread
from onevoice.experiments.measures import number
from onevoice.experiments.palette import colour
from onevoice.experiments.results import Results
from onevoice.policies.checkpoint import write_atomic

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNIT = "\\$ per 1,000 customers per 28 days"
TENSORBOARD = "tensorboard"
CURVE = "truth/ncv"
"""The scalar that tells how the customers fared while a mode learned."""


def draw_figures(results: Results, out: Path) -> dict[str, bytes]:
    """Draw all figures that the results suffice for, write ``figures/*.png`` and return them."""
    pictures = {}
    with style():
        for name, draw in FIGURES.items():
            figure = draw(results, out)
            if figure is not None:
                pictures[name] = png(figure)
                write_atomic(out / "figures" / f"{name}.png", pictures[name])
    return pictures


def collapse(results: Results, out: Path) -> "Figure | None":
    """Dashboard index against NCV, both beside the reference: a corner holds the hidden losses."""
    index, reference = results.index, results.reference
    if not any(index[name].known for name in results.names if name != reference):
        return None
    figure, axes = new_axes(7.5, 5.2)
    points = {}
    for name in results.names:
        at, gap, ink = index[name], results.versus(name, reference, "ncv"), colour(name)
        if at.known:
            points[name] = (at.value, gap.value)
            axes.plot([at.low, at.high], [gap.value] * 2, color=ink, lw=1.6, alpha=0.6)
            axes.plot([at.value] * 2, [gap.low, gap.high], color=ink, lw=1.6, alpha=0.6)
            axes.plot(*points[name], "o", color=ink, ms=9, zorder=3)
        else:
            axes.axhline(gap.value, color=ink, ls=":", lw=1.4)
    _frame(axes, [x for x, _ in points.values()])
    _corner(axes)
    for name in results.names:
        if not index[name].known:
            value = results.versus(name, reference, "ncv").value
            _note(axes, f"{name} (no dashboard)", (0.005, value), colour(name), "data y")
    label_points(axes, points)
    axes.set_xlabel(f"dashboard index, {reference} = 100")
    axes.set_ylabel(f"NCV minus that of {reference}, {UNIT}")
    axes.set_title("What the dashboards show and what the customers are worth")
    return figure


def _frame(axes: "Axes", values: Sequence[float]) -> None:
    """Fit the width to the points: an interval may be so wide that it runs out of the picture."""
    span = max(max(values) - min(values), 20.0)
    axes.set_xlim(min(values) - 0.6 * span, max(values) + 0.7 * span)


def net_value(results: Results, out: Path) -> "Figure | None":
    """NCV of every policy, and its difference to the reference on the same markets."""
    from matplotlib.figure import Figure

    names, reference = results.names[::-1], results.reference
    figure = Figure(figsize=(7.5, 1.2 + 0.5 * len(names)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    draw_intervals(left, {name: results.estimates[name]["ncv"] for name in names})
    draw_intervals(right, {name: results.versus(name, reference, "ncv") for name in names})
    right.axvline(0.0, color="#888888", ls="--", lw=1, zorder=1)
    left.set_yticks(range(len(names)), names)
    left.set_ylim(-0.5, len(names) - 0.3)
    left.set_title("Net customer value")
    right.set_title(f"minus {reference}, paired")
    figure.supxlabel(UNIT, fontsize=11)
    return figure


def learning(results: Results, out: Path) -> "Figure | None":
    """NCV on training markets while the modes learn; nothing where no run kept its curve."""
    curves = {
        mode: read_curve(out / mode / TENSORBOARD, CURVE) for mode in results.experiment.modes
    }
    curves = {mode: curve for mode, curve in curves.items() if curve.size}
    if not curves:
        return None
    figure, axes = new_axes(7.5, 4.2)
    ends = []
    for mode, (steps, values) in curves.items():
        axes.plot(steps / 1000.0, values, color=colour(mode), lw=2, marker="o", ms=3)
        ends.append((mode, steps[-1] / 1000.0, values[-1]))
    label_ends(axes, ends, 3.4)
    axes.set(xlabel="environment steps, thousands", ylabel=f"NCV, {UNIT}")
    axes.set_title("Learning, on training markets")
    return figure


def trajectories(results: Results, out: Path) -> "Figure | None":
    """Trust, NCV so far and customers remaining over the episode."""
    from matplotlib.figure import Figure

    scenario = results.experiment.scenario
    days = (1 + np.arange(scenario.decisions)) * scenario.decision_hours / 24.0
    panels: tuple[tuple[str, str, Callable[[F64], F64]], ...] = (
        ("trust", "mean trust", lambda y: y),
        ("ncv", "NCV so far, \\$ per 1,000 customers", lambda y: y * days / MONTH_DAYS),
        ("churn", "customers remaining, %", lambda y: 100.0 * (1.0 - y)),
    )
    figure = Figure(figsize=(7.5, 8.4), layout="constrained")
    for axes, (key, label, transform) in zip(figure.subplots(3, sharex=True), panels, strict=True):
        ends = []
        for name in results.names:
            values = transform(results.trajectory(name, key))
            axes.plot(days, values, color=colour(name), lw=1.8)
            ends.append((name, float(days[-1]), float(values[-1])))
        axes.set_title(label)
        label_ends(axes, ends, 2.3)
    axes.set_xlabel("day")
    return figure


FIGURES: dict[str, Callable[[Results, Path], "Figure | None"]] = {
    "dashboard_and_truth": collapse,
    "net_customer_value": net_value,
    "trajectories": trajectories,
    "learning": learning,
}
"""By file name, in the order of the report."""


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


def draw_intervals(axes: "Axes", estimates: Mapping[str, Estimate]) -> None:
    """A point, its value and its interval on each row."""
    for row, (name, (value, low, high)) in enumerate(estimates.items()):
        axes.plot([low, high], [row, row], color=colour(name), lw=4, alpha=0.4)
        axes.plot(value, row, "o", color=colour(name), ms=7)
        axes.annotate(
            number(value), (value, row), (0, 7), textcoords="offset points", ha="center",
            color=colour(name), fontsize=9,
        )  # fmt: skip
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.1)
    axes.tick_params(axis="x", labelsize=9)


def _note(
    axes: "Axes", text: str, at: tuple[float, float], ink: str, frame: str, ha: str = "left"
) -> None:
    """Small words at a place in the axes' frame, or at a height in data."""
    transform = axes.transAxes if frame == "axes" else axes.get_yaxis_transform()
    axes.text(
        *at, text, color=ink, fontsize=9.5, style="italic", ha=ha, va="bottom", transform=transform
    )


def label_ends(axes: "Axes", ends: Sequence[tuple[str, float, float]], inches: float) -> None:
    """Write each name at the end of its line, spread apart where ends lie close together.

    The axes are ``inches`` high.
    """
    bottom, top = axes.get_ylim()
    ordered = sorted(ends, key=lambda end: end[2])
    heights = spread([y for *_, y in ordered], 0.16 * (top - bottom) / inches)
    for (name, _, _), y in zip(ordered, heights, strict=True):
        axes.text(
            1.015, y, name, color=colour(name), va="center", weight="bold", fontsize=9.5,
            transform=axes.get_yaxis_transform(),
        )  # fmt: skip
