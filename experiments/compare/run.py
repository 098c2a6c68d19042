"""Plays the policies of a comparison, as the cells of a benchmark with one run of each row."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console

from onevoice.envs.engine.market import market_ids
from onevoice.envs.typing import Arrays
from onevoice.experiments.benchmark.cells import Cell
from onevoice.experiments.benchmark.run import longest_first, make_policy
from onevoice.experiments.compare.config import Config, RunEvaluation
from onevoice.experiments.compare.estimates import Estimates
from onevoice.experiments.compare.report import make_study
from onevoice.experiments.core.progress import Display
from onevoice.experiments.core.rollout import Evaluation, evaluate
from onevoice.experiments.core.tasks import CONFIG, Run, complete
from onevoice.experiments.core.workers import Tell, run_tasks
from onevoice.experiments.report.files import write_study
from onevoice.experiments.report.study import Study
from onevoice.experiments.report.terminal import show_study
from onevoice.policies import resolve

SECONDS = "seconds"
Play = Callable[[Path, Config, str, Tell], Arrays]


def play_cell(out: Path, config: Config, name: str, tell: Tell) -> Arrays:
    """Train the policy of a cell if it is a mode, and play it on the held-out markets.

    Returns:
        The arrays of an ``Evaluation``, and the ``seconds`` that it took.
    """
    started, cell = time.monotonic(), Cell.parse(name)
    policy, _, progress = make_policy(config.benchmark, cell, out, tell)
    evaluation = evaluate(
        str(cell.row), policy, config.scenario, market_ids("test", config.evaluation.markets),
        config.evaluation.seed, progress=progress,
    )  # fmt: skip
    return {**evaluation.arrays(), SECONDS: np.array(time.monotonic() - started)}


def play_cells(
    config: Config, out: Path, play: Play = play_cell, run: Run = run_tasks
) -> Estimates:
    """Make the cells that ``out`` does not hold yet, and estimate from all of them."""
    started, preset = time.monotonic(), config.benchmark
    tasks = complete(
        config, out, "comparison", longest_first(preset, preset.cells),
        partial(play, out), workers=config.workers, run=run,
    )  # fmt: skip
    tasks = {str(cell.row): tasks[str(cell)] for cell in preset.cells}
    seconds = {name: float(arrays.pop(SECONDS)) for name, arrays in tasks.items()}
    evaluations = {name: Evaluation.of(name, arrays) for name, arrays in tasks.items()}
    return Estimates(config, evaluations, {**seconds, "wall": time.monotonic() - started})


def compare(
    config: Config,
    out: Path,
    *,
    command: str | None = None,
    play: Play = play_cell,
    run: Run = run_tasks,
    console: Console | None = None,
) -> Study:
    """Do a comparison, or the rest of one that was stopped, and leave its report in ``out``.

    Args:
        config: what to compare.
        out: folder for everything; it must be new, empty, or hold the same comparison.
        command: the line that repeats it, for the report.
        play: makes one cell, as ``play_cell`` does; a test hands in a quick one.
        run: runs tasks in parallel.
        console: where the tables go, standard output by default.

    Raises:
        OneVoiceError: if ``out`` cannot be used, or a part of the comparison failed.
    """
    estimates = play_cells(config, out, play, run)
    return _report(estimates, out, command or f"onevoice compare {out / CONFIG}", console)


def evaluate_run(
    run: Path, job: RunEvaluation, out: Path | None, console: Console | None = None
) -> Study:
    """Play a run beside baselines, all on the same markets, and show the table.

    Args:
        run: the folder of a training run.
        job: where and how it is evaluated.
        out: gets the files of a comparison; None: nothing is written.
        console: where the table goes, standard output by default.

    Raises:
        OneVoiceError: ``run`` is not a training run, or was trained for other channels.
    """
    from onevoice.training.run import load_run

    config = job.comparison(load_run(run).mode)
    sources = dict(zip(config.names, (*job.policies, str(run)), strict=True))
    players = {name: resolve(source, job.scenario) for name, source in sources.items()}
    markets, evaluations = market_ids(job.markets, job.count), {}
    with Display({name: {"evaluation": 1.0} for name in players}) as display:
        for name, player in players.items():
            tell = partial(display.report, name, "evaluation")
            evaluations[name] = evaluate(
                name, player, job.scenario, markets, job.seed, progress=tell
            )
    return _report(Estimates(config, evaluations), out, f"onevoice evaluate {run}", console)


def _report(estimates: Estimates, out: Path | None, command: str, console: Console | None) -> Study:
    """Write the report, if there is a folder for it, and show it."""
    study = make_study(estimates, out)
    if out is not None:
        write_study(study, command, out)
    show_study(study, out, console)
    return study
