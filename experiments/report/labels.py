"""Puts labels where they do not cover each other."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from onevoice.experiments.report.plotting import colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Bbox

Pair = tuple[float, float]


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """The places nearest to ``wanted`` (rising) that lie at least ``gap`` apart.

    Least squares under an order: after subtracting ``gap`` times the rank the places must only not
    fall, and neighbours that would are averaged (pool adjacent violators).
    """
    blocks: list[tuple[float, int]] = []
    for rank, place in enumerate(wanted):
        mean, size = place - gap * rank, 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    flat = np.repeat([mean for mean, _ in blocks], [size for _, size in blocks])
    return [float(place + gap * rank) for rank, place in enumerate(flat)]


def label_ends(axes: "Axes", ends: Mapping[str, float], inches: float) -> None:
    """Write each name at the height where its line ends, spread apart where ends lie close.

    The axes are ``inches`` high.
    """
    bottom, top = axes.get_ylim()
    ordered = sorted(ends, key=lambda name: ends[name])
    heights = spread([ends[name] for name in ordered], 0.16 * (top - bottom) / inches)
    for name, y in zip(ordered, heights, strict=True):
        axes.text(
            1.015, y, name, color=colour(name), va="center", weight="bold", fontsize=9.5,
            transform=axes.get_yaxis_transform(),
        )  # fmt: skip


def label_points(axes: "Axes", points: Mapping[str, Pair]) -> None:
    """Write each name beside its point, on the side with the most room."""
    from matplotlib.patheffects import withStroke
    from matplotlib.transforms import Bbox

    axes.figure.figure.draw_without_rendering()  # fixes the layout: widths are known now
    seen = [axes.transData.transform(point) for point in points.values()]
    taken = [Bbox.from_extents(x - 7, y - 7, x + 7, y + 7) for x, y in seen]
    for name, point in points.items():
        text = axes.annotate(
            name, point, (0, 0), textcoords="offset points", color=colour(name), weight="bold",
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )  # fmt: skip
        size = text.get_window_extent()
        box, offset = _roomiest(axes, point, (size.width, size.height), taken)
        text.set_position(offset)
        taken.append(box)


def _roomiest(
    axes: "Axes", point: Pair, size: Pair, taken: Sequence["Bbox"]
) -> tuple["Bbox", Pair]:
    """The box in pixels that covers least, and its offset from the point in typographic points."""
    from matplotlib.transforms import Bbox

    (x, y), (width, height) = axes.transData.transform(point), size
    frame, best = axes.get_window_extent(), None
    for right, rise in product((True, False), (6.0, -6.0 - height, 22.0, -22.0 - height)):
        shift = (9.0 if right else -9.0 - width, rise)
        box = Bbox.from_bounds(x + shift[0], y + shift[1], width, height)
        covered = sum(_overlap(box, other) for other in taken)
        outside = width * height - _overlap(box, frame)
        if best is None or covered + 2.0 * outside < best[0]:
            best = (covered + 2.0 * outside, box, shift)
    assert best is not None
    scale = 72.0 / axes.figure.figure.dpi
    return best[1], (best[2][0] * scale, best[2][1] * scale)


def _overlap(one: "Bbox", other: "Bbox") -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return float(max(width, 0.0) * max(height, 0.0))
