"""The slow model's customers: who they are, what one tick knows of them, what is counted.

Letters: ``C`` channels, ``N`` customers, ``S`` segments.
"""

from copy import copy
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels as k
from onevoice.envs.engine import parameters
from onevoice.envs.engine.market import draw_market
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32, I64, U64, Bools
from tests.reference_draws import Draws, clip01, exponential, f32, logistic

NEVER_HEARD = 255
SETUP_TICK = 2**32 - 1
BLOCKS_PER_LANE = 32
BY_CUSTOMER = (
    "segment", "age", "need", "value", "sensitivity", "inverse_tolerance", "affinity", "awareness",
    "trust", "pressure", "depth", "in_market", "alive", "event", "last_message", "bought",
    "bought_offer", "touched_any", "subscribed", "heard", "offered", "touched", "engaged", "past", "held_out",
)  # fmt: skip
"""The arrays whose last axis is the customers."""
VOICES = (k.TWO_MESSAGES, k.THREE_MESSAGES, k.FOUR_MESSAGES)


class World:
    """One environment: parameters, traits and state of every customer.

    Args:
        scenario: the configuration.
        seed: 64-bit key of the random draws.
        market: id of the market.
    """

    def __init__(self, scenario: Scenario, seed: int, market: int) -> None:
        self.scenario, self.seed, self.ticks_lived = scenario, seed, 0
        self.rates = parameters.pack_rates(scenario)
        self.channels = parameters.pack_channels(scenario)
        self.orders = parameters.order_quantiles(scenario)
        self.origin = parameters.pack_origin(scenario, 1)
        self.markets = parameters.empty_markets(scenario, 1)
        drawn = draw_market(scenario, market)
        parameters.write_market(scenario, drawn, 0, self.markets, self.origin)
        self.sizes = sizes(scenario)
        self.segment = np.repeat(np.arange(len(self.sizes)), self.sizes)
        self.n_channels, self.people = len(scenario.channels), scenario.population
        self.first = 0
        self._settle()

    def part(self, lo: int, hi: int) -> "World":
        """Customers ``lo`` to ``hi`` as a world of their own."""
        one = copy(self)
        one.first, one.people = lo, hi - lo
        for name in BY_CUSTOMER:
            setattr(one, name, getattr(self, name)[..., lo:hi].copy())
        return one

    def take_back(self, part: "World") -> None:
        """Write what became of a part's customers into this world."""
        for name in BY_CUSTOMER:
            getattr(self, name)[..., part.first : part.first + part.people] = getattr(part, name)

    def _settle(self) -> None:
        """Draw traits ``[N]``, ``[C, N]`` and the starting state."""
        draw, origin, rows = Draws(self.seed, SETUP_TICK, 0, self.people), self.origin, self.segment
        years = origin.first_age[rows] + draw.uniform(k.DRAW_AGE) * origin.ages[rows]
        self.age = years.astype(np.uint8)
        u = draw.uniform(k.DRAW_NEED)[:, None]
        self.need = (u >= origin.needs[0][rows][:, :-1]).sum(axis=1)
        self.value = origin.tier[rows] * draw.quantile(origin.value, k.DRAW_VALUE)
        self.sensitivity = draw.quantile(origin.sensitivity, k.DRAW_SENSITIVITY)
        self.inverse_tolerance = draw.quantile(origin.inverse_tolerance, k.DRAW_TOLERANCE)
        self.awareness = clip01(origin.awareness * (f32(0.5) + draw.uniform(k.DRAW_AWARENESS)))
        spread = draw.quantile(origin.normal, k.DRAW_TRUST)
        self.trust = clip01(origin.trust + origin.trust_sd * spread)
        self.in_market = draw.uniform(k.DRAW_MARKET) < origin.in_market
        self._settle_channels(draw)
        self.alive = np.ones(self.people, np.bool_)
        self.pressure, self.depth = np.zeros((2, self.people), np.float32)
        self.event, self.bought, self.bought_offer, self.touched_any = np.zeros(
            (4, self.people), np.int64
        )
        self.last_message = np.full(self.people, NEVER_HEARD)
        self.past = np.empty(self.people, object)
        for q in range(self.people):
            self.past[q] = []
        self.held_out = self._hold_out(draw)

    def _hold_out(self, draw: Draws) -> Bools:
        """Whom each channel, and last whom none, ever touches, ``[C + 1, N]``."""
        holdout = self.scenario.coordination.holdout if self.scenario.coordination.on else None
        shares = [holdout.channels.get(name, 0.0) if holdout else 0.0 for name in CHANNEL_NAMES]
        shares = [shares[number] for number in self.channels.number]
        numbers = [*self.channels.number.tolist(), 7]
        everybody = holdout.all if holdout else 0.0
        rows = [
            draw.uniform(k.DRAW_HELD + number).astype(np.float64) < share
            for number, share in zip(numbers, [*shares, everybody], strict=True)
        ]
        return np.array(rows)

    def _settle_channels(self, draw: Draws) -> None:
        """Who can be addressed where, and who likes what."""
        origin, shape = self.origin, (self.n_channels, self.people)
        self.affinity, self.subscribed = np.zeros(shape, np.float32), np.zeros(shape, np.bool_)
        tied = draw.uniform(k.DRAW_TIED) < np.abs(origin.overlap)
        common = draw.uniform(k.DRAW_COMMON)
        for c, number in enumerate(int(n) for n in origin.numbers):
            years = self.age.astype(np.float32) - origin.reach_age
            reach = origin.reach[c] + origin.reach_per_year[c] * years
            apart = common - origin.shift[c]
            apart = np.where(apart < f32(0), apart + f32(1), apart)
            together = common if origin.overlap > 0 else apart
            own = draw.uniform(k.DRAW_REACH + number)
            self.subscribed[c] = np.where(tied, together, own) < reach
            liking = draw.quantile(origin.normal, k.DRAW_AFFINITY + number)
            self.affinity[c] = origin.affinity_sd[c] * liking
        self.heard = np.full(shape, NEVER_HEARD)
        self.offered, self.touched, self.engaged = np.zeros((3, *shape), np.int64)


@dataclass
class Tick:
    """What one tick knows: its draws, the plan per customer, and what has happened so far."""

    now: int
    season: np.float32
    draw: Draws
    message: I64
    """``[C, N]``, like the next two: what the plan says to each customer's segment."""
    percent: I64
    level: I64
    cap: I64
    """``[N]``: the load that the global cap allows."""
    audience: I64
    """``[C]``"""
    brand: Bools = field(init=False)
    generic: Bools = field(init=False)
    visit: Bools = field(init=False)
    mood: F32 = field(init=False)
    overload: F32 = field(init=False)
    leave: F32 = field(init=False)
    touch: Bools = field(init=False)
    """``[C, N]``"""
    price: I64 = field(init=False)
    """``[C, N]``, money units of the touch."""
    paid: Bools = field(init=False)
    """``[C, N]``: the ad on a query was clicked."""
    opens: Bools = field(init=False)
    """``[C, N]``: the touch was opened or engaged with."""
    relevant: F32 = field(init=False)
    clash: F32 = field(init=False)
    regretted: Bools = field(init=False)
    best_offer: I64 = field(init=False)
    words: dict[int, U64] = field(default_factory=dict)
    """Random words that the coordination layer has asked for, by purpose."""


class Counts:
    """Tallies of one decision: ``channels [C, S, ...]``, ``system [S, ...]``, ``layer``."""

    def __init__(self, world: World) -> None:
        self.segment, segments = world.segment, len(world.sizes)
        self.channels = np.zeros((world.n_channels, segments, k.CHANNEL_COLUMNS), np.int64)
        self.system = np.zeros((segments, k.SYSTEM_COLUMNS), np.int64)
        rows = world.n_channels + 1 if world.scenario.coordination.on else 0
        self.layer = np.zeros((rows, segments, k.LAYER_COLUMNS), np.int64)

    def take(self, others: "Counts") -> None:
        """Add what was counted elsewhere."""
        self.channels += others.channels
        self.system += others.system
        self.layer += others.layer

    def add(self, channel: int, column: int, values: npt.NDArray[np.generic]) -> None:
        """Add one value ``[N]`` of each customer to a column of a channel."""
        np.add.at(self.channels[channel, :, column], self.segment, values.astype(np.int64))

    def add_system(self, column: int, values: npt.NDArray[np.generic]) -> None:
        """Add one value ``[N]`` of each customer to a column of the system."""
        np.add.at(self.system[:, column], self.segment, values.astype(np.int64))

    def add_layer(self, row: int, q: int, column: int, value: int = 1) -> None:
        """Count something of customer ``q`` for a channel, or in the last row for all."""
        self.layer[row, self.segment[q], column] += value


@dataclass
class Loads:
    """What this tick's touches add up to, ``[N]`` each."""

    pressure: F32
    exposure: F32
    agree: F32
    differ: F32
    top_offer: I64


def sizes(scenario: Scenario) -> I64:
    """Customers per segment: the whole part of each share, then one more by the largest rest."""
    exact = scenario.segments.shares * scenario.population
    whole = np.floor(exact).astype(np.int64)
    for s in sorted(range(len(exact)), key=lambda s: whole[s] - exact[s]):
        if whole.sum() < scenario.population:
            whole[s] += 1
    return np.asarray(whole)


def blocks(world: World) -> list[list[tuple[int, int, int]]]:
    """Each block as its parts: segment, first and end customer.

    A population that fits into one block is one; otherwise a block never crosses a segment.
    """
    cut, first, width = [], 0, world.scenario.block
    for segment, size in enumerate(world.sizes):
        end = first + int(size)
        starts = list(range(first, end, width)) or [first]
        cut += [[(segment, lo, min(lo + width, end))] for lo in starts]
        first = end
    return [[part for block in cut for part in block]] if first <= width else cut


def lanes(world: World) -> list[list[list[tuple[int, int, int]]]]:
    """The blocks that share a slice of the budgets, lane by lane."""
    cut = blocks(world)
    return [cut[i : i + BLOCKS_PER_LANE] for i in range(0, len(cut), BLOCKS_PER_LANE)]


def of_kind(world: World, kind: int) -> list[int]:
    """Channels of a kind."""
    return [c for c in range(world.n_channels) if world.channels.kind[c] == kind]


def purpose(world: World, c: int, what: int) -> int:
    """The purpose of a draw that belongs to channel ``c``."""
    return k.CHANNEL_DRAWS + 4 * int(world.channels.number[c]) + what


def survey(world: World) -> tuple[I64, I64]:
    """Sums over living customers, ``[S, SURVEY_COLUMNS]``; addressable customers ``[C, S]``."""
    alive = world.alive
    columns: dict[int, npt.NDArray[np.generic]] = {
        k.ALIVE: alive,
        k.IN_MARKET: alive & world.in_market,
        k.AWARENESS: world.awareness * f32(65536),
        k.TRUST: world.trust * f32(65536),
        k.PRESSURE: world.pressure * f32(65536),
        k.DEPTH: world.depth * f32(65536),
        k.EQUITY: equity(world),
        **{column: voices(world) == 2 + n for n, column in enumerate(VOICES)},
    }
    sums = np.zeros((len(world.sizes), k.SURVEY_COLUMNS), np.int64)
    for column, values in columns.items():
        np.add.at(sums[:, column], world.segment, np.where(alive, values.astype(np.int64), 0))
    reached = np.zeros((world.n_channels, len(world.sizes)), np.int64)
    for c in range(world.n_channels):
        np.add.at(reached[c], world.segment, (alive & world.subscribed[c]).astype(np.int64))
    return sums, reached


def voices(world: World) -> I64:
    """Number of different messages that each customer remembers at the last tick lived, ``[N]``."""
    now = world.scenario.clock_start + world.ticks_lived - 1
    recent = now - world.touched < world.rates.memory
    said = [((world.heard == message) & recent).any(axis=0) for message in range(4)]
    return np.asarray(np.sum(said, axis=0))


def equity(world: World) -> F32:
    """Margin still to come from each customer: in the long run, and from demand created so far."""
    r = world.rates
    reach = np.ones(world.people, np.float32)
    for c in range(world.n_channels):
        reach = reach + np.where(world.subscribed[c], world.channels.reach_value[c], f32(0))
    fear = exponential(r.churn_trust * (r.trust_baseline - world.trust)) - f32(1)
    far = r.equity * reach / (f32(1) + r.equity_trust * fear)
    return np.asarray(world.value * (far + r.order * r.margin * orders_ahead(world)))


def orders_ahead(world: World) -> F32:
    """Orders per customer that demand created so far still brings if no channel speaks again."""
    r, awareness = world.rates, world.awareness
    recall = r.query_floor + r.query_awareness * awareness
    brand = (r.brand + r.brand_idle) * recall * r.brand_alone
    generic = r.generic * (r.generic_floor + r.generic_awareness * awareness) * r.generic_alone
    visits = brand + generic + (r.direct + r.direct_idle) * recall
    urge = r.purchase_trust * (world.trust - r.trust_baseline)
    urge = urge + r.purchase_awareness * awareness + r.purchase_narrative * world.depth
    orders = visits * logistic(r.odds_in_market, urge)
    entries = r.entry * r.entry_awareness * awareness * r.awareness_ticks
    share = (world.in_market.astype(np.float32) + entries) * orders
    return np.asarray(share / (orders + r.leave_market))
