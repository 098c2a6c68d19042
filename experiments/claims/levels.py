"""Claims about levels: the dashboards of the first month, audiences, money, what search is worth.

Letters: ``B`` worlds.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from onevoice.envs.scenario import Scenario
from onevoice.experiments.claims.judge import MET, MISSED, Judge, Row
from onevoice.experiments.claims.story import Story
from onevoice.experiments.statistics import Floats, divide, mean, ratio_difference
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
    gain: tuple[float, float]
    """What it must gain on manual operation, at least and at most."""
    title: str
    """Two short lines for a figure."""


DASHBOARDS = (
    Dashboard(
        "open", "e-mail open rate, %", "34 %, up 12 %", "email", ("ENGAGEMENTS", "TOUCHES"),
        100.0, 34.0, 1.5, (0.0, np.inf), "e-mail\nopen rate, %",
    ),
    Dashboard(
        "social", "social engagement, %", "8.2 %, up 3.1 %", "social", ("ENGAGEMENTS", "TOUCHES"),
        100.0, 8.2, 0.5, (0.0, np.inf), "social\nengagement, %",
    ),
    Dashboard(
        "content", "content click-through, %", "18 %, up 4 %", "content",
        ("ENGAGEMENTS", "TOUCHES"), 100.0, 18.0, 1.0, (0.0, np.inf),
        "content click-\nthrough, %",
    ),
    Dashboard(
        "roas", "claimed search ROAS", "2.8, up 0.6", "search", ("CLAIMED", "SPEND"),
        1.0, 2.8, 0.15, (0.4, 0.8), "search ROAS,\nclaimed",
    ),
)  # fmt: skip


def fractions(dashboard: Dashboard, window: Window) -> tuple[Floats, Floats]:
    """Numerator, in the unit shown, and denominator of a dashboard figure, ``[B]`` each."""
    above, below = dashboard.columns
    return (
        dashboard.scale * window.count(dashboard.channel, above),
        window.count(dashboard.channel, below),
    )


def dashboards(story: Story, judge: Judge) -> list[Row]:
    """C1: every dashboard looks better than under manual operation."""
    rows = []
    for board in DASHBOARDS:
        agents = fractions(board, story.window("greedy", 0, 1))
        team = fractions(board, story.window("manual", 0, 1))
        gain = judge.bootstrap.interval(ratio_difference, *agents, *team)
        what = f"{board.measure}, first month under agents"
        beside = f"{board.measure}, minus manual operation"
        rows.append(judge.level("C1", what, board.article, agents, board.centre, board.tolerance))
        if np.isinf(board.gain[1]):
            rows.append(judge.range("C1", beside, "up", gain, *board.gain))
        else:
            rows.append(judge.between("C1", beside, board.article, gain, *board.gain))
    return rows


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
    for channel, figure, share in (("social", 340, 0.10), ("search", 1850, 0.05)):
        clicks = month.count(channel, "CLICKS") * factor
        cost = divide(month.count(channel, "SPEND") * factor, clicks)
        rows.append(
            judge.level(
                "C7", f"clicks bought on {channel}", f"{figure:,}", (clicks,), figure,
                share * figure, 0,
            )
        )  # fmt: skip
        article = {"social": "9.41", "search": "2.81"}[channel]
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
    row = judge.report("C6", "most spent above a purse in any month, $", "0", worst)
    verdict = MET if worst.max() <= 0.0 else MISSED
    return Row(row.claim, row.measure, row.article, "0 or less in every world", row.ours, verdict)


def search(story: Story, judge: Judge) -> list[Row]:
    """C8 to C10: search captures demand that others created."""
    month, without = story.window("greedy", 0, 1), story.window("no_search", 0, 1)
    aware = (100 * month.system("AWARE_CLICKS"), month.count("search", "CLICKS"))
    caused = (month.system("REVENUE") - without.system("REVENUE"), month.count("search", "SPEND"))
    agents, alone = story.window("greedy", 1, 3), story.window("no_social", 1, 3)
    fall = 100 * (divide(queries(alone), queries(agents)) - 1)
    return [
        judge.level(
            "C8", "paid search clicks by customers whom e-mail or social engaged within 72 h, %",
            "40 %", aware, 40, 3, 1,
        ),
        judge.level("C9", "true search ROAS, by switching search off", "1.4", caused, 1.4, 0.2),
        judge.between(
            "C10", "search volume without social after four weeks, %", "-20 to -25 %",
            judge.bootstrap.interval(mean, fall), -25, -20, 1,
        ),
    ]  # fmt: skip


def queries(window: Window) -> Floats:
    """Brand and generic queries, ``[B]``."""
    return window.system("BRAND") + window.system("GENERIC")


def level_rows(story: Story, judge: Judge) -> Sequence[Row]:
    """All claims about levels."""
    parts = (dashboards, audiences, money, search)
    return [row for part in parts for row in part(story, judge)]
