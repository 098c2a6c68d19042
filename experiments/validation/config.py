"""Options of ``onevoice validate``."""

from pydantic import Field

from onevoice.experiments.core.settings import StudySettings


class Config(StudySettings):
    """A validation: the customers of a scenario in the published experiments."""

    markets: int = Field(
        12, ge=2, le=2**12, description="markets, with one simulation of each arm in each"
    )
    population: int = Field(
        10_000, ge=40, le=2**20, description="customers per market; a quarter of it in long replays"
    )
