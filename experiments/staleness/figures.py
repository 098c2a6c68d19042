"""The figure of the study; Matplotlib is imported on first use."""

from typing import TYPE_CHECKING

from onevoice.experiments.report.plotting import colour, draw_all, new_figure
from onevoice.experiments.report.study import Figure
from onevoice.experiments.report.wording import COUNT_UNIT
from onevoice.experiments.staleness.estimates import Estimates, lag_label
from onevoice.experiments.staleness.run import SENDS, TRIGGERED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

PANELS = {
    "leaks": "leaks of all rules",
    "bursts": "bursts: 3 channels in 3 hours",
    "post_purchase_discounts": "discounts after a purchase",
    "touches": "touches",
    "opt_outs": "opt-outs",
    "ncv": "net customer value less fresh, \\$",
}
"""Titles by measure."""
LOGARITHMIC = ("leaks",)
COMPARED_WITH_FRESH = ("ncv",)
"""Measures that differ less between lags than between markets."""
SHIFT = 0.05
"""Keeps the intervals of two lines apart."""


def draw(estimates: Estimates) -> tuple[Figure, ...]:
    """Draw the figure."""
    caption = (
        f"The same rules on data of rising age, {COUNT_UNIT}, with intervals; dashed: as many "
        "sends, none of them triggered."
    )
    return draw_all({"staleness": (panels, caption)}, estimates)


def panels(estimates: Estimates) -> "MplFigure":
    """A panel for each measure, a line for each policy and kind of sends."""
    figure = new_figure(10, 5.6)
    places = figure.subplots(2, 3)
    for axes, (measure, title) in zip(places.ravel(), PANELS.items(), strict=True):
        _panel(axes, estimates, measure)
        axes.set_title(title, fontsize=10.5)
    figure.suptitle("What rules miss when their data is hours old", weight="bold")
    for axes in places[-1]:
        axes.set_xlabel("age of the rules' data", fontsize=9.5)
    figure.supylabel(COUNT_UNIT, fontsize=11)
    handles, labels = places[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=9, frameon=False)
    return figure


def _panel(axes: "Axes", estimates: Estimates, measure: str) -> None:
    lags = estimates.config.lags
    for policy in estimates.config.policies:
        for sends in SENDS:
            _line(axes, estimates, policy, sends, measure)
    axes.set_xticks(range(len(lags)), [lag_label(lag) for lag in lags])
    axes.tick_params(labelsize=9)
    if measure in LOGARITHMIC:
        axes.set_yscale("symlog", linthresh=10.0)
        axes.set_ylim(bottom=0.0)
    axes.yaxis.set_major_formatter("{x:,g}")


def _line(axes: "Axes", estimates: Estimates, policy: str, sends: str, measure: str) -> None:
    value = estimates.by_lag if measure in COMPARED_WITH_FRESH else estimates.level
    found = [value(policy, sends, lag, measure) for lag in estimates.config.lags]
    ink, label = colour(policy), f"{policy}, {sends} sends"
    mark, shift = ("o-", -SHIFT) if sends == TRIGGERED else ("o--", SHIFT)
    places = [place + shift for place in range(len(found))]
    axes.plot(places, [e.value for e in found], mark, color=ink, lw=1.6, ms=4, label=label)
    axes.vlines(places, [e.low for e in found], [e.high for e in found], color=ink, alpha=0.5)
