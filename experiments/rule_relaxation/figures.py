"""The figures of the study; Matplotlib is imported on first use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.drawing import png, style
from onevoice.experiments.measures import UNIT
from onevoice.experiments.palette import COLOURS
from onevoice.experiments.rule_relaxation.labels import manager_label
from onevoice.experiments.rule_relaxation.managers import DASHBOARD, KEPT, MANAGERS, PATIENT, TRUTH
from onevoice.experiments.rule_relaxation.results import Results
from onevoice.experiments.study import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DARK = "#222222"
INKS = {
    KEPT: "#777777",
    DASHBOARD: COLOURS["greedy"],
    TRUTH: COLOURS["shared_reward"],
    PATIENT: COLOURS["central_critic"],
}
TOTAL_INKS = {"claims": "#D55E00", "touches": "#E69F00"}
RATE_INKS = {"claims": "#0072B2", "engagements": "#56B4E9"}
DOLLARS = {"claims": "claims, \\$"}
WEEKLY = (
    ("looseness", "looseness of the rules"),
    ("touches", "touches"),
    ("trust", "trust"),
)


def draw(results: Results) -> tuple[Picture, ...]:
    """Draw everything in the project's style."""
    captions = {
        "loosen": "Left: the same channels under rules from strict to none. Right: managers who "
        "revise the rules week by week. Above what dashboards show, below what customers are "
        f"worth, {UNIT}, with intervals.",
        "managers": f"The rules and the customers week by week, {UNIT}, with intervals.",
    }
    makers = {"loosen": walk_and_managers, "managers": by_week}
    with style():
        return tuple(
            Picture(name, captions[name], png(make(results))) for name, make in makers.items()
        )


def walk_and_managers(results: Results) -> "Figure":
    """Dashboard above truth: the walk at the left, the managers' weeks at the right."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6.6), layout="constrained")
    dashboard = results.config.dashboard
    (shown, shown_weekly), (worth, worth_weekly) = figure.subplots(2, 2)
    _indices(shown, results)
    _walk(worth, results, [results.level(line, "ncv") for line in results.walk], DARK)
    _weeks(shown_weekly, results, dashboard)
    _weeks(worth_weekly, results, "ncv")
    shown.set_title("Rules loosened step by step")
    shown_weekly.set_title("Rules revised week by week")
    shown.set_ylabel("dashboards, strict rules = 100")
    shown_weekly.set_ylabel(f"dashboards, {DOLLARS.get(dashboard, dashboard)}")
    worth.set_xlabel("looseness of the rules")
    for axes in (worth, worth_weekly):
        axes.set_ylabel("net customer value, \\$")
        axes.axhline(0.0, color="#444444", lw=1)
    for axes, title in ((shown, None), (shown_weekly, "who revises")):
        axes.legend(fontsize=9, title_fontsize=9, frameon=False, title=title, loc="upper left")
    return figure


def by_week(results: Results) -> "Figure":
    """Looseness, touches and trust."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.4), layout="constrained")
    for axes, (measure, title) in zip(figure.subplots(1, 3), WEEKLY, strict=True):
        _weeks(axes, results, measure)
        axes.set_title(title)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=9, frameon=False)
    return figure


def _indices(axes: "Axes", results: Results) -> None:
    """Totals and rates in percent of those under the strict rules."""
    for name, ink in TOTAL_INKS.items():
        found = [results.index(line, name) for line in results.walk]
        _walk(axes, results, found, ink, f"{name}, total")
    for name, ink in RATE_INKS.items():
        found = [results.rate_index(line, name) for line in results.walk]
        _walk(axes, results, found, ink, f"{name} per touch", "o--")
    axes.axhline(100.0, color="#444444", lw=1)


def _walk(
    axes: "Axes", results: Results, found: Sequence[Estimate], ink: str, label: str = "",
    mark: str = "o-",
) -> None:  # fmt: skip
    places = [results.level(line, "looseness").value for line in results.walk]
    _line(axes, places, found, ink, label, mark)
    axes.set_xticks(places, ["strict", *(f"{place:.2g}" for place in places[1:-1]), "none"])


def _weeks(axes: "Axes", results: Results, measure: str) -> None:
    weeks = [float(week) for week in range(1, results.config.weeks + 1)]
    for line in MANAGERS:
        label = manager_label(results.config, line)
        _line(axes, weeks, results.weeks(line, measure), INKS[line], label)
    axes.set_xticks(weeks)
    axes.set_xlabel("week")


def _line(
    axes: "Axes", places: Sequence[float], found: Sequence[Estimate], ink: str, label: str = "",
    mark: str = "o-",
) -> None:  # fmt: skip
    axes.plot(places, [e.value for e in found], mark, color=ink, lw=1.8, ms=4, label=label or None)
    axes.fill_between(
        places, [e.low for e in found], [e.high for e in found], color=ink, alpha=0.15, lw=0
    )
    axes.yaxis.set_major_formatter("{x:,g}")
