"""Puts the study together: sentences, tables, the figure."""

from onevoice.experiments.findings import change, direction
from onevoice.experiments.measures import UNIT, number
from onevoice.experiments.staleness.cells import SPREAD, TRIGGERED
from onevoice.experiments.staleness.figures import draw
from onevoice.experiments.staleness.labels import lag_label
from onevoice.experiments.staleness.leaks import Leaks
from onevoice.experiments.staleness.sheets import sheets
from onevoice.experiments.study import Study

NOTES = (
    "A leak is a touch that a rule would have stopped, had it known everything; one that breaks "
    "two rules is a leak of both. On fresh data there is none.",
    "Spread sends: nothing is triggered, and every channel that pushes sends more at any time "
    "instead, by the share of a customer's ticks that follow a visit, which is measured for each "
    "policy. What differs is when sends come, not how many: wishes stand beside touches.",
    "Consent, quiet hours and holdouts never go stale. The same lag holds for the common context "
    "that channels see, which the baselines do not read.",
    "Intervals cover the draw of markets and customers, not the choice of the model, and each is "
    "read by itself: with many cells, one in twenty differs from nothing by chance.",
)


def make_study(leaks: Leaks) -> Study:
    """The whole report."""
    config = leaks.config
    return Study(
        name="staleness",
        title="What rules let through that know the customers of hours ago",
        description=(
            f"Rules: {', '.join(config.scenario.coordination.rules)}. Means over {config.markets} "
            f"held-out markets with {100 * config.confidence:g} % bootstrap intervals; all cells "
            f"meet the same markets and random numbers. {config.scenario.description}"
        ),
        findings=tuple(findings(leaks)),
        config=config,
        sheets=sheets(leaks),
        pictures=draw(leaks),
        notes=NOTES,
    )


def findings(leaks: Leaks) -> list[str]:
    """For each policy what the longest lag does, and what triggers add at the shortest."""
    said = []
    for policy in leaks.config.policies:
        said += [_longest(leaks, policy), _triggered(leaks, policy)]
    return said


def _longest(leaks: Leaks, policy: str) -> str:
    lag = leaks.config.lags[-1]
    through, touches = (
        number(leaks.level(policy, TRIGGERED, lag, measure).value)
        for measure in ("leaks", "touches")
    )
    return (
        f"Under {policy}, rules whose data are {lag_label(lag)} old leak {through} times in "
        f"{touches} touches {UNIT}; beside fresh data, net customer value is "
        f"{change(leaks.by_lag(policy, TRIGGERED, lag, 'ncv'))}."
    )


def _triggered(leaks: Leaks, policy: str) -> str:
    lag = leaks.config.lags[1]
    spread = number(leaks.level(policy, SPREAD, lag, "leaks").value, 1)
    gap = leaks.by_triggers(policy, lag, "leaks")
    added, low, high = (number(end, 1) for end in gap)
    told = "" if direction(gap) else ", not told apart"
    return (
        f"Under {policy}, rules whose data are {lag_label(lag)} old leak {spread} times {UNIT} "
        f"if no send is triggered; triggers change that by {added} ({low} to {high}){told}."
    )
