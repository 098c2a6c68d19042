"""The seven channels with the defaults that measurements support; sources in ``docs/model.md``."""

from collections.abc import Mapping
from typing import Any

from onevoice.envs.errors import nearest
from onevoice.envs.scenario import CHANNEL_NAMES, Channel, ChannelName

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
