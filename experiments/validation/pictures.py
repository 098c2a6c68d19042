"""The figures of a validation; all of them are drawn from its tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.drawing import new_axes, png, style
from onevoice.experiments.study import Cell, Picture, Sheet
from onevoice.experiments.validation.rows import Row, judge
from onevoice.experiments.validation.tables import Judged

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OURS, PUBLISHED, BAND = "#0072B2", "#222222", "#E3ECF3"
INSIDE, OUTSIDE = "#009E73", "#D55E00"
FURTHEST = 4.0
"""Half widths of the accepted range that the overview shows to either side."""


def overview(judged: Judged) -> Picture:
    """Every row's interval on the scale of its accepted range."""
    with style():
        figure, axes = new_axes(9.0, 1.4 + 0.32 * len(judged))
        axes.axvspan(-1.0, 1.0, color=BAND, zorder=0)
        for place, (row, ours) in enumerate(judged):
            _draw_row(axes, -place, row, ours)
        axes.set_yticks([-place for place in range(len(judged))], [_name(row) for row, _ in judged])
        axes.set_xlim(-FURTHEST - 0.3, FURTHEST + 0.3)
        axes.set_ylim(-len(judged) + 0.4, 0.6)
        axes.set_xticks([-1, 1], ["lowest\naccepted", "highest\naccepted"])
        axes.grid(axis="x", visible=False)
        axes.set_title("Replays beside what was published")
        drawn = png(figure)
    caption = (
        "Shaded: the accepted range, to which every row is scaled. Bars: published figures. Dots: "
        "simulated, with intervals; green inside, orange outside; triangles lie beyond the figure. "
        "An asterisk marks rows that calibration has looked at."
    )
    return Picture("overview", caption, drawn)


def _name(row: Row) -> str:
    return row.label + (" *" if row.role == "fitted" else "")


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
    colour = INSIDE if judge(row, ours) == "inside" else OUTSIDE
    value, low, high = (_clip(scaled(row, x)) for x in ours)
    axes.plot([low, high], [y, y], color=colour, linewidth=2.2)
    beyond = abs(scaled(row, ours.value)) > FURTHEST
    marker = ("<" if value < 0 else ">") if beyond else "o"
    axes.plot([value], [y], marker, color=colour, markersize=7)


def _clip(x: float) -> float:
    return min(max(x, -FURTHEST), FURTHEST)


def frequency_curve(sheet: Sheet) -> Picture:
    """Profit by the number of e-mails, of the best."""
    with style():
        figure, axes = new_axes()
        _draw_curve(axes, sheet, "level", "share")
        _draw_published(axes, sheet, "level", "published", "Zhang, Kumar & Cosguner 2017")
        axes.set_xlabel("e-mails in 28 days")
        axes.set_ylabel("gain over no e-mail, % of the best")
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]), top=110.0)
        axes.legend(frameon=False, loc="lower right")
        axes.set_title("Lifetime profit by the number of e-mails")
        drawn = png(figure)
    caption = (
        "Gain of lifetime profit over no e-mail with its interval over markets, of the best "
        "number; the three published points are lifetime profit, of the best."
    )
    return Picture("email_frequency", caption, drawn)


def contact_curve(sheet: Sheet) -> Picture:
    """Success by contact, relative to the first."""
    with style():
        figure, axes = new_axes()
        _draw_curve(axes, sheet, "contact", "of_first")
        _draw_published(axes, sheet, "contact", "published_of_first", "UCI bank marketing (calls)")
        axes.set_yscale("log")
        ticks = [10, 20, 50, 100]
        axes.set_yticks(ticks, [str(tick) for tick in ticks])
        axes.minorticks_off()
        axes.set_xlabel("contact")
        axes.set_ylabel("success, % of that at the first")
        axes.legend(frameon=False, loc="lower left")
        axes.set_title("Success at each contact, of those not successful before")
        drawn = png(figure)
    caption = (
        "Success at each contact relative to the first, on a logarithmic scale: a straight line "
        "is a constant factor per contact. Simulated: text messages on consecutive days."
    )
    return Picture("contacts", caption, drawn)


def _draw_curve(axes: "Axes", sheet: Sheet, along: str, key: str) -> None:
    found = [(_number(row[along]), row[key]) for row in sheet.rows]
    known = [(x, y) for x, y in found if isinstance(y, Estimate) and y.known]
    xs = [x for x, _ in known]
    axes.fill_between(
        xs, [y.low for _, y in known], [y.high for _, y in known], color=OURS, alpha=0.18,
        linewidth=0.0,
    )  # fmt: skip
    axes.plot(xs, [y.value for _, y in known], "o-", color=OURS, label="simulated")


def _draw_published(axes: "Axes", sheet: Sheet, along: str, key: str, label: str) -> None:
    known = [(_number(row[along]), _number(row[key])) for row in sheet.rows if row[key] is not None]
    xs, ys = zip(*known, strict=True)
    axes.plot(xs, ys, "D", color=PUBLISHED, label=label)


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else float("nan")


def pictures(judged: Judged, sheets: Sequence[Sheet]) -> tuple[Picture, ...]:
    """All figures."""
    by_name = {sheet.name: sheet for sheet in sheets}
    return (
        overview(judged),
        frequency_curve(by_name["frequency"]),
        contact_curve(by_name["contacts"]),
    )
