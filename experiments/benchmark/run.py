"""Makes the cells of a benchmark: one row with one seed, trained or fitted, and played.

Letters: ``B`` held-out markets, ``P`` points of a learning curve.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.benchmark.cells import Cell, Kind
from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.benchmark.raw import (
    COST_COLUMNS,
    CURVE_COLUMNS,
    MARKET_COLUMNS,
    RAW,
    write_raw,
)
from onevoice.experiments.core.arrays import load_arrays
from onevoice.experiments.core.progress import TRAINING_COST
from onevoice.experiments.core.rollout import Progress, evaluate
from onevoice.experiments.core.tasks import Run, complete, task_path
from onevoice.experiments.core.workers import Tell, run_tasks
from onevoice.policies import Policy, is_fit, load, make
from onevoice.training.config import mode_named

TRAINING = "training"
"""Folder of the training runs and fits."""
UNKNOWN = float("nan")


def play_cells(config: Config, out: Path, run: Run = run_tasks) -> None:
    """Make the cells that are asked for and missing, and write the raw results of all there are.

    Raises:
        OneVoiceError: if ``out`` cannot be used, or a cell failed.
    """
    complete(
        config, out, "benchmark", longest_first(config, config.cells_now),
        partial(play_cell, out), workers=config.workers, run=run,
    )  # fmt: skip
    paths = {cell: task_path(out, str(cell)) for cell in config.cells}
    found = {cell: load_arrays(path) for cell, path in paths.items() if path.is_file()}
    write_raw(config, found, out / RAW)


def longest_first(config: Config, cells: Sequence[Cell]) -> dict[str, float]:
    """Expected time of each cell by its name, in steps of one environment."""
    costs = {str(cell): expected_cost(config, cell) for cell in cells}
    return dict(sorted(costs.items(), key=lambda item: -item[1]))


def expected_cost(config: Config, cell: Cell) -> float:
    """Expected time, in steps of one environment."""
    once, recipe = 1.0 * config.scenario.decisions * config.markets, cell.row.recipe
    if recipe.kind == "trained":
        return TRAINING_COST * _budget(config, cell) + 2.0 * once
    return once * (1.0 + recipe.shuffled + MAKERS[recipe.kind].cost)


def play_cell(out: Path, config: Config, name: str, tell: Tell) -> Arrays:
    """Train or fit the policy of a cell, and play it on the held-out markets.

    Returns:
        ``MARKET_COLUMNS``, each float64 ``[B]``; ``env_steps`` and ``wall_seconds``,
        ``env_seconds`` and ``learner_seconds`` of training or fitting, nan where nothing was
        trained or it is not known; of a mode also ``curve/<CURVE_COLUMNS>``, each ``[P]``.
    """
    cell = Cell.parse(name)
    policy, costs, progress = make_policy(config, cell, out, tell)
    return {**_play(config, cell, policy, progress), **costs}


def make_policy(
    config: Config, cell: Cell, out: Path, tell: Tell
) -> tuple[Policy, Arrays, Progress]:
    """Make, fit or train the policy of a cell.

    Returns:
        The policy, what it cost, and the progress of playing it.
    """
    maker = MAKERS[cell.row.recipe.kind]
    policy, costs = maker.make(config, cell, out, _stage(tell, 0, maker.tenths))
    return policy, costs, _stage(tell, maker.tenths, 10 - maker.tenths)


def _play(config: Config, cell: Cell, policy: Policy, progress: Progress) -> dict[str, F64]:
    from onevoice.policies.shuffled import Shuffled

    markets = market_ids("test", config.markets)
    play = partial(
        evaluate, str(cell.row), scenario=cell.row.scenario(config.scenario), markets=markets,
        seed=config.seed, replay_search=False,
    )  # fmt: skip
    found = play(policy, progress=progress).metrics
    shuffled = np.full(config.markets, UNKNOWN)
    if cell.row.recipe.shuffled:
        shuffled = play(Shuffled(policy)).metrics["ncv"]
    found = {**found, "shuffled_ncv": shuffled}
    return {column: found[column] for column in MARKET_COLUMNS}


def _make(config: Config, cell: Cell, out: Path, progress: Progress) -> tuple[Policy, Arrays]:
    return make(cell.row.policy, cell.row.scenario(config.scenario)), _costs()


def _fit(config: Config, cell: Cell, out: Path, progress: Progress) -> tuple[Policy, Arrays]:
    """Fit a plan, or take that of another benchmark."""
    from onevoice.policies import fit

    scenario, started = config.learning_scenario(cell.row), time.monotonic()
    kept = config.trained / TRAINING / str(cell) if config.trained else None
    if kept and is_fit(kept):
        return _fitted(kept, scenario), _costs()
    folder, seed = out / TRAINING / str(cell), config.training.seed + cell.seed
    policy = fit(cell.row.policy, scenario, folder, seed=seed, progress=progress)
    return policy, _costs(wall_seconds=time.monotonic() - started)


def _fitted(kept: Path, scenario: Scenario) -> Policy:
    policy = load(kept)
    if policy.scenario != scenario:
        raise OneVoiceError(
            f"trained: {kept} was fitted to another scenario; give a benchmark with the same "
            "train_scenario"
        )
    return policy


def _train(config: Config, cell: Cell, out: Path, progress: Progress) -> tuple[Policy, Arrays]:
    """Train, or go on; the wall time of a training that was begun before is not known."""
    from onevoice.training.curve import read_curve
    from onevoice.training.run import is_run
    from onevoice.training.trainer import train

    run, row = (config.trained or out) / TRAINING / str(cell), cell.row
    begun, started = is_run(run), time.monotonic()
    own = {
        "seed": config.training.seed + cell.seed, "total_steps": _budget(config, cell),
        "partners": row.partners,
    }  # fmt: skip
    training = config.training.model_copy(update=own)
    train(config.learning_scenario(row), row.mode, training, run, resume=begun, progress=progress)
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


def _budget(config: Config, cell: Cell) -> int:
    """Environment steps of a training run.

    Where each is simulated once more without every channel, so many that it takes about as long.
    """
    steps, channels = config.training.total_steps, len(config.scenario.channels)
    incremental = mode_named(cell.row.mode).credit == "incremental"
    return 2 * steps // (1 + channels) if incremental else steps


def _costs(**known: float) -> Arrays:
    """What training or fitting took, nan where it is not known."""
    return {column: np.array(known.get(column, UNKNOWN)) for column in COST_COLUMNS}


def _stage(tell: Tell, start: int, length: int) -> Progress:
    """Report a stage that begins after so many tenths of a task and takes so many."""
    return lambda done, total: tell("task", start * total + length * done, 10 * total)
