"""Claims about levels: the dashboards of the first month, audiences, money, the worth of search.

A calibration searches parameters for the :data:`LEVELS` that the claims are judged by.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from onevoice.envs.spec.base import ChannelName
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.claims.estimates import (
    NEVER_ABOVE,
    REPORT,
    RISES,
    Check,
    Simulations,
    Span,
    Target,
    between,
    change,
    click_cost,
    near,
    queries,
    value,
)
from onevoice.experiments.core.statistics import divide
from onevoice.experiments.core.windows import Window

BUDGET = 10_000.0
"""$ a month of the article's company."""
FIRST_MONTH: Span = ("greedy", 0, 1)


class Dashboard(NamedTuple):
    """A rate or return that a platform shows, as a ratio of sums."""

    key: str
    measure: str
    article: str
    channel: str
    columns: tuple[str, str]
    """Numerator and denominator."""
    scale: float
    check: Check
    title: str
    """Two short lines for a figure."""


ENGAGED = ("ENGAGEMENTS", "TOUCHES")
DASHBOARDS = (
    Dashboard("open", "e-mail open rate, %", "34 %, up 12 %", "email", ENGAGED, 100.0,
              near(34.0, 1.5), "e-mail\nopen rate, %"),
    Dashboard("social", "social engagement, %", "8.2 %, up 3.1 %", "social", ENGAGED, 100.0,
              near(8.2, 0.5), "social\nengagement, %"),
    Dashboard("content", "content click-through, %", "18 %, up 4 %", "content", ENGAGED, 100.0,
              near(18.0, 1.0), "content click-\nthrough, %"),
    Dashboard("roas", "claimed search ROAS", "2.8, up 0.6", "search", ("CLAIMED", "SPEND"), 1.0,
              near(2.8, 0.15), "search ROAS,\nclaimed"),
)  # fmt: skip


def fractions(board: Dashboard, simulations: Simulations, *branches: str) -> tuple[F64, ...]:
    """Numerator, in the unit shown, and denominator of each branch's first month, ``[B]`` each."""
    above, below = board.columns
    months = [simulations.window(branch, 0, 1) for branch in branches or ("greedy",)]
    return tuple(
        factor * month.count(board.channel, column)
        for month in months
        for factor, column in ((board.scale, above), (1.0, below))
    )


def minus_team(board: Dashboard, simulations: Simulations) -> tuple[F64, ...]:
    """Fractions of the agents' first month, then of the team's."""
    return fractions(board, simulations, "greedy", "manual")


def budget_scale(scenario: Scenario) -> float:
    """Makes counts of a company of another size comparable: by its monthly budget."""
    return BUDGET / (scenario.budget.amount * scenario.population / 1000)


def _scaled(channel: str, column: str, window: Window) -> F64:
    return window.count(channel, column) * budget_scale(window.scenario)


def _aware(simulations: Simulations) -> tuple[F64, F64]:
    month = simulations.window(*FIRST_MONTH)
    return 100 * month.system("AWARE_CLICKS"), month.count("search", "CLICKS")


def _true_roas(simulations: Simulations) -> tuple[F64, F64]:
    month, without = (simulations.window(branch, 0, 1) for branch in ("greedy", "no_search"))
    return month.system("REVENUE") - without.system("REVENUE"), month.count("search", "SPEND")


LEVELS = {
    **{
        board.key: Target("C1", f"{board.measure}, first month under agents", board.article,
                          partial(fractions, board), board.check)
        for board in DASHBOARDS
    },
    "roas_gain": Target("C1", "claimed search ROAS, minus manual operation", "2.8, up 0.6",
                        partial(minus_team, DASHBOARDS[-1]), near(0.6, 0.2)),
    "social_clicks": Target("C7", "clicks bought on social", "340",
                            value(partial(_scaled, "social", "CLICKS"), FIRST_MONTH),
                            near(340, 34), 0),
    "search_clicks": Target("C7", "clicks bought on search", "1,850",
                            value(partial(_scaled, "search", "CLICKS"), FIRST_MONTH),
                            near(1850, 92.5), 0),
    "aware": Target("C8", "paid search clicks by customers whom e-mail or social engaged within "
                    "72 h, %", "40 %", _aware, near(40, 3), 1),
    "true_roas": Target("C9", "true search ROAS, by switching search off", "1.4", _true_roas,
                        near(1.4, 0.2)),
    "without_social": Target("C10", "search volume without social after four weeks, %",
                             "-20 to -25 %",
                             change(queries, ("no_social", 1, 3), ("greedy", 1, 3)),
                             near(-22.5, 2.5), 1),
}  # fmt: skip
"""Figures of the article, by the key that a calibration knows them by."""


def level_targets(scenario: Scenario) -> list[Target]:
    """All targets about levels, in the order of the claims."""
    search = [LEVELS[key] for key in ("aware", "true_roas", "without_social")]
    return [*_dashboards(), *_audiences(), *_spending(scenario), *_clicks(), *search]


def _dashboards() -> Iterator[Target]:
    """C1: every dashboard looks better than under manual operation."""
    for board in DASHBOARDS:
        measure = f"{board.measure}, minus manual operation"
        yield LEVELS[board.key]
        yield LEVELS.get(f"{board.key}_gain") or Target(
            "C1", measure, "up", partial(minus_team, board), RISES
        )


def _audiences() -> Iterator[Target]:
    """C5: e-mail list and followers overlap partly, and their ages differ."""
    for row, (name, size) in enumerate((("e-mail list", 500_000), ("social followers", 120_000))):
        samples = partial(_audience, "size", row)
        yield Target("C5", name, f"{size:,}", samples, near(size, size // 100), 0)
    for row, (name, age) in enumerate((("on the e-mail list", 52), ("of followers", 38))):
        samples = partial(_audience, "age", row)
        yield Target("C5", f"mean age {name}", str(age), samples, near(age, 0.5), 1)
    for row, name in enumerate(("list members who follow, %", "followers on the list, %")):
        samples = partial(_overlap, row)
        yield Target("C5", name, "neither 0 nor 100 %", samples, between(0, 100), 1)


def _audience(name: str, row: int, simulations: Simulations) -> F64:
    factor = budget_scale(simulations.scenario) if name == "size" else 1.0
    return simulations.fact(f"audience/{name}")[:, row] * factor


def _overlap(row: int, simulations: Simulations) -> F64:
    both = simulations.fact("audience/overlap")
    return divide(100 * both[:, 0, 1], both[:, row, row])


def _spending(scenario: Scenario) -> Iterator[Target]:
    """C6: every channel spends the budget that it is given, and never more."""
    for channel in scenario.channels:
        figure = round(_given(scenario, channel) * budget_scale(scenario))
        samples = value(partial(_scaled, channel, "SPEND"), FIRST_MONTH)
        check = near(figure, 0.01 * figure)
        yield Target("C6", f"spent on {channel}, $", f"{figure:,}", samples, check, 0)
    measure = "highest spend above a channel's budget in any month, $"
    yield Target("C6", measure, "0", _overspent, NEVER_ABOVE)


def _given(scenario: Scenario, channel: ChannelName) -> float:
    return scenario.budget.split.get(channel, 0.0) * scenario.population / 1000


def _overspent(simulations: Simulations) -> F64:
    """The highest excess of a channel's spend over its budget in any month, ``[B]``."""
    excess = [
        simulations.window("greedy", month, month + 1).count(channel, "SPEND")
        - round(_given(simulations.scenario, channel), 4)
        for channel in simulations.scenario.channels
        for month in range(3)
    ]
    return np.asarray(np.max(excess, axis=0))


def _clicks() -> Iterator[Target]:
    """C7: the budget buys so many clicks."""
    for channel, price in (("social", "9.41"), ("search", "2.81")):
        samples = value(partial(click_cost, channels=(channel,)), FIRST_MONTH)
        yield LEVELS[f"{channel}_clicks"]
        yield Target("C7", f"paid for a click on {channel}, $", price, samples, REPORT)
