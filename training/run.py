"""A training run's folder and its ``config.json``: scenario, mode and trainer."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError, field_validator

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.explain import Layer, explain
from onevoice.envs.spec.base import Model
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.checkpoint import read_json, write_atomic
from onevoice.policies.learned import CONFIG
from onevoice.training.config import TrainingConfig, mode_named


class RunConfig(Model):
    """Everything that defines a training run."""

    scenario: Scenario
    mode: str
    training: TrainingConfig

    @field_validator("mode")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            mode_named(value)
        except OneVoiceError as error:
            raise ValueError(str(error)) from None
        return value

    def to_bytes(self) -> bytes:
        """Return the exact configuration as JSON."""
        return json.dumps(self.model_dump(mode="json"), indent=1).encode()


def is_run(run: Path) -> bool:
    """Tell whether ``run`` is the folder of a training run."""
    return (run / CONFIG).is_file()


def load_run(run: Path) -> RunConfig:
    """Read the configuration of the training run in ``run``.

    Raises:
        OneVoiceError: ``run`` is not a training run, or its configuration is damaged.
    """
    path = run / CONFIG
    if not is_run(run):
        raise OneVoiceError(
            f"{run}: not a training run (no {CONFIG}); give the folder of one, or start it anew"
        )
    values = read_json(path)
    try:
        return RunConfig.model_validate(values)
    except ValidationError as error:
        raise OneVoiceError(explain(error, RunConfig, [Layer(str(path), (), values)])) from None


def write_run(run: Path, config: RunConfig) -> None:
    """Write ``config.json``, which makes ``run`` a training run."""
    write_atomic(run / CONFIG, config.to_bytes())


def check_new(run: Path) -> None:
    """Refuse to overwrite a training run."""
    if is_run(run):
        raise OneVoiceError(f"{run}: holds a training run; resume it, or choose another folder")
    if run.exists() and not run.is_dir():
        raise OneVoiceError(f"{run}: is a file; choose another folder")


def check_same(run: Path, config: RunConfig) -> None:
    """Refuse to resume ``run`` with another configuration than its own."""
    checkpoint, given = (one.model_dump(mode="json") for one in (load_run(run), config))
    for name, (there, here) in _differences(checkpoint, given, ""):
        raise OneVoiceError(
            f"{run / CONFIG}: {name} is {there!r} there and {here!r} here; resume with the run's "
            "own configuration, or choose another folder"
        )


def _differences(checkpoint: Any, given: Any, name: str) -> list[tuple[str, tuple[Any, Any]]]:
    if isinstance(checkpoint, dict) and isinstance(given, dict):
        keys = [*checkpoint, *(key for key in given if key not in checkpoint)]
        below = (
            _differences(checkpoint.get(key), given.get(key), f"{name}.{key}".lstrip("."))
            for key in keys
        )
        return [difference for part in below for difference in part]
    return [] if checkpoint == given else [(name, (checkpoint, given))]
