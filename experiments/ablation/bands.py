"""The tables of coefficients, and of channels and audiences: where the collapse exists."""

from onevoice.experiments.ablation.labels import COUNTS, UNIT, count_text, overlap_text, where
from onevoice.experiments.ablation.losses import Losses
from onevoice.experiments.ablation.variants import Coefficient, coefficients, own_value
from onevoice.experiments.study import Cell, Column, Sheet

ONE_AT_A_TIME = "One coefficient is varied at a time; a dash is a value out of the field's bounds."


def sensitivity(losses: Losses) -> Sheet:
    """The loss over a range of each coefficient."""
    factors, every = losses.config.factors, coefficients(losses.config)
    columns = (
        Column("coefficient", "coefficient", meaning="with the scenario's own value"),
        Column(
            "support",
            "size",
            meaning="assumed, or its sign, or the total of trust and overload, is measured",
        ),
        *(Column(f"x{factor:g}", f"\N{MULTIPLICATION SIGN} {factor:g}", 0) for factor in factors),
        Column(
            "where",
            "the collapse exists",
            meaning="factors at which NCV, trust and equity are lost",
        ),
    )
    return Sheet(
        "sensitivity", f"The loss by coefficient, {UNIT}", columns,
        tuple(_sensitivity_row(losses, one) for one in every),
        " ".join([ONE_AT_A_TIME, *(_together(one) for one in every if len(one.fields) > 1)]),
    )  # fmt: skip


def _sensitivity_row(losses: Losses, coefficient: Coefficient) -> dict[str, Cell]:
    scenario, factors = losses.config.scenario, losses.config.factors
    found = {factor: losses.at_factor(coefficient, factor) for factor in factors}
    values = [f"{own_value(scenario, name):g}" for name in coefficient.fields]
    own = f", {values[0]}" if len(values) == 1 else ""
    return {
        "coefficient": coefficient.name.replace("_", " ") + own,
        "support": coefficient.support,
        **{f"x{factor:g}": None if lost is None else lost.ncv for factor, lost in found.items()},
        "where": where(losses.states(coefficient)),
    }


def _together(coefficient: Coefficient) -> str:
    """Which fields a coefficient scales."""
    *others, last = (name.split(".")[-1] for name in coefficient.fields)
    name = coefficient.name.replace("_", " ").capitalize()
    return f"{name}: {', '.join(others)} and {last} together."


def diagram(losses: Losses) -> Sheet:
    """The loss by number of channels and overlap of audiences."""
    overlaps = losses.config.overlaps
    columns = (
        Column("channels", "channels"),
        *(Column(f"o{overlap:g}", f"overlap {overlap_text(overlap)}", 0) for overlap in overlaps),
    )
    rows: list[dict[str, Cell]] = [
        {"channels": count_text(count)}
        | {f"o{overlap:g}": losses.at_overlap(count, overlap).ncv for overlap in overlaps}
        for count in COUNTS
    ]
    return Sheet(
        "diagram", f"The loss by channels and overlap of audiences, {UNIT}", columns, tuple(rows),
        "The budget holds as much per channel in every row. Overlap is customers.overlap, from "
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
