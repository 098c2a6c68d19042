"""Who moves between sets of rules, by what happened to one number."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from onevoice.experiments.loosen.config import Config

KEPT, DASHBOARD, TRUTH = "kept", "dashboard", "truth"
MANAGERS = (KEPT, DASHBOARD, TRUTH)


class Manager(NamedTuple):
    """Compares the last week with the one before, and moves one step or stays."""

    watched: str
    """The number that is compared."""
    after_fall: int
    """Step taken when it fell: 1 loosens, -1 tightens."""
    otherwise: int

    def next_step(self, step: int, seen: Sequence[float], steps: int) -> int:
        """The set of rules for the next week, of ``steps`` from strict to none.

        Args:
            step: the present one.
            seen: the watched number, week by week.
            steps: how many there are.
        """
        if len(seen) < 2:
            return step
        change = self.after_fall if seen[-1] < seen[-2] else self.otherwise
        return min(max(step + change, 0), steps - 1)


def managers(config: Config) -> Mapping[str, Manager]:
    """Nobody; one who loosens while dashboards fall; one who loosens while NCV does not."""
    return {
        KEPT: Manager("ncv", 0, 0),
        DASHBOARD: Manager(config.dashboard, 1, 0),
        TRUTH: Manager("ncv", -1, 1),
    }
