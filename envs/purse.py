"""The money of ``B`` environments: one purse or one per channel, refilled every 28 days."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onevoice.envs.parameters import MONEY
from onevoice.envs.scenario import MONTH_DAYS, Scenario

I64 = npt.NDArray[np.int64]


class Purse:
    """What is left to spend, in 1/10,000 dollar; what a month leaves over lapses.

    Args:
        scenario: gives amount, split and population.
        num_envs: number of environments ``B``.
        pot_of_channel: which purse pays for each channel, ``[A]``.
    """

    def __init__(
        self, scenario: Scenario, num_envs: int, pot_of_channel: npt.NDArray[np.int32]
    ) -> None:
        self._scenario, self._pot_of_channel = scenario, pot_of_channel
        self.monthly = np.tile(monthly_amounts(scenario), (num_envs, 1))
        self.left = self.monthly.copy()
        self._steps = np.zeros(num_envs, np.int64)

    def reset(self, envs: Sequence[int]) -> None:
        """Start the first month of some environments."""
        self.monthly[list(envs)] = monthly_amounts(self._scenario)
        self.left[list(envs)] = self.monthly[list(envs)]
        self._steps[list(envs)] = 0

    def revise(self, monthly: I64) -> None:
        """Change what a month brings, int64 ``[B, pots]``, the running month included."""
        self.left[:] = np.maximum(self.left + monthly - self.monthly, 0)
        self.monthly[:] = monthly

    def pay(self, spend: I64) -> None:
        """Take out what the channels spent, int64 ``[B, A]``, and turn the calendar."""
        for pot in range(self.left.shape[1]):
            self.left[:, pot] -= spend[:, self._pot_of_channel == pot].sum(axis=1)
        before = self._months()
        self._steps += 1
        refill = np.floor(self._months()) > np.floor(before)
        self.left[refill] = self.monthly[refill]

    def available(self) -> I64:
        """What the next decision may spend at most, int64 ``[B, pots]``.

        Everything that is left, or with daily pacing an even share of it for each decision that
        remains of the month.
        """
        if self._scenario.budget.pacing == "none":
            return self.left.copy()
        month = MONTH_DAYS * 24 / self._scenario.decision_hours
        remaining = np.ceil((1.0 - self.month_elapsed()) * month - 1e-6).astype(np.int64)
        return np.asarray(self.left // np.maximum(remaining, 1)[:, None])

    def share_left(self) -> npt.NDArray[np.float64]:
        """Share of this month's money left in each channel's purse, float64 ``[B, A]``."""
        return np.asarray((self.left / np.maximum(self.monthly, 1))[:, self._pot_of_channel])

    def month_elapsed(self) -> npt.NDArray[np.float64]:
        """Share of the running month that has passed, float64 ``[B]``."""
        return np.asarray(self._months() % 1.0)

    def state(self) -> dict[str, npt.NDArray[np.generic]]:
        """The arrays that define the purse, not copied."""
        return {
            "purse/left": self.left, "purse/monthly": self.monthly, "purse/steps": self._steps
        }  # fmt: skip

    def _months(self) -> npt.NDArray[np.float64]:
        hours = self._steps * self._scenario.decision_hours
        return np.asarray(np.round(hours / (24 * MONTH_DAYS), 9))


def monthly_amounts(scenario: Scenario) -> I64:
    """Money of a 28-day month per purse, int64 ``[pots]``."""
    budget, units = scenario.budget, scenario.population / 1000 * MONEY
    if budget.kind == "shared":
        return np.array([round(budget.amount * units)], np.int64)
    return np.array(
        [round(budget.split.get(name, 0.0) * units) for name in scenario.channels], np.int64
    )
