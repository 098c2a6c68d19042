"""What every study can be told."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from onevoice.configs.errors import nearest
from onevoice.configs.fields import Names
from onevoice.envs.spec.base import Model
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.baselines import BASELINES


def _chosen_per_segment(scenario: Scenario) -> Scenario:
    if scenario.action_type != "multi_discrete":
        raise ValueError("policies choose per segment; set action_type to multi_discrete")
    return scenario


def _with_rules(scenario: Scenario) -> Scenario:
    return scenario if scenario.coordination.on else load_scenario(scenario, coordination="full")


def _known_policy(name: str) -> str:
    if name not in BASELINES and not Path(name).is_dir():
        if len(Path(name).parts) > 1:
            raise ValueError(f"{name}: there is no such training run")
        raise ValueError(f"unknown policy {name!r}{nearest(name, BASELINES)}")
    return name


SegmentScenario = Annotated[Scenario, AfterValidator(_chosen_per_segment)]
"""A scenario that every policy can play."""
RuledScenario = Annotated[SegmentScenario, AfterValidator(_with_rules)]
"""The same with a coordination layer: its own, or preset ``full``."""
PolicyName = Annotated[str, AfterValidator(_known_policy), Names(tuple(BASELINES))]
"""A baseline, or the folder of a training run."""


Seed = Annotated[
    int, Field(ge=0, description="seed of customers' random numbers and of resampling")
]
Confidence = Annotated[float, Field(gt=0.0, lt=1.0, description="coverage of the intervals")]
Resamples = Annotated[int, Field(ge=1, le=10**6, description="bootstrap resamples of the markets")]
Workers = Annotated[
    int | None,
    Field(ge=1, le=1024, description="processes in parallel; one per processor core if not given"),
]


class StudySettings(Model):
    """The settings of every study: the scenario, the intervals and the processes."""

    scenario: Scenario = Field(description="the environment, by name or spelled out")
    seed: Seed = 0
    confidence: Confidence = 0.95
    resamples: Resamples = 2000
    workers: Workers = None
