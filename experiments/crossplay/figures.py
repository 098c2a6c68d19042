"""The matrix of cross-play as a heat map; Matplotlib is imported on first use."""

from typing import TYPE_CHECKING

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.crossplay.estimates import Estimates
from onevoice.experiments.crossplay.run import GREEDY, JOINING, LEAVING
from onevoice.experiments.report.plotting import VALUE_AXIS, draw_all, new_axes
from onevoice.experiments.report.study import Figure
from onevoice.experiments.report.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

DARK = "#222222"


def draw(estimates: Estimates) -> tuple[Figure, ...]:
    """Draw the matrix in the project's style."""
    caption = (
        "Net customer value with one channel of the team (row) changed (column), and in small "
        "what is lost against self-play; on the diagonal self-play, and the loss with a channel "
        "of another seed."
    )
    return draw_all({"crossplay": (heat_map, caption)}, estimates)


def heat_map(estimates: Estimates) -> "MplFigure":
    """A cell for every mode and guest, coloured by the drop against self-play."""
    modes, guests = estimates.modes, estimates.guests
    lost = np.array([[_drop(estimates, mode, guest) for guest in guests] for mode in modes])
    top = max(float(np.nanmax(np.abs(lost))), 1e-9)
    figure, axes = new_axes(2.4 + 0.95 * len(guests), 1.9 + 0.75 * len(modes))
    image = axes.pcolormesh(
        np.ma.masked_invalid(lost), cmap="PuOr_r", vmin=-top, vmax=top, edgecolors="white",
        linewidth=1.5,
    )  # fmt: skip
    _label(axes, estimates, lost / top)
    axes.axvline(len(modes), color=DARK, lw=2)
    axes.set_xticks(np.arange(len(guests)) + 0.5, [_heading(estimates, guest) for guest in guests])
    axes.tick_params(axis="x", labelsize=9)
    axes.set_yticks(np.arange(len(modes)) + 0.5, modes)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.set_xlabel("where one channel comes from, or what becomes of it")
    axes.set_ylabel("team")
    axes.set_title("Net customer value with one channel changed")
    figure.colorbar(image, ax=axes, label=f"drop, {VALUE_AXIS}", aspect=30).ax.tick_params(
        labelsize=9
    )
    return figure


def _drop(estimates: Estimates, mode: str, guest: str) -> float:
    return estimates.drop(mode, guest).value if estimates.played(mode, guest) else np.nan


def _heading(estimates: Estimates, guest: str) -> str:
    day = f"{estimates.config.day:g}"
    words = {GREEDY: "greedy", LEAVING: f"silent from\nday {day}", JOINING: f"joins on\nday {day}"}
    return words.get(guest, guest.replace("_", "\n"))


def _label(axes: "Axes", estimates: Estimates, shades: F64) -> None:
    """The value, and in small the drop; on the diagonal self-play."""
    for y, mode in enumerate(estimates.modes):
        for x, guest in enumerate(estimates.guests):
            ink = "white" if abs(shades[y, x]) > 0.7 else DARK
            own = guest == mode
            if own or estimates.played(mode, guest):
                value = estimates.self_play(mode) if own else estimates.value(mode, guest)
                _write(axes, x, y + 0.4, number(value.value), ink, large=True)
            if estimates.played(mode, guest):
                lost = number(estimates.drop(mode, guest).value)
                text = f"other seed {lost}" if own else f"drop {lost}"
                _write(axes, x, y + 0.76, text, ink, large=False)


def _write(axes: "Axes", x: int, y: float, text: str, ink: str, *, large: bool) -> None:
    axes.text(
        x + 0.5, y, text, ha="center", va="center", color=ink, fontsize=11 if large else 8,
        weight="bold" if large else "normal",
    )  # fmt: skip
