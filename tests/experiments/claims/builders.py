"""Simulations built by hand: every column of every branch is chosen."""

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
from onevoice.experiments.claims.estimates import Row, Simulations, judge
from onevoice.experiments.claims.level_targets import level_targets
from onevoice.experiments.claims.trend_targets import trend_targets
from tests.experiments.core.builders import Columns, make_trajectory

SIMULATIONS = 4
MONTHS = {
    "warm_up": 1, "manual": 3, "no_email": 3, "more_email": 3, "coordinated": 3, "greedy_first": 1,
    "greedy_later": 2, "no_search": 1, "no_social": 3, "cut_one": 1, "cut_two": 1,
    "raised_one": 1, "raised_two": 1, "layer": 0.5, "layer_kept": 1.5, "relaxed_discounts": 0.5,
    "relaxed_messages": 0.5, "relaxed_volume": 0.5,
}  # fmt: skip
"""Length of every branch."""
USUAL: dict[str, npt.ArrayLike] = {
    "email/TOUCHES": 1000, "email/ENGAGEMENTS": 300, "social/TOUCHES": 1000,
    "social/ENGAGEMENTS": 80, "social/CLICKS": 10, "social/SPEND": 2, "search/CLICKS": 20,
    "search/SPEND": 2.5, "search/CLAIMED": 5, "content/TOUCHES": 100, "content/ENGAGEMENTS": 20,
    "content/SPEND": 0.5, "BRAND": 30, "GENERIC": 50, "REVENUE": 20, "LIST_VALUE": 20,
    "VISITS": 40, "TRUST": 0.7, "AWARENESS": 0.2, "IN_MARKET": 0.1, "EQUITY": 500,
}  # fmt: skip
"""A week in which nothing else is given."""
ROUND = np.linspace(-1.0, 1.0, SIMULATIONS)
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
    values = {"scenario": company(), "seeds": SIMULATIONS, "resamples": 200}
    return Config.model_validate(values | changes)


def simulations(
    branches: Mapping[str, Columns] | None = None,
    conflicts: Arrays | None = None,
    **facts: npt.ArrayLike,
) -> Simulations:
    """Simulations in which the named branches differ from the usual week.

    Args:
        branches: columns by branch, as ``make_trajectory`` takes them.
        conflicts: as ``conflicts_by_channels`` returns them.
        facts: arrays of every simulation beside its branches, underscores for slashes.
    """
    setting, given = config(), branches or {}
    made: list[Arrays] = [{} for _ in range(SIMULATIONS)]
    for name, months in MONTHS.items():
        columns = {**USUAL, **given.get(name, {})}
        trajectory = make_trajectory(setting.scenario, round(4 * months), columns, SIMULATIONS)
        for b, arrays in enumerate(made):
            arrays |= {f"{name}/{k}": v[:, b : b + 1] for k, v in trajectory._asdict().items()}
    known: dict[str, npt.ArrayLike] = {
        "audience_size": [1000.0, 240.0], "audience_age": [52.0, 38.0],
        "audience_overlap": [[1000.0, 120.0], [120.0, 240.0]],
        "cut_one_channel": 1, "cut_two_channel": 2,
    }  # fmt: skip
    for name, value in {**known, **facts}.items():
        for arrays in made:
            arrays["/".join(name.rsplit("_", 1))] = np.asarray(value)
    return Simulations(setting, made, conflicts or counted())


def rows(built: Simulations, *claims: str) -> list[Row]:
    """The rows of some claims, in the order of the targets."""
    targets = [*level_targets(built.scenario), *trend_targets()]
    return [judge(target, built) for target in targets if target.claim in claims]


def by_measure(built: Simulations, *claims: str) -> dict[str, Row]:
    """Rows of some claims by their measure."""
    found = rows(built, *claims)
    assert len({row.measure for row in found}) == len(found)
    return {row.measure: row for row in found}


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
    return {"members": members, "conflicts": np.repeat(conflicts[:, None], SIMULATIONS, axis=1)}
