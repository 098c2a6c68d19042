"""The figures' common style, colours and marks; Matplotlib is imported on first use."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

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


def new_axes(width: float = 7.5, height: float = 4.2) -> "tuple[MplFigure, Axes]":
    """A figure of so many inches with one pair of axes."""
    from matplotlib.figure import Figure as MplFigure

    figure = MplFigure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


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


def draw_intervals(axes: "Axes", estimates: Mapping[str, Estimate]) -> None:
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
