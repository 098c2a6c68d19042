"""The slow model's reallocation: one company, one budget after the other."""

from itertools import accumulate
from math import floor, isfinite, nan, trunc

from onevoice.envs.engine import kernels as k
from onevoice.envs.engine.population import Tally
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64


class Company:
    """What a company knows of its channels, and what it gives them.

    Args:
        scenario: has ``coordination.reallocation``.
        first: what a month brings at first, by channel.
        held_out: customers held out from each channel, and last from all.
    """

    def __init__(self, scenario: Scenario, first: list[int], held_out: list[int]) -> None:
        rule = scenario.coordination.reallocation
        assert rule is not None
        self.scenario, self.rule, self.monthly, self.left = scenario, rule, first[:], first[:]
        self.floors = [-floor(-amount * rule.floor) for amount in first]
        self.held_out, self.days = held_out, 0.0
        self.all: list[Tally] = []
        self.new: list[Tally] = []

    def live(self, tally: Tally, env: int) -> None:
        """Take in one decision, pay for it, turn the calendar, and split anew if it is time."""
        mine = Tally(*(part[env] for part in tally))
        self.all.append(mine)
        self.new.append(mine)
        for c in range(len(self.left)):
            self.left[c] -= summed([mine], c, k.SPEND)
        before, self.days = self.days, self.days + self.scenario.decision_hours / 24
        if passed(before, self.days, 28):
            self.left = self.monthly[:]
        if passed(before, self.days, self.rule.days):
            self.split_anew()
            self.new = []

    def split_anew(self) -> None:
        """Move the money, of the running month what is left of it."""
        change = self.changes()
        taken = [min(max(-x, 0), left) for x, left in zip(change, self.left, strict=True)]
        given = parts(sum(taken), [max(x, 0) for x in change])
        for c in range(len(change)):
            self.left[c] += given[c] - taken[c]
            self.monthly[c] += change[c]

    def changes(self) -> list[int]:
        """What each channel gets more."""
        wanted, offered = [], []
        for c, worth in enumerate(self.worths()):
            share = min(max(worth - 1.0, -self.rule.step), self.rule.step)
            change, spare = trunc(self.monthly[c] * share), self.monthly[c] - self.floors[c]
            wanted.append(max(change, 0))
            offered.append(min(max(-change, 0), max(spare, 0)))
        moved = min(sum(wanted), sum(offered))
        pairs = zip(parts(moved, wanted), parts(moved, offered), strict=True)
        return [more - less for more, less in pairs]

    def worths(self) -> list[float]:
        """What the next dollar of each channel is worth beside that of all."""
        channels = range(len(self.monthly))
        short = [summed(self.new, c, k.REFUSED) > 0 for c in channels]
        nexts = [self.returned(c) if short[c] else 0.0 for c in channels]
        known = [c for c in channels if isfinite(nexts[c])]
        money = max(sum(self.monthly[c] for c in known), 1)
        mean = sum((self.monthly[c] * nexts[c] for c in known), 0.0) / money
        return [nexts[c] / mean if c in known and mean > 0 else 1.0 for c in channels]

    def returned(self, c: int) -> float:
        """$ per $ spent, as a platform claims or a holdout measures it; nan if unknown."""
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
        """Revenue of those held out."""
        return sum(int(tally.coordination[row, :, k.HELD_REVENUE].sum()) for tally in self.all)


def parts(whole: int, weights: list[int]) -> list[int]:
    """Whole parts in proportion to weights."""
    upto = [round(whole * (some / max(sum(weights), 1))) for some in accumulate(weights)]
    return [after - before for before, after in zip([0, *upto], upto, strict=False)]


def passed(before: float, after: float, days: float) -> bool:
    """Whether a multiple of some days lies between two moments, or is the later one."""
    return floor(round(after / days, 9)) > floor(round(before / days, 9))


def summed(tallies: list[Tally], c: int, column: int) -> int:
    """A column of a channel's tallies."""
    return sum(int(tally.channels[c, :, column].sum()) for tally in tallies)


def as_lists(array: I64) -> list[int]:
    """Whole numbers as Python's."""
    return [int(x) for x in array]
