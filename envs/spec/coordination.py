"""The coordination layer: rules between the channels' requests and the customers.

A rule is off where its field is null. ``docs/model/coordination_layer.md`` gives the order of
evaluation, the data that rules read and the counts.
"""

from itertools import pairwise
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator

from onevoice.envs.spec.base import ChannelName, Model, NonNegative, Positive, Share

ORCHESTRATOR = "orchestrator"
RULES = (
    "recent_purchase",
    "at_risk",
    "quiet_hours",
    "channel_cap",
    "global_cap",
    "gap",
    "priority",
    "exclusion",
    "lock",
    "holdout",
)
"""In order of evaluation; the first rule that blocks a touch is counted."""
OF_TOUCHES = ("at_risk", "channel_cap", "global_cap", "gap", "lock")
"""Rules that read past touches; the last ``MOST_TICKS`` ticks are kept."""
MOST_TICKS = 64
BURST_HOURS = 3.0
"""Hours in which touches of three channels are a burst."""
REGRET_DAYS = 7.0
"""Days after a purchase in which a discount to the buyer is counted."""
MILLI = 1_000
"""Units of a load per touch of intrusiveness 1."""
WITHOUT_END = 2**40
"""Stands for a limit that is never reached."""
Touches = Annotated[int, Field(ge=0)]
CAPS: dict[ChannelName, int] = {"email": 3, "social": 7, "display": 14, "sms": 1, "push": 3}
Power = Literal["lead", "cap", "ceiling", "split"]
POWERS: tuple[Power, ...] = get_args(Power)
"""Decisions that an orchestrator may take."""
Held = Annotated[float, Field(ge=0.0, lt=1.0)]


class RecentPurchase(Model):
    """No push to customers who bought recently."""

    hours: Positive = Field(72.0, description="hours after a purchase without a push")


class AtRisk(Model):
    """No push to customers who were touched too often."""

    load: NonNegative = Field(
        2.5, description="touches, weighted by intrusiveness, above which a customer is at risk"
    )
    hours: Positive = Field(48.0, description="hours in which they are counted")


class QuietHours(Model):
    """No push at night in channels that wake people up."""

    start: float = Field(21.0, ge=0.0, lt=24.0, description="hour of the day, first quiet one")
    end: float = Field(8.0, ge=0.0, lt=24.0, description="hour of the day, first that is not")
    channels: tuple[ChannelName, ...] = Field(
        ("sms", "push"), description="channels that are quiet; of kind push"
    )

    @model_validator(mode="after")
    def _is_a_part_of_the_day(self) -> Self:
        if self.start == self.end:
            raise ValueError(f"start and end are both {self.start:g}; set them apart")
        return self

    def covers(self, hour: float) -> bool:
        """Whether an hour of the day, 0 to 24, is quiet."""
        if self.start < self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


class ChannelCap(Model):
    """A cap on each channel's pushes to a customer."""

    touches: dict[ChannelName, Touches] = Field(
        default_factory=CAPS.copy,
        description="pushes by channel; channels that are not named have no cap",
    )
    hours: Positive = Field(168.0, description="hours in which they are counted")


class GlobalCap(Model):
    """A cap on the pushes of all channels together to a customer."""

    load: Positive = Field(3.0, description="pushes, weighted by intrusiveness")
    hours: Positive = Field(168.0, description="hours in which they are counted")
    minimum: dict[ChannelName, Touches] = Field(
        default_factory=dict,
        description="pushes that a channel may make in these hours whatever the others did",
    )


class Gap(Model):
    """A minimum time between pushes."""

    hours: Positive = Field(24.0, description="hours from one push to the next, of any channel")


class Priority(Model):
    """One push per customer and tick."""

    order: tuple[ChannelName, ...] = Field(
        (), description="channels by priority; unnamed channels share the last rank"
    )

    @model_validator(mode="after")
    def _nobody_is_named_twice(self) -> Self:
        for name in self.order:
            if self.order.count(name) > 1:
                raise ValueError(f"order names {name!r} twice; name each channel once")
        return self


class Exclusion(Model):
    """No brand ad to customers who engaged with a push recently; generic ads stay."""

    hours: Positive = Field(72.0, description="hours after an engagement with a push")


class Lock(Model):
    """All channels repeat the last message and discount that the customer saw."""

    hours: Positive = Field(72.0, description="hours after a touch in which it binds all channels")
    message: bool = Field(True, description="whether they must repeat its message")
    offer: bool = Field(True, description="whether they must give the same discount")

    @model_validator(mode="after")
    def _locks_something(self) -> Self:
        if not (self.message or self.offer):
            raise ValueError("message and offer are both false; set one, or no lock at all")
        return self


class Holdout(Model):
    """Customers whom channels never touch in an episode, to measure the channels' lift."""

    all: Held = Field(0.05, description="share of customers whom no channel touches")
    channels: dict[ChannelName, Held] = Field(
        default_factory=dict, description="share of customers whom a channel does not touch"
    )


class Reallocation(Model):
    """Reallocation of the monthly budget over the channels by their returns."""

    days: Positive = Field(7.0, description="days from one revision to the next")
    by: Literal["claims", "lift"] = Field(
        "claims",
        description="returns claimed by platforms since the last reallocation, or measured by the "
        "channels' holdouts since the episode began",
    )
    step: Share = Field(
        0.2, gt=0.0, description="largest share of its budget that a channel gains or loses at once"
    )
    floor: Share = Field(0.2, description="share of its first amount that no channel falls below")


class Orchestrator(Model):
    """Options of the agent above the channels; see ``onevoice.envs.interface.directives``."""

    caps: tuple[Positive, ...] = Field(
        (4.0, 2.0, 1.0, 0.5),
        min_length=1,
        description="caps on a customer's pushes, weighted by intrusiveness, from lax to strict; "
        "it may also set none",
    )
    hours: Positive = Field(168.0, description="hours in which they are counted")
    powers: tuple[Power, ...] = Field(
        POWERS, min_length=1, description="decisions it may take; all others stay as without it"
    )

    @model_validator(mode="after")
    def _powers_differ(self) -> Self:
        if len(set(self.powers)) < len(self.powers):
            raise ValueError(f"powers repeat: {', '.join(self.powers)}; give each once")
        return self

    @model_validator(mode="after")
    def _caps_fall(self) -> Self:
        if any(lax <= strict for lax, strict in pairwise(self.caps)):
            raise ValueError(f"caps must fall strictly, not {list(self.caps)}")
        return self


class Coordination(Model):
    """The rules of the coordination layer; null switches a rule off."""

    kind: Literal["none", "rules", "orchestrator"] = Field(
        "none",
        description="none; rules (with all of them off, the layer only counts); orchestrator: one "
        "more agent, beside the rules that are on",
    )
    orchestrator: Orchestrator = Orchestrator()
    recent_purchase: RecentPurchase | None = None
    at_risk: AtRisk | None = None
    quiet_hours: QuietHours | None = None
    channel_cap: ChannelCap | None = None
    global_cap: GlobalCap | None = None
    gap: Gap | None = None
    priority: Priority | None = None
    exclusion: Exclusion | None = None
    lock: Lock | None = None
    holdout: Holdout | None = None
    reallocation: Reallocation | None = None

    @model_validator(mode="after")
    def _one_decides(self) -> Self:
        taken: dict[Power, tuple[str, str]] = {
            "split": ("reallocation", "splits the budget"),
            "cap": ("global_cap", "sets the global cap"),
        }
        for power, (field, does) in taken.items():
            if self.directs(power) and getattr(self, field) is not None:
                raise ValueError(
                    f"kind is orchestrator, which {does} itself; "
                    f"set {field} to null, or kind to rules"
                )
        return self

    @model_validator(mode="after")
    def _caps_agree(self) -> Self:
        if self.channel_cap is None or self.global_cap is None:
            return self
        for name, least in self.global_cap.minimum.items():
            most = self.channel_cap.touches.get(name, least)
            longer = self.channel_cap.hours >= self.global_cap.hours
            if most < least and (longer or most == 0):
                raise ValueError(
                    f"channel_cap.touches.{name} is {most}, but global_cap.minimum.{name} is "
                    f"{least}; raise the cap or lower the minimum"
                )
        return self

    @property
    def on(self) -> bool:
        """Whether there is a layer at all."""
        return self.kind != "none"

    @property
    def orchestrated(self) -> bool:
        """Whether an orchestrator gives the channels directives."""
        return self.kind == "orchestrator"

    def directs(self, power: Power) -> bool:
        """Whether an orchestrator has this power."""
        return self.orchestrated and power in self.orchestrator.powers

    @property
    def standing_load(self) -> int:
        """What ``global_cap`` allows, as rules count it, where no directive says otherwise."""
        return as_load(self.global_cap.load) if self.global_cap else WITHOUT_END

    @property
    def reallocated(self) -> Reallocation | None:
        """The reallocation, if the layer is on and has one."""
        return self.reallocation if self.on else None

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the rules that are on, in order of evaluation."""
        names = RULES if self.on else ()
        return tuple(name for name in names if self._rule(name) is not None)

    def windows(self, names: tuple[str, ...]) -> dict[str, float]:
        """Hours that each of these rules looks back, if it is on."""
        return {
            name: float(self._rule(name).hours)
            for name in names
            if name in self.rules and name not in ("quiet_hours", "priority", "holdout")
        }

    def _rule(self, name: str) -> Any:
        """The parameters of a rule, None if it is off; the global cap may be the orchestrator's."""
        directed = name == "global_cap" and self.directs("cap")
        return self.orchestrator if directed else getattr(self, name)


def as_load(touches: float) -> int:
    """Convert weighted touches to the units in which rules count them."""
    return round(touches * MILLI)
