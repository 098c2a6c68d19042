"""The report of a comparison: sentences, tables, and plain values for files.

No conclusion is written here: every word that judges is chosen by whether an interval of paired
differences lies above zero, below zero or across it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from onevoice.envs.typing import F64
from onevoice.experiments.compare.estimates import Results
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
Rows = tuple[Mapping[str, Value], ...]
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


def make_study(results: Results, out: Path | None = None) -> Study:
    """The whole report, with figures if ``out`` is given, which holds the training runs."""
    config = results.config
    return Study(
        name="results",
        title=f"onevoice: {config.name}",
        description=config.description or config.scenario.description,
        findings=tuple(findings(results)),
        config=config,
        tables=(dashboards(results), differences(results)),
        figures=draw(results, out) if out else (),
        notes=tuple(notes(results)),
        data=(results_table(results), markets_table(results)),
        extra=values(results),
    )


def findings(results: Results) -> list[str]:
    """Return one sentence per finding, the headline first."""
    said = [_selfish(results, n) for n in SELFISH if n in results.names and n != results.reference]
    said.append(_best(results))
    said += [_learned(results, n) for n in results.names if n in MODES and n != "independent"]
    return [sentence for sentence in [*said, _search(results)] if sentence]


def _best(results: Results) -> str:
    """The best NCV, beside the reference and the next best."""
    ranked = results.ranked()
    best, value = ranked[0], dollars(results.estimates[ranked[0]]["ncv"].value)
    said = f"{best} leaves the highest net customer value, {value} per 1,000 customers per 28 days"
    rivals = dict.fromkeys(name for name in (results.reference, *ranked[1:2]) if name != best)
    beside = ", ".join(_compared(results, best, name) for name in rivals)
    return f"{said}: {beside}." if beside else f"{said}."


def _selfish(results: Results, name: str) -> str:
    """Dashboard beside truth for a policy whose channels look at themselves only."""
    reference, index = results.reference, results.index[name]
    truth = f"net customer value is {_compared(results, name, reference)}"
    if not index.known:
        return f"{SELFISH[name]}, {truth}; there are no dashboards to compare."
    board = direction(index, 100.0)
    gap = index.value - 100.0
    shown = f"stand {abs(gap):.0f} % {'above' if gap > 0 else 'below'} {reference}'s"
    if board == 0:
        shown = f"are not told apart from {reference}'s"
    verdict = VERDICTS[board, direction(results.versus(name, reference, "ncv"))]
    return f"{SELFISH[name]}, the dashboards {shown}, and {truth}: {verdict}."


def _learned(results: Results, name: str) -> str:
    """What sharing the reward, or the critic, changes against learning alone."""
    if "independent" not in results.names:
        return ""
    return f"Trained as {name}, net customer value is {_compared(results, name, 'independent')}."


def _search(results: Results) -> str:
    """Claimed beside incremental return on search, for the reference."""
    name, seen = results.reference, results.estimates[results.reference]
    if "search_iroas" not in seen or not seen["search_iroas"].known:
        return ""
    claimed, real = (m for m in results.measures() if m.key in ("search_roas", "search_iroas"))
    metrics = results.evaluations[name].metrics
    samples = (*claimed.samples(metrics), *real.samples(metrics))
    gap = results.bootstrap.interval(ratio_difference, *samples)
    tail = ("not told apart from its claim", "less than it claims", "more than it claims")
    return (
        f"Under {name}, search claims ${seen[claimed.key].value:.2f} of revenue per dollar spent; "
        f"switching it off shows ${seen[real.key].value:.2f}, {tail[direction(gap)]}."
    )


def _compared(results: Results, name: str, other: str) -> str:
    return comparison(results.versus(name, other, "ncv"), other)


def dashboards(results: Results) -> Table:
    """The dashboards and the truth of every policy."""
    measures = (*results.measures("dashboard"), *results.measures("truth"))
    rows = _rows(results, measures)
    return Table(
        "dashboards", "The dashboard beside the truth", _columns(measures), rows, stacked=True
    )


def differences(results: Results) -> Table:
    """Dashboard index and NCV of every policy relative to the reference, and further measures."""
    reference, more = results.reference, results.measures("more")
    columns = (
        POLICY,
        Column("index", f"dashboard index, {reference} = 100", 0, INDEX.format(reference)),
        Column("difference", f"NCV difference, $ to {reference}", 0, "paired by market"),
        *_columns(more)[1:],
    )
    rows = tuple(
        {
            **row,
            "index": results.index[name],
            "difference": results.versus(name, reference, "ncv"),
        }
        for name, row in zip(results.names, _rows(results, more), strict=True)
    )
    title = f"Beside {reference}, on the same markets"
    return Table("differences", title, columns, rows, _note(results), stacked=True)


def results_table(results: Results) -> Table:
    """Every estimate in a row of its own."""
    columns = tuple(Column(key, key) for key in ("policy", "measure", "unit", *Estimate._fields))
    rows: list[dict[str, Value]] = []
    for name in results.names:
        own = [(m.key, m.unit, results.estimates[name][m.key]) for m in results.measures()]
        own.append(("ncv_interquartile_mean", "$", results.interquartile[name]))
        own.append(("dashboard_index", "", results.index[name]))
        rows += [
            {"policy": name, "measure": key, "unit": unit, **estimate._asdict()}
            for key, unit, estimate in own
        ]
    return Table("results", "Estimates", columns, tuple(rows))


def markets_table(results: Results) -> Table:
    """Every measure in every market."""
    columns = tuple(Column(key, key) for key in ("policy", "market", "measure", "value"))
    rows: Rows = tuple(
        {"policy": name, "market": market, "measure": measure.key, "value": float(value)}
        for name, evaluation in results.evaluations.items()
        for measure in results.measures()
        for market, value in enumerate(measure.per_market(evaluation.metrics))
    )
    return Table("markets", "Markets", columns, rows)


def values(results: Results) -> dict[str, Any]:
    """All results as plain values; only ``timing`` differs from run to run."""
    return {
        "schema": SCHEMA,
        "planner": results.reference,
        "measures": {
            m.key: {"unit": m.unit, "side": m.side, "meaning": m.meaning}
            for m in results.measures()
        },
        "policies": {name: _policy(results, name) for name in results.names},
        "timing": {name: round(seconds, 3) for name, seconds in results.seconds.items()},
    }


def notes(results: Results) -> list[str]:
    """Caveats on the numbers."""
    config, judge = results.config, results.config.evaluation
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
        said.append(f"The dashboard index is the {INDEX.format(results.reference)}.")
    if config.modes:
        said.append(
            f"Each mode learned from {config.training.total_steps:,} environment steps with "
            "one training seed: the intervals do not say how much another run would differ."
        )
    said.append("Customers are simulated; docs/model.md says what is measured, what assumed.")
    return said


def _note(results: Results) -> str:
    judge = results.config.evaluation
    seeds = "; one training seed per mode" if results.config.modes else ""
    return (
        f"{100 * judge.confidence:g} % bootstrap intervals over {judge.markets} held-out markets"
        f"{seeds}. NCV: $ per 1,000 customers per 28 days."
    )


def _columns(measures: Sequence[Measure]) -> tuple[Column, ...]:
    return (POLICY, *(measure.column for measure in measures))


def _rows(results: Results, measures: Sequence[Measure]) -> Rows:
    return tuple(
        {"policy": name, **{m.key: m.shown(results.estimates[name][m.key]) for m in measures}}
        for name in results.names
    )


def _policy(results: Results, name: str) -> dict[str, Any]:
    evaluation, measures = results.evaluations[name], results.measures()
    return {
        "measures": {key: plain(value) for key, value in results.estimates[name].items()},
        "ncv_interquartile_mean": plain(results.interquartile[name]),
        "dashboard_index": plain(results.index[name]),
        "minus_reference": {
            m.key: plain(results.versus(name, results.reference, m.key)) for m in measures
        },
        "per_market": {m.key: _numbers(m.per_market(evaluation.metrics)) for m in measures},
        "metrics": {key: _numbers(values) for key, values in evaluation.metrics.items()},
        "trajectories": {
            key: _numbers(results.trajectory(name, key)) for key in evaluation.trajectories
        },
    }


def _numbers(values: F64) -> list[float | None]:
    """Plain numbers; a missing one is null."""
    return [plain(float(value)) for value in values]
