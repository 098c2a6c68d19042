"""The figures of the study; Matplotlib is imported on first use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.plotting import COLOURS, Plot, draw_all, draw_band, new_figure
from onevoice.experiments.report.study import Figure
from onevoice.experiments.report.wording import COUNT_UNIT
from onevoice.experiments.rule_relaxation.estimates import Estimates
from onevoice.experiments.rule_relaxation.run import DASHBOARD, KEPT, MANAGERS, PATIENT, TRUTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

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
WEEKLY = {"looseness": "looseness of the rules", "touches": "touches", "trust": "trust"}


def draw(estimates: Estimates) -> tuple[Figure, ...]:
    """Draw everything."""
    plots: dict[str, Plot] = {
        "rule_relaxation": (
            schedule_and_managers,
            "Left: the same channels under rules from strict to none. Right: managers who revise "
            "the rules week by week. Top: what dashboards show. Bottom: net customer value, "
            f"{COUNT_UNIT}, with intervals.",
        ),
        "managers": (
            by_week,
            f"The rules and the customers week by week, {COUNT_UNIT}, with intervals.",
        ),
    }
    return draw_all(plots, estimates)


def schedule_and_managers(estimates: Estimates) -> "MplFigure":
    """Dashboards above value: the schedule at the left, the managers' weeks at the right."""
    figure = new_figure(10, 6.6)
    dashboard, schedule = estimates.config.dashboard, estimates.schedule
    (shown, shown_weekly), (value, value_weekly) = figure.subplots(2, 2)
    _indices(shown, estimates)
    _steps(value, estimates, [estimates.level(variant, "ncv") for variant in schedule], DARK)
    _weeks(shown_weekly, estimates, dashboard)
    _weeks(value_weekly, estimates, "ncv")
    shown.set_title("Rules relaxed step by step")
    shown_weekly.set_title("Rules revised week by week")
    shown.set_ylabel("dashboards, strict rules = 100")
    shown_weekly.set_ylabel(f"dashboards, {DOLLARS.get(dashboard, dashboard)}")
    value.set_xlabel("looseness of the rules")
    for axes in (value, value_weekly):
        axes.set_ylabel("net customer value, \\$")
        axes.axhline(0.0, color="#444444", lw=1)
    for axes, title in ((shown, None), (shown_weekly, "rule manager")):
        axes.legend(fontsize=9, title_fontsize=9, frameon=False, title=title, loc="upper left")
    return figure


def by_week(estimates: Estimates) -> "MplFigure":
    """Looseness, touches and trust."""
    figure = new_figure(10, 3.4)
    for axes, (measure, title) in zip(figure.subplots(1, 3), WEEKLY.items(), strict=True):
        _weeks(axes, estimates, measure)
        axes.set_title(title)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=9, frameon=False)
    return figure


def _indices(axes: "Axes", estimates: Estimates) -> None:
    """Totals and rates in percent of those under the strict rules."""
    for name, ink in TOTAL_INKS.items():
        found = [estimates.index(variant, name) for variant in estimates.schedule]
        _steps(axes, estimates, found, ink, f"{name}, total")
    for name, ink in RATE_INKS.items():
        found = [estimates.rate_index(variant, name) for variant in estimates.schedule]
        _steps(axes, estimates, found, ink, f"{name} per touch", "o--")
    axes.axhline(100.0, color="#444444", lw=1)


def _steps(
    axes: "Axes", estimates: Estimates, found: Sequence[Estimate], ink: str, label: str = "",
    mark: str = "o-",
) -> None:  # fmt: skip
    places = [estimates.level(variant, "looseness").value for variant in estimates.schedule]
    _line(axes, places, found, ink, label, mark)
    axes.set_xticks(places, ["strict", *(f"{place:.2g}" for place in places[1:-1]), "none"])


def _weeks(axes: "Axes", estimates: Estimates, measure: str) -> None:
    weeks = [float(week) for week in range(1, estimates.config.weeks + 1)]
    for name in MANAGERS:
        _line(axes, weeks, estimates.weeks(name, measure), INKS[name], estimates.label(name))
    axes.set_xticks(weeks)
    axes.set_xlabel("week")


def _line(
    axes: "Axes", places: Sequence[float], found: Sequence[Estimate], ink: str, label: str = "",
    mark: str = "o-",
) -> None:  # fmt: skip
    draw_band(axes, places, found, ink, mark, lw=1.8, ms=4, label=label or None)
    axes.yaxis.set_major_formatter("{x:,g}")
