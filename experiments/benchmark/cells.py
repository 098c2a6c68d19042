"""Makes the cells of a benchmark: one row with one seed, trained or fitted, and played.

Letters: ``B`` held-out markets, ``P`` points of a learning curve.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.benchmark.raw import CURVE_COLUMNS, MARKET_COLUMNS, RAW, write_raw
from onevoice.experiments.benchmark.rows import (
    Cell,
    Kind,
    mode_of,
    partners_of,
    policy_of,
    row_of,
    scenario_of,
)
from onevoice.experiments.comparison import train_mode
from onevoice.experiments.core.arrays import load_arrays
from onevoice.experiments.core.progress import TRAINING_COST
from onevoice.experiments.core.rollout import Progress, evaluate
from onevoice.experiments.core.tasks import Run, complete, part_path
from onevoice.experiments.core.workers import Tell, run_jobs
from onevoice.policies import Policy, is_fit, load, make
from onevoice.training.config import mode_named

TRAINING = "training"
UNKNOWN = float("nan")


def all_cells(config: Config) -> list[Cell]:
    """Every cell of the benchmark, row by row."""
    counts = {name: row_of(name).seeds or config.runs for name in config.rows}
    return [Cell(name, seed) for name, count in counts.items() for seed in range(count)]


def cells_asked(config: Config) -> list[Cell]:
    """The cells that are to be made now."""
    return [
        cell
        for cell in all_cells(config)
        if (not config.only or cell.row in config.only)
        and (not config.seeds or cell.seed in config.seeds)
    ]


def play_cells(config: Config, out: Path, run: Run = run_jobs) -> None:
    """Make the cells that are asked for and missing, and write the raw results of all there are.

    Raises:
        OneVoiceError: if ``out`` cannot be used, or a cell failed.
    """
    costs = {cell.name: expected_cost(config, cell) for cell in cells_asked(config)}
    longest_first = dict(sorted(costs.items(), key=lambda item: -item[1]))
    complete(
        config, out, "benchmark", longest_first, partial(play_cell, out),
        workers=config.workers, run=run,
    )  # fmt: skip
    paths = {cell: part_path(out, cell.name) for cell in all_cells(config)}
    found = {cell: load_arrays(path) for cell, path in paths.items() if path.is_file()}
    write_raw(config, found, out / RAW)


def expected_cost(config: Config, cell: Cell) -> float:
    """Expected time, in steps of one environment."""
    row, once = row_of(cell.row), 1.0 * config.scenario.decisions * config.markets
    if row.kind == "trained":
        return TRAINING_COST * _budget(config, cell) + 2.0 * once
    return once * (1.0 + row.shuffled + MAKERS[row.kind].cost)


def play_cell(out: Path, config: Config, name: str, tell: Tell) -> Arrays:
    """Train or fit the policy of a cell, and play it on the held-out markets.

    Returns:
        ``MARKET_COLUMNS``, each float64 ``[B]``; ``env_steps`` and ``wall_seconds``,
        ``env_seconds`` and ``learner_seconds`` of training or fitting, nan where nothing was
        trained or it is not known; of a mode also ``curve/<CURVE_COLUMNS>``, each ``[P]``.
    """
    cell = Cell.named(name)
    maker = MAKERS[row_of(cell.row).kind]
    policy, costs = maker.make(config, cell, out, _stage(tell, 0, maker.tenths))
    played = _play(config, cell.row, policy, _stage(tell, maker.tenths, 10 - maker.tenths))
    return {**played, **costs}


def _play(config: Config, row: str, policy: Policy, progress: Progress) -> dict[str, F64]:
    from onevoice.policies.shuffled import Shuffled

    markets = market_ids("test", config.markets)
    play = partial(
        evaluate, row, scenario=scenario_of(row, config.scenario), markets=markets,
        seed=config.seed, replay_search=False,
    )  # fmt: skip
    found = play(policy, progress=progress).metrics
    blind = play(Shuffled(policy)).metrics["ncv"] if row_of(row).shuffled else None
    unknown = np.full(config.markets, UNKNOWN)
    found = {**found, "shuffled_ncv": unknown if blind is None else blind}
    return {column: found[column] for column in MARKET_COLUMNS}


def _make(config: Config, cell: Cell, out: Path, progress: Progress) -> tuple[Policy, Arrays]:
    return make(policy_of(cell.row), scenario_of(cell.row, config.scenario)), _costs()


def _fit(config: Config, cell: Cell, out: Path, progress: Progress) -> tuple[Policy, Arrays]:
    """Fit a plan, or take that of another benchmark."""
    from onevoice.policies import fit

    home, folder, started = _home(config, cell), out / TRAINING / cell.name, time.monotonic()
    kept = config.trained / TRAINING / cell.name if config.trained else None
    if kept and is_fit(kept):
        return _fitted(kept, home), _costs()
    policy = fit(policy_of(cell.row), home, folder, seed=_seed(config, cell), progress=progress)
    return policy, _costs(wall_seconds=time.monotonic() - started)


def _fitted(kept: Path, home: Scenario) -> Policy:
    policy = load(kept)
    if policy.scenario != home:
        raise OneVoiceError(
            f"trained: {kept} was fitted to another scenario; give a benchmark with the same home"
        )
    return policy


def _train(config: Config, cell: Cell, out: Path, progress: Progress) -> tuple[Policy, Arrays]:
    """Train, or go on; the wall time of a training that was begun before is not known."""
    from onevoice.training.curve import read_curve
    from onevoice.training.run import is_run

    run = (config.trained or out) / TRAINING / cell.name
    begun, started = is_run(run), time.monotonic()
    own = {
        "seed": _seed(config, cell), "total_steps": _budget(config, cell),
        "partners": partners_of(cell.row),
    }  # fmt: skip
    training = config.training.model_copy(update=own)
    train_mode(_home(config, cell), mode_of(cell.row), training, run, progress)
    wall = UNKNOWN if begun else time.monotonic() - started
    curve = read_curve(run)
    env_steps, env, learner = (
        float(curve[key][-1]) if curve[key].size else UNKNOWN
        for key in ("steps", "env_seconds", "learner_seconds")
    )
    costs = _costs(env_steps=env_steps, wall_seconds=wall, env_seconds=env, learner_seconds=learner)
    return load(run), {**costs, **{f"curve/{key}": curve[key] for key in CURVE_COLUMNS}}


class Maker(NamedTuple):
    """How the policies of a kind of row come about."""

    make: Callable[[Config, Cell, Path, Progress], tuple[Policy, Arrays]]
    tenths: int
    """Of the time of a cell; the rest is playing."""
    cost: float
    """Expected time beside that of playing once; that of a mode depends on its budget."""


MAKERS: Mapping[Kind, Maker] = {
    "baseline": Maker(_make, 0, 0.0),
    "fitted": Maker(_fit, 9, 50.0),
    "trained": Maker(_train, 9, UNKNOWN),
    "planner": Maker(_make, 0, 500.0),
}


def _home(config: Config, cell: Cell) -> Scenario:
    """Where the policy of a cell learns."""
    return scenario_of(cell.row, config.home or config.scenario)


def _seed(config: Config, cell: Cell) -> int:
    return config.training.seed + cell.seed


def _budget(config: Config, cell: Cell) -> int:
    """Environment steps of a training run.

    Where each is simulated once more without every channel, so many that it takes about as long.
    """
    steps, channels = config.training.total_steps, len(config.scenario.channels)
    return (
        2 * steps // (1 + channels)
        if mode_named(mode_of(cell.row)).credit == "incremental"
        else steps
    )


def _costs(
    *, env_steps: float = UNKNOWN, wall_seconds: float = UNKNOWN, env_seconds: float = UNKNOWN,
    learner_seconds: float = UNKNOWN,
) -> Arrays:  # fmt: skip
    values = {
        "env_steps": env_steps, "wall_seconds": wall_seconds, "env_seconds": env_seconds,
        "learner_seconds": learner_seconds,
    }  # fmt: skip
    return {name: np.array(value) for name, value in values.items()}


def _stage(tell: Tell, start: int, length: int) -> Progress:
    """Report a stage that begins after so many tenths of a part and takes so many."""
    return lambda done, total: tell("part", start * total + length * done, 10 * total)
