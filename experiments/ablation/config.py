"""What ``onevoice ablate`` can be told."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Self

from pydantic import Field, field_validator, model_validator

from onevoice.experiments.settings import StudySettings


class Config(StudySettings):
    """A study of what the collapse is made of: variants of one scenario, baselines alone."""

    markets: int = Field(16, ge=2, le=2**16, description="held-out markets, one episode each")
    factors: tuple[float, ...] = Field(
        (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0),
        description="multiples of the scenario's own value that a coefficient takes, rising",
    )
    overlaps: tuple[float, ...] = Field(
        (-1.0, -0.5, 0.0, 0.5, 1.0),
        description="customers.overlap of the diagram, rising from -1 (apart) to 1 (nested)",
    )

    @field_validator("factors")
    @classmethod
    def _factors_are_multiples(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        return _rising("factors", value, 0.0, float("inf"))

    @field_validator("overlaps")
    @classmethod
    def _overlaps_are_possible(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        return _rising("overlaps", value, -1.0, 1.0)

    @model_validator(mode="after")
    def _policies_can_act(self) -> Self:
        if self.scenario.action_type != "multi_discrete":
            raise ValueError(
                "policies choose per segment; set scenario.action_type to multi_discrete"
            )
        return self


def _rising(what: str, values: Sequence[float], low: float, high: float) -> tuple[float, ...]:
    if not values:
        raise ValueError(f"{what} must hold a number at least")
    if any(not low <= value <= high for value in values):
        raise ValueError(f"{what} must lie within {low:g} to {high:g}")
    if any(a >= b for a, b in pairwise(values)):
        raise ValueError(f"{what} must rise")
    return tuple(values)
