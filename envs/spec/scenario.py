"""The configuration of an environment: every parameter has a unit, a bound and a sentence.

Sources of the defaults are in ``docs/parameters.md``. Rates are per day unless a field says
otherwise.
"""

import math
from statistics import NormalDist
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from onevoice.envs.spec.base import ChannelName, Model, NonNegative, Positive, Share
from onevoice.envs.spec.channel import MOST_DOLLARS, Channel, complete_channels
from onevoice.envs.spec.coordination import (
    MOST_TICKS,
    OF_TOUCHES,
    ORCHESTRATOR,
    REGRET_DAYS,
    RULES,
    Coordination,
)
from onevoice.envs.spec.customers import Customers, Equity, MarketModel, Mechanisms, Segments

MESSAGES = ("security", "savings", "trends", "trial")
AUDIENCES = ("everyone", "engagers", "rested", "in_story")
MONTH_DAYS = 28
YEAR_DAYS = 365.0
QUANTILES = 1024
"""Size of the tables that customers and orders are drawn from."""


class BudgetModel(Model):
    """One budget for all channels, or one each; refilled every 28 days, what is left lapses."""

    kind: Literal["pooled", "split"] = Field(
        "pooled", description="one account for all channels, or one per channel"
    )
    pacing: Literal["none", "daily"] = Field(
        "none", description="daily: an even share of what is left for each decision of the month"
    )
    amount: NonNegative = Field(1000.0, description="$ per 1,000 customers per 28 days")
    split: dict[ChannelName, NonNegative] = Field(
        default_factory=dict,
        description="$ per 1,000 customers per 28 days of each channel's budget",
    )


class Observation(Model):
    """Observation of the channels."""

    scope: Literal["siloed", "shared"] = Field(
        "shared", description="only the own dashboard, or also the common context"
    )
    sync_lag_hours: NonNegative = Field(
        0.0, description="age of the common context, and of the customer state that rules read"
    )
    average_decisions: Positive = Field(7.0, description="decisions the moving averages span")


class RewardModel(Model):
    """Credit: the reward of each channel."""

    credit: Literal["claimed", "team", "incremental"] = Field(
        "claimed",
        description="platform claims, change of NCV, or change of NCV without the channel",
    )
    team_spirit: Share = Field(0.0, description="share of the mean credit mixed into each reward")
    expected: bool = Field(
        True, description="count purchases and departures at their probability in the change of NCV"
    )
    engagement_value: NonNegative = Field(
        0.02, description="$ a platform claims per engagement beside revenue"
    )


class Scenario(Model):
    """Everything that defines an environment."""

    description: str = Field("", description="one sentence for the list of scenarios")
    channels: dict[ChannelName, Channel] = Field(description="the channels, one agent each")
    population: int = Field(1000, ge=1, le=2**31 - 1, description="customers")
    days: float = Field(84.0, gt=0.0, description="length of an episode, days")
    tick_hours: float = Field(3.0, gt=0.0, le=24.0, description="time step of the customers, hours")
    decision_hours: float = Field(24.0, gt=0.0, description="time step of the agents, hours")
    block: int = Field(1024, ge=1, le=65536, description="customers per block of work")
    offers: tuple[Share, ...] = Field(
        (0.0, 0.10, 0.25), description="discount depths, rising from 0"
    )
    segments: Segments = Segments()
    customers: Customers = Customers()
    market: MarketModel = MarketModel()
    market_split: Literal["train", "validation", "test"] = Field(
        "train", description="range the markets are drawn from"
    )
    budget: BudgetModel = BudgetModel()
    equity: Equity = Equity()
    observation: Observation = Observation()
    reward: RewardModel = RewardModel()
    coordination: Coordination = Coordination()
    mechanisms: Mechanisms = Mechanisms()
    action_type: Literal["multi_discrete", "discrete", "continuous"] = Field(
        "multi_discrete",
        description="per segment choices, one joint choice for all segments, or the same as a Box",
    )
    action_mask: Literal["none", "info"] = Field("none", description="whether infos hold a mask")
    mask_format: Literal["flat", "tuple"] = Field("flat", description="form of the mask")

    @field_validator("channels", mode="before")
    @classmethod
    def _complete_channels(cls, value: Any) -> Any:
        return complete_channels(value)

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        for of, by in (("days", "decision"), ("decision_hours", "tick")):
            whole = (
                self.days * 24 / self.decision_hours
                if by == "decision"
                else self.decision_hours / self.tick_hours
            )
            if whole < 1 or abs(whole - round(whole)) > 1e-9:
                raise ValueError(f"{of} must be a whole number of {by}s, not {whole:g}")
        if self.offers[0] != 0.0 or any(
            a >= b for a, b in zip(self.offers, self.offers[1:], strict=False)
        ):
            raise ValueError("offers must rise strictly from 0")
        if any(abs(offer * 100 - round(offer * 100)) > 1e-9 for offer in self.offers):
            raise ValueError("offers must be whole percents")
        if sum(channel.kind == "search" for channel in self.channels.values()) > 1:
            raise ValueError("at most one channel can be of kind search: a query shows one ad")
        if self.budget.kind == "split":
            self._split_adds_up()
        if self.coordination.on:
            self._rules_fit()
            self._reallocation_fits()
        if self.coordination.directs("split") and self.budget.kind == "split":
            raise ValueError(
                "budget.kind is split, but coordination.kind orchestrator splits the budget at "
                "every decision; set budget.kind to pooled"
            )
        if self.clock_start + self.decisions * self.ticks_per_decision >= 2**16:
            raise ValueError("an episode holds too many ticks; raise tick_hours or lower days")
        if self.largest_worth > MOST_DOLLARS:
            raise ValueError(
                f"an order or the equity of one customer could reach ${self.largest_worth:,.0f}, "
                f"above ${MOST_DOLLARS:,}; lower customers.order_value or equity.orders_per_year"
            )
        return self

    def _rules_fit(self) -> None:
        rules, lag = self.coordination, self.observation.sync_lag_hours
        for name, hours in rules.windows(OF_TOUCHES).items():
            if self.ticks_in(hours / 24) + self.lag_ticks > MOST_TICKS:
                directed = name == "global_cap" and rules.directs("cap")
                where = ORCHESTRATOR if directed else name
                raise ValueError(
                    f"coordination.{where} looks back {hours:g} hours and sync_lag_hours {lag:g} "
                    f"more, above {MOST_TICKS} ticks; shorten its hours or raise tick_hours"
                )
        if rules.quiet_hours is not None and all(self.quiet_ticks):
            raise ValueError(
                f"coordination.quiet_hours cover the start of every tick of {self.tick_hours:g} "
                "hours; lower tick_hours or set quiet_hours to null"
            )

    def _reallocation_fits(self) -> None:
        rule, holdout = self.coordination.reallocated, self.coordination.holdout
        if rule is None:
            return
        if self.budget.kind != "split":
            raise ValueError(
                "coordination.reallocation needs an account per channel; set budget.kind to split, "
                "or reallocation to null"
            )
        for name, amount in self.budget.split.items():
            held = holdout.channels.get(name, 0.0) if holdout is not None else 0.0
            if rule.by == "lift" and amount > 0.0 and held == 0.0:
                raise ValueError(
                    f"coordination.reallocation is by lift, but nobody is held out from {name}; "
                    f"set holdout.channels.{name}, or by to claims"
                )

    def _split_adds_up(self) -> None:
        unknown = set(self.budget.split) - set(self.channels)
        if unknown:
            raise ValueError(
                f"budget.split names {sorted(unknown)[0]!r}, which is not a channel here"
            )
        total = sum(self.budget.split.values())
        if abs(total - self.budget.amount) > 1e-6 * max(1.0, self.budget.amount):
            raise ValueError(
                f"budget.split adds up to {total:g}, but budget.amount is {self.budget.amount:g}"
            )

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles of the agents: the channels in order and, last, an orchestrator."""
        return (*self.channels, *([ORCHESTRATOR] if self.coordination.orchestrated else []))

    @property
    def agents(self) -> tuple[str, ...]:
        """Agent names in the order of ``roles``."""
        return tuple(f"{name}_0" for name in self.roles)

    @property
    def ticks_per_decision(self) -> int:
        """Customer time steps in one ``env.step``."""
        return round(self.decision_hours / self.tick_hours)

    @property
    def decisions(self) -> int:
        """Steps in an episode."""
        return round(self.days * 24 / self.decision_hours)

    @property
    def equity_per_customer(self) -> float:
        """Expected discounted margin still to come from an average customer, $."""
        leaving = self.customers.churn * YEAR_DAYS / MONTH_DAYS
        margin = self.customers.margin * self.customers.order_value * self.equity.orders_per_year
        return margin / (leaving + self.equity.discount_rate)

    @property
    def largest_worth(self) -> float:
        """The most that one order or the equity of one customer can come to, $."""
        who, z = self.customers, NormalDist().inv_cdf(1 - 0.5 / QUANTILES)

        def spread(sigma: float) -> float:
            return math.exp(z * sigma - sigma**2 / 2)

        order = who.order_value * spread(math.sqrt(math.log1p(who.order_cv**2)))
        reach = 1 + sum(channel.reach_value for channel in self.channels.values())
        one = max(order, self.equity_per_customer * reach)
        return one * spread(who.value_sigma) * max(self.segments.values)

    @property
    def memory_ticks(self) -> int:
        """Ticks in which a touch is remembered."""
        return self.ticks_in(self.customers.memory_hours / 24)

    @property
    def clock_start(self) -> int:
        """First tick number: so large that tick 0 lies outside every window."""
        windows = [self.customers.memory_hours / 24, self.customers.engager_days]
        windows += [self.customers.regret_days]
        windows += [channel.engagement_window_days for channel in self.channels.values()]
        windows += [channel.view_window_days for channel in self.channels.values()]
        if self.coordination.on:
            longer = self.observation.sync_lag_hours + self.tick_hours
            spans = [24 * REGRET_DAYS, *self.coordination.windows(RULES).values()]
            windows += [(hours + longer) / 24 for hours in spans]
        return self.ticks_in(max(windows)) + 1

    @property
    def lag_ticks(self) -> int:
        """Ticks by which the touches that rules know are older than the present; 0 within one."""
        lag = self.observation.sync_lag_hours
        return self.ticks_in(lag / 24) if lag >= self.tick_hours else 0

    @property
    def quiet_ticks(self) -> list[bool]:
        """Whether each tick of an episode begins in quiet hours."""
        ticks, quiet = (
            range(self.decisions * self.ticks_per_decision),
            self.coordination.quiet_hours,
        )
        return [quiet is not None and quiet.covers(t * self.tick_hours % 24) for t in ticks]

    def ticks_in(self, days: float) -> int:
        """Whole ticks that a span of days covers, rounded up."""
        return int(np.ceil(days * 24 / self.tick_hours - 1e-9))
