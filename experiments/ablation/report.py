"""The report: findings, tables and notes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from onevoice.experiments.ablation.config import (
    COUNTS,
    SWITCHED_OFF,
    Coefficient,
    Off,
    count_label,
    off_label,
    overlap_label,
)
from onevoice.experiments.ablation.estimates import WORDS, Estimates, State, runs
from onevoice.experiments.ablation.figures import draw
from onevoice.experiments.ablation.run import off_task
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.study import Column, Study, Table, Value, cell_text
from onevoice.experiments.report.wording import VALUE_UNIT, direction

NOTES = (
    "Loss: net customer value (NCV) under one calendar for all channels (coordinated) less that of "
    "channels that each raise their own claims (greedy). Neither is the best policy; another pair "
    "would give other numbers.",
    "Collapse: NCV, trust and customer equity all lie below those of one calendar, each by its "
    "interval. Loss only: NCV does, but trust or equity does not; discounts given away suffice for "
    "that. An interval shows that there is a harm, not that it is large.",
    "One coefficient varies at a time, around the scenario's own values: regions without a "
    "collapse may grow or vanish if several change at once.",
    "Intervals cover the draw of markets and customers, not the choice of the model. Each row is "
    "read by itself: among many rows, one in twenty excludes zero by chance.",
    "Switching a mechanism off also changes what greedy channels learn and do: a row shows the "
    "whole effect of the mechanism, not that of its formula on a fixed plan.",
)
TURNS = {
    "shrinks": "shrinks",
    "gone": "is not distinguishable from zero",
    "reverses": "turns into a gain",
}
"""The headline's words for some verdicts."""
OFF = Column("off", "switched off")
MECHANISMS = (
    OFF,
    Column("state", "state", 2, "collapse: NCV, trust and equity are lost; loss only: NCV is, but "
           "not both others"),
    Column("verdict", "the loss", 2, "from intervals alone; gone: the loss differs from the whole "
           "loss and not from zero"),
    Column("loss", "loss, $", 0, f"NCV of coordinated less that of greedy, {VALUE_UNIT}"),
    Column("share", "share gone, %", 0, "of the whole loss, with this switched off"),
    Column("trust", "trust back, %", 0, "of the whole loss of trust, with this switched off"),
    Column("manual", "loss to manual, $", 0, "NCV of manual less that of greedy"),
    Column("engagements", "engagements, %", 0, "greedy compared with manual, all channels"),
    Column("claims", "claims, %", 0, "revenue that platforms claim, greedy compared with manual"),
)  # fmt: skip
CUSTOMERS = (
    Column("trust", "trust", 4, "greedy less coordinated, of remaining customers, 0 to 1"),
    Column("equity", "equity, $", 0, "greedy less coordinated, per 1,000 customers, at the end"),
    Column("churn", "churn, %", 1, "greedy less coordinated, in percent of customers"),
    Column("opt_outs", "opt-outs", 3, "greedy less coordinated, per customer"),
    Column("conflicts", "conflicts", 1, "greedy less coordinated, touches per customer"),
)
"""The keys are metrics."""


def make_study(estimates: Estimates) -> Study:
    """The whole report."""
    config = estimates.config
    return Study(
        name="ablate",
        title="What causes the coordination collapse",
        description=(
            f"Every variant of the scenario is played on the same {config.markets} held-out "
            f"markets with the same random numbers; intervals are "
            f"{100 * config.confidence:g} % bootstrap intervals over markets. "
            f"{config.scenario.description}"
        ),
        findings=tuple(findings(estimates)),
        config=config,
        tables=(
            mechanisms(estimates), customers(estimates), sensitivity(estimates),
            diagram(estimates), audiences(estimates),
        ),
        figures=draw(estimates),
        notes=NOTES,
    )  # fmt: skip


def findings(estimates: Estimates) -> list[str]:
    """One sentence each, the headline first."""
    sentences = (_whole, _dashboards, _losses, _collapses, _trust, _factors, _cells)
    return [text for sentence in sentences if (text := sentence(estimates))]


def _whole(estimates: Estimates) -> str:
    interval = f"{cell_text(estimates.whole.ncv, 0)} {VALUE_UNIT}"
    sentences: dict[State, str] = {
        "collapse": f"Greedy channels lose {interval} compared with one calendar, and with it "
        "trust and customer equity: the collapse.",
        "loss": f"Greedy channels lose {interval} compared with one calendar, but not both trust "
        "and customer equity: there is no collapse.",
        "open": f"The loss of greedy channels is not distinguishable from zero: {interval}.",
        "gain": f"There is no collapse: the loss of greedy channels is {interval}, a gain.",
    }
    return sentences[estimates.whole.state]


def _dashboards(estimates: Estimates) -> str:
    """In how many variants greedy channels look better than manual ones."""
    better = sum(
        all(estimates.rise(off_task(off), name).low > 0.0 for name in ("engagements", "claims"))
        for off in SWITCHED_OFF
    )
    share = "all" if better == len(SWITCHED_OFF) else f"{better} of"
    return (
        f"The dashboards of greedy channels look better than manual ones in {share} "
        f"{len(SWITCHED_OFF)} variants."
    )


def _losses(estimates: Estimates) -> str:
    """The mechanisms without which the loss changes."""
    found = _grouped((off_label(off), estimates.verdict(off_task(off))) for off in SWITCHED_OFF[1:])
    parts = [f"{text} without {_either(found[v])}" for v, text in TURNS.items() if v in found]
    return f"The loss {'; '.join(parts)}." if parts else ""


def _collapses(estimates: Estimates) -> str:
    """The mechanisms without which there is no collapse."""
    states = {off: estimates.shortfall(off_task(off)).state for off in SWITCHED_OFF[1:]}
    found = _grouped((off_label(off), WORDS[state]) for off, state in states.items())
    there = len(found.pop(WORDS["collapse"], []))
    text = f"With mechanisms off the collapse is there in {there} of {len(states)} variants"
    return f"{text}, but not without {_groups(found)}." if found else f"{text}."


def _trust(estimates: Estimates) -> str:
    """The mechanisms without which most of the lost trust returns."""
    shares = {off: estimates.share_gone(off_task(off), "trust") for off in SWITCHED_OFF[1:]}
    back = {off: share for off, share in shares.items() if share and direction(share) > 0}
    if not back:
        return ""
    most = max(back, key=lambda off: back[off].value)
    return f"Without {off_label(most)}, {cell_text(back[most], 0)} % of the lost trust returns."


def _factors(estimates: Estimates) -> str:
    """The coefficients with a collapse at all factors, and those without."""
    every, factors = estimates.config.coefficients, estimates.config.factors
    found = _grouped((one.label, _elsewhere(estimates.states(one))) for one in every)
    throughout = len(found.pop("", []))
    text = (
        f"With a coefficient at {factors[0]:g} to {factors[-1]:g} times its value the collapse is "
        f"there throughout for {throughout} of {len(every)}"
    )
    return f"{text}, but not for {_groups(found)}." if found else f"{text}."


def _elsewhere(states: Mapping[float, State]) -> str:
    """The states at the factors without a collapse; nothing if it is everywhere."""
    found = {kind: factors for kind, factors in runs(states).items() if kind != "collapse"}
    parts = ", ".join(f"{WORDS[kind]} at {factors}" for kind, factors in found.items())
    return parts if states else "out of bounds"


def _cells(estimates: Estimates) -> str:
    """In how many cells of the diagram the collapse exists, and the states of the others."""
    cells = [(count, overlap) for count in COUNTS for overlap in estimates.config.overlaps]
    found = Counter(estimates.at_overlap(*cell).state for cell in cells)
    text = f"Over channels and audiences the collapse is there in {found.pop('collapse', 0)} of "
    others = ", ".join(f"{WORDS[kind]} in {count}" for kind, count in found.most_common())
    return f"{text}{len(cells)} cells{'; ' if others else ''}{others}."


def _grouped(texts: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Labels by the text that they share."""
    found: dict[str, list[str]] = {}
    for label, text in texts:
        found.setdefault(text, []).append(label)
    return found


def _groups(labels: Mapping[str, list[str]]) -> str:
    """Labels with the text that they share in brackets."""
    return "; ".join(f"{_either(several)} ({text})" for text, several in labels.items())


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def mechanisms(estimates: Estimates) -> Table:
    """The rest of the loss without each mechanism."""
    rows = tuple(_mechanisms_row(estimates, off) for off in SWITCHED_OFF)
    return Table(
        "mechanisms", "The loss without each mechanism", MECHANISMS, rows,
        "All rows use the same markets and random numbers; differences are paired. With trust off "
        "the model still counts trust, but nothing depends on it.",
    )  # fmt: skip


def _mechanisms_row(estimates: Estimates, off: Off) -> dict[str, Value]:
    task, lost = off_task(off), estimates.shortfall(off_task(off))
    return {
        "off": off_label(off),
        "state": WORDS[lost.state],
        "verdict": estimates.verdict(task) if off else None,
        "loss": lost.ncv,
        "share": estimates.share_gone(task) if off else None,
        "trust": estimates.share_gone(task, "trust") if off else None,
        "manual": estimates.gap(task, "ncv", "manual", "greedy"),
        **{name: estimates.rise(task, name) for name in ("engagements", "claims")},
    }


def customers(estimates: Estimates) -> Table:
    """The effect of greedy channels on customers, compared with one calendar."""

    def gap(off: Off, metric: str) -> Estimate:
        found = estimates.gap(off_task(off), metric, "greedy", "coordinated")
        return found.times(100.0) if metric == "churn" else found

    rows: list[dict[str, Value]] = [
        {"off": off_label(off)} | {c.key: gap(off, c.key) for c in CUSTOMERS}
        for off in SWITCHED_OFF
    ]
    title = "The effect of greedy channels on customers, compared with one calendar"
    return Table("customers", title, (OFF, *CUSTOMERS), tuple(rows))


def sensitivity(estimates: Estimates) -> Table:
    """The loss over a range of each coefficient."""
    config = estimates.config
    columns = (
        Column("coefficient", "coefficient", meaning="with the scenario's own value"),
        Column("support", "size", meaning="assumed, or its sign is measured, or the total effect "
               "of trust and overload is"),
        *(Column(f"x{factor:g}", f"\N{MULTIPLICATION SIGN} {factor:g}", 0)
          for factor in config.factors),
        Column("where", "the collapse exists", meaning="factors at which NCV, trust and equity "
               "are lost"),
    )  # fmt: skip
    together = [
        f"{c.label.capitalize()}: {', '.join(others)} and {last} together."
        for c in config.coefficients
        for *others, last in [[name.split(".")[-1] for name in c.fields]]
        if others
    ]
    note = "One coefficient varies at a time; a dash is a value out of the field's bounds."
    return Table(
        "sensitivity", f"The loss by coefficient, {VALUE_UNIT}", columns,
        tuple(_sensitivity_row(estimates, one) for one in config.coefficients),
        " ".join([note, *together]),
    )  # fmt: skip


def _sensitivity_row(estimates: Estimates, coefficient: Coefficient) -> dict[str, Value]:
    values = coefficient.values(estimates.config.scenario)
    own = f", {values[0]:g}" if len(values) == 1 else ""
    row: dict[str, Value] = {"coefficient": coefficient.label + own}
    for factor in estimates.config.factors:
        lost = estimates.at_factor(coefficient, factor)
        row[f"x{factor:g}"] = lost and lost.ncv
    where = where_collapsed(estimates.states(coefficient))
    return row | {"support": coefficient.support, "where": where}


def where_collapsed(states: Mapping[float, State]) -> str:
    """The factors at which the collapse exists."""
    if set(states.values()) == {"collapse"}:
        return "everywhere"
    return runs(states).get("collapse", "nowhere")


def diagram(estimates: Estimates) -> Table:
    """The loss by number of channels and overlap of audiences."""
    title = f"The loss by channels and overlap of audiences, {VALUE_UNIT}"
    note = (
        "The budget holds as much per channel in every row. Overlap is customers.overlap, from "
        f"{overlap_label(-1)} (as few shared_reward customers as reach allows) to 1 (as many)."
    )
    return _grid("diagram", title, estimates, lambda *c: estimates.at_overlap(*c).ncv, 0, note)


def audiences(estimates: Estimates) -> Table:
    """The overlap that each setting gives."""
    note = (
        "Mean over pairs of push channels of the customers whom both reach, as a share of the "
        "smaller audience; at the start."
    )
    title = "Overlap of audiences with each setting"
    return _grid("audiences", title, estimates, estimates.realised, 2, note)


def _grid(
    name: str, title: str, estimates: Estimates, value: Callable[[int, float], Value],
    digits: int, note: str,
) -> Table:  # fmt: skip
    overlaps = estimates.config.overlaps
    columns = (Column(f"o{o:g}", f"overlap {overlap_label(o)}", digits) for o in overlaps)
    rows: list[dict[str, Value]] = [
        {"channels": count_label(count), **{f"o{o:g}": value(count, o) for o in overlaps}}
        for count in COUNTS
    ]
    return Table(name, title, (Column("channels", "channels"), *columns), tuple(rows), note)
