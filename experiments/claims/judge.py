"""Turns samples, one value per world, into rows with intervals and verdicts."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.core.statistics import Bootstrap, Estimate, mean, ratio, ratio_difference
from onevoice.experiments.study import Cell

MET, MISSED, REPORTED = "met", "missed", "reported"


@dataclass(frozen=True)
class Row:
    """One thing that a claim says, and whether the simulation says it too."""

    claim: str
    measure: str
    article: str
    target: str
    """What must hold, stated beforehand."""
    ours: Estimate
    verdict: str
    digits: int = 2

    def cells(self) -> dict[str, Cell]:
        """The row of the table."""
        return {
            "claim": self.claim, "measure": self.measure, "article": self.article,
            "target": self.target, "ours": self.ours, "verdict": self.verdict,
        }  # fmt: skip


STATISTICS: dict[int, Callable[..., F64]] = {1: mean, 2: ratio, 4: ratio_difference}
"""By the number of samples: a mean, a ratio of sums, a difference of two such ratios."""


class Judge:
    """Makes rows from samples of the same worlds."""

    def __init__(self, bootstrap: Bootstrap) -> None:
        self.bootstrap = bootstrap

    def estimate(self, *samples: F64) -> Estimate:
        """A statistic of samples ``[B]`` with its interval; their number says which."""
        return self.bootstrap.interval(STATISTICS[len(samples)], *samples)

    def level(
        self, claim: str, measure: str, article: str, values: tuple[F64, ...],
        centre: float, tolerance: float, digits: int = 2,
    ) -> Row:  # fmt: skip
        """A level that must lie within a tolerance of the article's figure.

        Args:
            claim: its id.
            measure: what is measured, with its unit.
            article: the article's figure.
            values: samples ``[B]``, as ``estimate`` takes them.
            centre: the figure.
            tolerance: how far the value may lie from it.
            digits: decimals shown.
        """
        ours = self.estimate(*values)
        verdict = MET if abs(ours.value - centre) <= tolerance else MISSED
        target = f"{centre:,g} ± {tolerance:,g}"
        return Row(claim, measure, article, target, ours, verdict, digits)

    def sign(
        self, claim: str, measure: str, article: str, values: F64, direction: int,
        digits: int = 2,
    ) -> Row:  # fmt: skip
        """A difference or slope whose interval must lie above (1) or below (-1) zero."""
        return self.range(
            claim, measure, article, self.bootstrap.interval(mean, values),
            0.0 if direction > 0 else -np.inf, np.inf if direction > 0 else 0.0, digits,
        )  # fmt: skip

    def range(
        self, claim: str, measure: str, article: str, ours: Estimate, low: float, high: float,
        digits: int = 2,
    ) -> Row:  # fmt: skip
        """An estimate whose whole interval must lie between two bounds."""
        met = low < ours.low and ours.high < high
        if np.isinf(high):
            target = f"above {low:g}"
        else:
            target = f"below {high:g}" if np.isinf(low) else f"{low:g} to {high:g}"
        return Row(claim, measure, article, target, ours, MET if met else MISSED, digits)

    def report(self, claim: str, measure: str, article: str, values: F64, digits: int = 2) -> Row:
        """Something without a target."""
        ours = self.bootstrap.interval(mean, values)
        return Row(claim, measure, article, "", ours, REPORTED, digits)
