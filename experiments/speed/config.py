"""The fields of ``onevoice speed``."""

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from onevoice.configs.fields import Names
from onevoice.configs.loader import config_names, load_config
from onevoice.envs.spec.base import Model
from onevoice.envs.spec.scenario import Scenario

DECISIONS = 8
"""Decisions of an episode that are played; the first is not timed."""
Part = Literal["start", "memory", "engine", "roofline", "rules", "calls", "peers"]
ScenarioName = Annotated[str, Names(tuple(config_names("scenarios")))]
Count = Annotated[int, Field(ge=1)]
QUICK: dict[str, Any] = {
    "populations": (10_000, 100_000),
    "num_envs": (1, 16),
    "seconds": 0.3,
    "peer_population": 20_000,
    "object_population": 2_000,
}
"""What ``quick`` changes."""


class Config(Model):
    """A benchmark of the engine, of its environments and of their peers."""

    scenario: Scenario = Field(description="the environment that peers are compared on")
    scenarios: tuple[ScenarioName, ...] = Field(
        ("quartet", "septet"), description="environments whose engine is measured, by name or file"
    )
    parts: tuple[Part, ...] = Field(
        ("start", "memory", "engine", "roofline", "rules", "calls", "peers"),
        description="what is measured",
    )
    populations: tuple[Count, ...] = Field(
        (10_000, 100_000, 1_000_000), description="customers that the engine is measured with"
    )
    threads: tuple[Count, ...] = Field(
        (1, 2), description="threads likewise; no more than there are processor cores"
    )
    num_envs: tuple[Count, ...] = Field(
        (1, 16, 64), description="environments per call whose fixed cost is measured"
    )
    seconds: float = Field(2.0, gt=0.0, description="time for each single measurement, s")
    peer_population: Count = Field(
        100_000, description="customers in arrays and frames, ours and theirs"
    )
    object_population: Count = Field(
        10_000, description="customers where each is an object, ours and theirs"
    )
    seed: int = Field(0, ge=0, description="of actions, customers and random draws")
    quick: bool = Field(False, description="fewer customers and less time, unless given")

    @model_validator(mode="before")
    @classmethod
    def _quick_is_smaller(cls, values: Any) -> Any:
        quick = isinstance(values, dict) and values.get("quick") is True
        return {**QUICK, **values} if quick else values

    @field_validator("scenario")
    @classmethod
    def _scenario_is_long_enough(cls, scenario: Scenario) -> Scenario:
        if scenario.decisions < DECISIONS:
            raise ValueError(f"an episode must have {DECISIONS} decisions at least; raise days")
        return scenario

    @field_validator("scenarios")
    @classmethod
    def _scenarios_are_long_enough(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names:
            raise ValueError("scenarios must name one at least")
        for name in names:
            cls._scenario_is_long_enough(load_config(Scenario, "scenarios", name))
        return names

    @field_validator("populations")
    @classmethod
    def _populations_rise(cls, values: tuple[int, ...]) -> tuple[int, ...]:
        if not values or any(a >= b for a, b in pairwise(values)):
            raise ValueError("populations must rise")
        return values
