"""Claims about levels: the dashboards of the first month, audiences, money, what search is worth.

A calibration searches parameters for the same :data:`LEVELS` that the claims are judged by.

Letters: ``B`` worlds.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.claims.judge import MET, MISSED, Judge, Row
from onevoice.experiments.claims.story import Story
from onevoice.experiments.core.statistics import divide, mean
from onevoice.experiments.windows import Window

BUDGET = 10_000.0
"""$ a month of the article's company."""


class Dashboard(NamedTuple):
    """A rate or return that a platform shows, as a ratio of sums."""

    key: str
    measure: str
    article: str
    channel: str
    columns: tuple[str, str]
    scale: float
    centre: float
    tolerance: float
    title: str
    """Two short lines for a figure."""


DASHBOARDS = (
    Dashboard(
        "open", "e-mail open rate, %", "34 %, up 12 %", "email", ("ENGAGEMENTS", "TOUCHES"),
        100.0, 34.0, 1.5, "e-mail\nopen rate, %",
    ),
    Dashboard(
        "social", "social engagement, %", "8.2 %, up 3.1 %", "social", ("ENGAGEMENTS", "TOUCHES"),
        100.0, 8.2, 0.5, "social\nengagement, %",
    ),
    Dashboard(
        "content", "content click-through, %", "18 %, up 4 %", "content",
        ("ENGAGEMENTS", "TOUCHES"), 100.0, 18.0, 1.0, "content click-\nthrough, %",
    ),
    Dashboard(
        "roas", "claimed search ROAS", "2.8, up 0.6", "search", ("CLAIMED", "SPEND"),
        1.0, 2.8, 0.15, "search ROAS,\nclaimed",
    ),
)  # fmt: skip


def fractions(dashboard: Dashboard, window: Window) -> tuple[F64, F64]:
    """Numerator, in the unit shown, and denominator of a dashboard figure, ``[B]`` each."""
    above, below = dashboard.columns
    return (
        dashboard.scale * window.count(dashboard.channel, above),
        window.count(dashboard.channel, below),
    )


class Level(NamedTuple):
    """A figure of the article that ours must come close to."""

    claim: str
    measure: str
    article: str
    centre: float
    tolerance: float
    of: Callable[[Story], tuple[F64, ...]]
    """Samples ``[B]`` as ``judge.estimate`` takes them."""
    digits: int = 2


def _shown(board: Dashboard) -> Level:
    """A dashboard's figure in the first month."""
    return Level(
        "C1", f"{board.measure}, first month under agents", board.article, board.centre,
        board.tolerance, lambda story: fractions(board, story.window("greedy", 0, 1)),
    )  # fmt: skip


def _beside_team(board: Dashboard, story: Story) -> tuple[F64, ...]:
    """Fractions of the agents' first month, then of the team's."""
    scenes = (story.window(scene, 0, 1) for scene in ("greedy", "manual"))
    return tuple(part for window in scenes for part in fractions(board, window))


def _clicks(channel: str) -> Callable[[Story], tuple[F64, ...]]:
    return lambda story: (
        story.window("greedy", 0, 1).count(channel, "CLICKS") * scale(story.scenario),
    )


def _aware(story: Story) -> tuple[F64, ...]:
    month = story.window("greedy", 0, 1)
    return 100 * month.system("AWARE_CLICKS"), month.count("search", "CLICKS")


def _caused(story: Story) -> tuple[F64, ...]:
    month, without = story.window("greedy", 0, 1), story.window("no_search", 0, 1)
    return month.system("REVENUE") - without.system("REVENUE"), month.count("search", "SPEND")


def _queries_lost(story: Story) -> tuple[F64, ...]:
    agents, alone = story.window("greedy", 1, 3), story.window("no_social", 1, 3)
    return (100 * (divide(queries(alone), queries(agents)) - 1),)


LEVELS = {
    **{board.key: _shown(board) for board in DASHBOARDS},
    "roas_gain": Level(
        "C1", "claimed search ROAS, minus manual operation", "2.8, up 0.6", 0.6, 0.2,
        partial(_beside_team, DASHBOARDS[-1]),
    ),
    "social_clicks": Level("C7", "clicks bought on social", "340", 340, 34, _clicks("social"), 0),
    "search_clicks": Level(
        "C7", "clicks bought on search", "1,850", 1850, 92.5, _clicks("search"), 0
    ),
    "aware": Level(
        "C8", "paid search clicks by customers whom e-mail or social engaged within 72 h, %",
        "40 %", 40, 3, _aware, 1,
    ),
    "true_roas": Level("C9", "true search ROAS, by switching search off", "1.4", 1.4, 0.2, _caused),
    "without_social": Level(
        "C10", "search volume without social after four weeks, %", "-20 to -25 %", -22.5, 2.5,
        _queries_lost, 1,
    ),
}  # fmt: skip


def dashboards(story: Story, judge: Judge) -> list[Row]:
    """C1: every dashboard looks better than under manual operation."""
    rows = []
    for board in DASHBOARDS:
        rows.append(_judged(board.key, story, judge))
        if board.key == "roas":
            rows.append(_judged("roas_gain", story, judge))
        else:
            gain = judge.estimate(*_beside_team(board, story))
            beside = f"{board.measure}, minus manual operation"
            rows.append(judge.range("C1", beside, "up", gain, 0.0, np.inf))
    return rows


def _judged(key: str, story: Story, judge: Judge) -> Row:
    level = LEVELS[key]
    return judge.level(
        level.claim, level.measure, level.article, level.of(story), level.centre, level.tolerance,
        level.digits,
    )  # fmt: skip


def scale(scenario: Scenario) -> float:
    """Makes counts of a company of another size comparable: by its monthly budget."""
    return BUDGET / (scenario.budget.amount * scenario.population / 1000)


def audiences(story: Story, judge: Judge) -> list[Row]:
    """C5: e-mail list and followers overlap partly, and their ages differ."""
    sizes, ages = story.fact("audience/size") * scale(story.scenario), story.fact("audience/age")
    both = story.fact("audience/overlap")
    share = [divide(100 * both[:, 0, 1], both[:, row, row]) for row in (0, 1)]
    return [
        judge.level("C5", "e-mail list", "500,000", (sizes[:, 0],), 500_000, 5_000, 0),
        judge.level("C5", "social followers", "120,000", (sizes[:, 1],), 120_000, 1_200, 0),
        judge.level("C5", "mean age on the e-mail list", "52", (ages[:, 0],), 52, 0.5, 1),
        judge.level("C5", "mean age of followers", "38", (ages[:, 1],), 38, 0.5, 1),
        *(
            judge.range(
                "C5", what, "neither 0 nor 100 %",
                judge.bootstrap.interval(mean, values), 0, 100, 1,
            )
            for what, values in zip(
                ("list members who follow, %", "followers on the list, %"), share, strict=True
            )
        ),
    ]  # fmt: skip


def money(story: Story, judge: Judge) -> list[Row]:
    """C6 and C7: the budget is spent as it is split, never exceeded, and buys so many clicks."""
    month, factor = story.window("greedy", 0, 1), scale(story.scenario)
    rows = []
    for channel in story.scenario.channels:
        given = story.scenario.budget.split.get(channel, 0.0) * story.scenario.population / 1000
        spent = month.count(channel, "SPEND") * factor
        figure = round(given * factor)
        rows.append(
            judge.level(
                "C6", f"spent on {channel}, $", f"{figure:,}", (spent,), figure, 0.01 * figure, 0
            )
        )
    rows.append(_never_above(story, judge))
    for channel, article in (("social", "9.41"), ("search", "2.81")):
        cost = divide(month.count(channel, "SPEND"), month.count(channel, "CLICKS"))
        rows.append(_judged(f"{channel}_clicks", story, judge))
        rows.append(judge.report("C7", f"paid for a click on {channel}, $", article, cost))
    return rows


def _never_above(story: Story, judge: Judge) -> Row:
    """The most that any channel spent in any month of any world, beside what it was given."""
    excess = []
    for channel in story.scenario.channels:
        given = story.scenario.budget.split.get(channel, 0.0) * story.scenario.population / 1000
        for month in range(3):
            window = story.window("greedy", month, month + 1)
            excess.append(window.count(channel, "SPEND") - round(given, 4))
    worst = np.max(excess, axis=0)
    row = judge.report("C6", "most spent above a budget in any month, $", "0", worst)
    verdict = MET if worst.max() <= 0.0 else MISSED
    return Row(row.claim, row.measure, row.article, "0 or less in every world", row.ours, verdict)


def search(story: Story, judge: Judge) -> list[Row]:
    """C8 to C10: search captures demand that others created."""
    return [_judged(key, story, judge) for key in ("aware", "true_roas", "without_social")]


def queries(window: Window) -> F64:
    """Brand and generic queries, ``[B]``."""
    return window.system("BRAND") + window.system("GENERIC")


def level_rows(story: Story, judge: Judge) -> Sequence[Row]:
    """All claims about levels."""
    parts = (dashboards, audiences, money, search)
    return [row for part in parts for row in part(story, judge)]
