"""What ``onevoice compare`` can be told; ``configs/experiments`` has a file for each name."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from onevoice.configs.errors import nearest
from onevoice.configs.fields import Names
from onevoice.configs.loader import build_config
from onevoice.envs.spec.base import Model
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.benchmark.config import Config as Benchmark
from onevoice.experiments.core.settings import Confidence, Resamples, Seed, Workers
from onevoice.policies.baselines import BASELINES
from onevoice.training.config import MODES, TrainingConfig

Baseline = Annotated[str, Names(tuple(BASELINES))]
ModeName = Annotated[str, Names(tuple(MODES))]


class EvaluationConfig(Model):
    """How policies are judged: the same held-out markets and random numbers for all of them."""

    markets: int = Field(16, ge=1, le=2**16, description="held-out markets, one episode each")
    seed: Seed = 0
    confidence: Confidence = 0.95
    resamples: Resamples = 2000


class Config(Model):
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
    workers: Workers = None

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

    @property
    def benchmark(self) -> Benchmark:
        """The same as a benchmark with one run of each mode."""
        return Benchmark.model_construct(
            description=self.description, scenario=self.scenario, rows=self.names, runs=1,
            training=self.training, workers=self.workers, **dict(self.evaluation),
        )  # fmt: skip


class RunEvaluation(Model):
    """What ``onevoice evaluate`` can be told: where and how a training run is evaluated."""

    scenario: Scenario = Field(description="the environment, by name; the run's own if not given")
    markets: Literal["test", "validation", "train"] = Field(
        "test", description="markets to play: the first of those kept apart for this use"
    )
    count: int = Field(32, ge=1, le=2**16, description="markets, one episode each")
    policies: tuple[Baseline, ...] = Field(
        ("manual", "greedy"), description="baselines to compare with"
    )
    seed: Seed = 0
    confidence: Confidence = 0.95
    resamples: Resamples = 2000

    def comparison(self, mode: str) -> Config:
        """The comparison of the run, which was trained in ``mode``, with the baselines."""
        judge = self.model_dump(include={"seed", "confidence", "resamples"})
        values = {
            "name": "evaluation",
            "scenario": self.scenario.model_dump(),
            "policies": self.policies,
            "modes": (mode,),
            "evaluation": judge | {"markets": self.count},
        }
        return build_config(Config, "experiments", values, {})


def _known(names: tuple[str, ...], what: str, valid: Mapping[str, object]) -> tuple[str, ...]:
    for name in names:
        if name not in valid:
            raise ValueError(f"unknown {what} {name!r}{nearest(name, valid)}")
    if len(set(names)) < len(names):
        raise ValueError(f"each {what} may be named once")
    return names
