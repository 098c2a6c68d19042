"""Options of ``onevoice claims``."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.experiments.core.settings import StudySettings

CHANNELS = ("email", "social", "search", "content")
MONTHS = 4
"""One month of warm-up and three that are measured."""


def _fits_the_article(scenario: Scenario) -> Scenario:
    if tuple(scenario.channels) != CHANNELS:
        raise ValueError(f"the article's channels are {', '.join(CHANNELS)}")
    if scenario.days < MONTHS * MONTH_DAYS:
        raise ValueError(f"days must be {MONTHS * MONTH_DAYS} at least")
    if (MONTH_DAYS * 24 / scenario.decision_hours) % 2:
        raise ValueError("half a month of 14 days must be a whole number of decisions")
    if scenario.budget.kind != "split":
        raise ValueError("the article's budget is split: set budget.kind to split")
    return scenario


ArticleScenario = Annotated[Scenario, AfterValidator(_fits_the_article)]


class Config(StudySettings):
    """A study of the article's claims: the same company in several simulations."""

    scenario: ArticleScenario = Field(description="the company, by name or spelled out")
    seeds: int = Field(
        20, ge=2, le=1000, description="simulations, each with its own customers and random numbers"
    )
    markets: Literal["one", "many"] = Field(
        "one", description="all simulations in the company's one market, or each in another"
    )
    growth_population: int = Field(
        2000, ge=10, description="customers per simulation when channels are counted (claim C4)"
    )

    @property
    def month(self) -> int:
        """Decisions in 28 days."""
        return round(MONTH_DAYS * 24 / self.scenario.decision_hours)

    @property
    def market_ids(self) -> list[int]:
        """Market of each simulation."""
        from onevoice.envs.engine.market import market_ids

        ids = market_ids("test", self.seeds)
        return ids if self.markets == "many" else ids[:1] * self.seeds
