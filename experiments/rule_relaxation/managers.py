"""Who moves between sets of rules, by what happened to one number."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from onevoice.experiments.rule_relaxation.config import Config

KEPT, DASHBOARD, TRUTH, PATIENT = "kept", "dashboard", "truth", "patient"
MANAGERS = (KEPT, DASHBOARD, TRUTH, PATIENT)


class Manager(NamedTuple):
    """Compares every week with the one before, and moves one step or stays."""

    watched: str
    """The number that is compared."""
    after_fall: int
    """Step taken when it fell: 1 loosens, -1 tightens."""
    otherwise: int
    """Step taken when it did not fall."""
    patience: int = 1
    """Weeks in a row that it must not have fallen for that."""

    def next_step(self, step: int, seen: Sequence[float], steps: int) -> int:
        """The set of rules for the next week, of ``steps`` from strict to none.

        Args:
            step: the present one.
            seen: the watched number, week by week.
            steps: how many there are.
        """
        falls = [later < earlier for earlier, later in pairwise(seen)][-self.patience :]
        change = 0
        if falls and falls[-1]:
            change = self.after_fall
        elif len(falls) == self.patience and not any(falls):
            change = self.otherwise
        return min(max(step + change, 0), steps - 1)


def managers(config: Config) -> Mapping[str, Manager]:
    """Nobody; one who loosens where dashboards fell; two who loosen while NCV does not fall."""
    return {
        KEPT: Manager("ncv", 0, 0),
        DASHBOARD: Manager(config.dashboard, 1, 0),
        TRUTH: Manager("ncv", -1, 1),
        PATIENT: Manager("ncv", -1, 1, config.patience),
    }
