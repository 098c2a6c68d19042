"""Owns the customers of ``B`` environments as arrays and takes them through decisions.

Customers are stored environment by environment, sorted by segment, in fixed blocks that never
cross a segment. Threads take whole blocks; neither their number nor ``B`` changes any result.

Letters: ``B`` environments, ``A`` channels, ``N`` customers of one environment, ``S`` segments.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs import kernels, parameters
from onevoice.envs.journeys import ENGAGEMENT, NO_CHANNEL, PURCHASE, TOUCH, Journal
from onevoice.envs.market import draw_market
from onevoice.envs.scenario import Scenario

I64 = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[np.generic]]
CUSTOMERS_PER_THREAD = 20_000
"""Fewer customers than this are not worth another thread."""
BLOCKS_PER_LANE = 32
"""Blocks that share one slice of the purses, one after the other."""
GOLDEN = (5**0.5 - 1) / 2


class Tally(NamedTuple):
    """What happened in one decision; counts, and money in 1/10,000 dollar."""

    channels: I64
    """``[B, A, S, CHANNEL_COLUMNS]``, columns as in ``kernels``."""
    system: I64
    """``[B, S, SYSTEM_COLUMNS]``."""


class Survey(NamedTuple):
    """The customers that are left; sums, not means."""

    states: I64
    """``[B, S, SURVEY_COLUMNS]``, columns as in ``kernels``."""
    subscribed: I64
    """Living customers each channel can address, ``[B, A, S]``."""


class Population:
    """The customers of ``num_envs`` environments of one scenario.

    Args:
        scenario: the configuration.
        num_envs: number of environments ``B``.
        threads: threads that share the work of one decision.
    """

    def __init__(self, scenario: Scenario, num_envs: int, threads: int = 1) -> None:
        self.scenario, self.num_envs, self.threads = scenario, num_envs, threads
        self.sizes = segment_sizes(scenario)
        self._blocks = make_blocks(self.sizes, num_envs, scenario.block)
        self._widest = int((self._blocks[:, 3] - self._blocks[:, 2]).max())
        self._lanes = make_lanes(self._blocks)
        self._first_block = np.searchsorted(
            self._blocks[:, 0] * len(self.sizes) + self._blocks[:, 1],
            np.arange(num_envs * len(self.sizes)),
        )
        self._rates = parameters.pack_rates(scenario)
        self._channels = parameters.pack_channels(scenario)
        self._reach = parameters.reach_shares(scenario)
        self._orders = parameters.order_quantiles(scenario)
        self._origin = parameters.pack_origin(scenario, num_envs)
        self._markets = parameters.empty_markets(scenario, num_envs)
        self._traits, self._people = _allocate(
            len(scenario.channels), num_envs * scenario.population
        )
        self._clocks = np.zeros(num_envs, np.int64)
        self.journal: Journal | None = None
        self._pots = int(self._channels.pot.max()) + 1

    @property
    def pots(self) -> int:
        """Number of purses: one, or one per channel."""
        return self._pots

    @property
    def pot_of_channel(self) -> npt.NDArray[np.int32]:
        """Which purse pays for each channel, int32 ``[A]``."""
        return self._channels.pot

    @property
    def cheapest_touch(self) -> npt.NDArray[np.int32]:
        """Money units of each channel's cheapest touch, int32 ``[A]``."""
        touch, brand = self._channels.cost[:, 1:], self._channels.brand_cost[:, 1:]
        brand = np.where((self._channels.kind == kernels.SEARCH)[:, None], brand, touch)
        return np.asarray(np.minimum(touch, brand).min(axis=1))

    @property
    def traits(self) -> kernels.Traits:
        """Static state; a view, for reading."""
        return self._traits

    @property
    def people(self) -> kernels.Customers:
        """Dynamic state; a view, for reading."""
        return self._people

    def reset(self, envs: Sequence[int], seeds: Sequence[int], markets: Sequence[int]) -> None:
        """Draw new customers in new markets for some environments.

        Args:
            envs: the environments to start anew.
            seeds: one 64-bit seed each: keys every random draw of the episode.
            markets: one market id each.
        """
        for env, seed, market in zip(envs, seeds, markets, strict=True):
            drawn = draw_market(self.scenario, market)
            parameters.write_market(self.scenario, drawn, env, self._markets, self._origin)
            self._markets.seeds[env] = seed
            self._clocks[env] = 0
        mine = self._blocks[np.isin(self._blocks[:, 0], np.asarray(envs))]
        people = self.scenario.population
        self._spread(
            lambda part: kernels.settle(
                part, people, self._markets.seeds, self._origin, self._traits, self._people
            ),
            mine,
        )

    def advance(self, plan: kernels.Plan, purses: I64) -> Tally:
        """Take every customer through one decision.

        Args:
            plan: the channels' actions, ``[B, A, S]``.
            purses: what may be spent at most, money units, int64 ``[B, pots]``.

        Returns:
            The tally; its spend never exceeds ``purses``.
        """
        n_channels, n_blocks = len(self.scenario.channels), len(self._blocks)
        slices = self._slices(plan, purses)
        tallies = np.zeros((n_blocks, n_channels, kernels.CHANNEL_COLUMNS), np.int64)
        totals = np.zeros((n_blocks, kernels.SYSTEM_COLUMNS), np.int64)
        world = kernels.World(
            plan, self._rates, self._channels, self._markets, self._orders, self._traits,
            self._people,
        )  # fmt: skip
        start, ticks = self.scenario.clock_start, self.scenario.ticks_per_decision

        def work(lanes: I64, slices: I64) -> None:
            scratch = kernels.make_scratch(n_channels, self._widest)
            kernels.advance(
                self._blocks, lanes, self.scenario.population, start, self._clocks, ticks, world,
                slices, tallies, totals, scratch,
            )  # fmt: skip

        if self.journal is None:
            self._spread(work, self._lanes, slices)
        else:
            self._advance_and_note(self.journal, world, slices, tallies, totals)
        self._clocks += ticks
        by_channel = np.moveaxis(self._by_segment(tallies), 2, 1)
        return Tally(by_channel, self._by_segment(totals))

    def _advance_and_note(
        self, journal: Journal, world: kernels.World, slices: I64, tallies: I64, totals: I64
    ) -> None:
        """The same decision in the same order, block by block and tick by tick, into a journal."""
        scratch = kernels.make_scratch(len(self.scenario.channels), self._widest)
        start, alone = self.scenario.clock_start, np.array([[0, 1]])
        for lane, (begin, end) in enumerate(self._lanes):
            turn = kernels.lane_turn(self._markets.seeds[0], self._clocks[0]) % (end - begin)
            for b in np.roll(np.arange(begin, end), -turn):
                row, one = self._blocks[b], slice(b, b + 1)
                for tick in range(self.scenario.ticks_per_decision):
                    clocks = self._clocks + tick
                    kernels.advance(
                        self._blocks[one], alone, self.scenario.population, start, clocks, 1,
                        world, slices[lane : lane + 1], tallies[one], totals[one], scratch,
                    )  # fmt: skip
                    self._note(journal, int(clocks[0]), row[2], row[3], scratch[0])

    def _note(self, journal: Journal, tick: int, lo: int, hi: int, work: kernels.Scratch) -> None:
        """Write down what customers ``lo`` to ``hi`` met and did in the tick just lived."""
        people, now = self._people, self.scenario.clock_start + tick
        for kind, stamps in ((TOUCH, people.touched), (ENGAGEMENT, people.engaged)):
            channel, who = np.nonzero(stamps[:, lo:hi] == now)
            message, offer = people.heard[channel, lo + who], people.offered[channel, lo + who]
            journal.add(lo + who, tick, channel, kind, message, offer, 0)
        (buyers,) = np.nonzero(people.event[lo:hi] == kernels.BOUGHT)
        paid, offer = work.price[buyers], people.bought_offer[lo + buyers]
        journal.add(lo + buyers, tick, NO_CHANNEL, PURCHASE, NO_CHANNEL, offer, paid)

    def survey(self) -> Survey:
        """Sum the states of the customers that are left."""
        n_channels = len(self.scenario.channels)
        sums = np.zeros((len(self._blocks), kernels.SURVEY_COLUMNS + n_channels), np.int64)

        def work(blocks: I64, sums: I64) -> None:
            reach, voices = np.empty(self._widest, np.float32), np.empty(self._widest, np.uint8)
            kernels.survey(
                blocks, self.scenario.clock_start, self._clocks, self._rates, self._channels,
                self._traits, self._people, sums, reach, voices,
            )  # fmt: skip

        self._spread(work, self._blocks, sums)
        by_segment = self._by_segment(sums)
        states, subscribed = np.split(by_segment, [kernels.SURVEY_COLUMNS], axis=2)
        return Survey(states, np.moveaxis(subscribed, 2, 1))

    def needs(self) -> npt.NDArray[np.float64]:
        """Share of customers per need in each segment's market, float64 ``[B, S, M]``."""
        return np.diff(self._origin.needs.astype(np.float64), axis=2, prepend=0.0)

    def snapshot(self) -> Arrays:
        """A copy of everything that an episode's future depends on, as a flat dict of arrays."""
        return {name: array.copy() for name, array in self.state().items()}

    def restore(self, snapshot: Arrays) -> None:
        """Take back a state that ``snapshot`` returned."""
        for name, array in self.state().items():
            array[...] = snapshot[name]

    def state(self) -> Arrays:
        """The arrays that define the population, not copied."""
        traits = {f"traits/{k}": v for k, v in self._traits._asdict().items()}
        people = {f"people/{k}": v for k, v in self._people._asdict().items()}
        markets = {f"markets/{k}": v for k, v in self._markets._asdict().items()}
        return {
            **traits,
            **people,
            **markets,
            "origin/needs": self._origin.needs,
            "clocks": self._clocks,
        }

    def _by_segment(self, blocks: I64) -> I64:
        """Add up rows of blocks into ``[B, S, ...]``."""
        sums = np.add.reduceat(blocks, self._first_block, axis=0)
        return sums.reshape(self.num_envs, len(self.sizes), *blocks.shape[1:])

    def _slices(self, plan: kernels.Plan, purses: I64) -> I64:
        """Split the purses over the lanes in proportion to what each is expected to cost."""
        env, segment, first, end = self._blocks.T
        cost = self._expected_cost()[
            np.arange(len(self.scenario.channels)), plan.pressure[env, :, segment]
        ]
        cost = cost * self._reach[segment]
        expected = np.stack(
            [(cost * (self._channels.pot == pot)).sum(axis=1) for pot in range(self._pots)], axis=1
        )
        weights = np.add.reduceat(
            (end - first)[:, None] * (expected + 1e-9), self._lanes[:, 0], axis=0
        )
        phase = self._clocks / self.scenario.ticks_per_decision * GOLDEN % 1.0
        shape = (self.num_envs, -1, self._pots)
        return _share_out(purses, weights.reshape(shape), self._dearest(), phase)

    def _dearest(self) -> I64:
        """The highest price that each purse may have to pay at once, int64 ``[pots]``."""
        prices = np.maximum(self._channels.cost, self._channels.brand_cost).max(axis=1)
        dearest = [prices[self._channels.pot == pot].max() for pot in range(self._pots)]
        return np.maximum(np.array(dearest, np.int64), 1)

    def _expected_cost(self) -> npt.NDArray[np.float64]:
        """Rough cost per customer and tick of each pressure level, float64 ``[A, 5]``."""
        costs = self._channels.cost * np.maximum(self._channels.calm, self._channels.event * 0.05)
        queries = np.where(self._channels.kind == kernels.SEARCH, 0.02, 1.0)
        return np.asarray(costs * queries[:, None], np.float64)

    def _spread(self, work: Callable[..., None], *rows: npt.NDArray[np.generic]) -> None:
        """Call ``work`` on contiguous parts of the rows, in as many threads as are worth it."""
        parts = min(self.threads, self.num_envs * self.scenario.population // CUSTOMERS_PER_THREAD)
        if parts <= 1:
            work(*rows)
            return
        with ThreadPoolExecutor(parts) as pool:
            pieces = zip(*(np.array_split(row, parts) for row in rows), strict=True)
            list(pool.map(lambda piece: work(*piece), pieces))


def compile_kernels() -> None:
    """Compile the kernels, or load them from the cache that their first use has filled."""
    population = Population(Scenario(channels=["email"], population=1, days=1), 1)
    population.reset([0], [0], [0])
    silence = np.zeros((1, 1, len(population.sizes)), np.int32)
    quiet = silence.astype(np.uint8)
    plan = kernels.Plan(silence, quiet, quiet, np.zeros((1, 1), np.int32))
    population.advance(plan, np.zeros((1, 1), np.int64))
    population.survey()


def segment_sizes(scenario: Scenario) -> I64:
    """Customers per segment by largest remainder, int64 ``[S]``; they add up to the population."""
    exact = scenario.segments.shares * scenario.population
    sizes = np.floor(exact).astype(np.int64)
    order = np.argsort(sizes - exact, kind="stable")
    sizes[order[: scenario.population - int(sizes.sum())]] += 1
    return sizes


def make_blocks(sizes: I64, num_envs: int, width: int) -> I64:
    """Cut every segment of every environment into blocks; rows as in ``kernels.advance``."""
    rows, first = [], 0
    for env in range(num_envs):
        for segment, size in enumerate(sizes):
            starts = range(first, first + int(size), width) if size else (first,)
            rows += [(env, segment, lo, min(lo + width, first + int(size))) for lo in starts]
            first += int(size)
    return np.array(rows, np.int64)


def make_lanes(blocks: I64) -> I64:
    """First and end block of each lane; a lane never crosses an environment, int64 ``[lanes, 2]``.

    How many blocks share a lane depends on nothing but the population, so that neither threads
    nor the number of environments change a result.
    """
    per_env = int((blocks[:, 0] == 0).sum())
    starts = np.arange(0, per_env, BLOCKS_PER_LANE)
    one = np.stack([starts, np.minimum(starts + BLOCKS_PER_LANE, per_env)], axis=1)
    first = np.arange(int(blocks[-1, 0]) + 1) * per_env
    return np.asarray((first[:, None, None] + one).reshape(-1, 2))


def _share_out(
    purses: I64, weights: npt.NDArray[np.float64], unit: I64, phase: npt.NDArray[np.float64]
) -> I64:
    """Whole shares of the purses ``[B, pots]`` for the lanes; each purse's shares add up to it.

    The shares are differences of a rising sequence that ends at the purse, so rounding cannot
    create money. They are whole numbers of the highest price, so that a small purse is not cut
    into pieces that buy nothing; the phase decides which lanes get them.

    Args:
        purses: int64 ``[B, pots]``.
        weights: positive, float64 ``[B, lanes of one environment, pots]``.
        unit: the highest price, int64 ``[pots]``.
        phase: in [0, 1), float64 ``[B]``.
    """
    rising = np.cumsum(weights, axis=1)
    whole = (purses // unit)[:, None]
    units = np.floor(whole * (rising / rising[:, -1:]) + phase[:, None, None]).astype(np.int64)
    upto = np.minimum(units, whole) * unit  # the sum may have been rounded up
    upto[:, -1] = purses
    return np.asarray(np.diff(upto, axis=1, prepend=0)).reshape(-1, purses.shape[1])


def _allocate(channels: int, customers: int) -> tuple[kernels.Traits, kernels.Customers]:
    """Zeroed state arrays for ``customers`` customers."""
    byte, stamp, real = np.uint8, np.uint16, np.float32
    one, wide = customers, (channels, customers)
    traits = kernels.Traits(
        age=np.zeros(one, byte),
        need=np.zeros(one, byte),
        value=np.zeros(one, real),
        sensitivity=np.zeros(one, real),
        strain=np.zeros(one, real),
        affinity=np.zeros(wide, real),
    )
    people = kernels.Customers(
        alive=np.zeros(one, byte),
        in_market=np.zeros(one, byte),
        event=np.zeros(one, byte),
        story=np.zeros(one, byte),
        awareness=np.zeros(one, real),
        trust=np.zeros(one, real),
        pressure=np.zeros(one, real),
        depth=np.zeros(one, real),
        bought=np.zeros(one, stamp),
        bought_offer=np.zeros(one, byte),
        touched_any=np.zeros(one, stamp),
        subscribed=np.zeros(wide, byte),
        heard=np.zeros(wide, byte),
        offered=np.zeros(wide, byte),
        touched=np.zeros(wide, stamp),
        engaged=np.zeros(wide, stamp),
    )
    return traits, people
