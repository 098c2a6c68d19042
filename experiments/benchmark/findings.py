"""Says in sentences what the intervals show; no verdict is written here, each is computed."""

from collections.abc import Sequence
from itertools import pairwise

from onevoice.experiments.benchmark.cells import Row
from onevoice.experiments.benchmark.estimates import HIGH, LOW, TOGETHER, Estimates, Several
from onevoice.experiments.report.study import cell_text
from onevoice.experiments.report.wording import comparison, direction, dollars, listed

RIVALS = ("greedy", "independent", "open_loop")
COORDINATED = ("shared_reward", "central_critic")
NOTHING = "These rows suffice for no finding."
CLOSED = 80.0
"""Percent of the gap that the best mode should close."""


def findings(estimates: Estimates) -> list[str]:
    """One sentence per finding that the rows suffice for, the headline first."""
    said = [
        _collapse(estimates),
        *(_beats(estimates, name) for name in COORDINATED),
        _gap(estimates),
    ]
    said += [_ranking(estimates), *_layers(estimates), _beside_rules(estimates), _sight(estimates)]
    said += [_missing(estimates)]
    return [sentence for sentence in said if sentence] or [NOTHING]


def compared(estimates: Estimates, name: str, other: str, column: str = "ncv") -> str:
    """``$12 above manual ($3 to $20), intervals apart``, or that the two are not told apart."""
    gap = estimates.versus(name, other, column)
    if not direction(gap):
        return comparison(gap, other)
    apart = estimates.order(name, other, column) in ("above", "below")
    beside = "intervals apart" if apart else "though the intervals of the two overlap"
    return f"{comparison(gap, other)}, {beside}"


def _collapse(estimates: Estimates) -> str:
    """Dashboards that rise and customers who lose, when each channel learns for itself."""
    if not _there(estimates, "independent", "manual", "shared_reward"):
        return ""
    claims = compared(estimates, "independent", "manual", "claims")
    truth = compared(estimates, "independent", "shared_reward")
    seen = estimates.order("independent", "manual", "claims") == "above"
    lost = estimates.order("independent", "shared_reward") == "below"
    verdict = {
        (True, True): "the collapse is learned",
        (True, False): "dashboards rise, but no loss is shown with intervals apart",
        (False, True): "value is lost, but no rise of the dashboards is shown with intervals apart",
        (False, False): "the collapse is not shown",
    }[seen, lost]
    return (
        f"Trained as independent, what the dashboards claim is {claims}; net customer value is "
        f"{truth}: {verdict}."
    )


def _beats(estimates: Estimates, name: str) -> str:
    """Whether a coordinated mode is above the rivals that are there."""
    rivals = [rival for rival in RIVALS if _there(estimates, name, rival)]
    if not rivals:
        return ""
    told = "; ".join(compared(estimates, name, rival) for rival in rivals)
    short = [rival for rival in rivals if estimates.order(name, rival) != "above"]
    verdict = f"not above {listed(short)} with intervals apart" if short else "above all of them"
    return f"Trained as {name}, net customer value is {told}: {verdict}."


def _gap(estimates: Estimates) -> str:
    """How much of the gap the modes close, and whether one is shown to close most of it."""
    closed = {n: gap for n in estimates.modes if (gap := estimates.gap_closed(n))}
    known = {name: gap for name, gap in closed.items() if gap.known}
    if not known:
        return ""
    told = "; ".join(f"{name} {cell_text(gap, 0)} %" for name, gap in known.items())
    shown = [name for name, gap in known.items() if gap.low >= CLOSED]
    near = [name for name, gap in known.items() if gap.value >= CLOSED and name not in shown]
    verdict = f"no mode is shown to close {CLOSED:.0f} %"
    if shown:
        verdict = f"{listed(shown)} {_verb(shown)} at least {CLOSED:.0f} %, by the whole interval"
    elif near:
        verdict += f", though {listed(near)} {_verb(near)} so much at the estimate"
    return f"Of the gap from {LOW} to {HIGH} the modes close: {told}; {verdict}."


def _ranking(estimates: Estimates) -> str:
    """The modes from the highest, and which neighbours are told apart."""
    ranked = estimates.ranked(estimates.modes)
    if len(ranked) < 2:
        return ""
    text = ranked[0]
    for better, worse in pairwise(ranked):
        told = estimates.versus(better, worse).excludes()
        text += f" {'>' if told else '~'} {worse}"
    return f"The modes by net customer value, > where the paired difference shows it: {text}."


def _layers(estimates: Estimates) -> list[str]:
    """What each coordination layer changes for the row that stands under it."""
    return [
        f"Under a layer, {name} is {compared(estimates, name, str(row.bare))}."
        for name, row in _layered(estimates).items()
        if _there(estimates, str(row.bare))
    ]


def _beside_rules(estimates: Estimates) -> str:
    """The modes beside the best layer over a row that learned nothing."""
    ruled = tuple(name for name, row in _layered(estimates).items() if not row.trained)
    if not ruled or not estimates.modes:
        return ""
    best = estimates.ranked(ruled)[0]
    told = "; ".join(f"{name} is {compared(estimates, name, best)}" for name in estimates.modes)
    return f"Beside the layer that does most for what learned nothing: {told}."


def _sight(estimates: Estimates) -> str:
    """What is lost by seeing another market's observations."""
    lost = {n: sight for n in estimates.names if (sight := estimates.sight(n)) and sight.known}
    if not lost:
        return ""
    words = {1: "lower", -1: "higher", 0: "not told apart"}
    told = "; ".join(
        f"{name} {words[direction(gap)]} ({dollars(-gap.value)}, {dollars(-gap.high)} to "
        f"{dollars(-gap.low)})"
        for name, gap in lost.items()
    )
    return f"With observations of other markets net customer value is: {told}."


def _missing(estimates: Estimates) -> str:
    """Cells that are not there yet."""
    if not estimates.missing:
        return ""
    told = ", ".join(
        name if name not in estimates.names else f"{name} (runs {', '.join(map(str, seeds))})"
        for name, seeds in estimates.missing.items()
    )
    return f"Not made yet: {told}."


def _layered(estimates: Estimates) -> dict[str, Row]:
    """The rows under a layer."""
    return {name: estimates.rows[name] for name in estimates.names if estimates.rows[name].layer}


def _there(estimates: Estimates, *names: str) -> bool:
    return set(names) <= set(estimates.names)


def _verb(names: Sequence[str]) -> str:
    return "closes" if len(names) == 1 else "close"


def growth_finding(several: Several) -> str:
    """Whether the loss grows from each number of channels to the next."""
    counts = several.channels
    losses = [several.loss(place) for place in range(len(counts))]
    told = "; ".join(
        f"{count} channels {dollars(loss.value)} ({dollars(loss.low)} to {dollars(loss.high)})"
        for count, loss in zip(counts, losses, strict=True)
    )
    steps: dict[int, list[str]] = {1: [], -1: [], 0: []}
    for place, (fewer, more) in enumerate(pairwise(counts), 1):
        steps[direction(several.growth(place))].append(f"{fewer} to {more}")
    words = {1: "grows", -1: "shrinks", 0: "is not told apart"}
    verdict = "; ".join(
        f"it {words[k]} from {listed(found)}" for k, found in steps.items() if found
    )
    return f"Channels that learn for themselves lose, beside {TOGETHER}: {told}; {verdict}."
