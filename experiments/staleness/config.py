"""Settings of ``onevoice staleness``."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.core.settings import PolicyName, RuledScenario, StudySettings

Lag = Annotated[float, Field(ge=0.0)]


class Config(StudySettings):
    """The same rules on data of several ages, on the same held-out markets."""

    scenario: RuledScenario = Field(
        description="the environment, by name or spelled out; without rules it gets preset full"
    )
    policies: tuple[PolicyName, ...] = Field(
        ("greedy", "manual"), description="baselines, or training runs' folders"
    )
    lags: tuple[Lag, ...] = Field(
        (0.0, 1 / 6, 3.0, 24.0),
        description="ages of the data that rules and channels use, hours, rising from 0",
    )
    markets: int = Field(128, ge=2, le=2**16, description="held-out markets, one episode each")

    @model_validator(mode="after")
    def _lags_can_be_played(self) -> Self:
        if not self.policies:
            raise ValueError("policies is empty: there is nobody to play")
        if len(set(self.policies)) < len(self.policies):
            raise ValueError("each of policies may be named once")
        if len(self.lags) < 2 or self.lags[0] != 0.0:
            raise ValueError("lags must be 0 and others, which are compared with it")
        if any(a >= b for a, b in pairwise(self.lags)):
            raise ValueError("lags must rise")
        for lag in self.lags:
            self.at_lag(lag)
        return self

    def at_lag(self, lag: float) -> Scenario:
        """The scenario with data that is ``lag`` hours old."""
        return load_scenario(self.scenario, observation={"sync_lag_hours": lag})
