"""Traits and state of the customers of one environment.

Letters: ``C`` channels, ``N`` customers, ``S`` segments.
"""

from copy import copy
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels as k
from onevoice.envs.engine import parameters
from onevoice.envs.engine.market import draw_market
from onevoice.envs.reference.blocks import segment_sizes
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32, I64, U8, Bools

NEVER_HEARD = 255
BY_CUSTOMER = (
    "segment", "age", "need", "value", "sensitivity", "inverse_tolerance", "affinity",
    "awareness", "trust", "pressure", "depth", "in_market", "alive", "event", "last_message",
    "bought", "bought_offer", "touched_any", "subscribed", "heard", "offered", "touched",
    "engaged", "past", "held_out",
)  # fmt: skip
"""The arrays whose last axis is the customers."""


class Touch(NamedTuple):
    """A touch that a customer once got."""

    tick: int
    channel: int
    message: int
    percent: int
    """The discount."""


class Customers:
    """One environment's parameters, and traits and state of every customer.

    ``onevoice.envs.reference.setup.draw_customers`` fills the arrays. Time stamps are clock
    numbers: ``scenario.clock_start`` plus the number of the tick.

    Args:
        scenario: the configuration.
        seed: 64-bit key of the random draws.
        market: id of the market.
    """

    segment: I64
    """``[N]``, rising."""
    age: U8
    """``[N]``, years."""
    need: I64
    """``[N]``, the message that meets it; no agent sees it."""
    value: F32
    """``[N]``, multiplier of the order value."""
    sensitivity: F32
    """``[N]``, multiplier of a discount's effect."""
    inverse_tolerance: F32
    """``[N]``, 1 / tolerance, per touch."""
    affinity: F32
    """``[C, N]``, log odds of a response."""
    awareness: F32
    """``[N]``, 0 to 1, like ``trust`` and ``depth``, the narrative depth."""
    trust: F32
    depth: F32
    pressure: F32
    """``[N]``, decaying count of touches, weighted by intrusiveness."""
    in_market: Bools
    """``[N]``"""
    alive: Bools
    """``[N]``, still a customer."""
    event: I64
    """``[N]``, of the last tick: ``NOTHING``, ``BROWSED``, ``ABANDONED`` or ``BOUGHT``."""
    last_message: I64
    """``[N]``, the last message heard, ``NEVER_HEARD`` at first."""
    touched_any: I64
    """``[N]``, when it was heard."""
    bought: I64
    """``[N]``, time of the last purchase."""
    bought_offer: I64
    """``[N]``, the discount that it carried, %."""
    subscribed: Bools
    """``[C, N]``, reachable and not opted out."""
    heard: I64
    """``[C, N]``, the last message of each channel."""
    offered: I64
    """``[C, N]``, its last discount, %."""
    touched: I64
    """``[C, N]``, time of its last touch."""
    engaged: I64
    """``[C, N]``, time of the last engagement with it."""
    past: npt.NDArray[np.object_]
    """``[N]``, a list of ``Touch`` each."""
    held_out: Bools
    """``[C + 1, N]``, never touched by a channel; in the last row by none."""

    def __init__(self, scenario: Scenario, seed: int, market: int) -> None:
        self.scenario, self.seed, self.ticks_lived = scenario, seed, 0
        self.rates = parameters.pack_rates(scenario)
        self.channels = parameters.pack_channels(scenario)
        self.orders = parameters.order_quantiles(scenario)
        self.origin = parameters.pack_origin(scenario, 1)
        self.markets = parameters.empty_markets(scenario, 1)
        drawn = draw_market(scenario, market)
        parameters.write_market(scenario, drawn, 0, self.markets, self.origin)
        self.sizes = segment_sizes(scenario)
        self.n_channels, self.size, self.first = len(scenario.channels), scenario.population, 0

    def part(self, lo: int, hi: int) -> "Customers":
        """A copy of customers ``lo`` to ``hi``."""
        one = copy(self)
        one.first, one.size = lo, hi - lo
        for name in BY_CUSTOMER:
            setattr(one, name, getattr(self, name)[..., lo:hi].copy())
        return one

    def take_back(self, part: "Customers") -> None:
        """Write a part's customers into these."""
        for name in BY_CUSTOMER:
            getattr(self, name)[..., part.first : part.first + part.size] = getattr(part, name)

    def of_kind(self, kind: int) -> list[int]:
        """Channels of a kind: ``PUSH``, ``SEARCH`` or ``CONTENT``."""
        return [c for c in range(self.n_channels) if self.channels.kind[c] == kind]

    def purpose(self, c: int, what: int) -> int:
        """The purpose of a draw that belongs to channel ``c``."""
        return k.CHANNEL_DRAWS + 4 * int(self.channels.number[c]) + what
