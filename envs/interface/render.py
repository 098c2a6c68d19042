"""Renders an episode as text, or as curves of the dashboard above the truth."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError, nearest
from onevoice.envs.interface.step import Step
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.base import ChannelName
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import F64

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RENDER_MODES = ("human", "ansi", "rgb_array")
WIDTH, HEIGHT, DPI = 960, 520, 100
DASHBOARD = (
    ("claimed_revenue", "claimed revenue so far, \\$"),
    ("engagement_rate", "engagement rate so far"),
    ("touches", "touches so far"),
)
TRUTH = (
    ("ncv", "net value so far, \\$ per 1,000 customers"),
    ("trust", "mean trust"),
    ("churn", "share of customers lost"),
)
# Okabe and Ito's colours, which colour-blind readers can tell apart.
COLOURS: dict[ChannelName, str] = {
    "email": "#0072B2",
    "social": "#E69F00",
    "search": "#009E73",
    "content": "#CC79A7",
    "display": "#56B4E9",
    "sms": "#D55E00",
    "push": "#8C8C8C",
}
INK = "#222222"


class History:
    """Metrics of the running episode, one value per decision."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.names = [f"{c}/{name}" for c in scenario.channels for name, _ in DASHBOARD]
        self.names += [name for name, _ in TRUTH]
        self.rows: list[list[float]] = []

    def clear(self) -> None:
        """Start a new episode."""
        self.rows = []

    def add(self, metrics: Mapping[str, F64]) -> None:
        """Add one decision: metrics ``[1]`` by name."""
        self.rows.append([float(metrics[name][0]) for name in self.names])

    def curve(self, name: str) -> F64:
        """The values of a metric so far, float64 ``[decisions]``; NCV as a sum, not per 28 days."""
        place = self.names.index(name)
        values = np.array([row[place] for row in self.rows])
        return values * self.days / MONTH_DAYS if name == "ncv" else values

    @property
    def days(self) -> F64:
        """The day on which each decision has been lived through, float64 ``[decisions]``."""
        return (1.0 + np.arange(len(self.rows))) * self.scenario.decision_hours / 24


class Gallery:
    """The pictures of ``B`` environments that begin anew by themselves.

    An episode that has ended is shown until its environment's next decision.
    """

    def __init__(self, engine: ChannelsVectorEnv) -> None:
        self._engine = engine
        self._pasts = [History(engine.scenario) for _ in range(engine.num_envs)]
        self.clear()

    def clear(self) -> None:
        """Start a new episode in every environment."""
        for past in self._pasts:
            past.clear()
        self._over = np.zeros(len(self._pasts), np.bool_)
        self._now = self._engine.metrics()

    def add(self, step: Step) -> None:
        """Take in what the engine's last step returned."""
        over, final = step.terminated | step.truncated, step.final_metrics or {}
        running = self._engine.metrics()
        self._now = {k: np.where(over, final.get(k, v), v) for k, v in running.items()}
        for env, past in enumerate(self._pasts):
            if self._over[env]:
                past.clear()
            past.add(self._metrics(env))
        self._over = over

    def show(self, render_mode: str) -> list[Any]:
        """One text, or one picture uint8 ``[H, W, 3]``, for each environment."""
        if render_mode == "rgb_array":
            return [draw(past) for past in self._pasts]
        return [tell(past, self._metrics(env)) for env, past in enumerate(self._pasts)]

    def _metrics(self, env: int) -> dict[str, F64]:
        return {name: values[env : env + 1] for name, values in self._now.items()}


def check_render_mode(render_mode: str | None) -> None:
    """Refuse what is neither None nor one of ``RENDER_MODES``.

    Raises:
        OneVoiceError: with the nearest one.
    """
    if render_mode is not None and render_mode not in RENDER_MODES:
        raise OneVoiceError(
            f"unknown render_mode {render_mode!r}{nearest(render_mode, RENDER_MODES)}"
        )


def tell(history: History, metrics: Mapping[str, F64]) -> str:
    """The dashboard beside the truth as text."""
    scenario, day = history.scenario, len(history.rows) * history.scenario.decision_hours / 24
    lines = [f"day {day:g} of {scenario.days:g}, {scenario.population:,} customers", ""]
    lines.append(f"{'channel':<10}{'touches':>10}{'engaged':>10}{'claims $':>12}{'spend $':>12}")
    for name in scenario.channels:
        rate = metrics[f"{name}/engagement_rate"][0]
        engaged = "-" if np.isnan(rate) else f"{rate:.1%}"
        touches, claims, spend = (
            metrics[f"{name}/{x}"][0] for x in ("touches", "claimed_revenue", "spend")
        )
        lines.append(f"{name:<10}{touches:>10,.0f}{engaged:>10}{claims:>12,.0f}{spend:>12,.0f}")
    value, trust, churn, conflicts = (
        metrics[name][0] for name in ("ncv", "trust", "churn", "conflicts")
    )
    truth = f"net customer value {value:,.0f} $, trust {trust:.3f}, churn {churn:.1%}"
    lines += ["", f"truth: {truth}, conflicts per customer {conflicts:.1f}"]
    return "\n".join(lines)


def draw(history: History) -> npt.NDArray[np.uint8]:
    """Draw the dashboard above the truth, uint8 ``[HEIGHT, WIDTH, 3]``."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 3, sharex=True)
    for axes, (name, title) in zip(above, DASHBOARD, strict=True):
        for channel in history.scenario.channels:
            _plot(axes, history, f"{channel}/{name}", title, COLOURS[channel], channel)
    for axes, (name, title) in zip(below, TRUTH, strict=True):
        _plot(axes, history, name, title, INK)
        axes.set_xlabel("day")
    above[0].legend(fontsize=7, frameon=False, loc="upper left")
    canvas.draw()  # type: ignore[no-untyped-call]  # so Matplotlib declares it
    pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]  # likewise
    return np.asarray(pixels)[..., :3].copy()


def _plot(
    axes: "Axes", history: History, name: str, title: str, colour: str, label: str = ""
) -> None:
    """One curve over the days of the episode."""
    axes.plot(history.days, history.curve(name), color=colour, lw=1.6, label=label)
    axes.set_title(title, fontsize=8, loc="left", fontweight="bold")
    axes.set_xlim(0, history.scenario.days)
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
