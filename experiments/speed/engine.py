"""Times the engine: a decision of many customers, and a call that has next to none.

Letters: ``B`` environments, ``C`` channels, ``E`` entries of an action.
"""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from onevoice.envs import load_scenario, make, make_vec
from onevoice.envs.engine.kernels import EVERYONE
from onevoice.envs.interface.actions import choices
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.core.tasks import cores
from onevoice.experiments.speed import calibration
from onevoice.experiments.speed.clock import Turn, Walk, side_by_side, timed
from onevoice.experiments.speed.config import DECISIONS, Config
from onevoice.experiments.speed.estimates import ARRAYS, PARALLEL, Call, Layer, Roof, Speed
from onevoice.experiments.speed.targets import FROM_CUSTOMERS

FEW: dict[str, Any] = {"population": 1, "tick_hours": 24.0}
"""One customer, and one tick: what is left is the cost of the call."""
FIXED = ("calibration", 1)
"""Stands for the calibration calls among the faces."""
CALLED = ("duet", "quartet", "septet")
CACHED = 10_000
"""Customers whose state stays in a core's own cache."""
ROOF_TICKS = (1, 2, 4, 8, 16)
RULE_LAGS = (0.0, 1 / 6, 24.0)
"""Hours: rules that know all, that miss what happens at once, and that know yesterday."""


def loud_actions(scenario: Scenario, num_envs: int, seed: int) -> list[I64]:
    """Joint actions ``[B, C, E]`` in which every channel addresses everyone in every segment.

    Pressures (1 to 4), messages and discounts are random: nothing that a silent channel or a small
    audience would spare is spared.
    """
    rng, options = np.random.default_rng(seed), choices(scenario)
    shape = (DECISIONS, num_envs, len(scenario.channels), len(options))
    actions = rng.integers(np.broadcast_to(options, shape))
    actions[..., 0:-1:3] = np.maximum(actions[..., 0:-1:3], 1)
    actions[..., -1] = EVERYONE
    return list(actions)


def walk(env: ChannelsVectorEnv, seed: int) -> Walk:
    """Takes decisions in an engine, which is reset now and then."""

    def begin() -> Callable[[I64], object]:
        env.reset([seed + place for place in range(env.num_envs)])
        return env.step

    return Walk(begin, loud_actions(env.scenario, env.num_envs, seed))


def speeds(config: Config, name: str) -> list[Speed]:
    """A scenario with every population and number of threads, each beside the same of the loop."""
    threads = [count for count in config.threads if count <= cores()]
    envs = {
        (customers, count): make_vec(name, 1, threads=count, population=customers)
        for customers, count in product(config.populations, threads)
    }
    scenario = load_scenario(name)
    channels, ticks = len(scenario.channels), scenario.ticks_per_decision
    turns: dict[tuple[int, int, bool], Turn] = {}
    for case, env in envs.items():
        turns[*case, True] = walk(env, config.seed)
        turns[*case, False] = calibration.loop(channels, *case)
    times = side_by_side(turns, config.seconds)
    return [
        Speed(
            name, channels, *case,
            times[*case, True].times(1e9 / (case[0] * ticks)),
            times[*case, False].times(1e9 / (case[0] * calibration.TICKS)),
        )
        for case in envs
    ]  # fmt: skip


def layers(config: Config, name: str) -> list[Layer]:
    """What all rules cost at each age of what they know, one thread, measured in turns."""
    customers = min(config.populations, key=lambda people: abs(people - FROM_CUSTOMERS))
    free: dict[float | None, dict[str, Any]] = {None: {}}
    ruled = {lag: {"coordination": "full", "observation__sync_lag_hours": lag} for lag in RULE_LAGS}
    envs = {
        lag: make_vec(name, 1, population=customers, **layer)
        for lag, layer in (free | ruled).items()
    }
    turns: dict[float | None, Turn] = {lag: walk(env, config.seed) for lag, env in envs.items()}
    scenario = next(iter(envs.values())).scenario
    per_tick = 1e9 / (customers * scenario.ticks_per_decision)
    cost = {
        lag: seconds.times(per_tick) for lag, seconds in side_by_side(turns, config.seconds).items()
    }
    channels = len(scenario.channels)
    return [Layer(name, channels, customers, lag, cost[None], cost[lag]) for lag in RULE_LAGS]


def roofs(config: Config, name: str) -> list[Roof]:
    """Decisions of ever more ticks beside what memory and arithmetic alone would take."""
    customers = config.populations[-1]
    turns: dict[tuple[int, int], Turn] = {
        (people, ticks): walk(_with_ticks(name, people, ticks), config.seed)
        for people, ticks in product((customers, CACHED), ROOF_TICKS)
    }
    state = make_vec(name, 1, population=customers).population.state()
    turns[customers, 0] = timed(partial(_pass_over, list(state.values())))
    times = side_by_side(turns, config.seconds)

    def each(people: int, ticks: int, seconds: Estimate) -> Estimate:
        return seconds.times(1e9 / (people * ticks))

    channels = len(load_scenario(name).channels)
    return [
        Roof(
            name, channels, ticks,
            each(customers, ticks, times[customers, ticks]),
            each(CACHED, ticks, times[CACHED, ticks]),
            each(customers, ticks, times[customers, 0]),
            customers,
        )
        for ticks in ROOF_TICKS
    ]  # fmt: skip


def _with_ticks(name: str, customers: int, ticks: int) -> ChannelsVectorEnv:
    """A scenario whose decisions have so many ticks."""
    hours = ticks * load_scenario(name).tick_hours
    return make_vec(
        name, 1, population=customers, decision_hours=hours, days=2 * DECISIONS * hours / 24
    )


def _pass_over(arrays: list[npt.NDArray[np.generic]]) -> None:
    """Read and write arrays once."""
    for array in arrays:
        np.bitwise_or(whole := array.reshape(-1).view(np.uint8), 0, out=whole)


def calls(config: Config, name: str) -> list[Call]:
    """The fixed cost of a scenario's step, for arrays of environments and through PettingZoo."""
    turns: dict[tuple[str, int], Turn] = {
        (ARRAYS, count): walk(make_vec(name, count, **FEW), config.seed)
        for count in config.num_envs
    }
    turns[PARALLEL, 1] = _pettingzoo(name, config.seed)
    turns[FIXED] = timed(calibration.calls())
    times = {key: time.times(1e6) for key, time in side_by_side(turns, config.seconds).items()}
    fixed = times.pop(FIXED)
    channels = len(load_scenario(name).channels)
    return [Call(face, name, channels, count, time, fixed) for (face, count), time in times.items()]


def bytes_per_customer(name: str, population: int) -> float:
    """Bytes of all arrays that define the customers of a scenario, per customer."""
    arrays = make_vec(name, 1, population=population).population.state().values()
    return sum(array.nbytes for array in arrays) / population


def _pettingzoo(name: str, seed: int) -> Walk:
    """Takes the same decisions as ``walk``, by agent."""
    env = make(name, **FEW)
    joint = loud_actions(env.scenario, 1, seed)
    actions = [dict(zip(env.possible_agents, one[0], strict=True)) for one in joint]

    def begin() -> Callable[[dict[str, Any]], object]:
        env.reset(seed=seed)
        return env.step

    return Walk(begin, actions)
