"""What ``onevoice calibrate`` can be told."""

from pydantic import Field

from onevoice.envs.spec.base import Model
from onevoice.experiments.claims.config import ArticleCompany


class Config(Model):
    """A calibration: the company's market, with other customers than those claims are judged on."""

    scenario: ArticleCompany = Field(description="the company to start from")
    worlds: int = Field(20, ge=1, le=1000, description="customers and random numbers, each other")
    trials: int = Field(8, ge=1, le=1000, description="parameter sets to try at most")
    seed: int = Field(1, ge=0, description="of customers' and agents' random numbers")
    workers: int | None = Field(
        None, ge=1, le=1024, description="threads side by side; one per core if not given"
    )
