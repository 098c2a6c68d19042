"""Small worlds to replay an experiment in: a scenario's customers, other channels and plans.

Letters: ``T`` decisions, ``B`` markets, ``N`` customers of a market, ``A`` channels, ``K`` parts of
an action.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine.kernels import CHURN_LUCK, EQUITY, EXPECTED_MARGIN, SPEND
from onevoice.envs.engine.parameters import MONEY
from onevoice.envs.engine.population import Population
from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import MESSAGES, MONTH_DAYS, Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.core.trajectories import Course, play
from onevoice.policies.replay import Replay

PLENTY = 1e6
"""$ per 1,000 customers per 28 days: a trial with it never runs out of money."""
LOUD = INTENSITIES - 1
WEEK_DAYS = 7
TICK_HOURS = 3.0
TICKS_PER_DAY = 8
AT_ONCE = (0.0, *[1e3] * LOUD)
"""Touches per day that reach every customer in the tick in which the channel speaks."""
Overrides = Mapping[str, Any]
Plan = Callable[[Scenario, int], npt.NDArray[np.int64]]
"""What every channel does at a decision, int64 ``[A, K]``."""


class Worlds(NamedTuple):
    """Where every arm of a trial is played: markets and customers' random numbers, ``[B]``."""

    markets: Sequence[int]
    seeds: Sequence[int]


def world_of(
    scenario: Scenario,
    channels: Mapping[str, Overrides],
    *,
    days: float,
    population: int,
    decision_hours: float = 24.0,
    customers: Overrides | None = None,
    budget: Overrides | None = None,
) -> Scenario:
    """The customers of ``scenario`` in a company that has these channels.

    Args:
        scenario: gives customers, markets, mechanisms and the channels it has; the others are the
            catalogue's.
        channels: the trial's channels, each with what the trial sets in it.
        days: length of the trial.
        population: customers of each market.
        decision_hours: time step of the plan.
        customers: what the trial sets in the customers.
        budget: by default one budget that never runs dry.
    """
    taken = {"description", "offers", "segments", "customers", "market", "equity", "mechanisms"}
    values, own = scenario.model_dump(include=taken), scenario.model_dump()["channels"]
    return Scenario.model_validate(
        {
            **values,
            "channels": {name: {**own.get(name, {}), **sets} for name, sets in channels.items()},
            "customers": {**values["customers"], **(customers or {})},
            "budget": budget or {"kind": "pooled", "amount": PLENTY},
            "days": days,
            "population": population,
            "tick_hours": TICK_HOURS,
            "decision_hours": decision_hours,
        }
    )


def rate(*per_month: float) -> tuple[float, ...]:
    """Intensities of pressure levels 1, 2, ... that speak so often in 28 days; the last goes on."""
    levels = [*per_month, *[per_month[-1]] * (LOUD - len(per_month))]
    return (0.0, *[often / MONTH_DAYS for often in levels])


def say(scenario: Scenario, level: int, message: int) -> npt.NDArray[np.int64]:
    """Every channel says the same to everyone at a level, without a discount; int64 ``[A, K]``."""
    action = np.array([level, message, 0] * scenario.segments.count + [0], np.int64)
    return np.tile(action, (len(scenario.channels), 1))


def rotation(scenario: Scenario, decision: int, level: int = LOUD) -> npt.NDArray[np.int64]:
    """All channels have the same message for a week, then the next, int64 ``[A, K]``."""
    day = int(decision * scenario.decision_hours // 24)
    return say(scenario, level, day // WEEK_DAYS % len(MESSAGES))


def arm(scenario: Scenario, plan: Plan, worlds: Worlds, silent: Collection[str] = ()) -> Course:
    """Play a plan in every market, some channels being silent."""
    days = np.stack([plan(scenario, decision) for decision in range(scenario.decisions)])
    shape = (len(days), len(worlds.markets), *days.shape[1:])
    policy = Replay(scenario, np.broadcast_to(days[:, None], shape), silent)
    return play(scenario, policy, worlds.markets, worlds.seeds).course


def follow(scenario: Scenario, plan: Plan, worlds: Worlds) -> Iterator[tuple[int, Population]]:
    """The clock and the customers of all markets after every decision of a plan.

    With one tick per decision everything that a customer does can be read from their state, whose
    arrays ``[B N]`` change with every step.
    """
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

    count = len(worlds.markets)
    env = ChannelsVectorEnv(scenario, count, auto_reset=False)
    env.reset(worlds.seeds, worlds.markets)
    for decision in range(scenario.decisions):
        action = plan(scenario, decision)
        env.step(np.broadcast_to(action, (count, *action.shape)))
        ticks = (decision + 1) * scenario.ticks_per_decision
        yield scenario.clock_start + ticks - 1, env.population


def lifetime_profit(course: Course, population: int) -> F64:
    """Margin - spend + change of equity, $ per 1,000 customers, ``[B]``; luck is taken out."""
    system = course.system[..., [EXPECTED_MARGIN, CHURN_LUCK]].sum(axis=(0, 2))
    spend = course.channels[..., SPEND].sum(axis=(0, 2))
    change = course.survey[-1, :, EQUITY] - course.survey[0, :, EQUITY]
    return np.asarray((system - spend + change) / MONEY * 1000 / population, np.float64)


def total(course: Course, column: int, since: int = 0, until: int | None = None) -> F64:
    """Sum of a system column over some decisions, float64 ``[B]``."""
    return np.asarray(course.system[since:until, :, column].sum(axis=0), np.float64)
