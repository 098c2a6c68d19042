"""The whole configuration of an environment: every number has a unit, a sentence and a bound.

Sources of the defaults are in ``docs/model.md``. Rates are per day unless a field says otherwise.
"""

import math
from statistics import NormalDist
from typing import Annotated, Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator, model_validator

from onevoice.envs.coordination import (
    MOST_TICKS,
    OF_TOUCHES,
    ORCHESTRATOR,
    REGRET_DAYS,
    RULES,
    Coordination,
)
from onevoice.envs.model import CHANNEL_NAMES as CHANNEL_NAMES
from onevoice.envs.model import ChannelName as ChannelName
from onevoice.envs.model import Model as Model
from onevoice.envs.model import NonNegative, Positive
from onevoice.envs.model import Share as Share

MESSAGES = ("security", "savings", "trends", "trial")
AUDIENCES = ("everyone", "engagers", "rested", "in_story")
PRESSURES = 5
"""Pressure levels 0-4 of every channel's action; 0 is silence."""
MONTH_DAYS = 28
YEAR_DAYS = 365.0
QUANTILES = 1024
"""Size of the tables that customers and orders are drawn from."""
MOST_DOLLARS = 100_000
"""Largest amount of one customer: money is counted in 32 bits of 1/10,000 dollar."""

Levels = Annotated[tuple[NonNegative, ...], Field(min_length=PRESSURES, max_length=PRESSURES)]


class Mechanisms(Model):
    """Switches: off removes a mechanism's effect and leaves every random draw the same."""

    awareness: bool = Field(True, description="touches raise awareness")
    fatigue: bool = Field(True, description="pooled pressure lowers response and overloads")
    conflict: bool = Field(True, description="contradictory touches lower trust")
    relevance: bool = Field(True, description="response depends on message fit and the hidden need")
    narrative: bool = Field(True, description="one repeated message makes a purchase likelier")
    offers: bool = Field(True, description="discounts raise response and purchase")
    regret: bool = Field(True, description="a deeper discount soon after a purchase lowers trust")
    trust: bool = Field(True, description="trust changes response, purchase, opt-out and churn")
    recapture: bool = Field(True, description="organic results recapture clicks when no ad runs")
    triggers: bool = Field(True, description="visits and purchases trigger sends in every channel")
    seasonality: bool = Field(True, description="market entry varies over the year")
    opt_out: bool = Field(True, description="customers leave single channels")
    churn: bool = Field(True, description="customers leave the company")


class Channel(Model):
    """How one channel meets customers, what it costs and what it leaves behind."""

    kind: Literal["push", "search", "content"] = Field(
        "push", description="push sends; search needs a query; content needs a recent visit"
    )
    reach: Share = Field(1.0, description="share of 45-year-old customers it can address")
    reach_per_decade: float = Field(
        0.0, ge=-1.0, le=1.0, description="change of reach per ten years of age"
    )
    intensity: Levels = Field(
        description="per pressure level: touches per reachable customer and day (push), "
        "probability of winning a query (search) or of showing on a visit (content)"
    )
    cost: NonNegative = Field(
        0.0, description="$ per touch (push, content) or generic click (search)"
    )
    brand_cost: NonNegative = Field(0.0, description="$ per paid brand click (search only)")
    price: Levels = Field(
        (1.0, 1.0, 1.0, 1.0, 1.0), description="per pressure level: multiplier of the cost"
    )
    engagement: Share = Field(
        description="probability at zero pressure of an open or engagement; "
        "of a click on a generic ad (search)"
    )
    click: Share = Field(description="probability that an engagement becomes a visit")
    intrusiveness: NonNegative = Field(description="pressure that one touch adds")
    awareness: NonNegative = Field(description="awareness that one touch adds (before saturation)")
    engagement_awareness: NonNegative = Field(
        0.0, description="awareness that an engagement adds to that of the touch, likewise"
    )
    opt_out: Share = Field(0.0, description="opt-out probability per touch for a calm customer")
    trigger: Share = Field(0.0, description="probability that an event triggers a send")
    engagement_window_days: NonNegative = Field(
        7.0, description="days after an engagement in which the platform claims a purchase"
    )
    view_window_days: NonNegative = Field(
        0.0, description="days after a mere touch in which the platform claims a purchase"
    )
    affinity_sd: NonNegative = Field(0.5, description="sd of customers' affinity, in log odds")
    reach_value: Share = Field(
        0.0, description="share of a customer's equity that being addressable here is worth"
    )

    @model_validator(mode="after")
    def _silence_is_level_zero(self) -> Self:
        if self.intensity[0] != 0.0:
            raise ValueError("intensity must start with 0: pressure level 0 is silence")
        if max(self.cost, self.brand_cost) * max(self.price) > MOST_DOLLARS:
            raise ValueError(
                f"a touch or click may cost ${MOST_DOLLARS:,} at most; lower cost or price"
            )
        if self.kind != "push" and max(self.intensity) > 1.0:
            raise ValueError(f"intensity of a {self.kind} channel is a probability, at most 1")
        return self


class Customers(Model):
    """What customers do with what they get."""

    awareness_half_life_days: Positive = Field(10.0, description="decay of awareness")
    pressure_half_life_days: Positive = Field(4.0, description="decay of pressure")
    narrative_half_life_days: Positive = Field(10.0, description="decay of narrative depth")
    trust_half_life_days: Positive = Field(30.0, description="return of trust to its baseline")
    memory_hours: Positive = Field(72.0, description="how long messages and offers are remembered")
    trust_baseline: Share = Field(0.70, description="trust of a customer left alone")
    trust_sd: NonNegative = Field(0.05, description="sd of trust at the start")
    initial_awareness: Share = Field(0.2, description="mean awareness at the start")

    market_entry: NonNegative = Field(0.0115, description="rate of entering the market")
    entry_awareness: NonNegative = Field(
        5.0, description="relative rise of entry per unit awareness"
    )
    market_days: Positive = Field(7.0, description="mean days in the market without a purchase")
    brand_queries: NonNegative = Field(0.061, description="brand queries per day in the market")
    brand_queries_idle: NonNegative = Field(0.01, description="brand queries per day, always")
    generic_queries: NonNegative = Field(0.55, description="generic queries per day in the market")
    direct_visits: NonNegative = Field(0.04, description="direct visits per day in the market")
    direct_visits_idle: NonNegative = Field(0.002, description="direct visits per day, always")

    brand_paid_click: Share = Field(0.50, description="click on a shown brand ad")
    brand_organic_beside_ad: Share = Field(0.75, description="organic brand click, ad not clicked")
    generic_organic_beside_ad: Share = Field(0.04, description="organic generic click, likewise")
    brand_organic: Share = Field(0.86, description="organic click where no brand ad runs")
    generic_organic: Share = Field(0.05, description="organic click where no generic ad runs")

    need_match: NonNegative = Field(0.7, description="log odds of response if the need is met")
    offer_response: NonNegative = Field(2.0, description="log odds of response per unit discount")
    fatigue: NonNegative = Field(0.08, description="log odds of response lost per unit pressure")
    trust_response: NonNegative = Field(2.5, description="log odds of response per unit trust")

    purchase_in_market: Share = Field(0.0352, description="purchase per visit in the market")
    purchase_idle: Share = Field(0.002, description="purchase per visit outside the market")
    purchase_trust: NonNegative = Field(2.2, description="log odds of purchase per unit trust")
    purchase_discount: NonNegative = Field(
        3.4, description="log odds of purchase per unit discount"
    )
    purchase_awareness: NonNegative = Field(0.8, description="log odds of purchase per awareness")
    purchase_narrative: NonNegative = Field(0.8, description="log odds of purchase at full depth")
    order_value: Positive = Field(60.0, description="mean order before discount, $")
    order_cv: Positive = Field(1.0, description="coefficient of variation of the order value")
    margin: Share = Field(0.40, description="margin as a share of the undiscounted order value")

    tolerance: Positive = Field(0.98, description="median pressure a customer tolerates")
    tolerance_sigma: NonNegative = Field(0.4, description="log sd of the tolerance")
    value_sigma: NonNegative = Field(0.3, description="log sd of a customer's order level")
    sensitivity_sigma: NonNegative = Field(0.4, description="log sd of price sensitivity, median 1")

    narrative_gain: Share = Field(0.06, description="narrative depth gained by a repeating touch")
    narrative_loss: Share = Field(0.12, description="share of depth lost by a contradicting touch")
    trust_conflict: NonNegative = Field(
        0.014, description="trust lost per unit of intrusiveness in full conflict"
    )
    trust_overload: NonNegative = Field(
        0.0028, description="trust lost per unit of intrusiveness and unit overload"
    )
    trust_regret: NonNegative = Field(
        0.02, description="trust lost per deeper offer after a purchase"
    )
    trust_relevance: NonNegative = Field(0.0012, description="trust gained per relevant engagement")
    regret_days: NonNegative = Field(7.0, description="days in which a lower price is regretted")
    discount_scale: Positive = Field(0.15, description="discount gap that is a full conflict")

    opt_out_overload: NonNegative = Field(0.45, description="log rise of opt-out per unit overload")
    opt_out_trust: NonNegative = Field(2.5, description="log rise of opt-out per unit trust lost")
    opt_out_relevance: NonNegative = Field(
        0.2, description="log fall of opt-out if the message meets the need"
    )
    churn: NonNegative = Field(0.02, description="churn per 28 days of a customer left alone")
    churn_overload: NonNegative = Field(0.25, description="log rise of churn per unit overload")
    churn_trust: NonNegative = Field(4.0, description="log rise of churn per unit trust lost")
    overlap: float = Field(
        0.0,
        ge=-1.0,
        le=1.0,
        description="whether channels reach the same customers: 1 as far as their reach allows, "
        "0 by chance at a given age, -1 as few as possible",
    )
    engager_days: Positive = Field(28.0, description="an engager engaged within so many days")


class Segments(Model):
    """The coarse groups a marketer can see: age bands times value tiers, in that order."""

    ages: tuple[tuple[int, int], ...] = Field(
        ((18, 34), (35, 54), (55, 79)), description="age bands, first and last year"
    )
    age_shares: tuple[Share, ...] = Field((0.3, 0.4, 0.3), description="share of each age band")
    values: tuple[Positive, ...] = Field((0.7, 1.6), description="order value multiplier per tier")
    value_shares: tuple[Share, ...] = Field((2 / 3, 1 / 3), description="share of each value tier")

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        pairs = (("age", self.ages, self.age_shares), ("value", self.values, self.value_shares))
        for what, groups, shares in pairs:
            if len(groups) != len(shares) or not groups:
                raise ValueError(f"{what}_shares must give one share for each {what} group")
            if abs(sum(shares) - 1.0) > 1e-6:
                raise ValueError(f"{what}_shares add up to {sum(shares):g}, not 1")
        for first, last in self.ages:
            if not 0 <= first <= last <= 120:
                raise ValueError(f"age band {first}-{last} must rise within 0-120")
        return self

    @property
    def count(self) -> int:
        """Number of segments ``S``."""
        return len(self.ages) * len(self.values)

    @property
    def shares(self) -> npt.NDArray[np.float64]:
        """Share of customers per segment, float64 ``[S]``."""
        return np.outer(self.age_shares, self.value_shares).ravel()


class MarketModel(Model):
    """How much one market differs from the next; a market is drawn anew at each reset."""

    dominant_need: Share = Field(0.85, description="mean share of a segment's dominant need")
    fit_favourite: NonNegative = Field(0.9, description="log odds of a channel's own favourite")
    fit_sd: NonNegative = Field(0.4, description="sd of the fit of messages to channels, log odds")
    response_sd: NonNegative = Field(0.10, description="sd of a channel's response level, log odds")
    season: Share = Field(0.20, description="largest swing of market entry over a year")
    shock_day: NonNegative = Field(42.0, description="day on which demand changes for good")
    shock_entry: NonNegative = Field(
        1.0, description="market entry from that day on, as a multiple of the usual; 1: no shock"
    )


class Budget(Model):
    """One purse for all channels, or one each; refilled every 28 days, what is left lapses."""

    kind: Literal["shared", "split"] = Field("shared", description="one purse, or one per channel")
    pacing: Literal["none", "daily"] = Field(
        "none", description="daily: an even share of what is left for each decision of the month"
    )
    amount: NonNegative = Field(1000.0, description="$ per 1,000 customers per 28 days")
    split: dict[ChannelName, NonNegative] = Field(
        default_factory=dict,
        description="$ per 1,000 customers per 28 days of each channel's purse",
    )


class Equity(Model):
    """The valuation of a customer: expected discounted margin still to come."""

    orders_per_year: Positive = Field(0.5, description="orders a retained customer places a year")
    discount_rate: Positive = Field(0.10, description="yearly discount rate")


class Observation(Model):
    """What the channels see."""

    scope: Literal["siloed", "shared"] = Field(
        "shared", description="only the own dashboard, or also the common context"
    )
    sync_lag_hours: NonNegative = Field(
        0.0, description="age of the common context, and of the customer state that rules read"
    )
    average_decisions: Positive = Field(7.0, description="decisions the moving averages span")


class RewardModel(Model):
    """Which part of the outcome a channel is credited with."""

    credit: Literal["claimed", "shared", "incremental"] = Field(
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
    budget: Budget = Budget()
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
        from onevoice.envs.catalogue import complete_channels

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
                "budget.kind is split, but coordination.kind orchestrator splits the purse anew at "
                "every decision; set budget.kind to shared"
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
                "coordination.reallocation needs a purse per channel; set budget.kind to split, or "
                "reallocation to null"
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
        """What agents play: the channels in order, and the orchestrator if there is one."""
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
