"""A channel's parameters, and the seven channels with the defaults that measurements support.

Sources of the defaults are in ``docs/parameters.md``.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from onevoice.configs.errors import nearest
from onevoice.envs.spec.base import CHANNEL_NAMES, ChannelName, Model, NonNegative, Share

INTENSITIES = 5
"""Intensity levels 0-4 of every channel's action; 0 is silence."""
MOST_DOLLARS = 100_000
"""Largest amount of one customer: money is counted in 32 bits of 1/10,000 dollar."""

Levels = Annotated[tuple[NonNegative, ...], Field(min_length=INTENSITIES, max_length=INTENSITIES)]


class Channel(Model):
    """One channel: its contacts, its costs and its effects on customers."""

    kind: Literal["push", "search", "content"] = Field(
        "push", description="push sends; search needs a query; content needs a recent visit"
    )
    reach: Share = Field(1.0, description="share of customers of age `reach_age` it can address")
    reach_per_decade: float = Field(
        0.0, ge=-1.0, le=1.0, description="change of reach per ten years of age"
    )
    intensity: Levels = Field(
        description="per intensity level: touches per reachable customer and day (push), "
        "probability of winning a query (search) or of showing on a visit (content)"
    )
    cost: NonNegative = Field(
        0.0, description="$ per touch (push, content) or generic click (search)"
    )
    brand_cost: NonNegative = Field(0.0, description="$ per paid brand click (search only)")
    price: Levels = Field(
        (1.0, 1.0, 1.0, 1.0, 1.0), description="per intensity level: multiplier of the cost"
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
            raise ValueError("intensity must start with 0: intensity level 0 is silence")
        if max(self.cost, self.brand_cost) * max(self.price) > MOST_DOLLARS:
            raise ValueError(
                f"a touch or click may cost ${MOST_DOLLARS:,} at most; lower cost or price"
            )
        if self.kind != "push" and max(self.intensity) > 1.0:
            raise ValueError(f"intensity of a {self.kind} channel is a probability, at most 1")
        return self


CATALOGUE: dict[ChannelName, Channel] = {
    "email": Channel(
        reach=0.65,
        reach_per_decade=0.08,
        intensity=(0.0, 0.1, 0.2, 0.45, 0.9),
        cost=0.0005,
        engagement=0.213,
        click=0.04,
        intrusiveness=0.8,
        awareness=0.005,
        engagement_awareness=0.165,
        opt_out=0.0018,
        trigger=0.2,
        engagement_window_days=5.0,
        reach_value=0.05,
    ),
    "social": Channel(
        reach=0.45,
        reach_per_decade=-0.10,
        intensity=(0.0, 0.2, 0.45, 0.9, 1.8),
        cost=0.024,
        engagement=0.0437,
        click=0.10,
        intrusiveness=0.25,
        awareness=0.355,
        engagement_awareness=4.0,
        opt_out=0.0003,
        trigger=0.05,
        view_window_days=1.0,
        reach_value=0.02,
    ),
    "search": Channel(
        kind="search",
        intensity=(0.0, 0.35, 0.6, 0.8, 0.92),
        cost=1.15,
        brand_cost=0.45,
        price=(1.0, 0.8, 0.9, 1.0, 1.2),
        engagement=0.3,
        click=1.0,
        intrusiveness=0.1,
        awareness=0.03,
        affinity_sd=0.3,
    ),
    "content": Channel(
        kind="content",
        intensity=(0.0, 0.25, 0.5, 0.8, 1.0),
        cost=0.12,
        engagement=0.0855,
        click=0.5,
        intrusiveness=0.05,
        awareness=0.02,
    ),
    "display": Channel(
        reach=0.8,
        reach_per_decade=-0.02,
        intensity=(0.0, 0.35, 0.7, 1.4, 2.8),
        cost=0.004,
        engagement=0.001,
        click=1.0,
        intrusiveness=0.1,
        awareness=0.009,
        trigger=0.3,
        view_window_days=1.0,
    ),
    "sms": Channel(
        reach=0.35,
        reach_per_decade=-0.03,
        intensity=(0.0, 0.04, 0.08, 0.15, 0.3),
        cost=0.015,
        engagement=0.10,
        click=0.6,
        intrusiveness=2.0,
        awareness=0.022,
        opt_out=0.008,
        trigger=0.1,
        reach_value=0.02,
    ),
    "push": Channel(
        reach=0.5,
        reach_per_decade=-0.06,
        intensity=(0.0, 0.12, 0.25, 0.5, 1.0),
        engagement=0.06,
        click=0.7,
        intrusiveness=1.2,
        awareness=0.012,
        opt_out=0.0012,
        trigger=0.2,
        reach_value=0.02,
    ),
}


def complete_channels(value: Any) -> Any:
    """Turn a list of names, or a mapping from names to overrides, into channels in fixed order.

    Raises:
        ValueError: if a name is not one of the seven channels, or there is none.
    """
    if isinstance(value, list | tuple):
        value = {name: {} for name in value}
    if not isinstance(value, Mapping):
        return value
    for name in value:
        if name not in CATALOGUE:
            raise ValueError(f"unknown channel {name!r}{nearest(str(name), CATALOGUE)}")
    if not value:
        raise ValueError("at least one channel is needed")
    return {name: _complete(name, value[name]) for name in CHANNEL_NAMES if name in value}


def _complete(name: ChannelName, overrides: Any) -> Any:
    if overrides is None:
        return CATALOGUE[name]
    if isinstance(overrides, Mapping):
        return {**CATALOGUE[name].model_dump(), **overrides}
    return overrides
