"""Parameters of customers: their mechanisms, their reactions, their segments and markets.

Rates are per day unless a field says otherwise. Sources of the defaults are in
``docs/parameters.md``.
"""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from onevoice.envs.spec.base import Model, NonNegative, Positive, Share
from onevoice.envs.typing import F64


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


class Customers(Model):
    """Reactions of customers to touches, and their demand."""

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
    query_floor: NonNegative = Field(
        0.3, description="brand queries and direct visits at zero awareness, as a multiple"
    )
    query_awareness: NonNegative = Field(
        2.0, description="rise of that multiple per unit awareness"
    )
    generic_floor: NonNegative = Field(
        0.65, description="generic queries at zero awareness, as a multiple"
    )
    generic_awareness: NonNegative = Field(
        0.9, description="rise of that multiple per unit awareness"
    )

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
    conflict_floor: Share = Field(
        0.15, description="summed freshness of remembered touches below which nothing conflicts"
    )

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
    reach_age: NonNegative = Field(
        45.0, le=120.0, description="age in years at which a channel's reach is what it says"
    )
    engager_days: Positive = Field(28.0, description="an engager engaged within so many days")


class Segments(Model):
    """Segments, the groups that channels can address: age bands times value tiers."""

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
    def shares(self) -> F64:
        """Share of customers per segment, float64 ``[S]``."""
        return np.outer(self.age_shares, self.value_shares).ravel()


class MarketModel(Model):
    """Variation between markets; every reset draws a market."""

    dominant_need: Share = Field(0.85, description="mean share of a segment's dominant need")
    fit_favourite: NonNegative = Field(0.9, description="log odds of a channel's own favourite")
    fit_sd: NonNegative = Field(0.4, description="sd of the fit of messages to channels, log odds")
    response_sd: NonNegative = Field(0.10, description="sd of a channel's response level, log odds")
    need_concentration: Positive = Field(
        2.0, description="evenness of the other needs' shares: the parameter of their Dirichlet law"
    )
    season: Share = Field(0.20, description="largest swing of market entry over a year")
    shock_day: NonNegative = Field(42.0, description="day on which demand changes for good")
    shock_entry: NonNegative = Field(
        1.0, description="market entry from that day on, as a multiple of the usual; 1: no shock"
    )


class Equity(Model):
    """The valuation of a customer: expected discounted margin still to come."""

    orders_per_year: Positive = Field(0.5, description="orders a retained customer places a year")
    discount_rate: Positive = Field(0.10, description="yearly discount rate")
