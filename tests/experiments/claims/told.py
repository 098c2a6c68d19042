"""Stories told by hand: scenes of several worlds in which every column is chosen."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from onevoice.envs import load_scenario
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.claims.config import Config
from onevoice.experiments.claims.judge import Judge, Row
from onevoice.experiments.claims.story import Story
from tests.experiments.handmade import Columns, make_course

WORLDS = 4
MONTHS = {
    "warm_up": 1, "manual": 3, "no_email": 3, "more_email": 3, "coordinated": 3, "greedy_first": 1,
    "greedy_later": 2, "no_search": 1, "no_social": 3, "cut_one": 1, "cut_two": 1,
    "raised_one": 1, "raised_two": 1, "layer": 0.5, "layer_kept": 1.5, "loosened_discounts": 0.5,
    "loosened_stories": 0.5, "loosened_volume": 0.5,
}  # fmt: skip
"""Length of every scene."""
USUAL: dict[str, npt.ArrayLike] = {
    "email/TOUCHES": 1000, "email/ENGAGEMENTS": 300, "social/TOUCHES": 1000,
    "social/ENGAGEMENTS": 80, "social/CLICKS": 10, "social/SPEND": 2, "search/CLICKS": 20,
    "search/SPEND": 2.5, "search/CLAIMED": 5, "content/TOUCHES": 100, "content/ENGAGEMENTS": 20,
    "content/SPEND": 0.5, "BRAND": 30, "GENERIC": 50, "REVENUE": 20, "LIST_VALUE": 20,
    "VISITS": 40, "TRUST": 0.7, "AWARENESS": 0.2, "IN_MARKET": 0.1, "EQUITY": 500,
}  # fmt: skip
"""What happens in a week where nothing else is said."""
ROUND = np.linspace(-1.0, 1.0, WORLDS)
"""Noise ``[B]`` without a mean."""


def company(**changes: Any) -> Scenario:
    """The article's company with 1,000 customers, weekly decisions and budgets in whole dollars."""
    budget = {
        "kind": "split", "pacing": "daily", "amount": 20.0,
        "split": {"email": 0.0, "social": 8.0, "search": 10.0, "content": 2.0},
    }  # fmt: skip
    values = {"population": 1000, "tick_hours": 24, "decision_hours": 168, "budget": budget}
    return load_scenario("article", **{**values, **changes})


def config(**changes: Any) -> Config:
    """A study of the hand-made company: a month of four decisions."""
    values = {"scenario": company(), "seeds": WORLDS, "resamples": 200}
    return Config.model_validate(values | changes)


def story(scenes: Mapping[str, Columns] | None = None, **facts: npt.ArrayLike) -> Story:
    """A story in which the named scenes differ from the usual week.

    Args:
        scenes: columns by scene, as ``make_course`` takes them.
        facts: what every world has beside its scenes, underscores for slashes.
    """
    setting, told = config(), scenes or {}
    worlds: list[Arrays] = [{} for _ in range(WORLDS)]
    for name, months in MONTHS.items():
        columns = {**USUAL, **told.get(name, {})}
        course = make_course(setting.scenario, round(4 * months), columns, WORLDS)
        for b, world in enumerate(worlds):
            world |= {f"{name}/{k}": v[:, b : b + 1] for k, v in course._asdict().items()}
    known: dict[str, npt.ArrayLike] = {
        "audience_size": [1000.0, 240.0], "audience_age": [52.0, 38.0],
        "audience_overlap": [[1000.0, 120.0], [120.0, 240.0]],
        "cut_one_channel": 1, "cut_two_channel": 2,
    }  # fmt: skip
    for name, value in {**known, **facts}.items():
        for world in worlds:
            world["/".join(name.rsplit("_", 1))] = np.asarray(value)
    return Story(setting, worlds)


def judged(rows: list[Row]) -> dict[str, Row]:
    """Rows by what they measure."""
    assert len({row.measure for row in rows}) == len(rows)
    return {row.measure: row for row in rows}


def judge_of(told: Story) -> Judge:
    """The judge of a story."""
    return Judge(told.bootstrap)


def agents(columns: Columns) -> dict[str, Columns]:
    """The same columns in all three months of the agents."""
    return {"greedy_first": columns, "greedy_later": columns}


def counted(power: float = 2.0, silent: tuple[str, ...] = ()) -> Arrays:
    """Conflicts by set of channels: channels to a power, none where a pair holds a silent one."""
    sets = [names for n in range(2, 8) for names in combinations(CHANNEL_NAMES, n)]
    members = np.array([[name in names for name in CHANNEL_NAMES] for names in sets])
    conflicts = np.array([len(names) ** power for names in sets])
    quiet = [len(names) == 2 and bool(set(names) & set(silent)) for names in sets]
    conflicts[quiet] = 0.0
    return {"members": members, "conflicts": np.repeat(conflicts[:, None], WORLDS, axis=1)}
