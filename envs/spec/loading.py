"""Scenarios by name, by path, or as they are, with single fields changed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

from onevoice.configs.loader import build_config, config_names, load_config
from onevoice.envs.spec.scenario import Scenario

Fields = Mapping[str, Any]
"""Some fields of a part of a scenario; the others keep their values."""


class ScenarioOverrides(TypedDict, total=False):
    """The fields of ``Scenario`` as keyword arguments, so that type checkers know their names."""

    description: str
    channels: Sequence[str] | Fields
    population: int
    days: float
    tick_hours: float
    decision_hours: float
    block: int
    offers: Sequence[float]
    segments: Fields
    customers: Fields
    market: Fields
    market_split: Literal["train", "validation", "test"]
    budget: Fields
    equity: Fields
    observation: Fields
    reward: Fields
    coordination: str | Fields
    mechanisms: Fields
    action_type: Literal["multi_discrete", "discrete", "continuous"]
    action_mask: Literal["none", "info"]
    mask_format: Literal["flat", "tuple"]


def scenario_names() -> list[str]:
    """Names of the scenarios that come with the package."""
    return config_names("scenarios")


def load_scenario(name: str | Path | Scenario, **overrides: Unpack[ScenarioOverrides]) -> Scenario:
    """Load a scenario.

    Args:
        name: a name of ``scenario_names``, the path of a YAML file, or a scenario to change.
        **overrides: fields to change, nested ones as mappings: ``budget={"kind": "split"}``.
            ``budget__kind="split"`` does the same, but no type checker knows such names.

    Raises:
        OneVoiceError: on an unknown scenario or key, or a value out of range.
    """
    dotted = {key.replace("__", "."): value for key, value in overrides.items()}
    if not isinstance(name, Scenario):
        return load_config(Scenario, "scenarios", name, dotted)
    return build_config(Scenario, "scenarios", name.model_dump(), dotted) if dotted else name
