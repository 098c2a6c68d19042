"""Owns the customers of ``B`` environments as arrays and takes them through decisions.

Customers are stored environment by environment, sorted by segment, in fixed blocks: an environment
that fits into one is one, otherwise no block crosses a segment. Threads take whole blocks; neither
their number nor ``B`` changes any result.

Letters: ``B`` environments, ``C`` channels, ``N`` customers of one environment, ``S`` segments.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.engine import kernels, parameters
from onevoice.envs.engine.blocks import make_blocks, make_budget_groups, segment_sizes
from onevoice.envs.engine.budget_shares import (
    GOLDEN,
    dearest_prices,
    expected_cost,
    share_out,
)
from onevoice.envs.engine.kernels.packing import Packed
from onevoice.envs.engine.market import draw_market
from onevoice.envs.engine.thinning import thinned
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I32, I64, U64, Arrays

CUSTOMERS_PER_THREAD = 1_000
"""Fewer customers than this are not worth another thread."""

CUSTOMERS = "customers/"
"""Prefix of the state's arrays whose last axis is the customers of all environments."""


class Tally(NamedTuple):
    """What happened in one decision; counts, and money in 1/10,000 dollar."""

    channels: I64
    """``[B, C, S, CHANNEL_COLUMNS]``, columns as in ``kernels``."""
    system: I64
    """``[B, S, SYSTEM_COLUMNS]``."""
    coordination: I64
    """``[B, C + 1, S, LAYER_COLUMNS]``, last the whole company; ``[B, 0, ...]`` without rules."""


class Survey(NamedTuple):
    """The customers that are left; sums, not means."""

    states: I64
    """``[B, S, SURVEY_COLUMNS]``, columns as in ``kernels``."""
    subscribed: I64
    """Living customers each channel can address, ``[B, C, S]``."""


class SpanSums(NamedTuple):
    """What ``kernels.advance`` counts for each span of a block."""

    tallies: I64
    totals: I64
    layers: I64
    sums: I64


class BlockTick(NamedTuple):
    """What a block of customers did in one tick; customers ``lo`` to ``hi``."""

    tick: int
    now: int
    """Clock number of the tick, as in the time stamps of ``customers``."""
    lo: int
    hi: int
    customers: kernels.Customers
    """After the tick; views of all customers, valid until the next one."""
    buyers: I64
    """Customers who bought, ``[n]``."""
    prices: I64
    """What they paid, money units, ``[n]``."""


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
        self._spans, self._blocks = make_blocks(self.sizes, num_envs, scenario.block)
        self._groups = make_budget_groups(self._blocks, num_envs)
        rates, self._channels = parameters.pack_rates(scenario), parameters.pack_channels(scenario)
        self._parameters = kernels.PARAMETERS.pack(rates, self._channels)
        self._reach = parameters.reach_shares(scenario)
        self._orders = parameters.order_quantiles(scenario)
        self._origin = parameters.pack_origin(scenario, num_envs)
        self._markets = parameters.empty_markets(scenario, num_envs)
        self._rulebook = kernels.RULEBOOK.pack(parameters.pack_rules(scenario, num_envs))
        self._ruled = scenario.coordination.on
        self._locks = "lock" in scenario.coordination.rules
        channels = len(scenario.channels)
        self._state = kernels.STATE.allocate(C=channels, N=num_envs * scenario.population)
        first, end = self._blocks.T
        widest = int((self._spans[end - 1, 3] - self._spans[first, 2]).max())
        self._memories = [
            kernels.make_buffers(channels, widest, int((end - first).max()))
            for _ in range(max(threads, 1))
        ]
        self._pieces = min(threads, num_envs * scenario.population // CUSTOMERS_PER_THREAD)
        self._clocks = np.zeros(num_envs, np.int64)
        self._sums, self._tally_shapes = self._make_sums(), _tally_shapes(scenario, num_envs)
        self._surveyed = (num_envs, len(self.sizes), kernels.SURVEY_COLUMNS)
        self._subscribed = (num_envs, channels, len(self.sizes))
        self.on_tick: Callable[[BlockTick], None] | None = None
        """Called with what happened in every tick of every block; for a single environment."""
        self._accounts = int(self._channels.account.max()) + 1

    @property
    def accounts(self) -> int:
        """Number of accounts: one, or one per channel, if only for a decision."""
        return self._accounts

    @property
    def account_of_channel(self) -> I32:
        """Which account pays for each channel, int32 ``[C]``."""
        account: I32 = self._channels.account
        return account

    @property
    def cheapest_touch(self) -> I32:
        """Money units of each channel's cheapest touch, int32 ``[C]``."""
        touch, brand = self._channels.cost[:, 1:], self._channels.brand_cost[:, 1:]
        brand = np.where((self._channels.kind == kernels.SEARCH)[:, None], brand, touch)
        return np.asarray(np.minimum(touch, brand).min(axis=1))

    @property
    def keys(self) -> U64:
        """Keys of the running episodes' random draws, uint64 ``[B]``; not copied."""
        keys: U64 = self._markets.seeds
        return keys

    @property
    def traits(self) -> kernels.Traits:
        """Static state; views, for reading."""
        traits: kernels.Traits = kernels.STATE.read(self._state)[1]
        return traits

    @property
    def people(self) -> kernels.Customers:
        """Dynamic state; views, for reading."""
        customers: kernels.Customers = kernels.STATE.read(self._state)[0]
        return customers

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
        mine = self._spans[np.isin(self._spans[:, 0], np.asarray(envs))]
        size, keys, rules = self.scenario.population, self._markets.seeds, self._rules_if_any()

        def draw(spans: I64, _: int) -> None:
            kernels.draw_customers(spans, size, keys, self._origin, self._state, rules)

        self._spread(draw, mine)

    def advance(self, plan: kernels.Plan, budget: I64) -> tuple[Tally, Survey]:
        """Take every customer through one decision.

        Args:
            plan: the channels' actions, ``[B, C, S]``, under the directives for them.
            budget: what may be spent at most, money units, int64 ``[B, accounts]``.

        Returns:
            The tally, whose spend never exceeds ``budget``, and the customers that are left.
        """
        shares, ticks = self._share_budget(plan, budget), self._ticks
        self._clear_sums()
        self._keep_plan(plan)
        if self.on_tick is None:
            self._run(self._groups, shares, plan, ticks)
        else:
            for happened in self._run_by_tick(shares, plan):
                self.on_tick(happened)
        self._clocks += ticks
        return self._sum_by_segment()

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
        if "lock" in revised.coordination.rules and not self._locks:
            raise OneVoiceError("coordination.lock cannot be added later; begin with a lock")
        if revised.clock_start > self._clock_start:
            raise OneVoiceError("coordination looks back too far; begin with hours as long")
        past = {name: getattr(self._rules, name) for name in ("said", "history", "held_out")}
        rules = parameters.pack_rules(revised, self.num_envs)._replace(**past)
        self._rulebook = kernels.RULEBOOK.pack(rules)

    @property
    def _rules(self) -> kernels.Rules:
        """The coordination layer and what it knows of the past; views."""
        rules: kernels.Rules = kernels.RULEBOOK.read(self._rulebook)
        return rules

    def _rules_if_any(self) -> Packed | None:
        """The coordination layer as kernels take it; without one they are compiled without it."""
        return self._rulebook if self._ruled else None

    def _keep_plan(self, plan: kernels.Plan) -> None:
        """Write into the ring what is said from now on, for the rules that look back on it."""
        if self._locks:
            said = self._rules.said
            env, row = np.arange(self.num_envs), self._clocks // self._ticks % said.shape[2]
            said[env, 0, row], said[env, 1, row] = plan.message, plan.offer

    def survey(self) -> Survey:
        """Sum the states of the customers that are left."""
        silence = kernels.silent_plan(*self._subscribed, np.zeros(self._surveyed[:2], np.int64))
        self._clear_sums()
        nothing = np.zeros((len(self._groups), self._accounts), np.int64)
        self._run(self._groups, nothing, silence, 0)
        return self._sum_by_segment()[1]

    def _make_sums(self) -> SpanSums:
        """Room to count in."""
        n, channels = len(self._spans), len(self.scenario.channels)
        return SpanSums(
            np.zeros((n, channels, kernels.CHANNEL_COLUMNS), np.int64),
            np.zeros((n, kernels.SYSTEM_COLUMNS), np.int64),
            np.zeros((n, _layer_rows(self.scenario), kernels.LAYER_COLUMNS), np.int64),
            np.empty((n, kernels.SURVEY_COLUMNS + channels), np.int64),
        )

    def _clear_sums(self) -> None:
        """Begin to count anew."""
        for sums in self._sums[:3]:
            sums.fill(0)

    def _run(self, groups: I64, shares: I64, plan: kernels.Plan, ticks: int) -> None:
        """Take the blocks of some budget groups through some ticks and survey them."""
        markets, rules, size = tuple(self._markets), self._rules_if_any(), self.scenario.population

        def work(groups: I64, shares: I64, thread: int) -> None:
            kernels.advance(
                self._spans,
                self._blocks,
                groups,
                size,
                self._clock_start,
                self._clocks,
                ticks,
                tuple(plan),
                self._parameters,
                markets,
                self._orders,
                self._state,
                shares,
                rules,
                *self._sums,
                self._memories[thread],
            )

        self._spread(work, groups, shares)

    def _run_by_tick(self, shares: I64, plan: kernels.Plan) -> Iterator[BlockTick]:
        """The same decision in the same order, block by block and tick by tick."""
        for group, (begin, end) in enumerate(self._groups):
            turn = kernels.first_turn(self._markets.seeds[0], self._clocks[0]) % (end - begin)
            for b in np.roll(np.arange(begin, end), -turn):
                for _ in range(self._ticks):
                    self._run(np.array([[b, b + 1]]), shares[group : group + 1], plan, 1)
                    yield self._block_tick(b)
                    self._clocks += 1
                self._clocks -= self._ticks

    def _block_tick(self, b: int) -> BlockTick:
        """What block ``b`` did in the tick that it has just lived through."""
        first, end = self._blocks[b]
        lo, hi, tick = int(self._spans[first, 2]), int(self._spans[end - 1, 3]), self._clocks[0]
        customers, buffers = self.people, kernels.Buffers(*kernels.BUFFERS.read(self._memories[0]))
        (buyers,) = np.nonzero(customers.event[lo:hi] == kernels.BOUGHT)
        prices = buffers.tick.price[buyers].astype(np.int64)
        now = self._clock_start + int(tick)
        return BlockTick(int(tick), now, lo, hi, customers, lo + buyers, prices)

    def held_out(self) -> I64:
        """Customers whom each channel alone never touches, and last whom none does, ``[B, C + 1]``.

        Nobody without a coordination layer.
        """
        if not self._ruled:
            return np.zeros((self.num_envs, len(self.scenario.channels) + 1), np.int64)
        bits = self._rules.held_out.reshape(self.num_envs, -1)
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

    def copy_from(self, source: "Population", env: int, seeds: Sequence[int] | U64) -> None:
        """Copy one environment of another population into every environment here.

        Args:
            source: of a scenario that differs at most in its size, in what the channels are shown,
                and in who directs them; a larger one is thinned evenly in every segment.
            env: which of its environments.
            seeds: keys of the random numbers to come, ``[B]``.
        """
        kept = env * source.scenario.population + thinned(source.sizes, self.sizes)
        theirs = source.state()
        for name, array in self.state().items():
            if name.startswith(CUSTOMERS):
                array[...] = np.tile(theirs[name][..., kept], self.num_envs)
            else:
                array[...] = theirs[name][env]
        self._markets.seeds[...] = seeds

    def changing(self) -> list[npt.NDArray[np.generic]]:
        """The part of the state that a decision changes, not copied."""
        customers = kernels.STATE.parts(self._state, kernels.Customers)
        return [*customers, self._clocks, self._rules.history, self._rules.said]

    def state(self) -> Arrays:
        """The arrays that define the population, not copied."""
        return {
            **{f"{CUSTOMERS}{k}": v for k, v in self.people._asdict().items()},
            **{f"{CUSTOMERS}{k}": v for k, v in self.traits._asdict().items()},
            **{f"markets/{k}": v for k, v in self._markets._asdict().items()},
            "origin/needs": self._origin.needs,
            "clocks": self._clocks,
            **(self._layer_state() if self._ruled else {}),
        }

    def _layer_state(self) -> Arrays:
        """What the coordination layer knows of the past, and who is held out."""
        rules = self._rules
        return {
            f"{CUSTOMERS}history": rules.history,
            f"{CUSTOMERS}held_out": rules.held_out,
            "rules/said": rules.said,
        }

    def _sum_by_segment(self) -> tuple[Tally, Survey]:
        """Add up the spans of each segment."""
        tally = Tally(*(np.zeros(shape, np.int64) for shape in self._tally_shapes))
        survey = Survey(np.zeros(self._surveyed, np.int64), np.zeros(self._subscribed, np.int64))
        kernels.sum_by_segment(self._spans, *self._sums, *tally, *survey)
        return tally, survey

    def _share_budget(self, plan: kernels.Plan, budget: I64) -> I64:
        """Split the budget over the groups in proportion to what each is expected to cost."""
        if len(self._groups) == self.num_envs:
            return budget.copy()
        env, segment, first, end = self._spans.T
        cost = expected_cost(self._channels)[
            np.arange(len(self.scenario.channels)), plan.intensity[env, :, segment]
        ]
        cost = cost * self._reach[segment]
        expected = np.stack(
            [
                (cost * (self._channels.account == account)).sum(axis=1)
                for account in range(self._accounts)
            ],
            axis=1,
        )
        weights = np.add.reduceat(
            (end - first)[:, None] * (expected + 1e-9), self._blocks[self._groups[:, 0], 0], axis=0
        )
        phase = self._clocks / self._ticks * GOLDEN % 1.0
        shape = (self.num_envs, -1, self._accounts)
        unit = dearest_prices(self._channels)
        return share_out(budget, weights.reshape(shape), unit, phase)

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
