"""The main job: evaluate the baselines, train the modes, judge all on the same held-out markets.

Everything is built in the output folder step by step, and each step is whole or absent. So a
comparison that was stopped goes on where it was when the same command is given again.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console

from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.config import Experiment
from onevoice.experiments.core.progress import TRAINING_COST, Display
from onevoice.experiments.core.rollout import (
    Progress,
    evaluate,
    load_evaluation,
    save_evaluation,
)
from onevoice.experiments.core.tasks import CONFIG, Run, compile_first, config_text, cores, prepare
from onevoice.experiments.core.workers import Tell, run_jobs
from onevoice.experiments.export import write_results
from onevoice.experiments.findings import findings
from onevoice.experiments.results import Results
from onevoice.experiments.table import show_table
from onevoice.training.config import TrainingConfig

EVALUATIONS = "evaluations"
Job = Callable[[Experiment, Path, str, Tell], None]
"""Produces ``evaluations/<policy>.npz`` in the output folder."""


def compare(
    experiment: Experiment,
    out: Path,
    *,
    command: str | None = None,
    job: Job | None = None,
    run: Run = run_jobs,
    console: Console | None = None,
) -> Results:
    """Do a comparison, or the rest of one that was stopped, and leave its report in ``out``.

    Args:
        experiment: what to compare.
        out: folder for everything; it must be new, empty, or hold the same comparison.
        command: the line that repeats it, for the report.
        job: trains and evaluates one policy; a test hands in a quick one.
        run: runs jobs side by side.
        console: where the table goes, standard output by default.

    Raises:
        OneVoiceError: if ``out`` cannot be used, or a part of the comparison failed.
    """
    started = time.monotonic()
    prepare(experiment, out, "comparison")
    todo = [name for name in _order(experiment) if not _evaluation(out, name).is_file()]
    with Display(_costs(experiment, todo)) as display:
        workers = experiment.workers or cores()
        if todo and job is None:
            compile_first(display)
        run(partial(job or train_and_evaluate, experiment, out), todo, workers, display.report)
    results = _results(experiment, out, started)
    _write(results, command or f"onevoice compare {out / CONFIG}", out)
    console = console or Console()
    show_table(results, console)
    console.print(f"\n{findings(results)[0]}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"Report: {out / 'report.html'}", highlight=False, markup=False, soft_wrap=True)
    return results


def train_and_evaluate(experiment: Experiment, out: Path, name: str, tell: Tell) -> None:
    """Train ``name`` if it is a mode, then play it on the held-out markets, in its own process."""
    from onevoice.policies import load, make

    started = time.monotonic()
    if name in experiment.modes:
        train_mode(
            experiment.scenario, name, experiment.training, out / name, partial(tell, "training")
        )
    policy = load(out / name) if name in experiment.modes else make(name, experiment.scenario)
    markets = market_ids("test", experiment.evaluation.markets)
    evaluation = evaluate(
        name, policy, experiment.scenario, markets, experiment.evaluation.seed,
        progress=partial(tell, "evaluation"),
    )  # fmt: skip
    evaluation = replace(evaluation, seconds=time.monotonic() - started)
    save_evaluation(evaluation, _evaluation(out, name))


def train_mode(
    scenario: Scenario, mode: str, training: TrainingConfig, run: Path, progress: Progress
) -> None:
    """Train a mode into the folder ``run``, or what is left of a training that was stopped."""
    from onevoice.training.run import is_run
    from onevoice.training.trainer import train

    train(scenario, mode, training, run, resume=is_run(run), progress=progress)


def _results(experiment: Experiment, out: Path, started: float) -> Results:
    evaluations = {name: load_evaluation(_evaluation(out, name)) for name in experiment.names}
    seconds = {name: evaluation.seconds for name, evaluation in evaluations.items()}
    return Results(experiment, evaluations, {**seconds, "wall": time.monotonic() - started})


def _write(results: Results, command: str, out: Path) -> None:
    from onevoice.experiments.figures import draw_figures
    from onevoice.experiments.report import write_report

    write_results(results, out)
    pictures = draw_figures(results, out)
    write_report(results, pictures, command, config_text(results.experiment), out)


def _evaluation(out: Path, name: str) -> Path:
    return out / EVALUATIONS / f"{name}.npz"


def _order(experiment: Experiment) -> tuple[str, ...]:
    """Long jobs first, so that the short ones fill the gaps."""
    return experiment.modes + experiment.policies


def _costs(experiment: Experiment, names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Expected time by job and stage, in steps of one environment."""
    judged = {"evaluation": 2.0 * experiment.scenario.decisions * experiment.evaluation.markets}
    learned = {"training": TRAINING_COST * experiment.training.total_steps}
    return {name: {**learned, **judged} if name in experiment.modes else judged for name in names}
