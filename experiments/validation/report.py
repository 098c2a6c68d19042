"""The study of a validation: every row judged, the curves behind some of them, and notes."""

from collections.abc import Iterator, Mapping
from functools import partial
from math import comb

import numpy as np

from onevoice.envs.typing import Arrays
from onevoice.experiments.core.statistics import Bootstrap, Estimate, Statistic, mean, ratio
from onevoice.experiments.report.study import Column, Study, Table, Value
from onevoice.experiments.validation import published
from onevoice.experiments.validation.config import Config
from onevoice.experiments.validation.estimates import (
    Judged,
    Row,
    best_level,
    estimate_all,
    judge,
    loss_at,
    percent,
    ratio_of_rates,
    reason,
)
from onevoice.experiments.validation.figures import draw

DIGITS = {"%": 1, "points": 1, "a month": 0, "ratio": 2}
"""Decimals by unit."""
DESCRIPTION = (
    "Each published experiment is set up again in the simulator: its channels, its plans, and this "
    "scenario's customers. The arms of a replay have the same customers and random numbers, once "
    "with the treatment for everybody and once without it. Customers affect each other only "
    "through the budget, which never runs out, so this is equivalent to randomising customers."
)
NOTES = (
    "A row is inside if the interval over markets and the accepted range have a value in common. "
    "A range is the one published, or spans the arms of the publication; where there is only a "
    "point, it goes from half to one and a half times that point.",
    "Held out means that no calibration uses the row. The defaults were first set by hand inside "
    "ranges taken from the same literature, so it does not mean that the figures were unknown. "
    "Rows marked as fitted were used when parameters were set: the number of e-mails by the "
    "calibration, the claims of search through the source article's figures; visits and carry-over "
    "of display, brand ads and relevant e-mail's opt-outs by hand.",
    "The published loss at 4 and 10 e-mails is of a customer's whole lifetime profit; ours is of "
    "the gain over no e-mail, since here most of a customer's profit does not depend on e-mail.",
    "In the e-mail replay two densities of demand are solved for, so that the control group visits "
    "and buys as often as the published one. The effect of the e-mail is not fitted.",
    "Fit of the message is an average of very different cases: one of the two e-mails lifted "
    "visits as much among buyers of the other department, the other one seven times less.",
    "The telemarketing figures are observational: customers are not called again at random. One "
    "factor per contact does not describe the shape; the figure shows both curves.",
    "Not replayed: a lower price after a purchase (Anderson & Simester) and extra contact that "
    "ends inertia (Ascarza et al.), whose sizes or designs are not known well enough, and effects "
    "of advertising on customers of rivals, which do not exist here.",
)


def make_study(config: Config, arrays: Mapping[str, Arrays]) -> Study:
    """Judge every row and draw the figures from the arrays of all replays."""
    bootstrap = Bootstrap.of(config.markets, config)
    judged = estimate_all(published.ROWS, arrays, bootstrap)
    tables = (
        experiments(judged),
        designs(judged),
        control_group(arrays["one_email"], bootstrap),
        frequency(arrays["frequency"], bootstrap),
        contacts(arrays["contacts"], bootstrap),
    )
    return Study(
        name="validate",
        title="Published experiments, replayed",
        description=DESCRIPTION,
        findings=(headline(judged),),
        config=config,
        tables=tables,
        figures=draw(judged, tables),
        notes=(*NOTES, sign_note(*falls(arrays["pooled"]))),
    )


def headline(judged: Judged) -> str:
    """How many rows lie inside."""
    counts = []
    for role in ("held out", "fitted"):
        verdicts = [judge(row, ours) for row, ours in judged if row.role == role]
        counts.append(f"{verdicts.count('inside')} of {len(verdicts)} {role}")
    return f"Figures inside their accepted range: {counts[0]}, {counts[1]}."


def falls(pooled: Arrays) -> tuple[int, int]:
    """In how many markets the best number of e-mails falls, and in how many it changes at all."""
    alone, beside = (
        best_level(published.POOLED_FREQUENCIES, *pooled[name].astype(np.float64)[..., None])
        for name in ("alone", "beside_others")
    )
    return int((beside < alone).sum()), int((beside != alone).sum())


def sign_note(fallen: int, changed: int) -> str:
    """The sign test of pooled fatigue as a sentence."""
    tail = sum(comb(changed, k) for k in range(max(fallen, changed - fallen), changed + 1))
    p = min(1.0, 2 * tail / 2**changed)
    chance = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    return (
        f"Sign test of e-mail beside SMS and push: the best number of e-mails fell in {fallen} of "
        f"the {changed} markets where it changed ({chance}, two-sided)."
    )


def experiments(judged: Judged) -> Table:
    """One line per published figure."""
    columns = (
        Column("label", "experiment"),
        Column("role", "role", meaning="held out: no calibration uses it"),
        Column("unit", "unit"),
        Column("published", "published"),
        Column("accepted", "accepted", meaning="by the rules at the end of the page"),
        Column("ours", "simulated", meaning="with its interval over markets"),
        Column("verdict", "verdict"),
        Column("reason", "likely cause, where outside"),
    )
    return Table(
        "experiments", "Published experiments and their replays", columns,
        tuple(_line(row, ours) for row, ours in judged),
        "Inside: the interval and the accepted range have a value in common. Where only a "
        "direction was published, the whole interval must lie on that side.",
    )  # fmt: skip


def _line(row: Row, ours: Estimate) -> dict[str, Value]:
    low, high = (f"{end:.4g}".replace("-", "\N{MINUS SIGN}") for end in row.accepted)
    return {
        "label": row.label, "role": row.role, "unit": row.unit, "published": row.published,
        "accepted": "below 0" if row.wholly else f"{low} to {high}", "ours": ours,
        "verdict": judge(row, ours), "reason": reason(row, ours), "digits": DIGITS[row.unit],
    }  # fmt: skip


def designs(judged: Judged) -> Table:
    """The comparison behind every line, and its publication."""
    columns = tuple(
        Column(*names)
        for names in (
            ("label", "experiment"), ("compared", "comparison"), ("source", "source")
        )
    )  # fmt: skip
    rows = ({column.key: getattr(row, column.key) for column in columns} for row, _ in judged)
    return Table("designs", "Comparisons", columns, tuple(rows))


def control_group(arrays: Arrays, bootstrap: Bootstrap) -> Table:
    """The control group of the e-mail replay, which was solved for."""
    columns = (
        Column("group", "control group"), Column("published", "published, %"),
        Column("ours", "simulated, %"), Column("parameter", "solved for"),
        Column("value", "value", 4),
    )  # fmt: skip
    visited, bought = published.CONTROL_VISITED, published.CONTROL_BOUGHT
    groups = (
        ("visitors in two weeks", "control_visited", visited, "direct_visits_idle"),
        ("buyers in two weeks", "control_bought", bought, "purchase_idle"),
    )
    rows: list[dict[str, Value]] = [
        {
            "group": group, "published": 100 * share,
            "ours": bootstrap.interval(percent, arrays[name].astype(np.float64)),
            "parameter": f"customers.{parameter}", "value": float(value),
        }
        for (group, name, share, parameter), value in zip(groups, arrays["solved"], strict=True)
    ]  # fmt: skip
    title = "The e-mail replay's control group, matched by two densities of demand"
    return Table("control_group", title, columns, tuple(rows))


def frequency(arrays: Arrays, bootstrap: Bootstrap) -> Table:
    """Profit by the number of e-mails."""
    profits = list(arrays["profit"].astype(np.float64))
    columns = (
        Column("level", "e-mails a month", 0),
        Column("gain", "gain over none, $ per 1,000 customers", 0),
        Column("share", "of the best, %", 0),
        Column("published", "published, %", 0),
    )
    rows: list[dict[str, Value]] = [
        {
            "level": level,
            "gain": bootstrap.interval(mean, profits[place]),
            "share": remainder(bootstrap.interval(partial(loss_at, place), *profits)),
            "published": 100.0 - published.FREQUENCY_LOSSES[level]
            if level in published.FREQUENCY_LOSSES
            else None,
        }
        for place, level in enumerate(published.FREQUENCIES)
    ]
    return Table("frequency", "Lifetime profit by the number of e-mails", columns, tuple(rows))


def remainder(loss: Estimate) -> Estimate:
    """The share that is left after a loss in per cent."""
    return Estimate(100.0 - loss.value, 100.0 - loss.high, 100.0 - loss.low)


def contacts(arrays: Arrays, bootstrap: Bootstrap) -> Table:
    """Success by contact."""
    columns = (
        Column("contact", "contact", 0),
        Column("ours", "simulated, %"),
        Column("of_first", "of the first contact's, %", 0),
        Column("published", "published, %"),
        Column("published_of_first", "of the first contact's, %", 0),
    )
    return Table(
        "contacts", "Success at each contact among those not successful before", columns,
        tuple(_contacts(arrays, bootstrap)),
        "Published: telemarketing calls. Simulated: text messages on consecutive days.",
    )  # fmt: skip


def _contacts(arrays: Arrays, bootstrap: Bootstrap) -> Iterator[dict[str, Value]]:
    at_risk, successes = (arrays[name].astype(np.float64) for name in ("at_risk", "successes"))
    for k, call in enumerate(published.CALLS):
        counts = (successes[k], at_risk[k], successes[0], at_risk[0])
        yield {
            "contact": k + 1,
            "ours": bootstrap.interval(_in_percent(ratio), *counts[:2]),
            "of_first": bootstrap.interval(_in_percent(ratio_of_rates), *counts),
            "published": 100.0 * call,
            "published_of_first": 100.0 * call / published.CALLS[0],
        }


def _in_percent(statistic: Statistic) -> Statistic:
    return lambda *samples: np.asarray(100.0 * statistic(*samples))
