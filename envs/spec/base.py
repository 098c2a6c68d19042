"""Base types of a scenario: the strict model, channel names, bounded numbers."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

ChannelName = Literal["email", "social", "search", "content", "display", "sms", "push"]
CHANNEL_NAMES: tuple[ChannelName, ...] = (
    "email",
    "social",
    "search",
    "content",
    "display",
    "sms",
    "push",
)
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
NonNegative = Annotated[float, Field(ge=0.0)]


class Model(BaseModel):
    """A frozen model that refuses unknown keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False
    )
