"""Who did what in a trial: facts per customer, read tick by tick.

Letters: ``B`` markets, ``N`` customers of a market.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine.kernels import BOUGHT, NOTHING
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.validation.worlds import (
    AT_ONCE,
    LOUD,
    TICK_HOURS,
    Overrides,
    Plan,
    Worlds,
    follow,
    say,
    world_of,
)

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
WORD_TO_ALL: Overrides = {
    "intensity": AT_ONCE,
    "trigger": 0.0,
    "reach": 1.0,
    "reach_per_decade": 0.0,
}
"""A channel that reaches every customer, once in each tick in which it speaks."""


class Diary(NamedTuple):
    """What every customer did, ``[B, N]``."""

    need: npt.NDArray[np.uint8]
    visited: Flags
    bought: Flags
    contacts: Counts
    engagements: Counts
    opted_out: Flags


def trial_of(
    scenario: Scenario,
    channel: str,
    *,
    days: float,
    population: int,
    customers: Overrides | None = None,
) -> Scenario:
    """A company with one channel that reaches all customers; every decision is a tick."""
    return world_of(
        scenario, {channel: WORD_TO_ALL}, days=days, population=population,
        decision_hours=TICK_HOURS, customers=customers,
    )  # fmt: skip


def every(ticks: int, message: int | None) -> Plan:
    """One contact with everybody every so many ticks, from the first on; None says nothing."""

    def plan(scenario: Scenario, tick: int) -> npt.NDArray[np.int64]:
        speaks = message is not None and tick % ticks == 0
        return say(scenario, LOUD if speaks else 0, message or 0)

    return plan


def diary(world: Scenario, plan: Plan, worlds: Worlds) -> Diary:
    """Follow every customer of a company with one channel through a trial."""
    shape = (len(worlds.markets), world.population)
    visited, bought = np.zeros((2, shape[0] * shape[1]), np.bool_)
    contacts, engagements = np.zeros((2, len(visited)), np.int64)
    for now, population in follow(world, plan, worlds):
        people = population.people
        visited |= people.event != NOTHING
        bought |= people.event == BOUGHT
        contacts += people.touched[0] == now
        engagements += people.engaged[0] == now
    return Diary(
        population.traits.need.reshape(shape),
        visited.reshape(shape),
        bought.reshape(shape),
        contacts.reshape(shape),
        engagements.reshape(shape),
        (people.subscribed[0] == 0).reshape(shape),
    )


def share(flags: Flags) -> F64:
    """Share of a market's customers, ``[B, N]`` to ``[B]``."""
    return np.asarray(flags.mean(axis=1), np.float64)
