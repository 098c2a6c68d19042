"""Says in sentences what the numbers show, and as plainly when they show nothing.

No conclusion is written here: every word that judges is chosen by whether an interval of paired
differences lies above zero, below zero or across it.
"""

from onevoice.experiments.compare.estimates import Results
from onevoice.experiments.core.statistics import ratio_difference
from onevoice.experiments.report.wording import comparison, direction, dollars
from onevoice.training.config import MODES

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
