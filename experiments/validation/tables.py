"""The tables of a validation: every row judged, and the curves behind some of them.

Letters: ``k`` contacts, ``B`` markets.
"""

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.core.statistics import Bootstrap, Estimate, mean, ratio
from onevoice.experiments.study import Cell, Column, Sheet
from onevoice.experiments.validation.contacts import PUBLISHED as CALLS
from onevoice.experiments.validation.frequency import LEVELS, PUBLISHED
from onevoice.experiments.validation.measures import loss_at, percent, ratio_of_rates
from onevoice.experiments.validation.one_email import CONTROL_BOUGHT, CONTROL_VISITED
from onevoice.experiments.validation.rows import Row, judge, reason

Judged = list[tuple[Row, Estimate]]
DIGITS = {"%": 1, "points": 1, "a month": 0, "ratio": 2}


def experiments(judged: Judged) -> Sheet:
    """One line per published figure."""
    columns = (
        Column("label", "experiment"),
        Column("role", "role", meaning="held out: no calibration looks at it"),
        Column("unit", "unit"),
        Column("published", "published"),
        Column("accepted", "accepted", meaning="by the rules at the end of the page"),
        Column("ours", "simulated", meaning="with its interval over markets"),
        Column("verdict", "verdict"),
        Column("reason", "what drives it, where outside"),
    )
    return Sheet(
        "experiments", "Published experiments and their replays", columns,
        tuple(_line(row, ours) for row, ours in judged),
        "Inside: the interval and the accepted range have a value in common. Where only a "
        "direction was published, the whole interval must lie on that side.",
    )  # fmt: skip


def _line(row: Row, ours: Estimate) -> dict[str, Cell]:
    low, high = row.accepted
    return {
        "label": row.label,
        "role": row.role,
        "unit": row.unit,
        "published": row.published,
        "accepted": "below 0" if row.wholly else f"{_plain(low)} to {_plain(high)}",
        "ours": ours,
        "verdict": judge(row, ours),
        "reason": reason(row, ours),
        "digits": DIGITS[row.unit],
    }


def _plain(value: float) -> str:
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}")


def designs(judged: Judged) -> Sheet:
    """What every line compares, and who published it."""
    columns = (
        Column("label", "experiment"),
        Column("compared", "what is compared"),
        Column("source", "source"),
    )
    lines = (
        {"label": row.label, "compared": row.compared, "source": row.source} for row, _ in judged
    )
    return Sheet("designs", "What is compared", columns, tuple(lines))


def matched(arrays: Arrays, bootstrap: Bootstrap) -> Sheet:
    """The control group of the e-mail trial, which was solved for."""
    names = ("direct_visits_idle", "purchase_idle")
    rows = (
        ("visitors in two weeks", "control_visited", CONTROL_VISITED),
        ("buyers in two weeks", "control_bought", CONTROL_BOUGHT),
    )
    columns = (
        Column("group", "control group"),
        Column("published", "published, %"),
        Column("ours", "simulated, %"),
        Column("parameter", "solved for"),
        Column("value", "value", 4),
    )
    solved = arrays["solved"].astype(np.float64)
    lines: list[dict[str, Cell]] = [
        {
            "group": group,
            "published": 100 * published,
            "ours": bootstrap.interval(percent, arrays[name].astype(np.float64)),
            "parameter": f"customers.{parameter}",
            "value": float(value),
        }
        for (group, name, published), parameter, value in zip(rows, names, solved, strict=True)
    ]
    return Sheet(
        "control_group", "The e-mail trial's control group, matched by two densities of demand",
        columns, tuple(lines),
    )  # fmt: skip


def frequency(arrays: Arrays, bootstrap: Bootstrap) -> Sheet:
    """Profit by the number of e-mails."""
    profits = list(arrays["profit"].astype(np.float64))
    columns = (
        Column("level", "e-mails a month", 0),
        Column("gain", "gain over none, $ per 1,000 customers", 0),
        Column("share", "of the best, %", 0),
        Column("published", "published, %", 0),
    )
    lines: list[dict[str, Cell]] = [
        {
            "level": level,
            "gain": bootstrap.interval(mean, profits[place]),
            "share": turn(bootstrap.interval(partial(loss_at, place), *profits)),
            "published": 100.0 - PUBLISHED[level] if level in PUBLISHED else None,
        }
        for place, level in enumerate(LEVELS)
    ]
    return Sheet("frequency", "Lifetime profit by the number of e-mails", columns, tuple(lines))


def turn(loss: Estimate) -> Estimate:
    """What is left after a loss in per cent."""
    return Estimate(100.0 - loss.value, 100.0 - loss.high, 100.0 - loss.low)


def contacts(arrays: Arrays, bootstrap: Bootstrap) -> Sheet:
    """Success by contact."""
    columns = (
        Column("contact", "contact", 0),
        Column("ours", "simulated, %"),
        Column("of_first", "of the first contact's, %", 0),
        Column("published", "published, %"),
        Column("published_of_first", "of the first contact's, %", 0),
    )
    return Sheet(
        "contacts", "Success at each contact among those not successful before", columns,
        tuple(_contact_lines(arrays, bootstrap)),
        "Published: telemarketing calls. Simulated: text messages on consecutive days.",
    )  # fmt: skip


def _contact_lines(arrays: Arrays, bootstrap: Bootstrap) -> Iterator[Mapping[str, Cell]]:
    at_risk, successes = (arrays[name].astype(np.float64) for name in ("at_risk", "successes"))
    for k, call in enumerate(CALLS):
        counts = (successes[k], at_risk[k], successes[0], at_risk[0])
        yield {
            "contact": k + 1,
            "ours": bootstrap.interval(_rate, *counts[:2]),
            "of_first": bootstrap.interval(_of_first, *counts),
            "published": 100.0 * call,
            "published_of_first": 100.0 * call / CALLS[0],
        }


def _rate(successes: F64, at_risk: F64) -> F64:
    return 100.0 * ratio(successes, at_risk)


def _of_first(successes: F64, at_risk: F64, first: F64, at_first: F64) -> F64:
    return 100.0 * ratio_of_rates(successes, at_risk, first, at_first)
