"""The report of a comparison: sentences, tables, and plain values for files.

No conclusion is written here: every word that judges is chosen by whether an interval of paired
differences lies above zero, below zero or across it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onevoice.envs.typing import F64
from onevoice.experiments.compare.estimates import Estimates
from onevoice.experiments.compare.figures import draw
from onevoice.experiments.compare.measures import Measure
from onevoice.experiments.core.statistics import Estimate, ratio_difference
from onevoice.experiments.report.study import Column, Study, Table, Value, plain
from onevoice.experiments.report.wording import comparison, direction, dollars
from onevoice.training.config import MODES

SCHEMA = 2
"""Version of ``results.json``; raised whenever a key changes its name or meaning."""
POLICY = Column("policy", "policy")
INDEX = "geometric mean of the dashboard columns relative to {}, which scores 100"
SELFISH = {
    "independent": "With every channel learning from its own claims (independent)",
    "greedy": "With every channel a bandit on its own claims (greedy)",
}
"""Policies in which each channel looks at its own claims only, as a sentence introduces them."""
VERDICTS = {
    (1, -1): "the dashboards hide a loss",
    (1, 1): "better on the dashboards and in truth",
    (-1, -1): "worse on the dashboards and in truth",
    (-1, 1): "the dashboards hide a gain",
    (0, -1): "a loss that the dashboards do not show",
    (0, 1): "a gain that the dashboards do not show",
    (1, 0): "the dashboards improve, the truth does not",
    (-1, 0): "the dashboards fall, the truth does not",
    (0, 0): "no difference is shown either way",
}
"""By the direction of the dashboard index and of NCV against the reference."""


def make_study(estimates: Estimates, out: Path | None = None) -> Study:
    """The whole report, with figures if ``out`` is given, which holds the training runs."""
    config = estimates.config
    return Study(
        name="results",
        title=f"onevoice: {config.name}",
        description=config.description or config.scenario.description,
        findings=tuple(findings(estimates)),
        config=config,
        tables=(dashboards(estimates), differences(estimates)),
        figures=draw(estimates, out) if out else (),
        notes=tuple(notes(estimates)),
        data=(results_table(estimates), markets_table(estimates)),
        extra=values(estimates),
    )


def findings(estimates: Estimates) -> list[str]:
    """Return one sentence per finding, the headline first."""
    said = [
        _selfish(estimates, n) for n in SELFISH if n in estimates.names and n != estimates.reference
    ]
    said.append(_best(estimates))
    said += [_learned(estimates, n) for n in estimates.names if n in MODES and n != "independent"]
    return [sentence for sentence in [*said, _search(estimates)] if sentence]


def _best(estimates: Estimates) -> str:
    """The best NCV, beside the reference and the next best."""
    ranked = estimates.ranked()
    best, value = ranked[0], dollars(estimates.measured[ranked[0]]["ncv"].value)
    said = f"{best} leaves the highest net customer value, {value} per 1,000 customers per 28 days"
    rivals = dict.fromkeys(name for name in (estimates.reference, *ranked[1:2]) if name != best)
    beside = ", ".join(_compared(estimates, best, name) for name in rivals)
    return f"{said}: {beside}." if beside else f"{said}."


def _selfish(estimates: Estimates, name: str) -> str:
    """Dashboard beside truth for a policy whose channels look at themselves only."""
    reference, index = estimates.reference, estimates.index[name]
    truth = f"net customer value is {_compared(estimates, name, reference)}"
    if not index.known:
        return f"{SELFISH[name]}, {truth}; there are no dashboards to compare."
    board = direction(index, 100.0)
    gap = index.value - 100.0
    shown = f"stand {abs(gap):.0f} % {'above' if gap > 0 else 'below'} {reference}'s"
    if board == 0:
        shown = f"are not told apart from {reference}'s"
    verdict = VERDICTS[board, direction(estimates.versus(name, reference, "ncv"))]
    return f"{SELFISH[name]}, the dashboards {shown}, and {truth}: {verdict}."


def _learned(estimates: Estimates, name: str) -> str:
    """What sharing the reward, or the critic, changes against learning alone."""
    if "independent" not in estimates.names:
        return ""
    return f"Trained as {name}, net customer value is {_compared(estimates, name, 'independent')}."


def _search(estimates: Estimates) -> str:
    """Claimed beside incremental return on search, for the reference."""
    name, seen = estimates.reference, estimates.measured[estimates.reference]
    if "search_iroas" not in seen or not seen["search_iroas"].known:
        return ""
    claimed, real = (m for m in estimates.measures() if m.key in ("search_roas", "search_iroas"))
    metrics = estimates.evaluations[name].metrics
    samples = (*claimed.samples(metrics), *real.samples(metrics))
    gap = estimates.bootstrap.interval(ratio_difference, *samples)
    tail = ("not told apart from its claim", "less than it claims", "more than it claims")
    return (
        f"Under {name}, search claims ${seen[claimed.key].value:.2f} of revenue per dollar spent; "
        f"switching it off shows ${seen[real.key].value:.2f}, {tail[direction(gap)]}."
    )


def _compared(estimates: Estimates, name: str, other: str) -> str:
    return comparison(estimates.versus(name, other, "ncv"), other)


def dashboards(estimates: Estimates) -> Table:
    """The dashboards and the truth of every policy."""
    measures = (*estimates.measures("dashboard"), *estimates.measures("truth"))
    columns = (POLICY, *(measure.column for measure in measures))
    rows = tuple(_row(estimates, name, measures) for name in estimates.names)
    return Table("dashboards", "The dashboard beside the truth", columns, rows, stacked=True)


def differences(estimates: Estimates) -> Table:
    """Dashboard index and NCV of every policy relative to the reference, and further measures."""
    reference, more = estimates.reference, estimates.measures("more")
    columns = (
        POLICY,
        Column("index", f"dashboard index, {reference} = 100", 0, INDEX.format(reference)),
        Column("difference", f"NCV difference, $ to {reference}", 0, "paired by market"),
        *(measure.column for measure in more),
    )
    rows = tuple(
        _row(estimates, name, more)
        | {"index": estimates.index[name], "difference": estimates.versus(name, reference, "ncv")}
        for name in estimates.names
    )
    title = f"Beside {reference}, on the same markets"
    return Table("differences", title, columns, rows, _note(estimates), stacked=True)


def _row(estimates: Estimates, name: str, measures: Sequence[Measure]) -> dict[str, Value]:
    found = estimates.measured[name]
    return {"policy": name, **{m.key: m.shown(found[m.key]) for m in measures}}


def results_table(estimates: Estimates) -> Table:
    """Every estimate in a row of its own."""
    columns = tuple(Column(key, key) for key in ("policy", "measure", "unit", *Estimate._fields))
    rows: list[dict[str, Value]] = []
    for name in estimates.names:
        own = [(m.key, m.unit, estimates.measured[name][m.key]) for m in estimates.measures()]
        own.append(("ncv_interquartile_mean", "$", estimates.interquartile[name]))
        own.append(("dashboard_index", "", estimates.index[name]))
        rows += [
            {"policy": name, "measure": key, "unit": unit, **estimate._asdict()}
            for key, unit, estimate in own
        ]
    return Table("results", "Estimates", columns, tuple(rows))


def markets_table(estimates: Estimates) -> Table:
    """Every measure in every market."""
    columns = tuple(Column(key, key) for key in ("policy", "market", "measure", "value"))
    rows: list[dict[str, Value]] = [
        {"policy": name, "market": market, "measure": measure.key, "value": float(value)}
        for name, evaluation in estimates.evaluations.items()
        for measure in estimates.measures()
        for market, value in enumerate(measure.per_market(evaluation.metrics))
    ]
    return Table("markets", "Markets", columns, tuple(rows))


def values(estimates: Estimates) -> dict[str, Any]:
    """All results as plain values; only ``timing`` differs from run to run."""
    return {
        "schema": SCHEMA,
        "planner": estimates.reference,
        "measures": {
            m.key: {"unit": m.unit, "side": m.side, "meaning": m.meaning}
            for m in estimates.measures()
        },
        "policies": {name: _policy(estimates, name) for name in estimates.names},
        "timing": {name: round(seconds, 3) for name, seconds in estimates.seconds.items()},
    }


def notes(estimates: Estimates) -> list[str]:
    """Caveats on the numbers."""
    config, judge = estimates.config, estimates.config.evaluation
    said = [
        f"Intervals are percentile bootstraps over the {judge.markets} held-out markets that every "
        "policy met with the same random numbers; differences are paired by market.",
        "Rates and returns are ratios of sums over markets, not means of ratios.",
    ]
    if "search_iroas" in estimates.measured[estimates.reference]:
        said.append(
            "Search iROAS is measured by replaying the same actions with search silenced; where "
            "one budget is shared, the other channels may then spend what search leaves."
        )
    if any(estimates.index[name].known for name in estimates.names):
        said.append(f"The dashboard index is the {INDEX.format(estimates.reference)}.")
    if config.modes:
        said.append(
            f"Each mode learned from {config.training.total_steps:,} environment steps with "
            "one training seed: the intervals do not say how much another run would differ."
        )
    said.append("Customers are simulated; docs/model/evidence.md lists the sources.")
    return said


def _note(estimates: Estimates) -> str:
    judge = estimates.config.evaluation
    seeds = "; one training seed per mode" if estimates.config.modes else ""
    return (
        f"{100 * judge.confidence:g} % bootstrap intervals over {judge.markets} held-out markets"
        f"{seeds}. NCV: $ per 1,000 customers per 28 days."
    )


def _policy(estimates: Estimates, name: str) -> dict[str, Any]:
    evaluation, measures = estimates.evaluations[name], estimates.measures()
    return {
        "measures": {key: plain(value) for key, value in estimates.measured[name].items()},
        "ncv_interquartile_mean": plain(estimates.interquartile[name]),
        "dashboard_index": plain(estimates.index[name]),
        "minus_reference": {
            m.key: plain(estimates.versus(name, estimates.reference, m.key)) for m in measures
        },
        "per_market": {m.key: _numbers(m.per_market(evaluation.metrics)) for m in measures},
        "metrics": {key: _numbers(values) for key, values in evaluation.metrics.items()},
        "trajectories": {
            key: _numbers(estimates.trajectory(name, key)) for key in evaluation.trajectories
        },
    }


def _numbers(values: F64) -> list[float | None]:
    """Plain numbers; a missing one is null."""
    return [plain(float(value)) for value in values]
