"""Writes ``report.html``: what was found, for a minute's reader, and how, for an hour's."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.findings import findings
from onevoice.experiments.measures import MISSING, Measure, Side
from onevoice.experiments.page import PAGE, bullets, figure
from onevoice.experiments.results import Results
from onevoice.policies.checkpoint import write_atomic

CAPTIONS = {
    "dashboard_and_truth": "Each point is a policy. To the right dashboards look better, upwards "
    "customers are worth more; bars are intervals of the paired differences to the reference.",
    "net_customer_value": "Left, the headline metric; right, its difference to the reference on "
    "the same markets with the same random numbers, which is what can be told apart.",
    "trajectories": "Means over the held-out markets, day by day.",
    "learning": "Mean over the episodes that ended, exploration included; training markets differ "
    "from the held-out ones.",
}
SIDES: dict[Side, str] = {"dashboard": "what dashboards show", "truth": "the truth", "more": "more"}
Head = tuple[Side, Measure, bool]
"""A column: its side, its measure, and whether it is the first of its side."""


def write_report(
    results: Results, pictures: Mapping[str, bytes], command: str, config: str, out: Path
) -> None:
    """Write the page into ``out``.

    Args:
        results: what was found.
        pictures: PNG files by name, embedded in the page.
        command: the line that repeats the comparison.
        config: the whole configuration as YAML.
        out: the comparison's folder.
    """
    headline, *rest = findings(results)
    experiment = results.experiment
    body = [
        f'<p class="soft">{escape(experiment.description or experiment.scenario.description)}</p>',
        bullets(rest),
        "<h2>The dashboard beside the truth</h2>",
        f'<div class="scroll">{html_table(results)}</div>',
        "<h2>Figures</h2>",
        *(figure(name, CAPTIONS.get(name, ""), png) for name, png in pictures.items()),
        "<h2>What the columns mean</h2>",
        f"<dl>{''.join(_meaning(measure) for measure in results.measures())}</dl>",
        "<h2>How far to trust this</h2>",
        bullets(notes(results)),
    ]
    page = Template(PAGE).substitute(
        title=escape(f"onevoice: {experiment.name}"), lead=escape(headline), body="\n".join(body),
        command=escape(command), config=escape(config),
    )  # fmt: skip
    write_atomic(out / "report.html", page.encode())


def html_table(results: Results) -> str:
    """All measures of all policies, dashboard beside truth."""
    heads: list[Head] = [
        (side, measure, place == 0)
        for side in SIDES
        for place, measure in enumerate(results.measures(side))
    ]
    groups = "".join(
        f'<th class="{side} edge" colspan="{len(results.measures(side))}">{title}</th>'
        for side, title in SIDES.items()
        if results.measures(side)
    )
    rows = "".join(_row(results, name, heads) for name in results.names)
    judge = results.experiment.evaluation
    caption = (
        f"Below each value its {100 * judge.confidence:g} % interval over {judge.markets} "
        "held-out markets."
    )
    return (
        f"<table><caption>{caption}</caption><thead><tr><th></th>{groups}</tr>"
        f"<tr><th>policy</th>{''.join(map(_head, heads))}</tr></thead><tbody>{rows}</tbody></table>"
    )


def notes(results: Results) -> list[str]:
    """What a reader must know before believing the numbers."""
    experiment, judge = results.experiment, results.experiment.evaluation
    said = [
        f"Intervals are percentile bootstraps over the {judge.markets} held-out markets that every "
        "policy met with the same random numbers; differences are paired by market.",
        "Rates and returns are ratios of sums over markets, not means of ratios.",
    ]
    if "search_iroas" in results.estimates[results.reference]:
        said.append(
            "Search iROAS is measured by replaying the same actions with search silenced; where "
            "one budget is shared, the other channels may then spend what search leaves."
        )
    if any(results.index[name].known for name in results.names):
        said.append(
            "The dashboard index is the geometric mean of the dashboard columns relative to "
            f"{results.reference}, which scores 100."
        )
    if experiment.modes:
        said.append(
            f"Each mode learned from {experiment.training.total_steps:,} environment steps with "
            "one training seed: the intervals do not say how much another run would differ."
        )
    said.append("Customers are simulated; docs/model.md says what is measured, what assumed.")
    return said


def _head(head: Head) -> str:
    side, measure, first = head
    unit = f", {escape(measure.unit)}" if measure.unit else ""
    return f'<th class="{side}{" edge" if first else ""}">{escape(measure.label)}{unit}</th>'


def _row(results: Results, name: str, heads: Iterable[Head]) -> str:
    cells = [
        f"<td{' class=edge' if first else ''}>"
        f"{_cell(measure, results.estimates[name][measure.key])}</td>"
        for _, measure, first in heads
    ]
    return f"<tr><th>{escape(name)}</th>{''.join(cells)}</tr>"


def _cell(measure: Measure, estimate: Estimate) -> str:
    if not estimate.known:
        return MISSING
    value, low, high = map(measure.text, estimate)
    return f"{value}<small>{low}…{high}</small>"


def _meaning(measure: Measure) -> str:
    return f"<dt>{escape(measure.label)}</dt><dd>{escape(measure.meaning)}</dd>"
