"""The money of ``B`` environments: one purse or one per channel, refilled every 28 days."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.company.reallocation import Reallocator, portions
from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import MONEY
from onevoice.envs.engine.population import Tally
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, I64


class Reading(NamedTuple):
    """The purses at one moment."""

    shares: F64
    """Share of this month's money left in each channel's purse, ``[B, A]``."""
    month: F64
    """Share of the running month that has passed, ``[B]``."""


class Purse:
    """What is left to spend, in 1/10,000 dollar; what a month leaves over lapses.

    Args:
        scenario: gives amount, split and population.
        num_envs: number of environments ``B``.
        pot_of_channel: which purse pays for each channel, ``[A]``; where an orchestrator splits
            it there is one purse, out of which each channel gets one for a decision.
    """

    def __init__(
        self, scenario: Scenario, num_envs: int, pot_of_channel: npt.NDArray[np.int32]
    ) -> None:
        self._scenario, self._divided = scenario, scenario.coordination.directs("split")
        self.pot_of_channel = pot_of_channel * (not self._divided)
        """Which of those that last pays for each channel, ``[A]``."""
        self._hours = float(scenario.decision_hours)
        self._paced = scenario.budget.pacing == "daily"
        self.monthly = np.tile(monthly_amounts(scenario), (num_envs, 1))
        self.left = self.monthly.copy()
        self._decisions = np.zeros(num_envs, np.int64)
        self._reallocator, rule = None, scenario.coordination.reallocated
        if rule is not None:
            self._reallocator = Reallocator(rule, scenario, num_envs, monthly_amounts(scenario))

    def reset(self, envs: Sequence[int], held_out: I64 | None = None) -> None:
        """Start the first month of some environments; ``held_out`` as ``Population.held_out``."""
        self.monthly[list(envs)] = monthly_amounts(self._scenario)
        self.left[list(envs)] = self.monthly[list(envs)]
        self._decisions[list(envs)] = 0
        if self._reallocator is not None:
            self._reallocator.reset(envs, held_out)

    def revise(self, monthly: I64) -> None:
        """Change what a month brings, int64 ``[B, pots]``, the running month included."""
        self.left[:] = np.maximum(self.left + monthly - self.monthly, 0)
        self.monthly[:] = monthly

    def pay(self, tally: Tally) -> None:
        """Take out what the channels spent and turn the calendar; split anew if that is due."""
        kernels.pay(
            np.ascontiguousarray(tally.channels[..., kernels.SPEND]), self.pot_of_channel,
            self._hours, self.monthly, self.left, self._decisions,
        )  # fmt: skip
        if self._reallocator is not None:
            revised = self._reallocator.revise(tally, self._decisions, self.monthly)
            if revised is not None:
                self._move(revised)

    def thin(self, few: int, whole: int) -> None:
        """Keep the part of ``few`` of ``whole`` customers."""
        for amounts in (self.left, self.monthly):
            amounts[...] = amounts * few // whole
        if self._reallocator is not None:
            for sums in self._reallocator.state().values():
                sums[...] = -(-sums * few // whole)  # what happened at all stays known

    def available(self, joint: I64 | None = None) -> I64:
        """What the next decision may spend at most, int64 ``[B, pots]``.

        Everything that is left, or with daily pacing an even share of it for each decision that
        remains of the month.

        Args:
            joint: actions ``[B, A, K]``; an orchestrator's, if it may, splits it over the channels,
                ``[B, A - 1]``. Without it nothing is split.
        """
        found = np.empty_like(self.left)
        kernels.available(self.left, self._decisions, self._hours, self._paced, found)
        if not self._divided or joint is None:
            return found
        shares = np.empty((len(found), len(self.pot_of_channel)), np.int64)
        kernels.share_out(found, joint, shares)
        return shares

    def reading(self) -> Reading:
        """What is left, and how far the month has come."""
        envs = len(self.left)
        reading = Reading(np.empty((envs, len(self.pot_of_channel))), np.empty(envs))
        kernels.read_purse(
            self.left, self.monthly, self.pot_of_channel, self._decisions, self._hours, *reading
        )
        return reading

    def foresee(self, tally: Tally) -> Reading:
        """What ``reading`` would say after ``pay(tally)``."""
        state = self.state().values()
        before = [array.copy() for array in state]
        self.pay(tally)
        reading = self.reading()
        for array, saved in zip(state, before, strict=True):
            array[...] = saved
        return reading

    def _move(self, monthly: I64) -> None:
        """Change what a month brings; what has been spent of this one cannot move any more."""
        change = monthly - self.monthly
        taken = np.minimum(np.maximum(-change, 0), self.left)
        self.left += portions(taken.sum(axis=1), np.maximum(change, 0)) - taken
        self.monthly[:] = monthly

    def state(self) -> dict[str, npt.NDArray[np.generic]]:
        """The arrays that define the purse, not copied."""
        own = self._reallocator.state() if self._reallocator is not None else {}
        return {
            "purse/left": self.left, "purse/monthly": self.monthly, "purse/steps": self._decisions,
            **own,
        }  # fmt: skip


def monthly_amounts(scenario: Scenario) -> I64:
    """Money of a 28-day month per purse, int64 ``[pots]``."""
    budget, units = scenario.budget, scenario.population / 1000 * MONEY
    if budget.kind == "shared":
        return np.array([round(budget.amount * units)], np.int64)
    return np.array(
        [round(budget.split.get(name, 0.0) * units) for name in scenario.channels], np.int64
    )
