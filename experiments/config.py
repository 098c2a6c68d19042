"""What a comparison compares: a scenario, the policies, the training and how it is judged."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from onevoice.configs.errors import nearest
from onevoice.configs.fields import Names
from onevoice.envs.spec.base import Model
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.baselines import BASELINES
from onevoice.training.config import MODES, TrainingConfig

Baseline = Annotated[str, Names(tuple(BASELINES))]
ModeName = Annotated[str, Names(tuple(MODES))]


class EvaluationConfig(Model):
    """How policies are judged: the same held-out markets and random numbers for all of them."""

    markets: int = Field(16, ge=1, le=2**16, description="held-out markets, one episode each")
    seed: int = Field(0, ge=0, description="seed of customers and resampling")
    confidence: float = Field(0.95, gt=0.0, lt=1.0, description="coverage of the intervals")
    resamples: int = Field(2000, ge=1, le=10**6, description="bootstrap resamples of the markets")


class Experiment(Model):
    """One comparison: baselines beside learned policies, on held-out markets."""

    name: str = Field(
        "comparison", pattern=r"^[A-Za-z0-9][\w.-]*$", description="default output folder in runs/"
    )
    description: str = Field("", description="one sentence for the report")
    scenario: Scenario = Field(description="the environment, by name or spelled out")
    training: TrainingConfig = Field(TrainingConfig(), description="how the modes are trained")
    policies: tuple[Baseline, ...] = Field(
        ("silent", "random", "manual", "greedy"), description="baselines to evaluate"
    )
    modes: tuple[ModeName, ...] = Field(
        ("independent", "shared_reward", "central_critic"), description="training modes to learn"
    )
    evaluation: EvaluationConfig = Field(EvaluationConfig(), description="how policies are judged")
    workers: int | None = Field(
        None,
        ge=1,
        le=1024,
        description="parallel processes; one per processor core if not given",
    )

    @field_validator("policies")
    @classmethod
    def _known_policies(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _known(value, "policy", BASELINES)

    @field_validator("modes")
    @classmethod
    def _known_modes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _known(value, "mode", MODES)

    @model_validator(mode="after")
    def _something_to_compare(self) -> Self:
        if not self.policies + self.modes:
            raise ValueError("policies and modes are both empty: there is nothing to compare")
        if self.scenario.action_type != "multi_discrete":
            raise ValueError(
                "policies choose per segment; set scenario.action_type to multi_discrete"
            )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Everything compared: baselines, then modes."""
        return self.policies + self.modes


def _known(names: tuple[str, ...], what: str, valid: Mapping[str, object]) -> tuple[str, ...]:
    for name in names:
        if name not in valid:
            raise ValueError(f"unknown {what} {name!r}{nearest(name, valid)}")
    if len(set(names)) < len(names):
        raise ValueError(f"each {what} may be named once")
    return names
