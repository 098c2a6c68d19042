"""What the intervals say, in a few sentences."""

from collections import Counter

from onevoice.experiments.ablation.labels import COUNTS, UNIT, WORDS, off_label, runs
from onevoice.experiments.ablation.losses import Losses, State, side, state, verdict
from onevoice.experiments.ablation.variants import coefficients, off_part, switched_off
from onevoice.experiments.study import cell_text

TURNS = (
    ("shrinks", "shrinks"), ("gone", "cannot be told from zero"), ("reverses", "turns into a gain"),
)  # fmt: skip
"""Verdicts that the headline tells, in its words."""


def headline(losses: Losses) -> str:
    """What the intervals say, in a few sentences."""
    sentences = (_whole, _boards, _off, _sets, _trust, _factors, _cells)
    return " ".join(text for sentence in sentences if (text := sentence(losses)))


def _whole(losses: Losses) -> str:
    interval = f"{cell_text(losses.whole.ncv, 0)} {UNIT}"
    sentences: dict[State, str] = {
        "collapse": f"Greedy channels lose {interval} beside one calendar, and with it trust "
        "and customer equity: the collapse.",
        "loss": f"Greedy channels lose {interval} beside one calendar, but not both trust and "
        "customer equity: there is no collapse.",
        "open": f"The loss of greedy channels cannot be told from zero: {interval}.",
        "gain": f"There is no collapse: the loss of greedy channels is {interval}, a gain.",
    }
    return sentences[state(losses.whole)]


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
        found.setdefault(verdict(losses.whole.ncv, loss, shrinkage), []).append(off_label(off))
    told = [f"{words} without {_list(found[kind])}" for kind, words in TURNS if kind in found]
    return f"The loss {'; '.join(told)}." if told else ""


def _sets(losses: Losses) -> str:
    """Whether the collapse outlives mechanisms, and what there is without it."""
    every = switched_off()[1:]
    names: dict[str, list[str]] = {}
    for off in every:
        found = WORDS[state(losses.shortfall(off_part(off)))]
        names.setdefault(found, []).append(off_label(off))
    there = len(names.pop(WORDS["collapse"], []))
    text = f"With mechanisms off the collapse is there in {there} of {len(every)} variants"
    return f"{text}, but not without {_groups(names)}." if names else f"{text}."


def _trust(losses: Losses) -> str:
    """Without which mechanisms most of the lost trust is back."""
    shares = {off_label(o): losses.share_gone(off_part(o), "trust") for o in switched_off()[1:]}
    back = {name: s for name, s in shares.items() if s is not None and side(s) == "above"}
    if not back:
        return ""
    most = max(back, key=lambda name: back[name].value)
    return f"Of the trust lost, {cell_text(back[most], 0)} % is back without {most}."


def _factors(losses: Losses) -> str:
    """For which coefficients the collapse is there throughout, and where it is not for others."""
    every = coefficients(losses.config)
    names: dict[str, list[str]] = {}
    for one in every:
        names.setdefault(_elsewhere(losses.states(one)), []).append(one.name.replace("_", " "))
    throughout = len(names.pop("", []))
    low, high = losses.config.factors[0], losses.config.factors[-1]
    text = f"With a coefficient at {low:g} to {high:g} times its value the collapse is there "
    text += f"throughout for {throughout} of {len(every)}"
    return f"{text}, but not for {_groups(names)}." if names else f"{text}."


def _elsewhere(states: dict[float, State]) -> str:
    """What there is at the factors without a collapse; nothing if it is everywhere."""
    kinds = {kind: factors for kind, factors in runs(states).items() if kind != "collapse"}
    told = ", ".join(f"{WORDS[kind]} at {factors}" for kind, factors in kinds.items())
    return told if states else "out of bounds"


def _cells(losses: Losses) -> str:
    """In how many cells of the diagram the collapse exists, and what the others show."""
    overlaps = losses.config.overlaps
    found = Counter(state(losses.at_overlap(count, o)) for count in COUNTS for o in overlaps)
    text = f"Over channels and audiences the collapse is there in {found.pop('collapse', 0)} of "
    text += f"{len(COUNTS) * len(overlaps)} cells"
    others = ", ".join(f"{WORDS[kind]} in {count}" for kind, count in found.most_common())
    return f"{text}; {others}." if others else f"{text}."


def _groups(names: dict[str, list[str]]) -> str:
    """Names that share what is told of them, with that in brackets."""
    return "; ".join(f"{_list(several)} ({told})" for told, several in names.items())


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
