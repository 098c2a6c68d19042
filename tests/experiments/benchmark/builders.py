"""Benchmarks made of chosen numbers, and what makes cells in this process."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onevoice.configs.loader import load_config
from onevoice.envs.typing import Arrays
from onevoice.experiments.benchmark.cells import Cell
from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.benchmark.estimates import Estimates
from onevoice.experiments.benchmark.raw import (
    COST_COLUMNS,
    MARKET_COLUMNS,
    Raw,
    read_raw,
    write_raw,
)
from onevoice.experiments.core.workers import FINISHED, Report, Work

MARKETS = 8
NOISE = np.array([-20.0, -9.0, -4.0, -1.0, 1.0, 4.0, 9.0, 20.0])
"""What markets differ by."""
SMOKE: dict[str, Any] = {"scenario.population": 256, "scenario.days": 7, "workers": 1}
"""Customers and days of a benchmark that is really played."""


def config(**changes: Any) -> Config:
    """Rows of every kind, three runs of a mode; nothing of it is played."""
    values: dict[str, Any] = {
        "scenario": {"channels": ["email", "search"], "population": 1000, "days": 28},
        "rows": ("manual", "greedy", "independent", "shared_reward", "planner"),
        "runs": 3,
        "markets": MARKETS,
        "resamples": 200,
    }
    return Config.model_validate(values | changes)


def smoke(**changes: Any) -> Config:
    """The packaged benchmark of that name, smaller still."""
    fields = {name.replace("__", "."): value for name, value in changes.items()}
    return load_config(Config, "benchmarks", "smoke", SMOKE | {"markets": 2} | fields)


def cell(
    ncv: float,
    *,
    markets: int = MARKETS,
    shuffled: float = np.nan,
    claims: float = 100.0,
    learned: bool = False,
) -> Arrays:
    """What a cell holds whose markets differ by ``NOISE``."""
    noise = NOISE[:markets]
    values = dict.fromkeys(MARKET_COLUMNS, np.full(markets, 1.0))
    values |= {
        "ncv": ncv + noise,
        "shuffled_ncv": shuffled + noise,
        "claims": claims + noise,
        "revenue": np.full(markets, 50.0),
        "trust": 0.7 + noise / 1000,
        "churn": np.full(markets, 0.05),
    }
    costs = dict.fromkeys(COST_COLUMNS, np.array(10.0 if learned else np.nan))
    found: dict[str, npt.NDArray[np.float64]] = {**values, **costs}
    if learned:
        steps = np.array([0.0, 1000.0, 2000.0])
        found |= {"curve/steps": steps, "curve/ncv": ncv * steps / 2000.0}
        found |= {"curve/claims": claims + steps}
    return dict(found)


def cells(of: Config, ncv: Mapping[str, float], **claims: float) -> dict[Cell, Arrays]:
    """Cells of the rows in ``ncv``; runs differ by $2, shuffling costs a mode half its value."""
    found = {}
    for one in of.cells:
        name, row = str(one.row), one.row
        if name in ncv:
            value = ncv[name] + 2.0 * one.seed
            shuffled = value / 2 if row.recipe.shuffled else np.nan
            shown = claims.get(name, 100.0)
            found[one] = cell(
                value, markets=of.markets, shuffled=shuffled, claims=shown, learned=row.trained
            )
    return found


NCV = {
    "manual": 500.0, "greedy": -1000.0, "independent": -1200.0, "shared_reward": 900.0,
    "planner": 1000.0,
}  # fmt: skip


def raw(
    folder: Path, of: Config | None = None, ncv: Mapping[str, float] = NCV, **claims: float
) -> Raw:
    """Raw results that have been written and read."""
    of = of or config()
    write_raw(of, cells(of, ncv, **claims), folder)
    return read_raw(folder)


def estimates(
    folder: Path, of: Config | None = None, ncv: Mapping[str, float] = NCV, **claims: float
) -> Estimates:
    """The same with estimates; by default the dashboards of independent channels are higher."""
    of = of or config()
    return Estimates(of, raw(folder, of, ncv, **({"independent": 300.0} | claims)))


class Inline:
    """Runs jobs in this process, and remembers which."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def __call__(self, work: Work, jobs: Sequence[str], workers: int, report: Report) -> None:
        for name in jobs:
            work(name, lambda stage, done, total, name=name: report(name, stage, done, total))  # type: ignore[misc]
            report(name, FINISHED, 1, 1)
            self.done.append(name)


def curve(run: Path) -> dict[str, npt.NDArray[np.float64]]:
    """Stands for what a training run's validation leaves."""
    steps = np.array([112.0, 448.0])
    columns = ("env_seconds", "learner_seconds", "ncv", "claims")
    return {"steps": steps, **dict.fromkeys(columns, steps / 100.0)}
