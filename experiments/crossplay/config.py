"""What ``onevoice crossplay`` can be told."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from onevoice.experiments.core.settings import SegmentScenario, StudySettings


class Config(StudySettings):
    """Channels trained apart, put together on held-out markets."""

    scenario: SegmentScenario = Field(description="the environment, by name or spelled out")
    runs: tuple[Path, ...] = Field(
        (), description="folders of training runs, or of a benchmark that holds some"
    )
    markets: int = Field(32, ge=2, le=2**16, description="held-out markets, one episode each")
    day: float = Field(30.0, gt=0.0, description="when a channel falls silent, or a late one joins")

    @model_validator(mode="after")
    def _day_is_inside(self) -> Self:
        if not self.runs:
            raise ValueError("runs is empty; give training runs, or a benchmark that holds some")
        if self.day >= self.scenario.days:
            raise ValueError(f"day must come before the end, {self.scenario.days:g} days")
        return self

    @property
    def turn(self) -> int:
        """The decision with which ``day`` begins."""
        return round(self.day * 24.0 / self.scenario.decision_hours)
