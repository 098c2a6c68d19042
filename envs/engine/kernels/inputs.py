"""What a tick depends on beside the customers: parameters, markets and the channels' plan."""

from typing import Annotated, NamedTuple

import numpy as np

from onevoice.envs.engine.kernels.compiling import stage
from onevoice.envs.engine.kernels.packing import Layout
from onevoice.envs.engine.kernels.state import ChannelState
from onevoice.envs.typing import F32, I32, I64, U8, U64


class Rates(NamedTuple):
    """The customers' parameters per tick, see ``parameters.pack_rates``; at the end in ticks."""

    keep_awareness: np.float32
    keep_pressure: np.float32
    keep_depth: np.float32
    pull_trust: np.float32
    trust_baseline: np.float32
    entry: np.float32
    entry_awareness: np.float32
    leave_market: np.float32
    brand: np.float32
    brand_idle: np.float32
    generic: np.float32
    direct: np.float32
    direct_idle: np.float32
    query_floor: np.float32
    query_awareness: np.float32
    generic_floor: np.float32
    generic_awareness: np.float32
    brand_beside: np.float32
    generic_beside: np.float32
    brand_alone: np.float32
    generic_alone: np.float32
    brand_odds: np.float32
    need_match: np.float32
    offer_response: np.float32
    fatigue: np.float32
    trust_response: np.float32
    odds_in_market: np.float32
    odds_idle: np.float32
    purchase_trust: np.float32
    purchase_discount: np.float32
    purchase_awareness: np.float32
    purchase_narrative: np.float32
    narrative_gain: np.float32
    narrative_loss: np.float32
    trust_conflict: np.float32
    trust_overload: np.float32
    trust_regret: np.float32
    trust_relevance: np.float32
    per_discount: np.float32
    per_memory: np.float32
    memory_floor: np.float32
    opt_out_overload: np.float32
    opt_out_trust: np.float32
    relief: np.float32
    churn: np.float32
    churn_overload: np.float32
    churn_trust: np.float32
    order: np.float32
    margin: np.float32
    awareness_ticks: np.float32
    equity: np.float32
    equity_trust: np.float32
    memory: np.int32
    regret: np.int32
    engager: np.int32
    sync_lag: np.int32
    shared_context: np.int32
    """Whether channels see each other's touches."""


class Channels(NamedTuple):
    """The channels' parameters."""

    kind: Annotated[I32, "C"]
    number: Annotated[I32, "C"]
    """Place among the seven: keys the random draws."""
    account: Annotated[I32, "C"]
    """Which account of the budget pays."""
    base_chance: Annotated[F32, "C L"]
    """By level: contact probability per tick without an event, or of winning a query."""
    triggered_chance: Annotated[F32, "C L"]
    """By level: contact probability per tick after an event."""
    cost: Annotated[I32, "C L"]
    """Per touch, or generic click."""
    brand_cost: Annotated[I32, "C L"]
    """Per paid brand click."""
    click: Annotated[F32, "C"]
    intrusiveness: Annotated[F32, "C"]
    awareness: Annotated[F32, "C"]
    engagement_awareness: Annotated[F32, "C"]
    """What an engagement adds to the awareness of the touch."""
    opt_out: Annotated[F32, "C"]
    claim_window: Annotated[I32, "C"]
    view_window: Annotated[I32, "C"]
    reach_value: Annotated[F32, "C"]
    by_intrusiveness: Annotated[I32, "C"]
    """Channel indices from the least to the most intrusive."""


PARAMETERS = Layout(Rates, Channels)
read_parameters = stage(PARAMETERS.read)
"""Rates and channels of packed arrays, for kernels."""


class Markets(NamedTuple):
    """What differs between environments; see ``market.Market``."""

    odds: F32
    """Response odds of a calm customer with no effects, ``[B, C]``."""
    fit: F32
    """Log odds, ``[B, C, M]``."""
    season: F32
    """Multiplier of market entry in every tick of an episode, ``[B, T]``."""
    seeds: U64
    """``[B]``"""


class Plan(NamedTuple):
    """What the channels do in this decision; ``[B, C, S]`` unless noted."""

    pressure: I32
    message: U8
    offer: U8
    """Discount, percent."""
    audience: I32
    """``[B, C]``"""
    cap: I64
    """Load that the global cap allows, ``[B, S]``."""


def silent_plan(num_envs: int, n_channels: int, segments: int, cap: I64) -> Plan:
    """A plan in which no channel contacts anybody."""
    shape = (num_envs, n_channels, segments)
    return Plan(
        np.zeros(shape, np.int32),
        np.zeros(shape, np.uint8),
        np.zeros(shape, np.uint8),
        np.zeros(shape[:2], np.int32),
        cap,
    )


class World(NamedTuple):
    """All that a tick depends on beside the block's customers; only ``states`` change."""

    rates: Rates
    channels: Channels
    orders: F32
    """Quantiles of the order value in money units, ``[1024]``."""
    states: ChannelState
    """Of all customers."""


class Block(NamedTuple):
    """Customers who live through a decision together."""

    audiences: I32
    """``[C]``"""
    caps: I64
    """Loads that the global cap allows, ``[S]``."""
    odds: F32
    """``[C]``"""
    spans: I64
    """Rows of environment, segment, first and end customer, ``[P, 4]``."""
    lo: np.int64
    hi: np.int64
    first: np.int64
    """Number of the first customer within its environment."""


class Clock(NamedTuple):
    """The ticks of one decision in one environment."""

    seed: np.uint64
    season: F32
    """Multiplier of market entry in every tick of an episode, ``[T]``."""
    start: np.int64
    """Clock number of tick 0."""
    tick: np.int64
    """Ticks lived before."""
    ticks: np.int64
