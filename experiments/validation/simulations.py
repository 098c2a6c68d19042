"""Scenarios, plans and arms of the replays: a scenario's customers, with other channels and plans.

Letters: ``T`` decisions, ``B`` markets, ``N`` customers of a market, ``C`` channels, ``E`` entries
of an action.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from onevoice.envs.engine.kernels import (
    BOUGHT,
    CHURN_LUCK,
    EQUITY,
    EXPECTED_MARGIN,
    NOTHING,
    SPEND,
)
from onevoice.envs.engine.parameters import MONEY
from onevoice.envs.engine.population import Population
from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import MESSAGES, MONTH_DAYS, Scenario
from onevoice.envs.typing import F64, I64, U8, Bools
from onevoice.experiments.core.trajectories import Trajectory, play
from onevoice.policies.calendar import MODERATE, STORY_WEEKS, WEEK_DAYS, manual_plan
from onevoice.policies.replay import Replay

PLENTY = 1e6
"""$ per 1,000 customers per 28 days: a budget that never runs out."""
FULL = INTENSITIES - 1
TICK_HOURS = 3.0
TICKS_PER_DAY = 8
Overrides = Mapping[str, Any]
Plan = Callable[[Scenario, int], I64]
"""The actions of all channels at a decision, int64 ``[C, E]``."""
REACHES_ALL: Overrides = {"reach": 1.0, "reach_per_decade": 0.0, "trigger": 0.0}
AT_ONCE: Overrides = {**REACHES_ALL, "intensity": (0.0, *[1e3] * FULL)}
"""A channel that touches every customer once in each tick in which it is active."""


class Setting(NamedTuple):
    """The scenario, markets ``[B]``, seeds ``[B]`` and customers per market of all arms."""

    scenario: Scenario
    markets: Sequence[int]
    seeds: Sequence[int]
    population: int

    def build(
        self,
        channels: Mapping[str, Overrides],
        *,
        days: float,
        decision_hours: float = 24.0,
        customers: Overrides | None = None,
        budget: Overrides | None = None,
    ) -> Scenario:
        """The scenario's customers in a company that has these channels.

        Args:
            channels: overrides by channel; a channel that the scenario lacks is the catalogue's.
            days: length of the replay.
            decision_hours: time step of the plan.
            customers: overrides of the customers.
            budget: by default one budget that never runs out.
        """
        kept = {"description", "offers", "segments", "customers", "market", "equity", "mechanisms"}
        values, own = self.scenario.model_dump(include=kept), self.scenario.model_dump()["channels"]
        return Scenario.model_validate({
            **values,
            "channels": {name: {**own.get(name, {}), **sets} for name, sets in channels.items()},
            "customers": {**values["customers"], **(customers or {})},
            "budget": budget or {"kind": "pooled", "amount": PLENTY},
            "days": days,
            "population": self.population,
            "tick_hours": TICK_HOURS,
            "decision_hours": decision_hours,
        })  # fmt: skip

    def company(self, added: Mapping[str, Overrides] | None = None, *, days: float) -> Scenario:
        """The scenario's own channels and budget, and further channels with unlimited money.

        A pooled budget becomes unlimited: a channel more would take money from the others.
        """
        own, added = self.scenario.budget, added or {}
        channels: dict[str, Overrides] = {**{name: {} for name in self.scenario.channels}, **added}
        if own.kind == "pooled":
            return self.build(channels, days=days)
        split: dict[str, float] = {**dict(own.split.items()), **dict.fromkeys(added, PLENTY)}
        budget = {"kind": "split", "pacing": own.pacing, "amount": sum(split.values())}
        return self.build(channels, days=days, budget={**budget, "split": split})

    def one_channel(
        self, channel: str, *, days: float, customers: Overrides | None = None
    ) -> Scenario:
        """A company with one channel that reaches all customers; every decision is a tick."""
        channels = {channel: AT_ONCE}
        return self.build(channels, days=days, decision_hours=TICK_HOURS, customers=customers)

    def arm(self, scenario: Scenario, plan: Plan, silent: Collection[str] = ()) -> Trajectory:
        """Play a plan in every market with some channels silenced."""
        days = np.stack([plan(scenario, decision) for decision in range(scenario.decisions)])
        shape = (len(days), len(self.markets), *days.shape[1:])
        policy = Replay(scenario, np.broadcast_to(days[:, None], shape), silent)
        return play(scenario, policy, self.markets, self.seeds).trajectory

    def follow(self, scenario: Scenario, plan: Plan) -> Iterator[tuple[int, Population]]:
        """The clock and the customers of all markets after every decision of a plan.

        With one tick per decision the customers' state, arrays ``[B N]`` that change with every
        step, holds everything that a customer does.
        """
        from onevoice.envs.interface.vector_env import ChannelsVectorEnv

        count = len(self.markets)
        env = ChannelsVectorEnv(scenario, count, auto_reset=False)
        env.reset(self.seeds, self.markets)
        for decision in range(scenario.decisions):
            action = plan(scenario, decision)
            env.step(np.broadcast_to(action, (count, *action.shape)))
            ticks = (decision + 1) * scenario.ticks_per_decision
            yield scenario.clock_start + ticks - 1, env.population

    def record(self, scenario: Scenario, plan: Plan) -> "Records":
        """Follow every customer of a company with one channel through a replay."""
        shape = (len(self.markets), scenario.population)
        visited, bought = np.zeros((2, shape[0] * shape[1]), np.bool_)
        contacts, engagements = np.zeros((2, len(visited)), np.int64)
        for now, population in self.follow(scenario, plan):
            people = population.people
            visited |= people.event != NOTHING
            bought |= people.event == BOUGHT
            contacts += people.touched[0] == now
            engagements += people.engaged[0] == now
        return Records(
            population.traits.need.reshape(shape),
            visited.reshape(shape),
            bought.reshape(shape),
            contacts.reshape(shape),
            engagements.reshape(shape),
            (people.subscribed[0] == 0).reshape(shape),
        )


class Records(NamedTuple):
    """The behaviour of every customer during a replay, ``[B, N]``."""

    need: U8
    visited: Bools
    bought: Bools
    contacts: I64
    engagements: I64
    opted_out: Bools


def rate(*per_month: float) -> tuple[float, ...]:
    """Touches per day of intensities 1, 2, ... from touches in 28 days; the last one goes on."""
    levels = [*per_month, *[per_month[-1]] * (FULL - len(per_month))]
    return (0.0, *[often / MONTH_DAYS for often in levels])


def same_for_all(scenario: Scenario, intensity: int, message: int) -> I64:
    """One intensity and message for all channels and segments, no discount, int64 ``[C, E]``."""
    action = np.array([intensity, message, 0] * scenario.segments.count + [0], np.int64)
    return np.tile(action, (len(scenario.channels), 1))


def weekly_messages(scenario: Scenario, decision: int, intensity: int = FULL) -> I64:
    """All channels have the same message for a week, then the next, int64 ``[C, E]``."""
    day = int(decision * scenario.decision_hours // 24)
    return same_for_all(scenario, intensity, day // WEEK_DAYS % len(MESSAGES))


def every(ticks: int, message: int | None) -> Plan:
    """One contact with everybody every so many ticks, from the first on; None: no contact."""

    def plan(scenario: Scenario, tick: int) -> I64:
        active = message is not None and tick % ticks == 0
        return same_for_all(scenario, FULL if active else 0, message or 0)

    return plan


def manual(scenario: Scenario, decision: int) -> I64:
    """The team's manual plan without its discounts, int64 ``[C, E]``."""
    plan = manual_plan(scenario, decision)
    plan[:, 2:-1:3] = 0
    return plan


def campaigns(scenario: Scenario, decision: int, together: bool) -> I64:
    """A new message every four weeks: one for all channels, or another for each; ``[C, E]``."""
    day = int(decision * scenario.decision_hours // 24)
    message = day // (STORY_WEEKS * WEEK_DAYS) + np.arange(len(scenario.channels)) * (not together)
    plan = manual(scenario, decision)
    plan[:, 0:-1:3] = MODERATE
    plan[:, 1:-1:3] = (message % len(MESSAGES))[:, None]
    return plan


def lifetime_profit(trajectory: Trajectory, population: int) -> F64:
    """Expected margin - spend + change of equity, $ per 1,000 customers, ``[B]``."""
    system = trajectory.system[..., [EXPECTED_MARGIN, CHURN_LUCK]].sum(axis=(0, 2))
    spend = trajectory.channels[..., SPEND].sum(axis=(0, 2))
    change = trajectory.survey[-1, :, EQUITY] - trajectory.survey[0, :, EQUITY]
    return np.asarray((system - spend + change) / MONEY * 1000 / population, np.float64)


def total(trajectory: Trajectory, column: int, since: int = 0, until: int | None = None) -> F64:
    """Sum of a system column over some decisions, float64 ``[B]``."""
    return np.asarray(trajectory.system[since:until, :, column].sum(axis=0), np.float64)
