"""Owns the customers of ``B`` environments as arrays and takes them through decisions.

Customers are stored environment by environment, sorted by segment, in fixed blocks: an environment
that fits into one is one, otherwise no block crosses a segment. Threads take whole blocks; neither
their number nor ``B`` changes any result.

Letters: ``B`` environments, ``A`` channels, ``N`` customers of one environment, ``S`` segments.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.company.touch_log import ENGAGEMENT, NO_CHANNEL, PURCHASE, TOUCH, Journal
from onevoice.envs.engine import kernels, parameters
from onevoice.envs.engine.market import draw_market
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64, Arrays

CUSTOMERS_PER_THREAD = 1_000
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
    coordination: I64
    """``[B, A + 1, S, LAYER_COLUMNS]``, last the whole company; ``[B, 0, ...]`` without rules."""


class Survey(NamedTuple):
    """The customers that are left; sums, not means."""

    states: I64
    """``[B, S, SURVEY_COLUMNS]``, columns as in ``kernels``."""
    subscribed: I64
    """Living customers each channel can address, ``[B, A, S]``."""


class Book(NamedTuple):
    """What ``kernels.advance`` writes down for each part of a block."""

    tallies: I64
    totals: I64
    layers: I64
    sums: I64


class Population:
    """The customers of ``num_envs`` environments of one scenario.

    Args:
        scenario: the configuration.
        num_envs: number of environments ``B``.
        threads: threads that share the work of one decision.
    """

    def __init__(self, scenario: Scenario, num_envs: int, threads: int = 1) -> None:
        self.scenario, self.num_envs, self.threads = scenario, num_envs, threads
        self._clock_start, self._ticks = scenario.clock_start, scenario.ticks_per_decision
        self.sizes = segment_sizes(scenario)
        self._parts, self._blocks = make_blocks(self.sizes, num_envs, scenario.block)
        self._lanes = make_lanes(self._blocks, num_envs)
        rates, self._channels = parameters.pack_rates(scenario), parameters.pack_channels(scenario)
        self._parameters = tuple(kernels.pack(rates, self._channels))
        self._reach = parameters.reach_shares(scenario)
        self._orders = parameters.order_quantiles(scenario)
        self._origin = parameters.pack_origin(scenario, num_envs)
        self._markets = parameters.empty_markets(scenario, num_envs)
        self._rulebook = parameters.pack_rules(scenario, num_envs)
        self._ruled = scenario.coordination.on
        channels = len(scenario.channels)
        self._state = kernels.make_state(channels, num_envs * scenario.population)
        first, end = self._blocks.T
        widest = int((self._parts[end - 1, 3] - self._parts[first, 2]).max())
        self._memories = [
            kernels.make_memory(channels, widest, int((end - first).max()))
            for _ in range(max(threads, 1))
        ]
        self._pieces = min(threads, num_envs * scenario.population // CUSTOMERS_PER_THREAD)
        self._clocks = np.zeros(num_envs, np.int64)
        self._book, self._tally_shapes = self._make_book(), _tally_shapes(scenario, num_envs)
        self._surveyed = (num_envs, len(self.sizes), kernels.SURVEY_COLUMNS)
        self._subscribed = (num_envs, channels, len(self.sizes))
        self.journal: Journal | None = None
        self._pots = int(self._channels.pot.max()) + 1

    @property
    def pots(self) -> int:
        """Number of purses: one, or one per channel, if only for a decision."""
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
        """Static state; views, for reading."""
        return kernels.split_state(self._state)[0]

    @property
    def people(self) -> kernels.Customers:
        """Dynamic state; views, for reading."""
        return kernels.split_state(self._state)[1]

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
        mine = self._parts[np.isin(self._parts[:, 0], np.asarray(envs))]
        people, state, origin = self.scenario.population, tuple(self._state), self._origin
        keys, rules = self._markets.seeds, self._rules()
        self._spread(
            lambda parts, _: kernels.settle(parts, people, keys, origin, state, rules), mine
        )

    def advance(self, plan: kernels.Plan, purses: I64) -> tuple[Tally, Survey]:
        """Take every customer through one decision.

        Args:
            plan: the channels' actions, ``[B, A, S]``, under the directives for them.
            purses: what may be spent at most, money units, int64 ``[B, pots]``.

        Returns:
            The tally, whose spend never exceeds ``purses``, and the customers that are left.
        """
        slices, ticks = self._slices(plan, purses), self._ticks
        self._clear_book()
        self._keep_plan(plan)
        if self.journal is None:
            self._live(self._lanes, slices, plan, ticks)
        else:
            self._live_and_note(self.journal, slices, plan)
        self._clocks += ticks
        return self._add_up()

    def revise_rules(self, revised: Scenario) -> None:
        """Let the rules of a scenario that differs in nothing else hold from now on.

        Raises:
            OneVoiceError: if the population did not begin with what these rules need.
        """
        began, kind = self.scenario.coordination.kind, revised.coordination.kind
        if kind != began or not self._ruled:
            raise OneVoiceError(f"coordination.kind is {began} at first and {kind} later; keep one")
        if revised.coordination.orchestrator != self.scenario.coordination.orchestrator:
            raise OneVoiceError("coordination.orchestrator differs from the one at first; keep it")
        if "lock" in revised.coordination.rules and not self._rulebook.said.size:
            raise OneVoiceError("coordination.lock cannot be added later; begin with a lock")
        if revised.clock_start > self._clock_start:
            raise OneVoiceError("coordination looks back too far; begin with hours as long")
        fresh = parameters.pack_rules(revised, self.num_envs)
        for name in ("terms", "by_channel", "quiet"):
            getattr(self._rulebook, name)[...] = getattr(fresh, name)

    def _rules(self) -> tuple[Any, ...] | None:
        """The coordination layer as kernels take it; without one they are compiled without it."""
        return tuple(self._rulebook) if self._ruled else None

    def _keep_plan(self, plan: kernels.Plan) -> None:
        """Write into the ring what is said from now on, for the rules that look back on it."""
        said = self._rulebook.said
        if said.size:
            env, row = np.arange(self.num_envs), self._clocks // self._ticks % said.shape[2]
            said[env, 0, row], said[env, 1, row] = plan.message, plan.offer

    def survey(self) -> Survey:
        """Sum the states of the customers that are left."""
        silence = kernels.silent_plan(*self._subscribed, np.zeros(self._surveyed[:2], np.int64))
        self._clear_book()
        self._live(self._lanes, np.zeros((len(self._lanes), self._pots), np.int64), silence, 0)
        return self._add_up()[1]

    def _make_book(self) -> Book:
        """Sums of every part of a block."""
        n, channels = len(self._parts), len(self.scenario.channels)
        return Book(
            np.zeros((n, channels, kernels.CHANNEL_COLUMNS), np.int64),
            np.zeros((n, kernels.SYSTEM_COLUMNS), np.int64),
            np.zeros((n, _layer_rows(self.scenario), kernels.LAYER_COLUMNS), np.int64),
            np.empty((n, kernels.SURVEY_COLUMNS + channels), np.int64),
        )

    def _clear_book(self) -> None:
        """Begin to count anew."""
        for sums in self._book[:3]:
            sums.fill(0)

    def _live(self, lanes: I64, slices: I64, plan: kernels.Plan, ticks: int) -> None:
        """Take the lanes' blocks through some ticks and survey them."""
        parts, blocks, clocks, start = self._parts, self._blocks, self._clocks, self._clock_start
        markets, state, rules = tuple(self._markets), tuple(self._state), self._rules()

        def work(lanes: I64, slices: I64, thread: int) -> None:
            kernels.advance(
                parts, blocks, lanes, self.scenario.population, start, clocks, ticks, tuple(plan),
                self._parameters, markets, self._orders, state, slices, rules, *self._book,
                self._memories[thread],
            )  # fmt: skip

        self._spread(work, lanes, slices)

    def _live_and_note(self, journal: Journal, slices: I64, plan: kernels.Plan) -> None:
        """The same decision in the same order, block by block and tick by tick, into a journal."""
        for lane, (begin, end) in enumerate(self._lanes):
            turn = kernels.lane_turn(self._markets.seeds[0], self._clocks[0]) % (end - begin)
            for b in np.roll(np.arange(begin, end), -turn):
                first, end = self._blocks[b]
                lo, hi = self._parts[first, 2], self._parts[end - 1, 3]
                for _ in range(self._ticks):
                    alone = np.array([[b, b + 1]])
                    self._live(alone, slices[lane : lane + 1], plan, 1)
                    self._note(journal, int(self._clocks[0]), lo, hi)
                    self._clocks += 1
                self._clocks -= self._ticks

    def _note(self, journal: Journal, tick: int, lo: int, hi: int) -> None:
        """Write down what customers ``lo`` to ``hi`` met and did in the tick just lived."""
        people, now = self.people, self._clock_start + tick
        for kind, stamps in ((TOUCH, people.touched), (ENGAGEMENT, people.engaged)):
            channel, who = np.nonzero(stamps[:, lo:hi] == now)
            message, offer = people.heard[channel, lo + who], people.offered[channel, lo + who]
            journal.add(lo + who, tick, channel, kind, message, offer, 0)
        (buyers,) = np.nonzero(people.event[lo:hi] == kernels.BOUGHT)
        paid, offer = self._memories[0].prices[0, buyers], people.bought_offer[lo + buyers]
        journal.add(lo + buyers, tick, NO_CHANNEL, PURCHASE, NO_CHANNEL, offer, paid)

    def held_out(self) -> I64:
        """Customers whom each channel alone never touches, and last whom none does, ``[B, A + 1]``.

        Nobody without a coordination layer.
        """
        if not self._ruled:
            return np.zeros((self.num_envs, len(self.scenario.channels) + 1), np.int64)
        bits = self._rulebook.held_out.reshape(self.num_envs, -1)
        channels = range(len(self.scenario.channels))
        everybody = bits >= kernels.HELD_FROM_ALL
        rows = [((bits >> c & 1) == 1) & ~everybody for c in channels] + [everybody]
        return np.stack([row.sum(axis=1) for row in rows], axis=1).astype(np.int64)

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

    def changing(self) -> list[npt.NDArray[np.generic]]:
        """The part of the state that a decision changes, not copied."""
        state, rules = self._state, self._rulebook
        return [state.reals[:4], state.codes[:5], state.memory, state.stamps, state.touches,
                self._clocks, rules.history, rules.said]  # fmt: skip

    def state(self) -> Arrays:
        """The arrays that define the population, not copied."""
        return {
            **{f"customers/{k}": v for k, v in self._state._asdict().items()},
            **{f"markets/{k}": v for k, v in self._markets._asdict().items()},
            "origin/needs": self._origin.needs,
            "clocks": self._clocks,
            **(self._layer_state() if self._ruled else {}),
        }

    def _layer_state(self) -> Arrays:
        """What the coordination layer knows of the past, and who is held out."""
        rules = self._rulebook
        return {
            "customers/history": rules.history,
            "customers/held_out": rules.held_out,
            "rules/said": rules.said,
        }

    def _add_up(self) -> tuple[Tally, Survey]:
        """Add up the parts of each segment."""
        tally = Tally(*(np.zeros(shape, np.int64) for shape in self._tally_shapes))
        survey = Survey(np.zeros(self._surveyed, np.int64), np.zeros(self._subscribed, np.int64))
        kernels.add_up(self._parts, *self._book, *tally, *survey)
        return tally, survey

    def _slices(self, plan: kernels.Plan, purses: I64) -> I64:
        """Split the purses over the lanes in proportion to what each is expected to cost."""
        if len(self._lanes) == self.num_envs:
            return purses.copy()
        env, segment, first, end = self._parts.T
        cost = self._expected_cost()[
            np.arange(len(self.scenario.channels)), plan.pressure[env, :, segment]
        ]
        cost = cost * self._reach[segment]
        expected = np.stack(
            [(cost * (self._channels.pot == pot)).sum(axis=1) for pot in range(self._pots)], axis=1
        )
        weights = np.add.reduceat(
            (end - first)[:, None] * (expected + 1e-9), self._blocks[self._lanes[:, 0], 0], axis=0
        )
        phase = self._clocks / self._ticks * GOLDEN % 1.0
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
        """Call ``work`` on contiguous parts of the rows and the number of the part.

        In as many threads as are worth it.
        """
        count = self._pieces
        if count <= 1:
            work(*rows, 0)
            return
        pieces = zip(*(np.array_split(row, count) for row in rows), range(count), strict=True)
        list(_pool(count, os.getpid()).map(lambda piece: work(*piece), pieces))


@cache
def _pool(threads: int, process: int) -> ThreadPoolExecutor:
    """Threads that wait for work; a process that was forked starts its own."""
    return ThreadPoolExecutor(threads)


def no_tally(scenario: Scenario, num_envs: int) -> Tally:
    """The tally of a decision in which nothing happened."""
    return Tally(*(np.zeros(shape, np.int64) for shape in _tally_shapes(scenario, num_envs)))


def _tally_shapes(scenario: Scenario, num_envs: int) -> tuple[tuple[int, ...], ...]:
    """Shapes of the arrays of a ``Tally``."""
    segments, rows = scenario.segments.count, _layer_rows(scenario)
    return (
        (num_envs, len(scenario.channels), segments, kernels.CHANNEL_COLUMNS),
        (num_envs, segments, kernels.SYSTEM_COLUMNS),
        (num_envs, rows, segments, kernels.LAYER_COLUMNS),
    )


def _layer_rows(scenario: Scenario) -> int:
    """Rows of the coordination layer's tally: the channels and the whole company, or none."""
    return len(scenario.channels) + 1 if scenario.coordination.on else 0


def segment_sizes(scenario: Scenario) -> I64:
    """Customers per segment by largest remainder, int64 ``[S]``; they add up to the population."""
    exact = scenario.segments.shares * scenario.population
    sizes = np.floor(exact).astype(np.int64)
    order = np.argsort(sizes - exact, kind="stable")
    sizes[order[: scenario.population - int(sizes.sum())]] += 1
    return sizes


def make_blocks(sizes: I64, num_envs: int, width: int) -> tuple[I64, I64]:
    """Cut every environment into blocks of at most ``width`` customers.

    Returns:
        Parts of blocks and blocks, rows as in ``kernels.advance``.
    """
    per_env, first = [], 0
    for segment, size in enumerate(sizes):
        end = first + int(size)
        starts = list(range(first, end, width)) or [first]
        per_env += [(segment, lo, min(lo + width, end)) for lo in starts]
        first = end
    parts = np.tile(np.array(per_env, np.int64), (num_envs, 1))
    env = np.repeat(np.arange(num_envs), len(per_env))
    parts[:, 1:] += env[:, None] * first
    together = len(sizes) if first <= width else 1
    begin = np.arange(0, len(parts), together)
    return np.column_stack([env, parts]), np.stack([begin, begin + together], axis=1)


def make_lanes(blocks: I64, num_envs: int) -> I64:
    """First and end block of each lane; a lane never crosses an environment, int64 ``[lanes, 2]``.

    How many blocks share a lane depends on nothing but the population, so that neither threads
    nor the number of environments change a result.
    """
    per_env = len(blocks) // num_envs
    starts = np.arange(0, per_env, BLOCKS_PER_LANE)
    one = np.stack([starts, np.minimum(starts + BLOCKS_PER_LANE, per_env)], axis=1)
    first = np.arange(num_envs) * per_env
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
