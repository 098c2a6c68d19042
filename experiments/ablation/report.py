"""Puts the study together: headline, tables, figures, and how far to trust them."""

from onevoice.experiments.ablation import bands, figures, sheets
from onevoice.experiments.ablation.headline import headline
from onevoice.experiments.ablation.losses import Losses
from onevoice.experiments.study import Study

NOTES = (
    "Loss means: one calendar for all channels (coordinated) beside channels that each raise their "
    "own claims (greedy). Neither is the best policy; another pair would give other numbers.",
    "Collapse means: NCV, trust and customer equity all lie below those of one calendar, each by "
    "its interval. Loss only means: NCV does, but trust or equity does not; discounts given away "
    "suffice for that. An interval tells that there is a harm, not that it is large.",
    "One coefficient is varied at a time, around the scenario's own values: regions without a "
    "collapse may grow or vanish if several move at once.",
    "Intervals cover the draw of markets and customers, not the choice of the model, and each row "
    "is read by itself: with many rows, one in twenty differs from nothing by chance.",
    "A mechanism that is off also changes what greedy channels learn and do, so a row shows the "
    "whole effect of the mechanism, not of its formula on a fixed plan.",
)


def make_study(losses: Losses) -> Study:
    """The whole report."""
    config = losses.config
    return Study(
        name="ablate",
        title="What the coordination collapse is made of",
        description=(
            f"Every variant of the scenario is played on the same {config.markets} held-out "
            f"markets with the same random numbers; intervals are "
            f"{100 * config.confidence:g} % bootstrap intervals over markets. "
            f"{config.scenario.description}"
        ),
        findings=(headline(losses),),
        config=config,
        sheets=(
            sheets.mechanisms(losses), sheets.customers(losses), bands.sensitivity(losses),
            bands.diagram(losses), bands.audiences(losses),
        ),
        pictures=figures.draw(losses),
        notes=NOTES,
    )  # fmt: skip
