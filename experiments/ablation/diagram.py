"""The phase diagram: the loss by number of channels and overlap of audiences."""

from typing import TYPE_CHECKING, Any

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.ablation.labels import COUNTS, count_text, overlap_text
from onevoice.experiments.ablation.losses import Losses, State, state
from onevoice.experiments.measures import number

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNIT = "\\$ per 1,000 customers per 28 days"
BEND = 4.0
"""Colours follow the loss up to this part of the largest one, and its logarithm above."""
FRAMES: dict[State, dict[str, Any]] = {
    "loss": {"ls": "--", "lw": 1.6, "label": "loss only, no collapse"},
    "open": {"hatch": "///", "lw": 0.0, "label": "cannot be told from zero"},
}
"""Marks of cells that are neither a collapse nor a gain."""
INSET = 0.06
DARK = "#222222"
BORDER: dict[str, Any] = {"color": "black", "lw": 2.5, "label": "parts loss from gain"}


def phase(losses: Losses) -> "Figure":
    """A heat map with a number in every cell, framed where a loss is no collapse."""
    from matplotlib.colors import SymLogNorm

    from onevoice.experiments.drawing import new_axes

    overlaps = losses.config.overlaps
    grid = np.array([[losses.at_overlap(n, o).ncv.value for o in overlaps] for n in COUNTS])
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
    _legend(figure)
    return figure


def _legend(figure: "Figure") -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    frames = [Patch(fill=False, ec=DARK, **frame) for frame in FRAMES.values()]
    marks: list[Artist] = [*frames, Line2D([], [], **BORDER)]
    figure.legend(handles=marks, loc="outside lower center", ncols=3, fontsize=9, frameon=False)


def _ticks(top: float) -> list[float]:
    """Zero, the top and where the scale bends, to one digit, on both sides."""
    bend, end = (float(f"{value:.0e}") for value in (top / BEND, top))
    return [-end, -bend, 0.0, bend, end]


def _label(axes: "Axes", losses: Losses, grid: F64, shades: F64) -> None:
    """The loss, what it is, and in small the overlap that the audiences really have."""
    for y, count in enumerate(COUNTS):
        for x, overlap in enumerate(losses.config.overlaps):
            ink = "white" if abs(shades[y, x] - 0.5) > 0.35 else DARK
            _frame(axes, x, y, ink, state(losses.at_overlap(count, overlap)))
            shared = f"{100 * losses.realised(count, overlap):.0f} % shared"
            for rise, text, size in ((0.56, number(grid[y, x]), 11), (0.2, shared, 8)):
                axes.text(
                    x + 0.5, y + rise, text, ha="center", va="center", color=ink, fontsize=size,
                    weight="bold" if size > 8 else "normal",
                )  # fmt: skip


def _frame(axes: "Axes", x: int, y: int, ink: str, kind: State) -> None:
    from matplotlib.patches import Rectangle

    if kind in FRAMES:
        side = 1.0 - 2.0 * INSET
        corner = (x + INSET, y + INSET)
        axes.add_patch(Rectangle(corner, side, side, fill=False, ec=ink, alpha=0.6, **FRAMES[kind]))


def _border(axes: "Axes", grid: F64) -> None:
    """A line between neighbouring cells of which one is a loss and one is not."""
    above = grid > 0.0
    for y, x in np.argwhere(above[:, 1:] != above[:, :-1]):
        axes.plot([x + 1, x + 1], [y, y + 1], **BORDER)
    for y, x in np.argwhere(above[1:] != above[:-1]):
        axes.plot([x, x + 1], [y + 1, y + 1], **BORDER)
