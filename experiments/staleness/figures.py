"""The figure of the study; Matplotlib is imported on first use."""

from typing import TYPE_CHECKING

from onevoice.experiments.drawing import png, style
from onevoice.experiments.measures import UNIT
from onevoice.experiments.palette import colour
from onevoice.experiments.staleness.cells import SENDS, TRIGGERED
from onevoice.experiments.staleness.labels import lag_label
from onevoice.experiments.staleness.leaks import Leaks
from onevoice.experiments.study import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANELS: tuple[tuple[str, str], ...] = (
    ("leaks", "leaks of all rules"),
    ("bursts", "bursts: 3 channels in 3 hours"),
    ("post_purchase_discounts", "discounts after a purchase"),
    ("touches", "touches"),
    ("opt_outs", "opt-outs"),
    ("ncv", "net customer value less fresh, \\$"),
)
LOGARITHMIC = ("leaks",)
BESIDE_FRESH = ("ncv",)
"""Measures whose differences between lags are small beside those between markets."""
SHIFT = 0.05
"""Keeps the intervals of two lines apart."""


def draw(leaks: Leaks) -> tuple[Picture, ...]:
    """Draw the figure in the project's style."""
    caption = (
        "The same rules on data of rising age, for 1,000 customers and 28 days, with intervals; "
        "dashed: the same sends, but none triggered by an event."
    )
    with style():
        return (Picture("staleness", caption, png(panels(leaks))),)


def panels(leaks: Leaks) -> "Figure":
    """A small picture for each measure, a line for each policy and kind of sends."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 5.6), layout="constrained")
    places = figure.subplots(2, 3)
    for axes, (measure, title) in zip(places.ravel(), PANELS, strict=True):
        _lines(axes, leaks, measure)
        axes.set_title(title, fontsize=10.5)
    figure.suptitle("What rules let through that know the customers of hours ago", weight="bold")
    for axes in places[-1]:
        axes.set_xlabel("age of what the rules know", fontsize=9.5)
    figure.supylabel(UNIT, fontsize=11)
    handles, labels = places[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=9, frameon=False)
    return figure


def _lines(axes: "Axes", leaks: Leaks, measure: str) -> None:
    lags = leaks.config.lags
    value = leaks.by_lag if measure in BESIDE_FRESH else leaks.level
    for policy in leaks.config.policies:
        for sends in SENDS:
            found = [value(policy, sends, lag, measure) for lag in lags]
            ink, triggered = colour(policy), sends == TRIGGERED
            places = [place + (-SHIFT if triggered else SHIFT) for place in range(len(lags))]
            axes.plot(
                places, [e.value for e in found], "o-" if triggered else "o--", color=ink, lw=1.6,
                ms=4, label=f"{policy}, {sends} sends",
            )  # fmt: skip
            axes.vlines(
                places, [e.low for e in found], [e.high for e in found], color=ink, alpha=0.5
            )
    axes.set_xticks(range(len(lags)), [lag_label(lag) for lag in lags])
    axes.tick_params(labelsize=9)
    if measure in LOGARITHMIC:
        axes.set_yscale("symlog", linthresh=10.0)
        axes.set_ylim(bottom=0.0)
    axes.yaxis.set_major_formatter("{x:,g}")
