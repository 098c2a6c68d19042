"""Claims about what happens over the weeks, each as a signed difference between paired worlds.

Letters: ``B`` worlds, ``W`` weeks.
"""

from collections.abc import Callable, Sequence

import numpy as np

from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.claims.judge import MET, MISSED, Judge, Row
from onevoice.experiments.claims.levels import queries
from onevoice.experiments.claims.scenes import CUTS
from onevoice.experiments.claims.story import Story
from onevoice.experiments.core.statistics import divide, mean
from onevoice.experiments.windows import Window

PAID = ("social", "search")
"""Channels that are paid by click or view."""


def customers(story: Story, judge: Judge) -> list[Row]:
    """C2: customers get contradictory messages, trust falls, they opt out and leave."""
    agents, one = story.window("greedy"), story.window("coordinated")
    first, last = story.window("greedy", 0, 1), story.window("greedy", 2, 3)
    before, after = story.window("warm_up", 0, 1), story.window("greedy", 0, 3)

    def gap(measure: str, of: Callable[[Window], F64], digits: int, direction: int = -1) -> Row:
        words = f"{measure}, agents minus one coordinated plan"
        return judge.sign("C2", words, "worse", of(agents) - of(one), direction, digits)

    def course(measure: str, values: F64, digits: int) -> Row:
        return judge.sign("C2", measure, "falling", values, -1, digits)

    four = [100 * window.mean_share("FOUR_MESSAGES") for window in (before, after)]
    three = [100 * window.mean_share("THREE_MESSAGES") for window in (before, after)]
    return [
        gap("NCV", lambda w: w.ncv, 1),
        gap("trust at the end", lambda w: w.mean_state("TRUST"), 3),
        gap("equity at the end, $ per 1,000", lambda w: w.equity(), 1),
        gap("churn, % of customers a month", churn, 2, 1),
        course("NCV after the takeover minus the month before", agents.ncv - before.ncv, 1),
        course("NCV of the third month minus the first", last.ncv - first.ncv, 1),
        course("trust in three months", _change(agents, "TRUST"), 3),
        course("equity in three months", agents.equity() - agents.equity(end=False), 1),
        judge.report("C2", "customers with 4 different messages in 72 h before, %", "", four[0], 4),
        judge.report("C2", "customers with 4 different messages in 72 h after, %", "", four[1], 4),
        judge.sign("C2", "4 different messages, after minus before, %", "a customer with 4",
                   four[1] - four[0], 1, 4),
        judge.report("C2", "customers with 3 different messages, after minus before, %", "",
                     three[1] - three[0], 4),
    ]  # fmt: skip


def growth(story: Story, judge: Judge, counted: Arrays) -> list[Row]:
    """C4: possible conflicts grow with the square of the channels."""
    per_size = conflict_means(counted)
    exponent = judge.bootstrap.interval(mean, growth_exponents(per_size))
    rows = [
        judge.report("C4", f"conflicts per customer and month, {n} channels", "", per_size[n - 2])
        for n in range(2, 8)
    ]
    for n, figure in ((6, 15), (7, 21)):
        pairs = conflicting_pairs(counted, n)
        rows.append(
            judge.level(
                "C4", f"pairs that do conflict, {n} channels", str(figure), (pairs,), figure, 0, 0
            )
        )
    rows.append(
        judge.range(
            "C4", "exponent: conflicts grow as channels to this power", "2 for possible pairs",
            exponent, 1, np.inf,
        )
    )  # fmt: skip
    return rows


def conflict_means(counted: Arrays) -> F64:
    """Conflicts per customer, averaged over all sets of 2 to 7 channels, float64 ``[6, B]``."""
    sizes = np.asarray(counted["members"]).sum(axis=1)
    conflicts = np.asarray(counted["conflicts"], np.float64)
    return np.stack([conflicts[sizes == n].mean(axis=0) for n in range(2, 8)])


def conflicting_pairs(counted: Arrays, channels: int) -> F64:
    """Pairs among the first ``channels`` channels that, alone, conflict in some world, ``[B]``."""
    members = np.asarray(counted["members"], np.bool_)
    pairs = (members.sum(axis=1) == 2) & ~members[:, channels:].any(axis=1)
    conflicts = np.asarray(counted["conflicts"], np.float64)[pairs]
    return np.full(conflicts.shape[1], float(conflicts.any(axis=1).sum()))


def growth_exponents(per_size: F64) -> F64:
    """Slope of log conflicts over log channels, ``[6, B]`` to ``[B]``."""
    x = np.log(np.arange(2, 8))
    return np.asarray(np.polyfit(x, np.log(np.maximum(per_size, 1e-9)), 1)[0])


def spiral(story: Story, judge: Judge) -> list[Row]:
    """C11: the team cuts what looks expensive; awareness, search, pipeline and revenue follow."""
    names = list(story.scenario.channels)
    order = [story.fact(f"{cut}/channel") for cut in CUTS]
    as_told = (order[0] == names.index("social")) & (order[1] == names.index("search"))
    second = [story.window(scene, 1, 2) for scene in ("cut", "greedy")]
    third = [story.window(scene, 2, 3) for scene in ("cut", "greedy")]

    def fall(measure: str, pair: Sequence[Window], of: Callable[[Window], F64]) -> Row:
        cut, kept = (of(window) for window in pair)
        return judge.sign("C11", measure, "falls", 100 * (divide(cut, kept) - 1), -1, 1)

    return [
        judge.level("C11", "worlds where social is cut first and search next, %", "social, search",
                    (100.0 * as_told,), 100, 20, 0),
        fall("awareness, month after cutting social, %", second,
             lambda w: w.mean_state("AWARENESS")),
        fall("search volume, same month, %", second, queries),
        fall("revenue claimed by search, same month, %", second,
             lambda w: w.count("search", "CLAIMED")),
        fall("pipeline: customers in the market after cutting search, %", third,
             lambda w: w.mean_state("IN_MARKET")),
        fall("visits, same month, %", third, lambda w: w.system("VISITS")),
        fall("revenue, same month, %", third, lambda w: w.system("REVENUE")),
    ]  # fmt: skip


def email(story: Story, judge: Judge) -> list[Row]:
    """C12: e-mail without a budget is efficient per send and under-deployed in volume."""
    team, more = story.window("manual"), story.window("more_email")
    caused = team.system("REVENUE") - story.window("no_email").system("REVENUE")
    sends = team.count("email", "TOUCHES") / 1000
    extra = divide(more.count("email", "TOUCHES"), team.count("email", "TOUCHES")) - 1
    return [
        judge.level("C12", "spent on e-mail, $", "0", (team.count("email", "SPEND"),), 0, 0, 0),
        judge.sign("C12", "revenue that 1,000 sends cause, $", "efficient",
                   divide(caused, sends), 1),
        judge.report("C12", "more e-mail than the team sends, %", "", 100 * extra, 0),
        judge.sign("C12", "NCV of sending more, minus the team's", "under-deployed",
                   more.ncv - team.ncv, 1),
    ]  # fmt: skip


def erosion(story: Story, judge: Judge) -> list[Row]:
    """C13: unsubscribes rise, opens fall, clicks cost more, spend grows and revenue does not.

    The first three under the agents' fixed split. Money grows where a manager raises each budget
    whose platform claims more than it costs.
    """
    first, last = story.window("raised", 0, 1), story.window("raised", 2, 3)
    fixed = story.window("greedy", 2, 3)

    def slope(measure: str, of: Callable[[Window], F64], direction: int, digits: int) -> Row:
        values = weekly_slope([of(week) for week in story.weeks("greedy")])
        word = "rising" if direction > 0 else "falling"
        return judge.sign("C13", f"{measure}, change a week", word, values, direction, digits)

    revenue = judge.bootstrap.interval(mean, last.system("REVENUE") - first.system("REVENUE"))
    flat = MET if revenue.low <= 0 else MISSED
    return [
        slope("opt-outs per 1,000 touches", opt_out_rate, 1, 3),
        slope("e-mail open rate, %", open_rate, -1, 3),
        slope("cost of a paid click, $", click_cost, 1, 4),
        *(judge.report("C13", f"cost of a click on {name}, $, change a week", "",
                       weekly_slope([click_cost(week, (name,)) for week in story.weeks("greedy")]),
                       4) for name in PAID),
        judge.sign("C13", "spend as dashboards allow, third month minus first, $", "grows",
                   last.total("SPEND") - first.total("SPEND"), 1, 0),
        Row("C13", "revenue with it, third month minus first, $", "flat", "not above 0",
            revenue, flat, 0),
        judge.report("C13", "revenue with it, minus that of the fixed split, $", "",
                     last.system("REVENUE") - fixed.system("REVENUE"), 0),
    ]  # fmt: skip


def loosening(story: Story, judge: Judge) -> list[Row]:
    """C16: a layer that works looks bad on dashboards; loosened, the collapse returns."""
    layer, agents = story.window("layer", 1, 1.5), story.window("greedy", 1, 1.5)
    kept, loose = story.window("layer", 2.5, 3), story.window("loosened", 2.5, 3)
    whole = [story.window(scene, 1, 3) for scene in ("layer", "greedy")]

    def claims(window: Window) -> F64:
        return window.total("CLAIMED")

    def rise(measure: str, over: F64, under: F64, direction: int, article: str) -> Row:
        return judge.sign("C16", measure, article, 100 * (divide(over, under) - 1), direction, 1)

    return [
        rise("revenue claimed in the layer's first fortnight, %", claims(layer), claims(agents),
             -1, "down"),
        rise("engagements, same fortnight, %", layer.total("ENGAGEMENTS"),
             agents.total("ENGAGEMENTS"), -1, "down"),
        judge.sign("C16", "NCV with the layer, minus without", "the layer works",
                   whole[0].ncv - whole[1].ncv, 1, 1),
        rise("revenue claimed once loosened, against the layer kept, %", claims(loose),
             claims(kept), 1, "up"),
        judge.sign("C16", "NCV once loosened, minus the layer kept", "the collapse returns",
                   loose.ncv - kept.ncv, -1, 1),
    ]  # fmt: skip


def churn(window: Window) -> F64:
    """Customers who leave, % of the population per 28 days, ``[B]``."""
    return 100 * window.system("CHURNED") / window.scenario.population * window.per_month


def open_rate(window: Window) -> F64:
    """E-mail opens per send, %, ``[B]``."""
    return divide(100 * window.count("email", "ENGAGEMENTS"), window.count("email", "TOUCHES"))


def opt_out_rate(window: Window) -> F64:
    """Opt-outs per 1,000 touches, ``[B]``."""
    return divide(1000 * window.total("OPT_OUTS"), window.total("TOUCHES"))


def click_cost(window: Window, channels: Sequence[str] = PAID) -> F64:
    """Spend on a click of the channels, $ ``[B]``."""
    spend, clicks = (
        sum((window.count(channel, column) for channel in channels), np.zeros(1))
        for column in ("SPEND", "CLICKS")
    )
    return divide(np.asarray(spend), np.asarray(clicks))


def weekly_slope(values: Sequence[F64]) -> F64:
    """Least-squares slope over the weeks, ``W`` times ``[B]`` to ``[B]``; nan if a week is."""
    weeks = np.arange(len(values)) - (len(values) - 1) / 2
    return np.asarray(weeks @ np.stack(values) / (weeks @ weeks))


def _change(window: Window, state: str) -> F64:
    start = Window(window.scenario, window.course, window.first, window.first)
    return window.mean_state(state) - start.mean_state(state)


def development_rows(story: Story, judge: Judge, counted: Arrays) -> list[Row]:
    """All claims about developments."""
    told = (customers, spiral, email, erosion, loosening)
    return [*(row for part in told for row in part(story, judge)), *growth(story, judge, counted)]
