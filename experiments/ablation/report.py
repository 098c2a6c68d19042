"""Puts the study together: headline, tables, figures, and how far to trust them."""

from collections import Counter

from onevoice.experiments.ablation import bands, figures, sheets
from onevoice.experiments.ablation.labels import COUNTS, UNIT, off_label
from onevoice.experiments.ablation.losses import Losses, state, verdict
from onevoice.experiments.ablation.variants import (
    coefficients,
    off_part,
    switched_off,
)
from onevoice.experiments.study import Study, cell_text

NOTES = (
    "Loss means: one calendar for all channels (coordinated) beside channels that each raise their "
    "own claims (greedy). Neither is the best policy; another pair would give other numbers.",
    "One coefficient is varied at a time, around the scenario's own values: regions without a loss "
    "may grow or vanish if several move at once.",
    "Intervals cover the draw of markets and customers, not the choice of the model, and each row "
    "is read by itself: with many rows, one in twenty differs from nothing by chance.",
    "A mechanism that is off also changes what greedy channels learn and do, so a row shows the "
    "whole effect of the mechanism, not of its formula on a fixed plan.",
)


TURNS = (
    ("shrinks", "shrinks"), ("gone", "cannot be told from zero"), ("reverses", "turns into a gain"),
)  # fmt: skip
"""Verdicts that the headline tells, in its words."""


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
        headline=headline(losses),
        config=config,
        sheets=(
            sheets.mechanisms(losses), sheets.customers(losses), bands.sensitivity(losses),
            bands.diagram(losses), bands.audiences(losses),
        ),
        pictures=figures.draw(losses),
        notes=NOTES,
    )  # fmt: skip


def headline(losses: Losses) -> str:
    """What the intervals say, in a few sentences."""
    sentences = (_whole, _boards, _off, _factors, _cells)
    return " ".join(text for sentence in sentences if (text := sentence(losses)))


def _whole(losses: Losses) -> str:
    loss = losses.whole
    interval = f"{cell_text(loss, 0)} {UNIT}"
    if state(loss) == "loss":
        return f"Greedy channels lose {interval} beside one calendar."
    if state(loss) == "gain":
        return f"There is no collapse: the loss of greedy channels is {interval}, a gain."
    return f"The loss of greedy channels cannot be told from zero: {interval}."


def _boards(losses: Losses) -> str:
    """Whether greedy channels look better than manual ones, whatever is switched off."""
    every = switched_off()
    better = sum(
        all(
            losses.rise(off_part(off), metric, "greedy", "manual").low > 0.0
            for metric in ("engagements", "claims")
        )
        for off in every
    )
    how = "all" if better == len(every) else f"{better} of"
    return f"Their dashboards look better than manual ones in {how} {len(every)} variants."


def _off(losses: Losses) -> str:
    """Which mechanisms, each by itself or together, take the loss away."""
    found: dict[str, list[str]] = {}
    for off in switched_off()[1:]:
        loss, shrinkage = losses.loss(off_part(off)), losses.shrinkage(off_part(off))
        found.setdefault(verdict(losses.whole, loss, shrinkage), []).append(off_label(off))
    told = [f"{words} without {_list(found[kind])}" for kind, words in TURNS if kind in found]
    return f"The loss {'; '.join(told)}." if told else ""


def _factors(losses: Losses) -> str:
    """In which part of the sensitivity bands the loss exists."""
    names: dict[bool, list[str]] = {True: [], False: []}
    for one in coefficients(losses.config):
        found = [losses.at_factor(one, factor) for factor in losses.config.factors]
        throughout = all(state(loss) == "loss" for loss in found if loss is not None)
        names[throughout].append(one.name.replace("_", " "))
    low, high = losses.config.factors[0], losses.config.factors[-1]
    text = f"With a coefficient at {low:g} to {high:g} times its value a loss is there throughout "
    text += f"for {len(names[True])} of {sum(map(len, names.values()))}"
    return f"{text}, but not for {_list(names[False])}." if names[False] else f"{text}."


def _cells(losses: Losses) -> str:
    """In how many cells of the diagram the loss exists."""
    overlaps = losses.config.overlaps
    found = Counter(state(losses.at_overlap(count, o)) for count in COUNTS for o in overlaps)
    text = f"Over channels and audiences {found['loss']} of {found.total()} cells show a loss"
    return f"{text} and {found['gain']} a gain." if found["gain"] else f"{text}."


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
