"""The figures of the study; Matplotlib is imported on first use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.ablation.config import (
    COUNTS,
    SWITCHED_OFF,
    Coefficient,
    count_label,
    off_label,
    overlap_label,
)
from onevoice.experiments.ablation.estimates import Estimates, Shortfall, State
from onevoice.experiments.ablation.run import off_task
from onevoice.experiments.report.plotting import (
    COLOURS,
    OTHER,
    VALUE_AXIS,
    Plot,
    draw_all,
    draw_band,
    new_axes,
    new_figure,
)
from onevoice.experiments.report.study import Figure
from onevoice.experiments.report.wording import number

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

DARK = "#222222"
INKS: dict[State, str] = {
    "collapse": COLOURS["greedy"],
    "loss": OTHER,
    "open": "#777777",
    "gain": COLOURS["shared_reward"],
}
KEY: dict[State, str] = {
    "collapse": "collapse: NCV, trust and equity are lost",
    "loss": "loss only: NCV is lost, but not both others",
    "open": "NCV is not distinguishable from zero",
    "gain": "gain of NCV",
}
ACROSS = 3
"""Panels in a row."""
BEND = 4.0
"""The diagram's colours are linear up to this part of the largest loss, logarithmic above."""
FRAMES: dict[State, dict[str, Any]] = {
    "loss": {"ls": "--", "lw": 1.6, "label": "loss only, no collapse"},
    "open": {"hatch": "///", "lw": 0.0, "label": "not distinguishable from zero"},
}
"""Marks of the diagram's cells that are neither a collapse nor a gain."""
INSET = 0.06
BORDER: dict[str, Any] = {"color": "black", "lw": 2.5, "label": "border of loss and gain"}


def draw(estimates: Estimates) -> tuple[Figure, ...]:
    """Draw everything."""
    plots: dict[str, Plot] = {
        "mechanisms": (
            mechanisms,
            "The loss of greedy channels with mechanisms switched off, with intervals.",
        ),
        "sensitivity": (
            sensitivity,
            "The loss over multiples of each coefficient that no experiment has measured, and "
            "where it is the collapse.",
        ),
        "phase_diagram": (phase, "The loss by number of channels and overlap of their audiences."),
    }
    return draw_all(plots, estimates)


def mechanisms(estimates: Estimates) -> "MplFigure":
    """A point with its interval for each set of mechanisms, compared with two rivals."""
    nothing, *others = SWITCHED_OFF
    rows = sorted(others, key=lambda off: estimates.shortfall(off_task(off)).ncv.value)
    rows.append(nothing)
    figure = new_figure(7.5, 1.6 + 0.32 * len(rows))
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, rival in ((left, "coordinated"), (right, "manual")):
        found = [estimates.shortfall(off_task(off), rival=rival) for off in rows]
        _points(axes, found)
        whole = found[-1].ncv
        axes.axvspan(whole.low, whole.high, color=INKS[found[-1].state], alpha=0.1, lw=0)
        axes.set_title(f"compared with {rival}")
    left.set_yticks(range(len(rows)), [off_label(off) for off in rows])
    left.set_ylabel("switched off")
    figure.supxlabel(f"loss of greedy channels, {VALUE_AXIS}", fontsize=11)
    _key(figure)
    return figure


def _points(axes: "Axes", found: Sequence[Shortfall]) -> None:
    axes.axvline(0.0, color="#444444", lw=1)
    for row, lost in enumerate(found):
        ink = INKS[lost.state]
        axes.plot([lost.ncv.low, lost.ncv.high], [row, row], color=ink, lw=4, alpha=0.4)
        axes.plot(lost.ncv.value, row, "o", color=ink, ms=6)
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.06, y=0.03)


def sensitivity(estimates: Estimates) -> "MplFigure":
    """A panel for each coefficient, with stripes in the colours of the states."""
    every = estimates.config.coefficients
    down = -(-len(every) // ACROSS)
    figure = new_figure(7.5, 1.1 + 1.9 * down)
    panels = figure.subplots(down, ACROSS, squeeze=False).ravel()
    for axes, coefficient in zip(panels, every, strict=False):
        _panel(axes, estimates, coefficient)
    for axes in panels[len(every) :]:
        axes.set_axis_off()
    figure.supxlabel("multiple of the scenario's own value", fontsize=11)
    figure.supylabel(f"loss of greedy channels, {VALUE_AXIS}", fontsize=11)
    _key(figure)
    return figure


def _panel(axes: "Axes", estimates: Estimates, coefficient: Coefficient) -> None:
    """The loss at every factor, evenly spaced, with a stripe in the colour of its state."""
    factors = estimates.config.factors
    found = {x: estimates.at_factor(coefficient, factor) for x, factor in enumerate(factors)}
    known = {x: lost for x, lost in found.items() if lost is not None}
    for x, lost in known.items():
        axes.axvspan(x - 0.5, x + 0.5, color=INKS[lost.state], alpha=0.3, lw=0)
    axes.axhline(0.0, color="#444444", lw=1)
    losses = [lost.ncv for lost in known.values()]
    draw_band(axes, list(known), losses, DARK, "o-", alpha=0.22, lw=1.3, ms=3)
    axes.set_xlim(-0.5, len(factors) - 0.5)
    axes.set_xticks(range(len(factors)), [f"{f:g}".removeprefix("0") or "0" for f in factors])
    axes.tick_params(labelsize=8.5)
    axes.grid(visible=False)
    own = coefficient.values(estimates.config.scenario)
    axes.set_title(coefficient.label, fontsize=10)
    axes.set_title(
        f"1 is {own[0]:g}" if len(own) == 1 else coefficient.support,
        loc="right", fontsize=8, weight="normal", color="#555555",
    )  # fmt: skip


def _key(figure: "MplFigure") -> None:
    from matplotlib.patches import Patch

    patches = [Patch(color=INKS[kind], alpha=0.6, label=KEY[kind]) for kind in KEY]
    figure.legend(handles=patches, loc="outside upper left", ncols=2, fontsize=9.5, frameon=False)


def phase(estimates: Estimates) -> "MplFigure":
    """A heat map with a number in every cell, framed where a loss is no collapse."""
    from matplotlib.colors import SymLogNorm

    overlaps = estimates.config.overlaps
    found = [[estimates.at_overlap(count, o) for o in overlaps] for count in COUNTS]
    grid = np.array([[lost.ncv.value for lost in row] for row in found])
    top = float(np.abs(grid).max())
    figure, axes = new_axes(7.5, 5.4)
    norm = SymLogNorm(linthresh=max(top / BEND, 1e-9), vmin=-top, vmax=top)
    image = axes.pcolormesh(grid, cmap="PuOr_r", norm=norm, edgecolors="white", linewidth=1.5)
    for (y, x), shade in np.ndenumerate(norm(grid)):
        ink = "white" if abs(shade - 0.5) > 0.35 else DARK
        _label(axes, x, y, ink, float(grid[y, x]), estimates.realised(COUNTS[y], overlaps[x]))
        _frame(axes, x, y, ink, found[y][x].state)
    _border(axes, grid)
    axes.set_xticks(np.arange(len(overlaps)) + 0.5, [overlap_label(o) for o in overlaps])
    axes.set_yticks(np.arange(len(COUNTS)) + 0.5, [count_label(count) for count in COUNTS])
    axes.set_xlabel("customers.overlap (audiences apart \u2190 by chance \u2192 nested)")
    axes.set_title("Loss of greedy channels compared with one calendar")
    axes.grid(visible=False)
    bend, end = (float(f"{value:.0e}") for value in (top / BEND, top))
    ticks = [-end, -bend, 0.0, bend, end]
    bar = figure.colorbar(image, ax=axes, label=VALUE_AXIS, aspect=30)
    bar.set_ticks(ticks, labels=[number(tick) for tick in ticks])
    bar.minorticks_off()
    _frame_key(figure)
    return figure


def _label(axes: "Axes", x: int, y: int, ink: str, loss: float, shared: float) -> None:
    """The loss, and in small the overlap that the audiences really have."""
    middle: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
    axes.text(x + 0.5, y + 0.56, number(loss), fontsize=11, weight="bold", **middle)
    axes.text(x + 0.5, y + 0.2, f"{100 * shared:.0f} % shared", fontsize=8, **middle)


def _frame(axes: "Axes", x: int, y: int, ink: str, kind: State) -> None:
    from matplotlib.patches import Rectangle

    if kind in FRAMES:
        side, corner = 1.0 - 2.0 * INSET, (x + INSET, y + INSET)
        axes.add_patch(Rectangle(corner, side, side, fill=False, ec=ink, alpha=0.6, **FRAMES[kind]))


def _border(axes: "Axes", grid: F64) -> None:
    """A line between neighbouring cells of which one is a loss and one is not."""
    above = grid > 0.0
    for y, x in np.argwhere(above[:, 1:] != above[:, :-1]):
        axes.plot([x + 1, x + 1], [y, y + 1], **BORDER)
    for y, x in np.argwhere(above[1:] != above[:-1]):
        axes.plot([x, x + 1], [y + 1, y + 1], **BORDER)


def _frame_key(figure: "MplFigure") -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    frames = [Patch(fill=False, ec=DARK, **frame) for frame in FRAMES.values()]
    marks: list[Artist] = [*frames, Line2D([], [], **BORDER)]
    figure.legend(handles=marks, loc="outside lower center", ncols=3, fontsize=9, frameon=False)
