"""Puts the findings into words, tables and figures."""

from onevoice.experiments.attribution.figures import pictures
from onevoice.experiments.attribution.results import CLAIMS, WITHOUT, Findings
from onevoice.experiments.attribution.tables import UNIT, sheets
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.study import Study, cell_text


def report(findings: Findings) -> Study:
    """The whole study."""
    return Study(
        name="attribution",
        title="What channels claim, are credited with, and cause",
        description=_description(findings),
        findings=(headline(findings),),
        config=findings.config,
        sheets=sheets(findings),
        pictures=pictures(findings),
        notes=_notes(findings),
    )


def headline(findings: Findings) -> str:
    """One sentence that says no more than the intervals do."""
    return f"{_together(findings)}; {_widest(findings)}."


def _together(findings: Findings) -> str:
    claimed = findings.sums["claimed"].sum(axis=1)
    times = findings.over(claimed, findings.caused)
    if not times.known:
        caused, claims = findings.money(findings.caused), findings.money(claimed)
        return (
            f"Platforms together claim {_dollars(claims)}, while what their channels caused "
            f"cannot be told to be more than nothing: {_dollars(caused)}"
        )
    told = f"{cell_text(times)} times the revenue that their channels caused"
    if not times.excludes(1.0):
        return f"Platforms together claim {told}, which cannot be told from the right amount"
    return f"Platforms together claim {'' if times.value > 1.0 else 'only '}{told}"


def _widest(findings: Findings) -> str:
    """The channel whose claim lies farthest above its truth, if any can be told apart."""
    claims, truth = findings.credit(CLAIMS), findings.credit(WITHOUT)
    gaps = [findings.money(gap) for gap in (claims - truth).T]
    place = max(range(len(gaps)), key=lambda a: gaps[a].value)
    if not gaps[place].low > 0.0:
        return "no single channel's claim can be told to exceed what its silence would cost"
    claimed, caused = findings.money(claims[:, place]), findings.money(truth[:, place])
    return (
        f"the widest gap is that of {findings.channels[place]}, which claims {_dollars(claimed)} "
        f"and whose silence would cost {_dollars(caused)}, {UNIT}"
    )


def _dollars(estimate: Estimate) -> str:
    return cell_text(estimate, 0)


def _description(findings: Findings) -> str:
    asked = findings.config
    return (
        f"Policy {asked.policy} on {asked.markets} held-out markets of {len(findings.channels)} "
        f"channels, {asked.scenario.population:,} customers and {asked.scenario.days:g} days. "
        f"Values in parentheses are {asked.confidence:.0%} bootstrap intervals over markets. "
        "Truth comes from replays of the same episodes: the same actions and the same random "
        "numbers, with every possible set of channels silent from the first day on."
    )


def _notes(findings: Findings) -> tuple[str, ...]:
    asked = findings.config
    seen = {
        "engagement": "engagements (opens, clicks and the like), the events that tools can join "
        "across channels; mere views are not among them, though some platforms claim by them",
        "touch": "touches, seen or not: more than tools outside a simulation can join",
    }
    return (
        "Leave-one-out is what would be missing had the channel been silent all along while the "
        "others did exactly what they did; in reality they would react, and its audience would be "
        "told something else.",
        "Leave-one-out counts what two channels only achieve together for both, and what either "
        "would have achieved for neither; the exact Shapley value averages over all orders in "
        "which channels could join, so it adds up to what all of them caused.",
        f"Only {asked.scenario.days:g} days are seen: revenue that awareness or lost trust bring "
        "later is missing, and is part of the net value alone, through customer equity.",
        "With a budget that all channels share, the money of a silent channel is left to the "
        "others, and more of one channel can mean less of the others where the budget runs dry.",
        f"The marginal return multiplies contact rates and trigger probabilities by "
        f"{1 - asked.step:g} and {1 + asked.step:g} (probabilities up to 1), a split budget too; "
        "prices stay, while in an auction the next click costs more.",
        f"The models' paths hold {seen[asked.kind]}; they reach back {asked.lookback_days:g} days.",
        "Where an interval is too wide, more customers narrow it: give --scenario.population.",
    )
