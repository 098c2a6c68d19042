"""Settings of ``onevoice ablate``, and the mechanisms, coefficients and channels that it varies."""

from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Annotated

from pydantic import AfterValidator, Field

from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.customers import Mechanisms
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.core.settings import SegmentScenario, StudySettings
from onevoice.experiments.report.wording import MINUS

Off = tuple[str, ...]
"""Mechanisms that are switched off together."""
ALONE: tuple[Off, ...] = tuple((name,) for name in Mechanisms.model_fields)
GROUPS: tuple[Off, ...] = (
    ("fatigue", "conflict"),
    ("fatigue", "conflict", "regret"),
    ("conflict", "regret", "trust"),
    ("fatigue", "trust"),
)
SWITCHED_OFF: tuple[Off, ...] = ((), *ALONE, *GROUPS)
"""Nothing first."""
COUNTS = range(2, len(CHANNEL_NAMES) + 1)
"""Numbers of channels, the rows of the diagram."""


@dataclass(frozen=True)
class Coefficient:
    """A number, or several that are scaled together, whose size no experiment has measured."""

    name: str
    fields: tuple[str, ...]
    support: str
    """The evidence for its size."""

    @property
    def label(self) -> str:
        """The name for readers."""
        return self.name.replace("_", " ")

    def values(self, scenario: Scenario) -> list[float]:
        """The scenario's own values of the fields."""
        return [float(attrgetter(name)(scenario)) for name in self.fields]


def _customers(name: str, support: str) -> Coefficient:
    return Coefficient(name, (f"customers.{name}",), support)


TRUST_LOSSES = ("customers.trust_conflict", "customers.trust_overload", "customers.trust_regret")
OVERLOAD = ("customers.churn_overload", "customers.opt_out_overload")
COEFFICIENTS = (
    _customers("trust_conflict", "assumed"),
    _customers("trust_overload", "assumed"),
    _customers("trust_regret", "sign known"),
    Coefficient("trust_losses", TRUST_LOSSES, "all three"),
    _customers("tolerance", "assumed"),
    _customers("narrative_gain", "assumed"),
    _customers("narrative_loss", "assumed"),
    Coefficient("orders_per_year", ("equity.orders_per_year",), "assumed"),
    _customers("churn_trust", "total known"),
    _customers("churn_overload", "total known"),
    _customers("opt_out_trust", "assumed"),
    _customers("opt_out_overload", "assumed"),
    Coefficient("all_harms", TRUST_LOSSES + OVERLOAD, "all five"),
)


def _rising(values: tuple[float, ...]) -> tuple[float, ...]:
    if any(a >= b for a, b in pairwise(values)):
        raise ValueError("must rise")
    return values


Rising = AfterValidator(_rising)
Factor = Annotated[float, Field(ge=0.0)]
Overlap = Annotated[float, Field(ge=-1.0, le=1.0)]


class Config(StudySettings):
    """Variants of one scenario, played by baselines, that show what the collapse needs."""

    scenario: SegmentScenario = Field(description="the environment, by name or spelled out")
    markets: int = Field(16, ge=2, le=2**16, description="held-out markets, one episode each")
    factors: Annotated[tuple[Factor, ...], Rising] = Field(
        (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0),
        min_length=1,
        description="multiples of the scenario's own value that a coefficient takes, rising",
    )
    overlaps: Annotated[tuple[Overlap, ...], Rising] = Field(
        (-1.0, -0.5, 0.0, 0.5, 1.0),
        min_length=1,
        description="customers.overlap of the diagram, rising from -1 (apart) to 1 (nested)",
    )

    @property
    def coefficients(self) -> list[Coefficient]:
        """The coefficients that the scenario uses: 0 has no multiples."""
        return [c for c in COEFFICIENTS if all(c.values(self.scenario))]


def off_label(off: Off) -> str:
    """Switched-off mechanisms for readers."""
    return " + ".join(name.replace("_", "-") for name in off) or "nothing"


def count_label(count: int) -> str:
    """The number of channels in a row of the diagram, and the channel that it adds."""
    first = ", ".join(CHANNEL_NAMES[:count])
    return f"{count}: {first if count == COUNTS[0] else f'+ {CHANNEL_NAMES[count - 1]}'}"


def overlap_label(overlap: float) -> str:
    """An overlap with a real minus."""
    return f"{overlap:g}".replace("-", MINUS)
