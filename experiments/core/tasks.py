"""Runs a study's tasks in parallel, saves each result, resumes where it stopped."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel

import onevoice
from onevoice.configs.errors import OneVoiceError
from onevoice.envs.typing import Arrays
from onevoice.experiments.core.arrays import load_arrays, save_arrays
from onevoice.experiments.core.progress import Display
from onevoice.experiments.core.workers import Report, Tell, Work, run_tasks
from onevoice.policies.checkpoint import write_atomic

CONFIG = "config.yaml"
TASKS = "tasks"
MODEL = ("envs", "policies", "training")
Run = Callable[[Work, Sequence[str], int, Report], None]
"""Runs tasks in parallel."""
ConfigT = TypeVar("ConfigT", bound=BaseModel)


def complete(
    config: ConfigT,
    out: Path,
    what: str,
    costs: Mapping[str, float],
    make: Callable[[ConfigT, str, Tell], Arrays],
    *,
    workers: int | None = None,
    run: Run = run_tasks,
) -> dict[str, Arrays]:
    """Run the tasks whose results ``out`` does not hold yet, and return all results by name.

    Args:
        config: what is done; a folder that holds another configuration is refused.
        out: folder for everything; the result of a task is ``tasks/<name>.npz``.
        what: the kind of work, for errors, e.g. ``"study of claims"``.
        costs: expected time by task, in any unit; tasks start in this order.
        make: runs a task and returns its arrays; a module-level function. It reports its progress
            as stage ``"task"``.
        workers: processes in parallel, one per processor core by default.
        run: runs tasks in parallel.

    Raises:
        OneVoiceError: if ``out`` cannot be used, or a task failed.
    """
    prepare(config, out, what)
    todo = [name for name in costs if not task_path(out, name).is_file()]
    with Display({name: {"task": costs[name]} for name in todo}) as display:
        if todo:
            compile_first(display)
        work = partial(_make_one, config, out, make)
        run(work, todo, workers or cores(), display.report)
    return {name: load_arrays(task_path(out, name)) for name in costs}


def prepare(config: BaseModel, out: Path, what: str) -> None:
    """Make ``out`` hold this configuration.

    Raises:
        OneVoiceError: if it holds anything else, or cannot be written.
    """
    text = config_text(config)
    try:
        if not (out / CONFIG).is_file():
            if out.exists() and (not out.is_dir() or any(out.iterdir())):
                raise OneVoiceError(f"{out}: exists and holds no {what}; choose another --out")
            write_atomic(out / CONFIG, text.encode())
        else:
            _refuse_other(out, what, (out / CONFIG).read_text(encoding="utf-8"), text)
            if not os.access(out, os.W_OK):
                raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise OneVoiceError(
            f"{out}: cannot be written ({error.strerror}); choose another --out"
        ) from error


def _refuse_other(out: Path, what: str, found: str, text: str) -> None:
    """Refuse a folder made by another version or with another configuration."""
    if _version(found) != _version(text):
        raise OneVoiceError(
            f"{out}: holds a {what} by {_version(found)}, but this is {_version(text)}; choose "
            "another --out"
        )
    if _same_work(found) != _same_work(text):
        raise OneVoiceError(f"{out}: holds another {what}, see its {CONFIG}; choose another --out")


def config_text(config: BaseModel) -> str:
    """The whole configuration as YAML, as the command that it belongs to reads it."""
    values = config.model_dump(mode="json")
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=100)
    return f"# onevoice {onevoice.__version__}, model {model_digest()}\n{text}"


@cache
def model_digest() -> str:
    """Tells apart the source code that results depend on: customers, policies and training."""
    root = Path(onevoice.__file__).parent
    files = (path for part in MODEL for path in sorted((root / part).rglob("*.py")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def compile_first(display: Display) -> None:
    """Compile the kernels before the workers start, who would all do it at once."""
    from onevoice.envs.interface.vector_env import compile_kernels

    display.say("preparing the customer model")
    compile_kernels()


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def task_path(out: Path, name: str) -> Path:
    """The file of a task's result."""
    return out / TASKS / f"{name}.npz"


def _make_one(
    config: ConfigT, out: Path, make: Callable[[ConfigT, str, Tell], Arrays], name: str, tell: Tell
) -> None:
    save_arrays(task_path(out, name), make(config, name, tell))


def _version(text: str) -> str:
    """The first line of a configuration, by which version and model it was made."""
    return text.partition("\n")[0].removeprefix("# ")


def _same_work(text: str) -> list[str]:
    """What must agree for two folders to share their results: all but the worker count."""
    return [line for line in text.splitlines() if not line.startswith("workers:")]
