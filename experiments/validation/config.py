"""What ``onevoice validate`` can be told."""

from pydantic import Field

from onevoice.experiments.settings import StudySettings


class Config(StudySettings):
    """One validation: whose customers meet the published experiments, and how often."""

    markets: int = Field(12, ge=2, le=2**12, description="markets, one world of each arm in each")
    population: int = Field(
        10_000, ge=40, le=2**20, description="customers per market; a quarter of it in long trials"
    )
