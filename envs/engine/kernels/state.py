"""The customers: as tuples of named arrays, as few packed ones, and as slices of one block."""

from typing import Annotated, Any, NamedTuple

from onevoice.envs.engine.kernels.compiling import stage
from onevoice.envs.engine.kernels.packing import Layout
from onevoice.envs.typing import F32, U8, U16


class Customers(NamedTuple):
    """What changes about a customer. Times are clock numbers of ticks."""

    alive: Annotated[U8, "N"]
    in_market: Annotated[U8, "N"]
    event: Annotated[U8, "N"]
    last_message: Annotated[U8, "N"]
    """Of any channel."""
    awareness: Annotated[F32, "N"]
    trust: Annotated[F32, "N"]
    pressure: Annotated[F32, "N"]
    depth: Annotated[F32, "N"]
    bought: Annotated[U16, "N"]
    bought_offer: Annotated[U8, "N"]
    touched_any: Annotated[U16, "N"]
    subscribed: Annotated[U8, "C N"]
    heard: Annotated[U8, "C N"]
    offered: Annotated[U8, "C N"]
    touched: Annotated[U16, "C N"]
    engaged: Annotated[U16, "C N"]


class Traits(NamedTuple):
    """What never changes about a customer."""

    age: Annotated[U8, "N"]
    need: Annotated[U8, "N"]
    value: Annotated[F32, "N"]
    sensitivity: Annotated[F32, "N"]
    inverse_tolerance: Annotated[F32, "N"]
    affinity: Annotated[F32, "C N"]


STATE = Layout(Customers, Traits)


read_state = stage(STATE.read)
"""Customers and traits of packed arrays, for kernels."""


class BlockState(NamedTuple):
    """The customers of one block, slices of ``Customers`` and ``Traits``; ``[K]`` each."""

    alive: U8
    in_market: U8
    event: U8
    last_message: U8
    awareness: F32
    trust: F32
    pressure: F32
    depth: F32
    bought: U16
    bought_offer: U8
    touched_any: U16
    need: U8
    value: F32
    sensitivity: F32
    inverse_tolerance: F32


class ChannelState(NamedTuple):
    """What customers have to do with channels; ``[C, N]``, or ``[K]`` of one channel and block."""

    affinity: F32
    subscribed: U8
    heard: U8
    offered: U8
    touched: U16
    engaged: U16


@stage
def block_state(traits: Any, customers: Any, lo: Any, hi: Any) -> Any:
    """Customers ``lo`` to ``hi``."""
    return BlockState(
        customers.alive[lo:hi],
        customers.in_market[lo:hi],
        customers.event[lo:hi],
        customers.last_message[lo:hi],
        customers.awareness[lo:hi],
        customers.trust[lo:hi],
        customers.pressure[lo:hi],
        customers.depth[lo:hi],
        customers.bought[lo:hi],
        customers.bought_offer[lo:hi],
        customers.touched_any[lo:hi],
        traits.need[lo:hi],
        traits.value[lo:hi],
        traits.sensitivity[lo:hi],
        traits.inverse_tolerance[lo:hi],
    )


@stage
def channel_states(traits: Any, customers: Any) -> Any:
    """Of all channels and customers."""
    return ChannelState(
        traits.affinity,
        customers.subscribed,
        customers.heard,
        customers.offered,
        customers.touched,
        customers.engaged,
    )


@stage
def channel_state(states: Any, c: Any, lo: Any, hi: Any) -> Any:
    """Of channel ``c`` and customers ``lo`` to ``hi``."""
    return ChannelState(
        states.affinity[c, lo:hi],
        states.subscribed[c, lo:hi],
        states.heard[c, lo:hi],
        states.offered[c, lo:hi],
        states.touched[c, lo:hi],
        states.engaged[c, lo:hi],
    )
