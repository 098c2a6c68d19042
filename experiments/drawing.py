"""What all figures share: style, blank axes, PNG bytes; Matplotlib is imported on first use."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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


@contextmanager
def style() -> Iterator[None]:
    """Draw in the project's style, whatever the user's own settings."""
    import matplotlib as mpl

    with mpl.rc_context({**mpl.rcParamsDefault, **STYLE}):
        yield


def new_axes(width: float = 7.5, height: float = 4.2) -> "tuple[Figure, Axes]":
    """A figure of so many inches with one pair of axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def png(figure: "Figure") -> bytes:
    """The same figure gives the same bytes: no date or version inside."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
