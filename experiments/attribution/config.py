"""Settings of ``onevoice attribution``."""

from typing import Literal

from pydantic import Field

from onevoice.experiments.core.settings import PolicyName, StudySettings


class Config(StudySettings):
    """One policy on held-out markets, and the division of credit for its revenue."""

    policy: PolicyName = Field("greedy", description="a baseline, or a training run's folder")
    markets: int = Field(10, ge=2, le=2**16, description="held-out markets, one episode each")
    kind: Literal["engagement", "touch"] = Field(
        "engagement", description="events that the attribution models' paths are made of"
    )
    lookback_days: float = Field(
        30.0, gt=0.0, description="age up to which an event belongs to the path of a purchase, days"
    )
    half_life_days: float = Field(
        7.0, gt=0.0, description="age at which time decay halves an event's weight, days"
    )
    step: float = Field(
        0.10, gt=0.0, lt=1.0, description="change of a channel's activity for its marginal return"
    )
