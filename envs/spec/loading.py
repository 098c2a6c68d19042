"""Scenarios by name, by path, or as they are, with single fields changed."""

from pathlib import Path
from typing import Any

from onevoice.configs.loader import build_config, config_names, load_config
from onevoice.envs.spec.scenario import Scenario


def scenario_names() -> list[str]:
    """Names of the scenarios that come with the package."""
    return config_names("scenarios")


def load_scenario(name: str | Path | Scenario, **overrides: Any) -> Scenario:
    """Load a scenario.

    Args:
        name: a name of ``scenario_names``, the path of a YAML file, or a scenario to change.
        **overrides: fields to change; nested ones as mappings or with ``__`` for the dot, as in
            ``budget__kind="split"``.

    Raises:
        OneVoiceError: on an unknown scenario or key, or a value out of range.
    """
    dotted = {key.replace("__", "."): value for key, value in overrides.items()}
    if not isinstance(name, Scenario):
        return load_config(Scenario, "scenarios", name, dotted)
    return build_config(Scenario, "scenarios", name.model_dump(), dotted) if dotted else name
