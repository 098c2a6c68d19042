"""``onevoice evaluate``: what a training run learned, on markets and scenarios it has not seen."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field
from rich.console import Console

from onevoice.configs.loader import build_config
from onevoice.envs.spec.base import Model
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.config import Baseline, Experiment

if TYPE_CHECKING:
    from onevoice.experiments.results import Results


class RunEvaluation(Model):
    """Where and how a training run is judged."""

    scenario: Scenario = Field(description="the environment, by name; the run's own if not given")
    markets: Literal["test", "validation", "train"] = Field(
        "test", description="markets to play: the first of those kept apart for this use"
    )
    count: int = Field(32, ge=1, le=2**16, description="markets, one episode each")
    policies: tuple[Baseline, ...] = Field(("manual", "greedy"), description="baselines beside it")
    seed: int = Field(0, ge=0, description="seed of customers and resampling")
    confidence: float = Field(0.95, gt=0.0, lt=1.0, description="coverage of the intervals")
    resamples: int = Field(2000, ge=1, le=10**6, description="bootstrap resamples of the markets")


def evaluate_run(
    run: Path, job: RunEvaluation, out: Path | None, console: Console | None = None
) -> "Results":
    """Play a run beside baselines, all on the same markets, and show the table.

    Args:
        run: the folder of a training run.
        job: where and how it is judged.
        out: gets ``results.json``, ``results.csv`` and ``markets.csv``; None: nothing is written.
        console: where the table goes, standard output by default.

    Raises:
        OneVoiceError: ``run`` is not a training run, or was trained for other channels.
    """
    from onevoice.envs.engine.market import market_ids
    from onevoice.experiments.attribution.players import make_player
    from onevoice.experiments.core.progress import Display
    from onevoice.experiments.core.rollout import evaluate
    from onevoice.experiments.export import write_results
    from onevoice.experiments.results import Results
    from onevoice.experiments.table import show_table
    from onevoice.training.run import load_run

    experiment = _experiment(job, load_run(run).mode)
    sources = dict(zip(experiment.names, (*job.policies, str(run)), strict=True))
    players = {name: make_player(source, job.scenario) for name, source in sources.items()}
    markets, evaluations = market_ids(job.markets, job.count), {}
    with Display({name: {"evaluation": 1.0} for name in players}) as display:
        for name, player in players.items():
            tell = partial(display.report, name, "evaluation")
            evaluations[name] = evaluate(
                name, player, job.scenario, markets, job.seed, progress=tell
            )
    results = Results(experiment, evaluations)
    if out is not None:
        write_results(results, out)
    show_table(results, console)
    return results


def _experiment(job: RunEvaluation, mode: str) -> Experiment:
    """The comparison that this evaluation amounts to, as tables and files know it."""
    judge = job.model_dump(include={"seed", "confidence", "resamples"})
    values = {
        "name": "evaluation",
        "scenario": job.scenario.model_dump(),
        "policies": job.policies,
        "modes": (mode,),
        "evaluation": judge | {"markets": job.count},
    }
    return build_config(Experiment, "experiments", values, {})
