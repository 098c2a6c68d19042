"""What ``onevoice compare`` can be told; ``configs/experiments`` has a file for each name."""

from collections.abc import Collection
from functools import partial
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from onevoice.configs.errors import nearest
from onevoice.configs.fields import Names
from onevoice.envs.spec.base import Model
from onevoice.experiments.benchmark.config import Config as Benchmark
from onevoice.experiments.core.settings import (
    Confidence,
    Resamples,
    Seed,
    SegmentScenario,
    Workers,
)
from onevoice.policies.baselines import BASELINES
from onevoice.training.config import MODES, TrainingConfig


def _known(what: str, valid: Collection[str], names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in valid:
            raise ValueError(f"unknown {what} {name!r}{nearest(name, valid)}")
    if len(set(names)) < len(names):
        raise ValueError(f"each {what} may be named once")
    return names


Baselines = Annotated[
    tuple[Annotated[str, Names(tuple(BASELINES))], ...],
    AfterValidator(partial(_known, "policy", BASELINES)),
]
Modes = Annotated[
    tuple[Annotated[str, Names(tuple(MODES))], ...], AfterValidator(partial(_known, "mode", MODES))
]


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
    scenario: SegmentScenario = Field(description="the environment, by name or spelled out")
    training: TrainingConfig = Field(TrainingConfig(), description="how the modes are trained")
    policies: Baselines = Field(
        ("silent", "random", "manual", "greedy"), description="baselines to evaluate"
    )
    modes: Modes = Field(
        ("independent", "shared_reward", "central_critic"), description="training modes to learn"
    )
    evaluation: EvaluationConfig = Field(EvaluationConfig(), description="how policies are judged")
    workers: Workers = None

    @model_validator(mode="after")
    def _something_to_compare(self) -> Self:
        if not self.policies + self.modes:
            raise ValueError("policies and modes are both empty: there is nothing to compare")
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

    scenario: SegmentScenario = Field(
        description="the environment, by name; the run's own if not given"
    )
    markets: Literal["test", "validation", "train"] = Field(
        "test", description="markets to play: the first of those kept apart for this use"
    )
    count: int = Field(32, ge=1, le=2**16, description="markets, one episode each")
    policies: Baselines = Field(("manual", "greedy"), description="baselines to compare with")
    seed: Seed = 0
    confidence: Confidence = 0.95
    resamples: Resamples = 2000

    def comparison(self, mode: str) -> Config:
        """The comparison of the run, which was trained in ``mode``, with the baselines."""
        judge = self.model_dump(include={"seed", "confidence", "resamples"})
        return Config(
            name="evaluation", scenario=self.scenario, policies=self.policies, modes=(mode,),
            evaluation=EvaluationConfig(markets=self.count, **judge),
        )  # fmt: skip
