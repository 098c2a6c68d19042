"""The figures' common style, colours and marks; Matplotlib is imported on first use."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.study import Figure
from onevoice.experiments.report.wording import VALUE_UNIT, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

Plot = tuple[Callable[..., "MplFigure | None"], str]
STYLE: dict[Any, Any] = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.8,
    "axes.edgecolor": "#888888",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "figure.facecolor": "white",
    "savefig.dpi": 120,
}
COLOURS = {
    "silent": "#8C8C8C",
    "random": "#56B4E9",
    "manual": "#222222",
    "greedy": "#D55E00",
    "coordinated": "#117733",
    "scripted_orchestrator": "#AA4499",
    "independent": "#E69F00",
    "shared_reward": "#009E73",
    "central_critic": "#0072B2",
    "incremental": "#CC79A7",
    "single_controller": "#332288",
    "open_loop": "#999933",
    "marginal": "#661100",
    "planner": "#882255",
}
"""Okabe and Ito's palette and Tol's muted one, told apart by colour-blind readers too."""
OTHER = "#7A5195"
VALUE_AXIS = VALUE_UNIT.replace("$", "\\$")
"""The unit of net customer value, for Matplotlib."""


@contextmanager
def style() -> Iterator[None]:
    """Draw in the project's style, whatever the user's own settings."""
    import matplotlib as mpl

    with mpl.rc_context({**mpl.rcParamsDefault, **STYLE}):
        yield


def new_figure(width: float, height: float) -> "MplFigure":
    """A figure of so many inches."""
    from matplotlib.figure import Figure as MplFigure

    return MplFigure(figsize=(width, height), layout="constrained")


def new_axes(width: float = 7.5, height: float = 4.2) -> "tuple[MplFigure, Axes]":
    """A figure of so many inches with one pair of axes."""
    figure = new_figure(width, height)
    return figure, figure.subplots()


def interval_panels(
    height: float, panels: Mapping[str, Mapping[str, Estimate]]
) -> "tuple[MplFigure, list[Axes]]":
    """A figure with panels of intervals side by side, by title; the first row is the lowest."""
    figure = new_figure(7.5, height)
    places: list[Axes] = list(figure.subplots(1, len(panels), sharey=True, squeeze=False)[0])
    for axes, (title, estimates) in zip(places, panels.items(), strict=True):
        _draw_intervals(axes, estimates)
        axes.set_title(title)
        axes.set_yticks(range(len(estimates)), list(estimates))
        axes.set_ylim(-0.5, len(estimates) - 0.3)
    return figure, places


def draw_all(makers: Mapping[str, Plot], *results: Any) -> tuple[Figure, ...]:
    """Draw in the project's style all figures that ``results`` suffice for.

    Args:
        makers: by file name a function of the results, which may return None, and a caption.
        results: handed to every function.
    """
    with style():
        drawn = [(name, caption, make(*results)) for name, (make, caption) in makers.items()]
        return tuple(Figure(name, caption, png(one)) for name, caption, one in drawn if one)


def png(figure: "MplFigure") -> bytes:
    """The same figure gives the same bytes: no date or version inside."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def colour(name: str) -> str:
    """The same colour for a policy in every figure, also under a layer, as in ``greedy+full``."""
    return COLOURS.get(name.partition("+")[0], OTHER)


def _draw_intervals(axes: "Axes", estimates: Mapping[str, Estimate]) -> None:
    """A point, its value and its interval on each row."""
    for row, (name, (value, low, high)) in enumerate(estimates.items()):
        axes.plot([low, high], [row, row], color=colour(name), lw=4, alpha=0.4)
        axes.plot(value, row, "o", color=colour(name), ms=7)
        axes.annotate(
            number(value), (value, row), (0, 7), textcoords="offset points", ha="center",
            color=colour(name), fontsize=9,
        )  # fmt: skip
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.1)
    axes.tick_params(axis="x", labelsize=9)


def draw_band(
    axes: "Axes", places: "npt.ArrayLike", found: Sequence[Estimate], ink: Any, mark: str = "-",
    *, alpha: float = 0.15, **line: Any,
) -> None:  # fmt: skip
    """A line through values, with the band of their intervals."""
    values, lows, highs = np.reshape(found, (-1, 3)).T
    axes.fill_between(places, lows, highs, color=ink, alpha=alpha, lw=0)
    axes.plot(places, values, mark, color=ink, **line)
