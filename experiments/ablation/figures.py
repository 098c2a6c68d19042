"""The three figures of the study; Matplotlib is imported on first use."""

from typing import TYPE_CHECKING

from onevoice.experiments.ablation.diagram import phase
from onevoice.experiments.ablation.labels import off_label
from onevoice.experiments.ablation.losses import Losses, Shortfall, State, state
from onevoice.experiments.ablation.variants import (
    Coefficient,
    coefficients,
    off_part,
    own_value,
    switched_off,
)
from onevoice.experiments.drawing import png, style
from onevoice.experiments.palette import COLOURS, OTHER
from onevoice.experiments.study import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNIT = "\\$ per 1,000 customers per 28 days"
INKS: dict[State, str] = {
    "collapse": COLOURS["greedy"], "loss": OTHER, "open": "#777777", "gain": COLOURS["shared_reward"],
}  # fmt: skip
KEY: dict[State, str] = {
    "collapse": "collapse: NCV, trust and equity are lost",
    "loss": "loss only: NCV is, but not both others",
    "open": "NCV cannot be told from zero",
    "gain": "gain of NCV",
}
STRIPE = 0.3
"""How opaque a stripe is."""
ACROSS = 3


def draw(losses: Losses) -> tuple[Picture, ...]:
    """Draw everything in the project's style."""
    captions = {
        "mechanisms": "The loss of greedy channels with mechanisms switched off, with intervals.",
        "sensitivity": "The loss over multiples of each coefficient that no experiment has sized, "
        "and where it is the collapse.",
        "phase_diagram": "The loss by number of channels and overlap of their audiences.",
    }
    makers = {"mechanisms": mechanisms, "sensitivity": sensitivity, "phase_diagram": phase}
    with style():
        return tuple(
            Picture(name, captions[name], png(make(losses))) for name, make in makers.items()
        )


def mechanisms(losses: Losses) -> "Figure":
    """A point with its interval for each set of mechanisms, beside two rivals."""
    from matplotlib.figure import Figure

    every = sorted(switched_off()[1:], key=lambda off: losses.loss(off_part(off)).value)
    rows = [*every, ()]
    figure = Figure(figsize=(7.5, 1.6 + 0.32 * len(rows)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, beside in ((left, "coordinated"), (right, "manual")):
        found = [losses.shortfall(off_part(off), beside=beside) for off in rows]
        _points(axes, found)
        whole = found[-1].ncv
        axes.axvspan(whole.low, whole.high, color=INKS[state(found[-1])], alpha=0.1, lw=0)
        axes.set_title(f"beside {beside}")
    left.set_yticks(range(len(rows)), [off_label(off) for off in rows])
    left.set_ylabel("switched off")
    figure.supxlabel(f"loss of greedy channels, {UNIT}", fontsize=11)
    _legend(figure)
    return figure


def _points(axes: "Axes", found: list[Shortfall]) -> None:
    axes.axvline(0.0, color="#444444", lw=1)
    for row, lost in enumerate(found):
        ink = INKS[state(lost)]
        axes.plot([lost.ncv.low, lost.ncv.high], [row, row], color=ink, lw=4, alpha=0.4)
        axes.plot(lost.ncv.value, row, "o", color=ink, ms=6)
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.06, y=0.03)


def sensitivity(losses: Losses) -> "Figure":
    """A small picture for each coefficient, striped by what the intervals say."""
    from matplotlib.figure import Figure

    every = coefficients(losses.config)
    down = -(-len(every) // ACROSS)
    figure = Figure(figsize=(7.5, 1.1 + 1.9 * down), layout="constrained")
    panels = figure.subplots(down, ACROSS, squeeze=False).ravel()
    for axes, coefficient in zip(panels, every, strict=False):
        _band(axes, losses, coefficient)
    for axes in panels[len(every) :]:
        axes.set_axis_off()
    figure.supxlabel("multiple of the scenario's own value", fontsize=11)
    figure.supylabel(f"loss of greedy channels, {UNIT}", fontsize=11)
    _legend(figure)
    return figure


def _band(axes: "Axes", losses: Losses, coefficient: Coefficient) -> None:
    """The loss at every factor, evenly spaced, with a stripe that tells its state."""
    factors = losses.config.factors
    found = [(x, losses.at_factor(coefficient, factor)) for x, factor in enumerate(factors)]
    known = [(x, lost) for x, lost in found if lost is not None]
    for x, lost in known:
        axes.axvspan(x - 0.5, x + 0.5, color=INKS[state(lost)], alpha=STRIPE, lw=0)
    axes.axhline(0.0, color="#444444", lw=1)
    places, loss = [x for x, _ in known], [lost.ncv for _, lost in known]
    lows, highs = [one.low for one in loss], [one.high for one in loss]
    axes.fill_between(places, lows, highs, color="#222222", alpha=0.22, lw=0)
    axes.plot(places, [one.value for one in loss], "o-", color="#222222", lw=1.3, ms=3)
    axes.set_xlim(-0.5, len(factors) - 0.5)
    axes.set_xticks(range(len(factors)), [f"{f:g}".removeprefix("0") or "0" for f in factors])
    axes.tick_params(labelsize=8.5)
    axes.grid(visible=False)
    _title(axes, losses, coefficient)


def _title(axes: "Axes", losses: Losses, coefficient: Coefficient) -> None:
    """The coefficient's name, and in small its value at a factor of 1, or how many it scales."""
    values = [own_value(losses.config.scenario, name) for name in coefficient.fields]
    own = f"1 is {values[0]:g}" if len(values) == 1 else coefficient.support
    axes.set_title(coefficient.name.replace("_", " "), fontsize=10)
    axes.set_title(own, loc="right", fontsize=8, weight="normal", color="#555555")


def _legend(figure: "Figure") -> None:
    from matplotlib.patches import Patch

    patches = [Patch(color=INKS[kind], alpha=0.6, label=KEY[kind]) for kind in KEY]
    figure.legend(handles=patches, loc="outside upper left", ncols=2, fontsize=9.5, frameon=False)
