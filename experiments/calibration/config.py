"""Options of ``onevoice calibrate``."""

from pydantic import Field

from onevoice.envs.spec.base import Model
from onevoice.experiments.claims.config import ArticleScenario


class Config(Model):
    """A calibration in the company's market, with other customers than the claims are judged on."""

    scenario: ArticleScenario = Field(description="the company to start from")
    seeds: int = Field(
        20, ge=2, le=1000, description="simulations, each with its own customers and random numbers"
    )
    trials: int = Field(8, ge=1, le=1000, description="parameter sets to try at most")
    seed: int = Field(1, ge=0, description="seed of customers' and agents' random numbers")
    workers: int | None = Field(
        None, ge=1, le=1024, description="threads in parallel; one per processor core if not given"
    )
