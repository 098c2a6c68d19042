"""The fields of ``onevoice rule-relaxation``."""

from typing import Literal, Self

from pydantic import Field, model_validator

from onevoice.experiments.core.settings import PolicyName, RuledScenario, StudySettings

WINDOWS = ("recent_purchase", "gap", "exclusion", "lock")
"""Rules that are relaxed by shortening their hours."""
LOADS = ("at_risk", "global_cap")
"""Rules that are relaxed by raising their load."""
RELAXED = (*WINDOWS, *LOADS, "channel_cap")


class Config(StudySettings):
    """Rules from strict to none, and managers who revise them, on held-out markets."""

    scenario: RuledScenario = Field(
        description="the environment with the strict rules; without rules it gets preset full"
    )
    policy: PolicyName = Field(
        "greedy", description="the channels' policy: a baseline, or a training run's folder"
    )
    markets: int = Field(64, ge=2, le=2**16, description="held-out markets, one episode each")
    steps: int = Field(6, ge=2, le=100, description="sets of rules, from strict to none")
    dashboard: Literal["claims", "engagements"] = Field(
        "claims", description="total of all channels whose fall makes the first manager relax rules"
    )
    patience: int = Field(
        2, ge=1, le=100, description="weeks in a row without a fall of NCV that the last manager "
        "waits for before relaxing rules",
    )  # fmt: skip
    week_days: float = Field(7.0, gt=0.0, description="days between revisions of the rules")

    @model_validator(mode="after")
    def _managers_can_act(self) -> Self:
        scenario = self.scenario
        if scenario.coordination.orchestrated:
            raise ValueError("managers revise rules alone; set coordination.kind to rules")
        if not set(RELAXED) & set(scenario.coordination.rules):
            raise ValueError(f"coordination has none of {', '.join(RELAXED)}: nothing to relax")
        for condition, number in (
            ("week_days must be a whole number of decisions", self.week_decisions),
            ("days must be a whole number of week_days", scenario.days / self.week_days),
        ):
            if number < 1 or abs(number - round(number)) > 1e-9:
                raise ValueError(f"{condition}, not {number:g}")
        if self.weeks < 3:
            raise ValueError(f"{self.weeks} weeks are too few to compare two and act on it")
        return self

    @property
    def weeks(self) -> int:
        """Weeks of an episode ``W``."""
        return round(self.scenario.days / self.week_days)

    @property
    def week_decisions(self) -> float:
        """Decisions in a week."""
        return self.week_days * 24.0 / self.scenario.decision_hours

    @property
    def month(self) -> int:
        """Weeks at the end over which managers are compared: 28 days, or all there are."""
        return min(self.weeks, max(1, round(28.0 / self.week_days)))
