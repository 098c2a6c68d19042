"""The money of ``B`` environments: one account or one per channel, refilled every 28 days."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.company import budget_kernels
from onevoice.envs.company.reallocation import Reallocator, portions
from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import MONEY
from onevoice.envs.engine.population import Tally
from onevoice.envs.engine.thinning import scaled
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, I64


class BudgetView(NamedTuple):
    """The budget at one moment."""

    shares: F64
    """Share of this month's money left in each channel's account, ``[B, C]``."""
    month: F64
    """Share of the running month that has passed, ``[B]``."""


class Budget:
    """The money left to spend, in 1/10,000 dollar; the rest of a month lapses.

    Args:
        scenario: gives amount, split and population.
        num_envs: number of environments ``B``.
        account_of_channel: the account that pays for each channel, int32 ``[C]``; where an
            orchestrator splits the budget there is one, and each channel gets a share per decision.
    """

    def __init__(
        self, scenario: Scenario, num_envs: int, account_of_channel: npt.NDArray[np.int32]
    ) -> None:
        self._scenario, self._divided = scenario, scenario.coordination.directs("split")
        self.account_of_channel = account_of_channel * (not self._divided)
        """The account that pays for each channel between decisions, int32 ``[C]``."""
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
        """Change the monthly amounts, int64 ``[B, accounts]``, the running month included."""
        self.left[:] = np.maximum(self.left + monthly - self.monthly, 0)
        self.monthly[:] = monthly

    def pay(self, tally: Tally) -> None:
        """Subtract the channels' spend, advance the calendar, reallocate if that is due."""
        budget_kernels.pay(
            np.ascontiguousarray(tally.channels[..., kernels.SPEND]),
            self.account_of_channel,
            self._hours,
            self.monthly,
            self.left,
            self._decisions,
        )
        if self._reallocator is not None:
            revised = self._reallocator.revise(tally, self._decisions, self.monthly)
            if revised is not None:
                self._move(revised)

    def copy_from(self, source: "Budget", env: int) -> None:
        """Copy one environment's budget into every environment here, for as many customers.

        Args:
            source: of a scenario with the same accounts and the same reallocation.
            env: which of its environments.
        """
        theirs = source.state()
        for name, array in self.state().items():
            array[...] = theirs[name][env]
        few, whole = self._scenario.population, source._scenario.population
        for amounts in (self.left, self.monthly):
            amounts[...] = scaled(amounts, few, whole)
        if self._reallocator is not None:
            for sums in self._reallocator.state().values():
                sums[...] = -scaled(-sums, few, whole)  # what happened at all stays known

    def available(self, joint: I64 | None = None) -> I64:
        """The most that the next decision may spend, int64 ``[B, accounts]``.

        All that is left, or with daily pacing an even share for each decision left in the month.

        Args:
            joint: actions ``[B, A, E]``; an orchestrator with that power splits the budget,
                ``[B, C]``. Without ``joint`` nothing is split.
        """
        found = np.empty_like(self.left)
        budget_kernels.available(self.left, self._decisions, self._hours, self._paced, found)
        if not self._divided or joint is None:
            return found
        shares = np.empty((len(found), len(self.account_of_channel)), np.int64)
        budget_kernels.split_budget(found, joint, shares)
        return shares

    def view(self) -> BudgetView:
        """The money left and the time elapsed of the running month."""
        envs = len(self.left)
        view = BudgetView(np.empty((envs, len(self.account_of_channel))), np.empty(envs))
        budget_kernels.view_budget(
            self.left, self.monthly, self.account_of_channel, self._decisions, self._hours, *view
        )
        return view

    def view_after(self, tally: Tally) -> BudgetView:
        """The view after ``pay(tally)``, without paying."""
        state = self.state().values()
        before = [array.copy() for array in state]
        self.pay(tally)
        view = self.view()
        for array, saved in zip(state, before, strict=True):
            array[...] = saved
        return view

    def _move(self, monthly: I64) -> None:
        """Change the monthly amounts; money that was spent this month stays where it was."""
        change = monthly - self.monthly
        taken = np.minimum(np.maximum(-change, 0), self.left)
        self.left += portions(taken.sum(axis=1), np.maximum(change, 0)) - taken
        self.monthly[:] = monthly

    def state(self) -> dict[str, npt.NDArray[np.generic]]:
        """The arrays that define the budget, not copied."""
        own = self._reallocator.state() if self._reallocator is not None else {}
        return {
            "budget/left": self.left,
            "budget/monthly": self.monthly,
            "budget/steps": self._decisions,
            **own,
        }


def monthly_amounts(scenario: Scenario) -> I64:
    """Money of a 28-day month per account, int64 ``[accounts]``."""
    budget, units = scenario.budget, scenario.population / 1000 * MONEY
    if budget.kind == "pooled":
        return np.array([round(budget.amount * units)], np.int64)
    return np.array(
        [round(budget.split.get(name, 0.0) * units) for name in scenario.channels], np.int64
    )
