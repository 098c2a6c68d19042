"""The tables of coefficients, and of channels and audiences: where the loss exists."""

from onevoice.experiments.ablation.labels import COUNTS, UNIT, count_text, overlap_text
from onevoice.experiments.ablation.losses import Losses, state
from onevoice.experiments.ablation.variants import Coefficient, coefficients, own_value
from onevoice.experiments.study import Cell, Column, Sheet


def sensitivity(losses: Losses) -> Sheet:
    """The loss over a range of each coefficient."""
    factors = losses.config.factors
    columns = (
        Column("coefficient", "coefficient", meaning="with the scenario's own value"),
        Column(
            "support",
            "size",
            meaning="assumed, or its sign, or the total of trust and overload, is measured",
        ),
        *(Column(f"x{factor:g}", f"\N{MULTIPLICATION SIGN} {factor:g}", 0) for factor in factors),
        Column("where", "the loss exists", meaning="factors whose interval lies above zero"),
    )
    return Sheet(
        "sensitivity", f"The loss by coefficient, {UNIT}", columns,
        tuple(_sensitivity_row(losses, one) for one in coefficients(losses.config)),
        "One coefficient is varied at a time; a dash is a value out of the field's bounds.",
    )  # fmt: skip


def _sensitivity_row(losses: Losses, coefficient: Coefficient) -> dict[str, Cell]:
    scenario, factors = losses.config.scenario, losses.config.factors
    found = {factor: losses.at_factor(coefficient, factor) for factor in factors}
    values = [f"{own_value(scenario, name):g}" for name in coefficient.fields]
    own = f", {values[0]}" if len(values) == 1 else ""
    return {
        "coefficient": coefficient.name.replace("_", " ") + own,
        "support": coefficient.support,
        **{f"x{factor:g}": loss for factor, loss in found.items()},
        "where": _where({f: state(loss) for f, loss in found.items() if loss is not None}),
    }


def _where(states: dict[float, str]) -> str:
    """The factors with a loss, consecutive ones as a range."""
    runs: list[list[float]] = []
    before = None
    for factor, found in states.items():
        if found == "loss":
            runs = runs if before == "loss" else [*runs, []]
            runs[-1].append(factor)
        before = found
    if not runs:
        return "nowhere"
    if len(runs[0]) == len(states):
        return "everywhere"
    return ", ".join(
        f"{run[0]:g} to {run[-1]:g}" if len(run) > 1 else f"{run[0]:g}" for run in runs
    )


def diagram(losses: Losses) -> Sheet:
    """The loss by number of channels and overlap of audiences."""
    overlaps = losses.config.overlaps
    columns = (
        Column("channels", "channels"),
        *(Column(f"o{overlap:g}", f"overlap {overlap_text(overlap)}", 0) for overlap in overlaps),
    )
    rows: list[dict[str, Cell]] = [
        {"channels": count_text(count)}
        | {f"o{overlap:g}": losses.at_overlap(count, overlap) for overlap in overlaps}
        for count in COUNTS
    ]
    return Sheet(
        "diagram", f"The loss by channels and overlap of audiences, {UNIT}", columns, tuple(rows),
        "The purse holds as much per channel in every row. Overlap is customers.overlap, from "
        f"{overlap_text(-1)} (as few customers shared as reach allows) to 1 (as many).",
    )  # fmt: skip


def audiences(losses: Losses) -> Sheet:
    """What an overlap setting comes to."""
    overlaps = losses.config.overlaps
    columns = (
        Column("channels", "channels"),
        *(Column(f"o{overlap:g}", f"overlap {overlap_text(overlap)}", 2) for overlap in overlaps),
    )
    rows = tuple(
        {"channels": count_text(count)}
        | {f"o{overlap:g}": losses.realised(count, overlap) for overlap in overlaps}
        for count in COUNTS
    )
    return Sheet(
        "audiences", "Overlap of audiences that each setting comes to", columns, rows,
        "Mean over pairs of pushed channels of the customers whom both reach, as a share of the "
        "smaller audience; at the start.",
    )  # fmt: skip
