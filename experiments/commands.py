"""What each command of ``onevoice`` does once the command line is read."""

import argparse
import difflib
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.loader import build_config, config_names, load_config, parse_value
from onevoice.envs.spec.base import Model
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.arguments import SHELLS, parsers
from onevoice.experiments.compare.config import Config as CompareConfig
from onevoice.experiments.compare.config import RunEvaluation
from onevoice.experiments.studies import STUDIES, StudyCommand
from onevoice.training.config import MODES, TrainingConfig, mode_named

Fields = Mapping[str, str]
Act = Callable[[argparse.Namespace, Mapping[str, Any]], None]


class TrainingJob(Model):
    """The fields of ``onevoice train``."""

    scenario: Scenario = Field(description="the environment, by name or spelled out")
    training: TrainingConfig = Field(TrainingConfig(), description="training settings")


class Nothing(Model):
    """A command without fields."""


def config_of(command: str) -> type[BaseModel]:
    """Return the configuration whose fields a command takes."""
    if command in COMMANDS:
        return COMMANDS[command][0]
    package = import_module(f"onevoice.experiments.{STUDIES[command].package}")
    config: type[BaseModel] = package.Config
    return config


def run(
    command: str, words: argparse.Namespace, fields: Fields, parser: argparse.ArgumentParser
) -> int:
    """Run a command and return the exit status; a user's mistake is told in one line."""
    model = config_of(command)
    act = COMMANDS[command][1] if command in COMMANDS else partial(_study, STUDIES[command])
    try:
        _check_options(fields, model, parser)
        act(words, {name: parse_value(model, name, text) for name, text in fields.items()})
    except OneVoiceError as error:
        print(f"onevoice: error: {error}", file=sys.stderr)
        return 2
    return 0


def _check_options(fields: Fields, model: type[BaseModel], parser: argparse.ArgumentParser) -> None:
    """Name the nearest option of the command itself, where a field is unknown."""
    if fields and not model.model_fields:
        raise OneVoiceError(f"{parser.prog.split()[1]} takes no fields; leave out --{min(fields)}")
    for name in fields:
        option = f"--{name.replace('_', '-')}"
        meant = difflib.get_close_matches(option, parser._option_string_actions, n=1, cutoff=0.8)
        if name.partition(".")[0] not in model.model_fields and meant:
            raise OneVoiceError(f"{option}: unknown option; did you mean {meant[0]!r}?")


def _compare(words: argparse.Namespace, values: Mapping[str, Any]) -> None:
    experiment = load_config(CompareConfig, "experiments", words.experiment, values)
    out = words.out or Path("runs", experiment.name)
    if (out / "results.json").exists():
        raise OneVoiceError(
            f"{out}: holds a finished comparison; give another folder with --out, or remove it"
        )
    from onevoice.experiments.compare.run import compare

    with _hint(lambda: f"give the same command again to go on in {out}"):
        compare(experiment, out, command=words.line)


def _train(words: argparse.Namespace, values: Mapping[str, Any]) -> None:
    if words.resume:
        if words.scenario or words.mode or words.out or values:
            raise OneVoiceError("--resume takes everything from its run; give nothing beside it")
        from onevoice.training.run import load_run

        stored = load_run(words.resume)
        job = TrainingJob(scenario=stored.scenario, training=stored.training)
        return _train_into(words.resume, job, stored.mode, resume=True)
    if not words.scenario or not words.mode:
        modes = ", ".join(MODES)
        raise OneVoiceError(f"train needs a SCENARIO and a --mode ({modes}), or --resume RUN")
    mode_named(words.mode)
    job = build_config(TrainingJob, "experiments", {"scenario": words.scenario}, values)
    out = words.out or Path("runs", f"{Path(words.scenario).stem}-{words.mode}")
    from onevoice.training.run import is_run

    if is_run(out):
        raise OneVoiceError(
            f"{out}: holds a training run; continue it with 'onevoice train --resume {out}', or "
            "give another folder with --out"
        )
    return _train_into(new_folder(out), job, words.mode, resume=False)


def _train_into(run: Path, job: TrainingJob, mode: str, *, resume: bool) -> None:
    from onevoice.experiments.core.progress import Display
    from onevoice.training.run import is_run
    from onevoice.training.trainer import train

    def mend() -> str:
        again = f"continue with 'onevoice train --resume {run}'"
        return again if is_run(run) else "nothing is kept yet; give the same command again"

    def report(done: int, total: int) -> None:
        display.report(mode, "training", done, total)

    with (
        _hint(mend),
        Display({mode: {"training": 1.0}}) as display,
    ):
        train(job.scenario, mode, job.training, run, resume=resume, progress=report)
    print(f"{run}: trained; onevoice.policies.load({str(run)!r}) plays it")


def _evaluate(words: argparse.Namespace, values: Mapping[str, Any]) -> None:
    if words.run is None:
        raise OneVoiceError("evaluate needs a RUN, the folder of a training run")
    from onevoice.experiments.compare.run import evaluate_run
    from onevoice.training.run import load_run

    own = {"scenario": load_run(words.run).scenario.model_dump()}
    job = build_config(RunEvaluation, "experiments", own, values)
    evaluate_run(words.run, job, new_folder(words.out) if words.out else None)


def _scenarios(words: argparse.Namespace, values: Mapping[str, Any]) -> None:
    names = config_names("scenarios")
    width = max(map(len, names))
    for name in names:
        scenario = load_config(Scenario, "scenarios", name)
        print(f"{name:<{width}}{scenario.population:>9,} customers   {', '.join(scenario.roles)}")
        print(f"{'':{width}}{scenario.description}")


def _completion(words: argparse.Namespace, values: Mapping[str, Any]) -> None:
    if words.shell is None:
        raise OneVoiceError(f"completion needs a SHELL: {' or '.join(SHELLS)}")
    from shtab import complete

    from onevoice.experiments.help import complete_options

    parser, commands = parsers()
    for name, command in commands.items():
        complete_options(name, command, config_of(name), every_field=True)
    print(complete(parser, words.shell))


def _study(study: StudyCommand, words: argparse.Namespace, values: Mapping[str, Any]) -> None:
    package = import_module(f"onevoice.experiments.{study.package}")
    if study.kind == "scenarios":
        given = {"scenario": words.scenario}
        config = build_config(package.Config, "experiments", given, values)
    else:
        config = load_config(package.Config, study.kind, words.scenario, values)
    out = words.out or Path("runs", f"{study.name}-{Path(words.scenario).stem}")
    if not study.extendable and (out / f"{study.name}.json").exists():
        raise OneVoiceError(
            f"{out}: holds a finished study; give another folder with --out, or remove it"
        )
    from onevoice.experiments.report.files import write_study
    from onevoice.experiments.report.terminal import show_study

    with _hint(lambda: f"give the same command again to go on in {out}"):
        result = package.study(config, out)
        write_study(result, words.line, out)
    show_study(result, out)


def new_folder(out: Path) -> Path:
    """Make a folder for output, and make sure that it is empty and can be written.

    Raises:
        OneVoiceError: if something is there already, or nothing can be written there.
    """
    if out.exists() and not out.is_dir():
        raise OneVoiceError(f"{out}: is a file; give another folder with --out")
    try:
        if out.is_dir() and any(out.iterdir()):
            raise OneVoiceError(
                f"{out}: exists and is not empty; give another folder with --out, or remove it"
            )
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            return out
    except OSError as error:
        why = error.strerror or str(error)
        raise OneVoiceError(
            f"{out}: can't be written ({why}); give another folder with --out"
        ) from None


@contextmanager
def _hint(mend: Callable[[], str]) -> Iterator[None]:
    """Say on an interrupt how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(mend()) from None


COMMANDS: dict[str, tuple[type[BaseModel], Act]] = {
    "compare": (CompareConfig, _compare),
    "train": (TrainingJob, _train),
    "evaluate": (RunEvaluation, _evaluate),
    "scenarios": (Nothing, _scenarios),
    "completion": (Nothing, _completion),
}
