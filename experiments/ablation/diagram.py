"""The phase diagram: the loss by number of channels and overlap of audiences."""

from typing import TYPE_CHECKING

import numpy as np

from onevoice.experiments.ablation.labels import COUNTS, count_text, overlap_text
from onevoice.experiments.ablation.losses import Losses, state
from onevoice.experiments.measures import number
from onevoice.experiments.statistics import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNIT = "\\$ per 1,000 customers per 28 days"
BEND = 4.0
"""Colours follow the loss up to this part of the largest one, and its logarithm above."""
NO_LOSS = "hatched: cannot be told from zero; black line: parts loss from gain"


def phase(losses: Losses) -> "Figure":
    """A heat map with a number in every cell, hatched where the interval includes zero."""
    from matplotlib.colors import SymLogNorm

    from onevoice.experiments.drawing import new_axes

    overlaps = losses.config.overlaps
    grid = np.array([[losses.at_overlap(n, o).value for o in overlaps] for n in COUNTS])
    top = float(np.abs(grid).max())
    figure, axes = new_axes(7.5, 5.4)
    norm = SymLogNorm(linthresh=max(top / BEND, 1e-9), vmin=-top, vmax=top)
    image = axes.pcolormesh(grid, cmap="PuOr_r", norm=norm, edgecolors="white", linewidth=1.5)
    _label(axes, losses, grid, norm(grid))
    _border(axes, grid)
    axes.set_xticks(np.arange(len(overlaps)) + 0.5, [overlap_text(o) for o in overlaps])
    axes.set_yticks(np.arange(len(COUNTS)) + 0.5, [count_text(count) for count in COUNTS])
    axes.set_xlabel("customers.overlap (audiences apart \u2190 by chance \u2192 nested)")
    axes.set_title("Loss of greedy channels beside one calendar")
    axes.grid(visible=False)
    bar = figure.colorbar(image, ax=axes, label=UNIT, aspect=30)
    ticks = _ticks(top)
    bar.set_ticks(ticks, labels=[number(tick) for tick in ticks])
    bar.minorticks_off()
    figure.supxlabel(NO_LOSS, fontsize=9)
    return figure


def _ticks(top: float) -> list[float]:
    """Zero, the top and where the scale bends, to one digit, on both sides."""
    bend, end = (float(f"{value:.0e}") for value in (top / BEND, top))
    return [-end, -bend, 0.0, bend, end]


def _label(axes: "Axes", losses: Losses, grid: Floats, shades: Floats) -> None:
    """The loss, and in small the overlap that the audiences really have."""
    from matplotlib.patches import Rectangle

    for y, count in enumerate(COUNTS):
        for x, overlap in enumerate(losses.config.overlaps):
            ink = "white" if abs(shades[y, x] - 0.5) > 0.35 else "#222222"
            if state(losses.at_overlap(count, overlap)) == "open":
                frame = Rectangle((x, y), 1, 1, fill=False, hatch="///", ec="#999999", lw=0)
                axes.add_patch(frame)
            shared = f"{100 * losses.realised(count, overlap):.0f} % shared"
            for rise, text, size in ((0.56, number(grid[y, x]), 11), (0.2, shared, 8)):
                axes.text(
                    x + 0.5, y + rise, text, ha="center", va="center", color=ink, fontsize=size,
                    weight="bold" if size > 8 else "normal",
                )  # fmt: skip


def _border(axes: "Axes", grid: Floats) -> None:
    """A line between neighbouring cells of which one is a loss and one is not."""
    above = grid > 0.0
    for y, x in np.argwhere(above[:, 1:] != above[:, :-1]):
        axes.plot([x + 1, x + 1], [y, y + 1], color="black", lw=2.5)
    for y, x in np.argwhere(above[1:] != above[:-1]):
        axes.plot([x, x + 1], [y + 1, y + 1], color="black", lw=2.5)
