"""What ``onevoice validate`` can be told."""

from pydantic import Field

from onevoice.envs.scenario import Model, Scenario


class Config(Model):
    """One validation: whose customers meet the published experiments, and how often."""

    scenario: Scenario = Field(description="gives customers and channels, by name or spelled out")
    markets: int = Field(12, ge=2, le=2**12, description="markets, one world of each arm in each")
    population: int = Field(
        10_000, ge=40, le=2**20, description="customers per market; a quarter of it in long trials"
    )
    seed: int = Field(0, ge=0, description="seed of customers' random numbers and of resampling")
    confidence: float = Field(0.95, gt=0.0, lt=1.0, description="coverage of the intervals")
    resamples: int = Field(2000, ge=1, le=10**6, description="bootstrap resamples of the markets")
    workers: int | None = Field(
        None,
        ge=1,
        le=1024,
        description="processes side by side; one per processor core if not given",
    )
