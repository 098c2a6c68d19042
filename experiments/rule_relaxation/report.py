"""Puts the study together: sentences, tables, figures."""

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.findings import change, direction
from onevoice.experiments.measures import number
from onevoice.experiments.rule_relaxation.figures import draw
from onevoice.experiments.rule_relaxation.labels import manager_label
from onevoice.experiments.rule_relaxation.managers import DASHBOARD, KEPT, PATIENT, TRUTH
from onevoice.experiments.rule_relaxation.results import Results
from onevoice.experiments.rule_relaxation.sheets import sheets
from onevoice.experiments.study import Study

NOTES = (
    "Looseness x divides the caps' touches and loads by 1 - x and multiplies the hours of gap, "
    "lock and exclusions by it. Quiet hours and priority, which have no such number, go with the "
    "last step. Nobody is held out.",
    "All managers begin with the strict rules and look once a week. One loosens a step whenever "
    "the dashboards' total fell against the week before. Two see the week's NCV as it was, which a "
    "company can only estimate: they tighten a step where it fell and loosen one where it did not, "
    "the patient one only after several such weeks in a row.",
    "NCV of a week is noisy: it holds the orders and departures of that week alone.",
    "Intervals cover the draw of markets and customers, not the choice of the model, and each is "
    "read by itself.",
)


def make_study(results: Results) -> Study:
    """The whole report."""
    config = results.config
    told = [_manager(results, line) for line in (DASHBOARD, TRUTH, PATIENT)]
    said = [_walk(results), *told, *(_between(results, line) for line in (TRUTH, PATIENT))]
    return Study(
        name="rule-relaxation",
        title="What loosening the rules costs, and who does it",
        description=(
            f"Channels: {config.policy}. Strict rules: "
            f"{', '.join(config.scenario.coordination.rules)}. Means over {config.markets} "
            f"held-out markets with {100 * config.confidence:g} % bootstrap intervals; all meet "
            f"the same markets and random numbers. {config.scenario.description}"
        ),
        findings=tuple(said),
        config=config,
        sheets=sheets(results),
        pictures=draw(results),
        notes=NOTES,
    )


def _walk(results: Results) -> str:
    """Totals, rates and truth, from the first set of rules to the last."""
    last = results.walk[-1]
    shown = {
        "touches": results.index(last, "touches"),
        "claims": results.index(last, "claims"),
        "engagements per touch": results.rate_index(last, "engagements"),
        "claims per touch": results.rate_index(last, "claims"),
    }
    told = ", ".join(f"{name} {_percent(index)}" for name, index in shown.items())
    lost = results.beside(last, KEPT, "ncv")
    return f"From strict rules to none: {told}; net customer value is {change(lost)}."


def _manager(results: Results, line: str) -> str:
    config, who = results.config, manager_label(results.config, line)
    loose = results.weeks(line, "looseness")[-1].value
    gap = results.beside(line, KEPT, "ncv", config.month)
    return (
        f"A manager who {who} ends at a looseness of {loose:.2f}; in the last "
        f"{config.month * config.week_days:g} days, beside rules that are kept, net customer "
        f"value is {change(gap)}."
    )


def _between(results: Results, line: str) -> str:
    config = results.config
    gap = results.beside(line, DASHBOARD, "ncv", config.month)
    one, other = manager_label(config, line), manager_label(config, DASHBOARD)
    return f"Under one who {one}, beside one who {other}, net customer value is {change(gap)}."


def _percent(index: Estimate) -> str:
    """An index as a change in percent."""
    gained, low, high = (number(end - 100.0) for end in index)
    if direction(index, 100.0) == 0:
        return f"not told apart ({low} to {high} %)"
    return f"{'+' if index.value > 100.0 else ''}{gained} % ({low} to {high})"
