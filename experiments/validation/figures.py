"""The figures of a validation; all of them are drawn from its tables."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.plotting import Plot, draw_all, draw_band, new_axes
from onevoice.experiments.report.study import Figure, Table, Value
from onevoice.experiments.validation.estimates import Judged, Row, judge

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

OURS, PUBLISHED, BAND = "#0072B2", "#222222", "#E3ECF3"
INSIDE, OUTSIDE = "#009E73", "#D55E00"
FURTHEST = 4.0
"""Half widths of the accepted range that the overview shows to either side."""
OVERVIEW = (
    "Shaded: the accepted range, to which every row is scaled. Bars: published figures. Dots: "
    "simulated, with intervals; green inside, orange outside; triangles lie beyond the figure. "
    "An asterisk marks rows that calibration has used."
)
EMAILS = (
    "Gain of lifetime profit over no e-mail with its interval over markets, of the best "
    "number; the three published points are lifetime profit, of the best."
)
CONTACTS = (
    "Success at each contact relative to the first, on a logarithmic scale: a straight line "
    "is a constant factor per contact. Simulated: text messages on consecutive days."
)


def draw(judged: Judged, tables: Sequence[Table]) -> tuple[Figure, ...]:
    """All figures."""
    by_name = {table.name: table for table in tables}
    plots: dict[str, Plot] = {
        "overview": (lambda: overview(judged), OVERVIEW),
        "email_frequency": (lambda: emails(by_name["frequency"]), EMAILS),
        "contacts": (lambda: contacts(by_name["contacts"]), CONTACTS),
    }
    return draw_all(plots)


def overview(judged: Judged) -> "MplFigure":
    """Every row's interval on the scale of its accepted range."""
    figure, axes = new_axes(9.0, 1.4 + 0.32 * len(judged))
    axes.axvspan(-1.0, 1.0, color=BAND, zorder=0)
    for place, (row, ours) in enumerate(judged):
        _draw_row(axes, -place, row, ours)
    labels = [row.label + (" *" if row.role == "fitted" else "") for row, _ in judged]
    axes.set_yticks([-place for place in range(len(judged))], labels)
    axes.set_xlim(-FURTHEST - 0.3, FURTHEST + 0.3)
    axes.set_ylim(-len(judged) + 0.4, 0.6)
    axes.set_xticks([-1, 1], ["lowest\naccepted", "highest\naccepted"])
    axes.grid(axis="x", visible=False)
    axes.set_title("Replays and published figures")
    return figure


def scaled(row: Row, value: float) -> float:
    """A value where the accepted range goes from -1 to 1."""
    low, high = row.accepted
    return (2 * value - low - high) / (high - low)


def _draw_row(axes: "Axes", y: float, row: Row, ours: Estimate) -> None:
    if row.published is not None:
        x = scaled(row, row.published)
        axes.plot([x, x], [y - 0.3, y + 0.3], color=PUBLISHED, linewidth=1.6)
    if not ours.known:
        return
    ink = INSIDE if judge(row, ours) == "inside" else OUTSIDE
    value, low, high = np.clip([scaled(row, x) for x in ours], -FURTHEST, FURTHEST)
    axes.plot([low, high], [y, y], color=ink, linewidth=2.2)
    beyond = abs(scaled(row, ours.value)) > FURTHEST
    marker = ("<" if value < 0 else ">") if beyond else "o"
    axes.plot([value], [y], marker, color=ink, markersize=7)


def emails(table: Table) -> "MplFigure":
    """Profit by the number of e-mails, of the best."""
    figure, axes = new_axes()
    _draw_curve(axes, table, "share")
    _draw_published(axes, table, "published", "Zhang, Kumar & Cosguner 2017")
    axes.set(xlabel="e-mails in 28 days", ylabel="gain over no e-mail, % of the best")
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]), top=110.0)
    axes.legend(frameon=False, loc="lower right")
    axes.set_title("Lifetime profit by the number of e-mails")
    return figure


def contacts(table: Table) -> "MplFigure":
    """Success by contact, relative to the first."""
    ticks = [10, 20, 50, 100]
    figure, axes = new_axes()
    _draw_curve(axes, table, "of_first")
    _draw_published(axes, table, "published_of_first", "UCI bank marketing (calls)")
    axes.set_yscale("log")
    axes.set_yticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set(xlabel="contact", ylabel="success, % of that at the first")
    axes.legend(frameon=False, loc="lower left")
    axes.set_title("Success at each contact, of those not successful before")
    return figure


def _draw_curve(axes: "Axes", table: Table, key: str) -> None:
    """A column of estimates over the table's first column."""
    cells = [(_first(table, row), row[key]) for row in table.rows]
    known = [(x, y) for x, y in cells if isinstance(y, Estimate) and y.known]
    places, found = [x for x, _ in known], [y for _, y in known]
    draw_band(axes, places, found, OURS, "o-", alpha=0.18, label="simulated")


def _draw_published(axes: "Axes", table: Table, key: str, label: str) -> None:
    cells = [(_first(table, row), row[key]) for row in table.rows]
    known = [(x, y) for x, y in cells if isinstance(y, float)]
    axes.plot(*zip(*known, strict=True), "D", color=PUBLISHED, label=label)


def _first(table: Table, row: Mapping[str, Value]) -> int:
    """The value of the first column."""
    cell = row[table.columns[0].key]
    assert isinstance(cell, int)
    return cell
