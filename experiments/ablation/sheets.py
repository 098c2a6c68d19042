"""The tables of mechanisms: what becomes of the loss, of the customers and of the dashboards."""

from onevoice.experiments.ablation.labels import UNIT, WORDS, off_label
from onevoice.experiments.ablation.losses import Losses, state, verdict
from onevoice.experiments.ablation.variants import off_part, switched_off
from onevoice.experiments.study import Cell, Column, Sheet


def mechanisms(losses: Losses) -> Sheet:
    """What is left of the loss without each mechanism."""
    columns = (
        Column("off", "switched off"),
        Column(
            "state",
            "what is left",
            meaning="collapse: NCV, trust and equity are lost; loss only: NCV is, not both others",
        ),
        Column(
            "verdict",
            "the loss",
            meaning="from intervals alone; gone: told from the whole loss, not from zero",
        ),
        Column("loss", "loss, $", 0, f"NCV of coordinated less that of greedy, {UNIT}"),
        Column("share", "share gone, %", 0, "of the whole loss, when this is off"),
        Column("trust", "trust back, %", 0, "of the whole loss of trust, when this is off"),
        Column("manual", "loss beside manual, $", 0, "NCV of manual less that of greedy"),
        Column("engagements", "engagements, %", 0, "greedy's beside manual's, all channels"),
        Column("claims", "claims, %", 0, "revenue the platforms claim, greedy's beside manual's"),
    )
    return Sheet(
        "mechanisms", "The loss without each mechanism", columns,
        tuple(_mechanism_row(losses, off) for off in switched_off()),
        "Same markets and random numbers in every row; differences are paired. With trust off it "
        "is still counted, but nothing depends on it.",
    )  # fmt: skip


def _mechanism_row(losses: Losses, off: tuple[str, ...]) -> dict[str, Cell]:
    part, lost = off_part(off), losses.shortfall(off_part(off))
    found = verdict(losses.whole.ncv, lost.ncv, losses.shrinkage(part))
    return {
        "off": off_label(off),
        "state": WORDS[state(lost)],
        "verdict": found if off else None,
        "loss": lost.ncv,
        "share": losses.share_gone(part) if off else None,
        "trust": losses.share_gone(part, "trust") if off else None,
        "manual": losses.loss(part, beside="manual"),
        "engagements": losses.rise(part, "engagements", "greedy", "manual"),
        "claims": losses.rise(part, "claims", "greedy", "manual"),
    }


def customers(losses: Losses) -> Sheet:
    """How differently customers fare with greedy channels and with one calendar."""
    columns = (
        Column("off", "switched off"),
        Column("trust", "trust", 4, "greedy less coordinated, of those who remain, 0 to 1"),
        Column(
            "equity", "equity, $", 0, "greedy less coordinated, per 1,000 customers, at the end"
        ),
        Column("churn", "churn, %", 1, "greedy less coordinated, in percent of customers"),
        Column("opt_outs", "opt-outs", 3, "greedy less coordinated, per customer"),
        Column("conflicts", "conflicts", 1, "greedy less coordinated, touches per customer"),
    )
    return Sheet(
        "customers", "What greedy channels do to customers, beside one calendar", columns,
        tuple(_customer_row(losses, off) for off in switched_off()),
    )  # fmt: skip


def _customer_row(losses: Losses, off: tuple[str, ...]) -> dict[str, Cell]:
    row: dict[str, Cell] = {"off": off_label(off)}
    for metric in ("trust", "equity", "churn", "opt_outs", "conflicts"):
        gap = losses.gap(off_part(off), metric, "greedy", "coordinated")
        percent = 100.0 if metric == "churn" else 1.0
        row[metric] = gap.times(percent)
    return row
