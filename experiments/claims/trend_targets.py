"""Claims about changes over the weeks, each as a signed difference between paired simulations."""

from collections.abc import Iterator
from functools import partial
from operator import attrgetter, methodcaller

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.claims.estimates import (
    CUTS,
    FALLS,
    NOT_RISING,
    PAID,
    REPORT,
    RISES,
    Check,
    Metric,
    Sampler,
    Simulations,
    Span,
    Target,
    between,
    change,
    churn,
    click_cost,
    conflict_means,
    difference,
    near,
    open_rate,
    opt_out_rate,
    queries,
    slope,
    value,
)
from onevoice.experiments.core.statistics import divide

AGENTS: Span = ("greedy", 0, 3)
START: Span = ("greedy", 0, 0)
FIRST_MONTH: Span = ("greedy", 0, 1)
THIRD_MONTH: Span = ("greedy", 2, 3)
MONTH_BEFORE: Span = ("warm_up", 0, 1)
ONE_PLAN: Span = ("coordinated", 0, 3)
TEAM: Span = ("manual", 0, 3)
MORE_EMAIL: Span = ("more_email", 0, 3)
RAISED: tuple[Span, Span] = (("raised", 2, 3), ("raised", 0, 1))
FORTNIGHT: tuple[Span, Span] = (("layer", 1, 1.5), ("greedy", 1, 1.5))
LAST_FORTNIGHT: tuple[Span, Span] = (("relaxed", 2.5, 3), ("layer", 2.5, 3))
NCV: Metric = attrgetter("ncv")
EQUITY: Metric = methodcaller("equity")
TRUST: Metric = methodcaller("mean_state", "TRUST")
REVENUE: Metric = methodcaller("system", "REVENUE")
CLAIMED: Metric = methodcaller("total", "CLAIMED")
VISITS: Metric = methodcaller("system", "VISITS")
SENDS: Metric = methodcaller("count", "email", "TOUCHES")


def _share(column: str) -> Metric:
    return lambda window: 100 * window.mean_share(column)


FOUR, THREE = _share("FOUR_MESSAGES"), _share("THREE_MESSAGES")


def _caused_by_email(simulations: Simulations) -> F64:
    """Revenue that 1,000 e-mails cause, $ ``[B]``."""
    team = simulations.window(*TEAM)
    caused = team.system("REVENUE") - simulations.window("no_email").system("REVENUE")
    return divide(caused, team.count("email", "TOUCHES") / 1000)


def _cut_as_in_article(simulations: Simulations) -> F64:
    """100 where social is cut first and search next, else 0, ``[B]``."""
    names = list(simulations.scenario.channels)
    first, second = (simulations.fact(f"{cut}/channel") for cut in CUTS)
    both = (first == names.index("social")) & (second == names.index("search"))
    return np.where(both, 100.0, 0.0)


def _after_cut(month: float, of: Metric) -> Sampler:
    return change(of, ("cut", month, month + 1), ("greedy", month, month + 1))


def _worse(measure: str, of: Metric, digits: int, check: Check = FALLS) -> Target:
    measure = f"{measure}, agents minus one coordinated plan"
    return Target("C2", measure, "worse", difference(of, AGENTS, ONE_PLAN), check, digits)


CUSTOMERS = (
    _worse("NCV", NCV, 1),
    _worse("trust at the end", TRUST, 3),
    _worse("equity at the end, $ per 1,000", EQUITY, 1),
    _worse("churn, % of customers a month", churn, 2, RISES),
    Target("C2", "NCV after the takeover minus the month before", "falling",
           difference(NCV, AGENTS, MONTH_BEFORE), FALLS, 1),
    Target("C2", "NCV of the third month minus the first", "falling",
           difference(NCV, THIRD_MONTH, FIRST_MONTH), FALLS, 1),
    Target("C2", "trust in three months", "falling",
           difference(TRUST, AGENTS, START), FALLS, 3),
    Target("C2", "equity in three months", "falling", difference(EQUITY, AGENTS, START), FALLS, 1),
    Target("C2", "customers with 4 different messages in 72 h before, %", "",
           value(FOUR, MONTH_BEFORE), REPORT, 4),
    Target("C2", "customers with 4 different messages in 72 h after, %", "",
           value(FOUR, AGENTS), REPORT, 4),
    Target("C2", "4 different messages, after minus before, %", "a customer with 4",
           difference(FOUR, AGENTS, MONTH_BEFORE), RISES, 4),
    Target("C2", "customers with 3 different messages, after minus before, %", "",
           difference(THREE, AGENTS, MONTH_BEFORE), REPORT, 4),
)  # fmt: skip
"""C2: customers get contradictory messages, lose trust, opt out and leave."""
SPIRAL = (
    Target("C11", "simulations where social is cut first and search next, %", "social, search",
           _cut_as_in_article, near(100, 20), 0),
    Target("C11", "awareness, month after cutting social, %", "falls",
           _after_cut(1, methodcaller("mean_state", "AWARENESS")), FALLS, 1),
    Target("C11", "search volume, same month, %", "falls", _after_cut(1, queries), FALLS, 1),
    Target("C11", "revenue claimed by search, same month, %", "falls",
           _after_cut(1, methodcaller("count", "search", "CLAIMED")), FALLS, 1),
    Target("C11", "pipeline: customers in the market after cutting search, %", "falls",
           _after_cut(2, methodcaller("mean_state", "IN_MARKET")), FALLS, 1),
    Target("C11", "visits, same month, %", "falls", _after_cut(2, VISITS), FALLS, 1),
    Target("C11", "revenue, same month, %", "falls", _after_cut(2, REVENUE), FALLS, 1),
)  # fmt: skip
"""C11: the team cuts the channel that looks expensive; awareness, search and revenue follow."""
EMAIL = (
    Target("C12", "spent on e-mail, $", "0",
           value(methodcaller("count", "email", "SPEND"), TEAM), near(0, 0), 0),
    Target("C12", "revenue that 1,000 sends cause, $", "efficient", _caused_by_email, RISES),
    Target("C12", "more e-mail than the team sends, %", "",
           change(SENDS, MORE_EMAIL, TEAM), REPORT, 0),
    Target("C12", "NCV of sending more, minus the team's", "under-deployed",
           difference(NCV, MORE_EMAIL, TEAM), RISES),
)  # fmt: skip
"""C12: e-mail without a budget is efficient per send, and too little is sent."""
EROSION = (
    Target("C13", "opt-outs per 1,000 touches, change a week", "rising", slope(opt_out_rate),
           RISES, 3),
    Target("C13", "e-mail open rate, %, change a week", "falling", slope(open_rate), FALLS, 3),
    Target("C13", "cost of a paid click, $, change a week", "rising", slope(click_cost), RISES, 4),
    *(Target("C13", f"cost of a click on {name}, $, change a week", "",
             slope(partial(click_cost, channels=(name,))), REPORT, 4) for name in PAID),
    Target("C13", "spend as dashboards allow, third month minus first, $", "grows",
           difference(methodcaller("total", "SPEND"), *RAISED), RISES, 0),
    Target("C13", "revenue with it, third month minus first, $", "flat",
           difference(REVENUE, *RAISED), NOT_RISING, 0),
    Target("C13", "revenue with it, minus that of the fixed split, $", "",
           difference(REVENUE, RAISED[0], THIRD_MONTH), REPORT, 0),
)  # fmt: skip
"""C13: unsubscribes rise, opens fall, clicks cost more; spend grows and revenue does not.

The first three under the agents' fixed split. Spend grows where a manager raises the budget of each
channel whose platform claims more than the channel costs.
"""
RELAXATION = (
    Target("C16", "revenue claimed in the layer's first fortnight, %", "down",
           change(CLAIMED, *FORTNIGHT), FALLS, 1),
    Target("C16", "engagements, same fortnight, %", "down",
           change(methodcaller("total", "ENGAGEMENTS"), *FORTNIGHT), FALLS, 1),
    Target("C16", "NCV with the layer, minus without", "the layer works",
           difference(NCV, ("layer", 1, 3), ("greedy", 1, 3)), RISES, 1),
    Target("C16", "revenue claimed once the rules are relaxed, %", "up",
           change(CLAIMED, *LAST_FORTNIGHT), RISES, 1),
    Target("C16", "NCV once the rules are relaxed, minus the layer kept", "the collapse returns",
           difference(NCV, *LAST_FORTNIGHT), FALLS, 1),
)  # fmt: skip
"""C16: a layer that works looks bad on dashboards; once its rules are relaxed, losses return."""


def trend_targets() -> list[Target]:
    """All targets about changes."""
    return [*CUSTOMERS, *SPIRAL, *EMAIL, *EROSION, *RELAXATION, *_growth()]


def _growth() -> Iterator[Target]:
    """C4: possible conflicts grow with the square of the channels."""
    for n in range(2, 8):
        yield Target("C4", f"conflicts per customer and month, {n} channels", "",
                     partial(_conflicts, n), REPORT)  # fmt: skip
    for n, pairs in ((6, 15), (7, 21)):
        yield Target("C4", f"pairs that do conflict, {n} channels", str(pairs),
                     partial(conflicting_pairs, n), near(pairs, 0), 0)  # fmt: skip
    yield Target("C4", "exponent: conflicts grow as channels to this power",
                 "2 for possible pairs", _growth_exponent, between(low=1))  # fmt: skip


def _conflicts(channels: int, simulations: Simulations) -> F64:
    return np.asarray(conflict_means(simulations.conflicts)[channels - 2])


def conflicting_pairs(channels: int, simulations: Simulations) -> F64:
    """Pairs of the first ``channels`` that, alone, conflict in some simulation, ``[B]``."""
    members = np.asarray(simulations.conflicts["members"], np.bool_)
    pairs = (members.sum(axis=1) == 2) & ~members[:, channels:].any(axis=1)
    conflicts = np.asarray(simulations.conflicts["conflicts"], np.float64)[pairs]
    return np.full(conflicts.shape[1], float(conflicts.any(axis=1).sum()))


def _growth_exponent(simulations: Simulations) -> F64:
    """Slope of log conflicts over log channels, ``[B]``."""
    log_conflicts = np.log(np.maximum(conflict_means(simulations.conflicts), 1e-9))
    return np.asarray(np.polyfit(np.log(np.arange(2, 8)), log_conflicts, 1)[0])
