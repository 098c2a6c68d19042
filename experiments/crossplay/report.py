"""The report of cross-play: sentences, tables and the matrix as a figure."""

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.crossplay.estimates import Estimates
from onevoice.experiments.crossplay.figures import draw
from onevoice.experiments.crossplay.run import GREEDY, JOINING, LEAVING
from onevoice.experiments.report.study import Column, Study, Table, Value
from onevoice.experiments.report.wording import VALUE_UNIT, direction, dollars, listed

NOTES = (
    "The guest of a team is the run of the next seed in the guest's mode, so that every run is "
    "once the host and, with as many runs in each mode, once the guest; values are averaged over "
    "the channels that are swapped in turn.",
    "The training run is the experimental unit: a resample draws hosts, each with its guest, and "
    "one set of markets. A run that is drawn as a host does not move its guest.",
    "A guest sees the true observations but does not know that the other channels are not its own "
    "team.",
)


def make_study(estimates: Estimates) -> Study:
    """The whole report."""
    config = estimates.config
    return Study(
        name="crossplay",
        title="Channels put together that were trained apart",
        description=(
            f"Net customer value on {config.markets} held-out markets, {VALUE_UNIT}, with "
            f"{100 * config.confidence:g} % bootstrap intervals. {config.scenario.description}"
        ),
        findings=tuple(findings(estimates)),
        config=config,
        tables=(matrix(estimates), channels(estimates)),
        figures=draw(estimates),
        notes=NOTES,
    )


def guest_label(estimates: Estimates, mode: str, guest: str) -> str:
    """What happens to a channel, in words."""
    day = f"{estimates.config.day:g}"
    words = {
        GREEDY: "replaced by greedy", LEAVING: f"silent from day {day}",
        JOINING: f"joining on day {day}", mode: "of another seed",
    }  # fmt: skip
    return words.get(guest, f"of {guest}")


def findings(estimates: Estimates) -> list[str]:
    """One sentence for each mode, computed from the intervals."""
    return [_finding(estimates, mode) for mode in estimates.modes]


def _finding(estimates: Estimates, mode: str) -> str:
    """Losses, then gains, each with its numbers, then what shows no difference."""
    found: dict[int, list[str]] = {1: [], -1: [], 0: []}
    for guest in estimates.guests:
        if estimates.played(mode, guest):
            drop = estimates.drop(mode, guest)
            side = direction(drop)
            numbers = _amount(drop, side) if side else ""
            found[side].append(f"{numbers}with one channel {guest_label(estimates, mode, guest)}")
    words = {1: "they lose", -1: "they gain", 0: "no difference is shown"}
    told = "; ".join(
        f"{words[side]} {listed(several)}" for side, several in found.items() if several
    )
    return f"Teams of {mode} reach {dollars(estimates.self_play(mode).value)}; {told}."


def _amount(drop: Estimate, side: int) -> str:
    value, *ends = (side * end for end in drop)
    return f"{dollars(value)} ({dollars(min(ends))} to {dollars(max(ends))}) "


def matrix(estimates: Estimates) -> Table:
    """Every mode with every guest."""
    columns = (
        Column("mode", "team"),
        Column("runs", "runs"),
        Column("guest", "one channel"),
        Column("ncv", "NCV, $", 0, "mean over the channels changed in turn"),
        Column("drop", "drop, $", 0, "self-play less that, of the same runs and markets"),
    )
    rows: list[dict[str, Value]] = []
    for mode in estimates.modes:
        shared: dict[str, Value] = {"mode": mode, "runs": estimates.runs(mode)}
        rows.append({**shared, "guest": "its own (self-play)", "ncv": estimates.self_play(mode)})
        rows += [
            {
                **shared,
                "guest": guest_label(estimates, mode, guest),
                "ncv": estimates.value(mode, guest),
                "drop": estimates.drop(mode, guest),
            }
            for guest in estimates.guests
            if estimates.played(mode, guest)
        ]
    return Table("crossplay", "Self-play and cross-play", columns, tuple(rows))


def channels(estimates: Estimates) -> Table:
    """The drop by the channel that is changed."""
    names = list(estimates.config.scenario.roles)
    columns = (
        Column("mode", "team"), Column("guest", "one channel"),
        *(Column(name, f"{name}, $", 0) for name in names),
    )  # fmt: skip
    rows: list[dict[str, Value]] = [
        {
            "mode": mode,
            "guest": guest_label(estimates, mode, guest),
            **{name: estimates.drop(mode, guest, row) for row, name in enumerate(names)},
        }
        for mode in estimates.modes
        for guest in estimates.guests
        if estimates.played(mode, guest)
    ]
    return Table("channels", "The drop by the channel that is changed", columns, tuple(rows))
