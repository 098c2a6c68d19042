"""Who is timed beside whom: ours and theirs in alternation, on the same customers."""

import os
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from onevoice.envs.company.budget import monthly_amounts
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.reference import Customers, advance, draw_customers, plan_of
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.speed.clock import Turn, Walk, side_by_side
from onevoice.experiments.speed.config import Config
from onevoice.experiments.speed.engine import loud_actions, walk
from onevoice.experiments.speed.peers import environments
from onevoice.experiments.speed.peers.environments import Contender, Step
from onevoice.experiments.speed.peers.part import NOTE, Uniform
from onevoice.experiments.speed.targets import Target

TICKS, STEPS = "customer-ticks", "agent-steps"
ENVIRONMENTS, CUSTOMERS = 64, 256
"""Of ours beside other environments: copies, and customers in each."""
AMPLE = {"kind": "pooled", "amount": 1e6}
"""A budget that pays for every touch: peers know no money, or divide none among blocks."""
WIDEST = 65_536
"""Customers of a block: NumPy is quickest with long arrays, the engine with short ones."""


class Side(NamedTuple):
    """What is timed, and how much it gets done in a turn."""

    turn: Turn
    units: float


class Contest(NamedTuple):
    """Ours and theirs, ready to be timed."""

    ours: Side
    theirs: Side
    customers: int
    """Of each environment of ours."""
    threads: int = 1
    """Of each side that can use them."""


class Peer(NamedTuple):
    """Somebody to compare with."""

    name: str
    module: str
    """What must be installed."""
    unit: str
    target: Target | None
    prepare: Callable[[Config], Contest | None]
    """None where we have nothing to compare yet."""


class Result(NamedTuple):
    """What a contest came to."""

    peer: Peer
    contest: Contest | None = None
    """None if the peer is not installed."""
    ours: Estimate | None = None
    """Seconds per unit, like ``theirs``."""
    theirs: Estimate | None = None

    @property
    def ratio(self) -> float | None:
        """How many times more we get done in the same time."""
        if self.ours is None or self.theirs is None:
            return None
        return self.theirs.value / self.ours.value


def contend(peer: Peer, config: Config) -> Result | None:
    """Time a peer beside ours; none where we have nothing to compare yet."""
    if find_spec(peer.module) is None:
        return Result(peer)
    contest = peer.prepare(config)
    if contest is None:
        return None
    sides = {"ours": contest.ours, "theirs": contest.theirs}
    seconds = side_by_side({name: side.turn for name, side in sides.items()}, config.seconds)
    ours, theirs = (
        Estimate(*(value / sides[name].units for value in seconds[name])) for name in sides
    )
    return Result(peer, contest, ours, theirs)


def numpy_customers(config: Config) -> Contest:
    """The whole tick in the project's reference: one array for each state, one core."""

    def begin(customers: Customers, _: Uniform) -> Step:
        scenario, money = customers.scenario, monthly_amounts(customers.scenario)
        return lambda joint: advance(customers, plan_of(scenario, joint[None]), money)

    return _customers(config, begin, config.peer_population)


def mesa_customers(config: Config) -> Contest:
    """Part of the tick, one Python object for each customer, one core."""
    from onevoice.experiments.speed.peers.mesa_part import Company

    def begin(customers: Customers, uniform: Uniform) -> Step:
        return Company(customers, uniform).decide

    return _customers(config, begin, config.object_population)


def polars_customers(config: Config) -> Contest:
    """Part of the tick; the threads that polars has, two unless it was loaded before."""
    os.environ.setdefault("POLARS_MAX_THREADS", "2")
    import polars as pl

    from onevoice.experiments.speed.peers.polars_part import Frame

    def begin(customers: Customers, uniform: Uniform) -> Step:
        return Frame(customers, uniform).decide

    return _customers(config, begin, config.peer_population, pl.thread_pool_size())


def mpe2_steps(config: Config, threads: int = 1) -> Contest:
    """Beside an environment in Python, which knows no threads."""
    return _environments(config, environments.mpe2(config.seed), threads)


def vmas_steps(config: Config) -> Contest:
    """Beside an environment in torch, as many copies as of ours."""
    return _environments(config, environments.vmas(config.seed, ENVIRONMENTS))


def supersuit_steps(config: Config) -> Contest | None:
    """Our own ``VecEnv`` beside the one that SuperSuit makes."""
    scenario = _small(config.scenario)
    ours = environments.own_vec_env(scenario, ENVIRONMENTS)
    if ours is None:
        return None
    theirs = environments.supersuit(scenario, ENVIRONMENTS)
    return Contest(_side(ours, config, scenario), _side(theirs, config, scenario), CUSTOMERS)


PEERS = (
    Peer("NumPy, our reference", "numpy", TICKS, Target(25, at_least=True), numpy_customers),
    Peer(f"Mesa, {NOTE}", "mesa", TICKS, Target(60, at_least=True), mesa_customers),
    Peer(
        f"polars as in mesa-frames, {NOTE}",
        "polars",
        TICKS,
        Target(7, at_least=True),
        polars_customers,
    ),
    Peer("PettingZoo MPE", "mpe2", STEPS, Target(8, at_least=True), mpe2_steps),
    Peer(
        "PettingZoo MPE, ours on two threads",
        "mpe2",
        STEPS,
        Target(10, at_least=True),
        partial(mpe2_steps, threads=2),
    ),
    Peer("VMAS", "vmas", STEPS, None, vmas_steps),
    Peer("SuperSuit", "supersuit", STEPS, Target(5, at_least=True), supersuit_steps),
)
"""Targets lie so far below the ratios seen that an engine 1.5 times slower misses most of them."""


def _customers(
    config: Config, begin: Callable[[Customers, Uniform], Step], population: int, threads: int = 1
) -> Contest:
    """The engine and another model, on as many customers of the scenario with the same actions."""
    scenario = _with(config.scenario, population=population, budget=AMPLE)
    env = ChannelsVectorEnv(scenario, 1, threads=threads)
    wide, rng = _with(scenario, block=WIDEST), np.random.default_rng(config.seed)

    def uniform(tick: int, purpose: int) -> F32:
        return rng.random(population, np.float32)

    actions = [joint[0] for joint in loud_actions(scenario, 1, config.seed)]
    units = population * scenario.ticks_per_decision

    def start() -> Step:
        return begin(draw_customers(wide, config.seed, market=0), uniform)

    ours, theirs = walk(env, config.seed), Walk(start, actions)
    return Contest(Side(ours, units), Side(theirs, units), population, threads)


def _environments(config: Config, theirs: Contender, threads: int = 1) -> Contest:
    """The engine with many environments beside another environment."""
    scenario = _small(config.scenario)
    env = ChannelsVectorEnv(scenario, ENVIRONMENTS, threads=threads)
    units = ENVIRONMENTS * len(env.agents)
    ours = Side(walk(env, config.seed), units)
    return Contest(ours, _side(theirs, config, scenario), CUSTOMERS, threads)


def _side(contender: Contender, config: Config, scenario: Scenario) -> Side:
    actions = loud_actions(scenario, ENVIRONMENTS, config.seed)
    return Side(Walk(contender.begin, actions), contender.agents)


def _small(scenario: Scenario) -> Scenario:
    """One of many environments, whose actions are those of arrays."""
    return _with(scenario, population=CUSTOMERS, action_type="multi_discrete")


def _with(scenario: Scenario, **changes: Any) -> Scenario:
    return Scenario.model_validate({**scenario.model_dump(), **changes})
