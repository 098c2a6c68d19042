"""Working memory of a block, and the accounts on which its decision is written down."""

from typing import Annotated, Any, NamedTuple

import numpy as np

from onevoice.envs.engine.kernels.compiling import stage
from onevoice.envs.engine.kernels.packing import Layout, Packed
from onevoice.envs.typing import F32, I32, I64, U8, U16, U32, U64

WORD = 64
"""Flags that are read at a time."""


class TouchedBuffer(NamedTuple):
    """The customers touched in this tick, side by side."""

    touch: Annotated[U8, "C K"]
    """Whether the channel touches, and bits of what became of it."""
    heard: Annotated[U8, "C K"]
    offered: Annotated[U8, "C K"]
    freshness: Annotated[F32, "C K"]
    trust: Annotated[F32, "K"]
    awareness: Annotated[F32, "K"]
    pressure: Annotated[F32, "K"]
    depth: Annotated[F32, "K"]
    inverse_tolerance: Annotated[F32, "K"]
    load: Annotated[F32, "K"]
    exposure: Annotated[F32, "K"]
    relevant: Annotated[F32, "K"]
    agree: Annotated[F32, "K"]
    differ: Annotated[F32, "K"]
    mismatch: Annotated[F32, "K"]
    gap: Annotated[F32, "K"]
    weight: Annotated[F32, "K"]
    last_message: Annotated[U8, "K"]
    bought_offer: Annotated[U8, "K"]
    top_offer: Annotated[U8, "K"]
    conflicts: Annotated[U8, "K"]
    """Pairs of channels."""
    regretted: Annotated[U8, "K"]
    bought: Annotated[U16, "K"]


class ResponseBuffer(NamedTuple):
    """The customers touched by one channel, side by side."""

    word: Annotated[U32, "K"]
    trust: Annotated[F32, "K"]
    pressure: Annotated[F32, "K"]
    inverse_tolerance: Annotated[F32, "K"]
    affinity: Annotated[F32, "K"]
    fit: Annotated[F32, "K"]
    offer: Annotated[F32, "K"]
    match: Annotated[U8, "K"]
    reply: Annotated[U8, "K"]


class ChannelActions(NamedTuple):
    """What the channels do to the spans of a block in this decision."""

    level: Annotated[U8, "C P"]
    message: Annotated[U8, "C P"]
    percent: Annotated[U8, "C P"]
    """Discount."""
    cost: Annotated[I32, "C P"]
    """Of a touch, or generic click."""
    brand_cost: Annotated[I32, "C P"]
    offer: Annotated[F32, "C P"]
    """Log odds of a response that the discount adds."""
    fit: Annotated[F32, "C P"]


class TickBuffer(NamedTuple):
    """What happens to the customers of a block in one tick."""

    word: Annotated[U32, "K"]
    """From which the draws start."""
    visit: Annotated[U8, "K"]
    asked: Annotated[U8, "K"]
    """BRAND_QUERY and GENERIC_QUERY."""
    paid: Annotated[U8, "K"]
    touched: Annotated[U8, "K"]
    """By any channel."""
    gone: Annotated[U8, "K"]
    best_offer: Annotated[U8, "K"]
    price: Annotated[I32, "K"]
    churn_luck: Annotated[I32, "K"]
    span: Annotated[U16, "K"]
    """Of the block."""
    base_chance: Annotated[F32, "C K"]
    """Of a contact without an event."""
    triggered_chance: Annotated[F32, "C K"]
    """And after one."""
    touch: Annotated[U8, "C K"]
    places: Annotated[U32, "C+2 K"]
    """Lists: touched by each channel, by any, searching or visiting."""
    counts: Annotated[I64, "C+2"]
    """How many places are listed."""
    wanted: Annotated[I64, "P C"]
    """Money for the touches wanted in this tick."""


class RuleBuffer(NamedTuple):
    """What the coordination layer knows about one customer."""

    known: Annotated[U64, "C"]
    """Past touches, bit k: k ticks ago."""
    turns: Annotated[U64, "C"]
    """By which those who want to touch the customer are sorted."""
    wishing: Annotated[I64, "C+1"]
    """These channels."""
    instants: Annotated[I64, "C+1"]
    """Of the tick, in 2**-24 of it."""
    blind: Annotated[I64, "C+1"]
    """Whether what ended the last tick is not known yet."""


class Buffers(NamedTuple):
    """All working memory by name."""

    touched: TouchedBuffer
    response: ResponseBuffer
    actions: ChannelActions
    tick: TickBuffer
    rules: RuleBuffer


BUFFERS = Layout(TouchedBuffer, ResponseBuffer, ChannelActions, TickBuffer, RuleBuffer)
read_buffers = stage(BUFFERS.read)
"""The five buffers of packed arrays, for kernels."""


def make_buffers(n_channels: int, n: int, spans: int) -> Packed:
    """Working memory for blocks of up to ``n`` customers."""
    return BUFFERS.allocate(C=n_channels, K=WORD * (n // WORD + 1), P=spans)


class Ledger(NamedTuple):
    """Where a block's decision is paid and counted."""

    budget: I64
    """The block's share, ``[accounts]``."""
    tally: I64
    """``[P, C, CHANNEL_COLUMNS]``"""
    totals: I64
    """``[P, SYSTEM_COLUMNS]``"""
    layer: I64
    """``[P, C + 1, LAYER_COLUMNS]``"""


class ChannelAction(NamedTuple):
    """What one channel does to a block in this decision; the last six ``[P]``."""

    number: np.int32
    odds: np.float32
    click: np.float32
    opt_out: np.float32
    message: U8
    percent: U8
    cost: I32
    brand_cost: I32
    offer: F32
    fit: F32


@stage
def channel_action(channels: Any, actions: Any, odds: Any, c: Any) -> Any:
    """What channel ``c`` does to a block."""
    return ChannelAction(
        channels.number[c],
        odds[c],
        channels.click[c],
        channels.opt_out[c],
        actions.message[c],
        actions.percent[c],
        actions.cost[c],
        actions.brand_cost[c],
        actions.offer[c],
        actions.fit[c],
    )
