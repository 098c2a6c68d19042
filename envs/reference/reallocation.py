"""Reallocation: money moves between the budgets of channels by their returns.

Letters: ``C`` channels.
"""

from itertools import accumulate
from math import floor, isfinite, nan, trunc

from onevoice.envs.engine import kernels as k
from onevoice.envs.engine.population import Tally
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import I64


class Company:
    """One company's channel budgets, and its records of spend and returns.

    Args:
        scenario: has ``coordination.reallocation``.
        first: money units that each channel gets in the first month, ``[C]``.
        held_out: customers held out from each channel, and last from all, ``[C + 1]``.

    Attributes:
        monthly: money units that each channel gets a month, ``[C]``.
        left: money units that each channel has left, ``[C]``.
    """

    def __init__(self, scenario: Scenario, first: list[int], held_out: list[int]) -> None:
        rule = scenario.coordination.reallocation
        assert rule is not None
        self.scenario, self.rule, self.monthly, self.left = scenario, rule, first[:], first[:]
        self.floors = [-floor(-amount * rule.floor) for amount in first]
        self.held_out, self.days = held_out, 0.0
        self.all: list[Tally] = []
        self.new: list[Tally] = []

    def advance(self, tally: Tally, env: int) -> None:
        """Record and pay one decision, move the calendar on, and reallocate when it is time.

        Args:
            tally: of a batch of environments.
            env: number of this company's environment.
        """
        mine = Tally(*(part[env] for part in tally))
        self.all.append(mine)
        self.new.append(mine)
        for c in range(len(self.left)):
            self.left[c] -= summed([mine], c, k.SPEND)
        before, self.days = self.days, self.days + self.scenario.decision_hours / 24
        if passed(before, self.days, MONTH_DAYS):
            self.left = self.monthly[:]
        if passed(before, self.days, self.rule.days):
            self.reallocate()
            self.new = []

    def reallocate(self) -> None:
        """Move monthly budgets, and of the running month the money left."""
        change = self.changes()
        taken = [min(max(-x, 0), left) for x, left in zip(change, self.left, strict=True)]
        given = whole_shares(sum(taken), [max(x, 0) for x in change])
        for c in range(len(change)):
            self.left[c] += given[c] - taken[c]
            self.monthly[c] += change[c]

    def changes(self) -> list[int]:
        """Change of each channel's monthly budget, money units, ``[C]``."""
        wanted, offered = [], []
        for c, worth in enumerate(self.relative_returns()):
            share = min(max(worth - 1.0, -self.rule.step), self.rule.step)
            change, spare = trunc(self.monthly[c] * share), self.monthly[c] - self.floors[c]
            wanted.append(max(change, 0))
            offered.append(min(max(-change, 0), max(spare, 0)))
        moved = min(sum(wanted), sum(offered))
        pairs = zip(whole_shares(moved, wanted), whole_shares(moved, offered), strict=True)
        return [more - less for more, less in pairs]

    def relative_returns(self) -> list[float]:
        """Value of each channel's next dollar relative to the mean over all money, ``[C]``."""
        channels = range(len(self.monthly))
        short = [summed(self.new, c, k.REFUSED) > 0 for c in channels]
        nexts = [self.returned(c) if short[c] else 0.0 for c in channels]
        known = [c for c in channels if isfinite(nexts[c])]
        money = max(sum(self.monthly[c] for c in known), 1)
        mean = sum((self.monthly[c] * nexts[c] for c in known), 0.0) / money
        return [nexts[c] / mean if c in known and mean > 0 else 1.0 for c in channels]

    def returned(self, c: int) -> float:
        """Return of channel ``c``, $ per $ spent, by claims or by lift; nan if unknown."""
        if self.rule.by == "claims":
            spend = summed(self.new, c, k.SPEND)
            return summed(self.new, c, k.CLAIMED) / spend if spend else nan
        spend, held, nobody = summed(self.all, c, k.SPEND), self.held_out[c], self.held_out[-1]
        if not spend or not held:
            return nan
        revenue = sum(int(tally.system[..., k.REVENUE].sum()) for tally in self.all)
        lost, from_all = self.lost(c), self.lost(-1)
        others = self.scenario.population - held - nobody
        lift = 1000.0 / k.MONEY * ((revenue - lost - from_all) / others - lost / held)
        return lift * k.MONEY / 1000.0 * self.scenario.population / spend

    def lost(self, row: int) -> int:
        """Revenue of the customers held out from a channel, or in row -1 from all."""
        return sum(int(tally.coordination[row, :, k.HELD_REVENUE].sum()) for tally in self.all)


def whole_shares(whole: int, weights: list[int]) -> list[int]:
    """Whole numbers that add up to ``whole``, in proportion to weights."""
    ends = [round(whole * (some / max(sum(weights), 1))) for some in accumulate(weights)]
    return [after - before for before, after in zip([0, *ends], ends, strict=False)]


def passed(before: float, after: float, days: float) -> bool:
    """Whether a multiple of ``days`` lies in (before, after]."""
    return floor(round(after / days, 9)) > floor(round(before / days, 9))


def summed(tallies: list[Tally], c: int, column: int) -> int:
    """The sum of a column over a channel's tallies."""
    return sum(int(tally.channels[c, :, column].sum()) for tally in tallies)


def as_lists(array: I64) -> list[int]:
    """An array as Python's whole numbers."""
    return [int(x) for x in array]
