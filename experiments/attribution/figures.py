"""The figures of the study; Matplotlib is imported on first use."""

from typing import TYPE_CHECKING

from onevoice.experiments.attribution.estimates import (
    CLAIMS,
    LABELS,
    METHODS,
    TRUTH,
    WITHOUT,
    Estimates,
)
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.plotting import VALUE_AXIS, Plot, draw_all, new_axes
from onevoice.experiments.report.study import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

COLOURS = {
    CLAIMS: "#D55E00",
    "last_touch": "#E69F00",
    "markov": "#56B4E9",
    "shapley_paths": "#0072B2",
    WITHOUT: "#7FC8A9",
    TRUTH: "#00694E",
}
"""By method that the first figure shows, in its order."""
OTHER = "#8C8C8C"


def draw(estimates: Estimates) -> tuple[Figure, ...]:
    """Draw all figures that the estimates allow."""
    plots: dict[str, Plot] = {
        "claims_and_truth": (
            claims_and_truth,
            "Claimed, credited and caused revenue; bars are means over markets, lines their "
            "intervals.",
        ),
        "distance_from_truth": (
            distances,
            "Sum over channels of the absolute difference to exact Shapley, as a share of the "
            "revenue that the channels caused together; 0 is the truth.",
        ),
    }
    return draw_all(plots, estimates)


def claims_and_truth(estimates: Estimates) -> "MplFigure":
    """A group of bars for each channel, the truth last."""
    channels, size = estimates.channels, len(COLOURS) + 1
    figure, axes = new_axes(7.5, 1.7 + 1.1 * len(channels))
    for slot, (method, ink) in enumerate(COLOURS.items()):
        credit = estimates.credit(method)
        for place in range(len(channels)):
            row = place * size + slot
            _bar(axes, row, estimates.money(credit[:, place]), ink, LABELS[method] * (place == 0))
    middles = [place * size + (size - 2) / 2 for place in range(len(channels))]
    axes.set_yticks(middles, channels)
    axes.set_ylim(len(channels) * size - 1.2, -0.8)
    _finish(axes, "Claimed, credited and caused revenue", VALUE_AXIS)
    axes.xaxis.set_major_formatter("{x:,g}")
    figure.legend(loc="outside lower center", ncols=3, fontsize=9, frameon=False)
    return figure


def distances(estimates: Estimates) -> "MplFigure | None":
    """The distance of each method's division from the exact Shapley value, if it is known."""
    if not estimates.distance(CLAIMS).known:
        return None
    methods = [method for method in METHODS if method not in (WITHOUT, TRUTH)]
    figure, axes = new_axes(7.5, 1.2 + 0.42 * len(methods))
    for row, method in enumerate(methods):
        error = estimates.distance(method).times(100.0)
        _bar(axes, row, error, COLOURS.get(method, OTHER))
        axes.annotate(
            f"{error.value:.0f} %", (max(error.high, error.value), row), (5, 0),
            textcoords="offset points", va="center", fontsize=9.5,
        )  # fmt: skip
    axes.set_yticks(range(len(methods)), [LABELS[method] for method in methods])
    axes.set_ylim(len(methods) - 0.4, -0.6)
    axes.margins(x=0.12)
    title = "Distance from the exact Shapley value"
    _finish(axes, title, "absolute errors, % of the caused revenue")
    return figure


def _bar(axes: "Axes", row: float, estimate: Estimate, ink: str, label: str = "") -> None:
    """A bar with its interval."""
    axes.barh(row, estimate.value, height=0.86, color=ink, label=label or None)
    axes.plot([estimate.low, estimate.high], [row, row], color="#222222", lw=1.3)


def _finish(axes: "Axes", title: str, label: str) -> None:
    axes.axvline(0.0, color="#888888", lw=1)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(label)
    axes.set_title(title)
