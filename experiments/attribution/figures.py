"""The figures of a study of attribution."""

from typing import TYPE_CHECKING

from onevoice.experiments.attribution.results import CLAIMS, METHODS, TRUTH, WITHOUT, Findings
from onevoice.experiments.attribution.tables import LABELS, UNIT
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.drawing import new_axes, png, style
from onevoice.experiments.study import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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


def pictures(findings: Findings) -> tuple[Picture, ...]:
    """Draw all figures that the findings suffice for."""
    with style():
        drawn = [
            Picture(
                "claims_and_truth",
                "What platforms claim and models credit beside what the channels caused; bars are "
                "means over markets, lines their intervals.",
                png(claims_and_truth(findings)),
            )
        ]
        if findings.distance(CLAIMS).known:
            caption = (
                "Sum over channels of the absolute difference to exact Shapley, as a share of the "
                "revenue that the channels caused together; 0 is the truth."
            )
            drawn.append(Picture("distance_from_truth", caption, png(distances(findings))))
    return tuple(drawn)


def claims_and_truth(findings: Findings) -> "Figure":
    """A group of bars for each channel, the truth last."""
    channels, size = findings.channels, len(COLOURS) + 1
    figure, axes = new_axes(7.5, 1.7 + 1.1 * len(channels))
    for slot, (method, ink) in enumerate(COLOURS.items()):
        credit = findings.credit(method)
        for place in range(len(channels)):
            row = place * size + slot
            _bar(axes, row, findings.money(credit[:, place]), ink, LABELS[method] * (place == 0))
    middles = [place * size + (size - 2) / 2 for place in range(len(channels))]
    axes.set_yticks(middles, channels)
    axes.set_ylim(len(channels) * size - 1.2, -0.8)
    _finish(axes, "Claimed, credited and caused revenue", UNIT.replace("$", "\\$"))
    axes.xaxis.set_major_formatter("{x:,g}")
    figure.legend(loc="outside lower center", ncols=3, fontsize=9, frameon=False)
    return figure


def distances(findings: Findings) -> "Figure":
    """How far each method's division is from the exact Shapley value."""
    methods = [method for method in METHODS if method not in (WITHOUT, TRUTH)]
    errors = {method: findings.distance(method) for method in methods}
    figure, axes = new_axes(7.5, 1.2 + 0.42 * len(methods))
    for row, method in enumerate(methods):
        value, low, high = (100.0 * part for part in errors[method])
        _bar(axes, row, Estimate(value, low, high), COLOURS.get(method, OTHER))
        axes.annotate(
            f"{value:.0f} %", (max(high, value), row), (5, 0), textcoords="offset points",
            va="center", fontsize=9.5,
        )  # fmt: skip
    axes.set_yticks(range(len(methods)), [LABELS[method] for method in methods])
    axes.set_ylim(len(methods) - 0.4, -0.6)
    axes.margins(x=0.12)
    _finish(
        axes,
        "Distance from the exact Shapley value",
        "absolute errors, % of the revenue caused",
    )
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
