"""Reads the parts: what greedy channels lose in each variant, with paired intervals over markets.

The **loss** is the net customer value (NCV) of ``coordinated`` less that of ``greedy`` on the same
markets with the same random numbers, in $ per 1,000 customers per 28 days. It is a
**collapse** where trust and customer equity are lost too; discounts given away suffice for a loss.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.ablation.config import Config
from onevoice.experiments.ablation.outcomes import REALISED
from onevoice.experiments.ablation.variants import (
    WHOLE,
    Coefficient,
    diagram_part,
    factor_part,
)
from onevoice.experiments.core.statistics import Bootstrap, Estimate, difference, ratio

Side = Literal["above", "around", "below"]
"""Where an interval lies beside zero; around: it holds zero, or nothing was measured."""
State = Literal["collapse", "loss", "open", "gain"]
"""All three are lost; NCV is, but not both others; none is told for NCV; NCV is gained."""


class Shortfall(NamedTuple):
    """How far greedy channels stay below another policy, paired over markets."""

    ncv: Estimate
    """The loss, in $ per 1,000 customers per 28 days."""
    trust: Estimate
    """Of those who remain, 0 to 1."""
    equity: Estimate
    """In $ per 1,000 customers, at the end."""


class Losses:
    """Estimates by part and variant."""

    def __init__(self, config: Config, parts: Mapping[str, Arrays]) -> None:
        """Take the parts that ``play_part`` made."""
        self.config, self._parts = config, parts
        self._bootstrap = Bootstrap.of(config.markets, config)

    @cached_property
    def whole(self) -> Shortfall:
        """What is lost with nothing switched off."""
        return self.shortfall(WHOLE)

    def values(self, part: str, name: str) -> F64:
        """What was kept in every market under ``<variant>/<policy>/<metric>``, ``[B]``."""
        return np.asarray(self._parts[part][name], np.float64)

    def loss(self, part: str, key: str = "", beside: str = "coordinated") -> Estimate:
        """The loss beside another policy."""
        return self.gap(part, "ncv", beside, "greedy", key)

    def shortfall(self, part: str, key: str = "", beside: str = "coordinated") -> Shortfall:
        """What is lost beside another policy."""
        return Shortfall(*(self.gap(part, m, beside, "greedy", key) for m in Shortfall._fields))

    def gap(self, part: str, metric: str, one: str, other: str, key: str = "") -> Estimate:
        """The paired difference of two policies, ``one - other``."""
        samples = (self.values(part, f"{key}/{policy}/{metric}") for policy in (one, other))
        return self._bootstrap.interval(difference, *samples)

    def rise(self, part: str, metric: str, one: str, other: str) -> Estimate:
        """How much more of a metric ``one`` has than ``other``, in percent."""
        samples = (self.values(part, f"/{policy}/{metric}") for policy in (one, other))
        return self._bootstrap.interval(_percent_more, *samples)

    def shrinkage(self, part: str) -> Estimate:
        """The whole loss less the one with mechanisms switched off, paired."""
        return self._bootstrap.interval(
            difference, self._lost(WHOLE, "ncv"), self._lost(part, "ncv")
        )

    def share_gone(self, part: str, metric: str = "ncv") -> Estimate | None:
        """How much of the whole shortfall goes, in percent; nothing is a share of no shortfall."""
        left, whole = self._lost(part, metric), self._lost(WHOLE, metric)
        if side(self.gap(WHOLE, metric, "coordinated", "greedy")) != "above":
            return None
        return self._bootstrap.interval(_percent_gone, left, whole)

    def at_factor(self, coefficient: Coefficient, factor: float) -> Shortfall | None:
        """What is lost at a multiple of a coefficient; none where the value is out of bounds."""
        if factor == 1.0:
            return self.whole
        part, key = factor_part(coefficient), f"{factor:g}"
        return self.shortfall(part, key) if f"{key}/greedy/ncv" in self._parts[part] else None

    def states(self, coefficient: Coefficient) -> dict[float, State]:
        """The state at every factor within bounds, rising."""
        found = {f: self.at_factor(coefficient, f) for f in self.config.factors}
        return {factor: state(lost) for factor, lost in found.items() if lost is not None}

    def at_overlap(self, count: int, overlap: float) -> Shortfall:
        """What is lost in a cell of the diagram."""
        return self.shortfall(diagram_part(count), f"{overlap:g}")

    def realised(self, count: int, overlap: float) -> float:
        """The mean overlap of audiences in a cell of the diagram."""
        return float(np.mean(self.values(diagram_part(count), f"{overlap:g}/{REALISED}")))

    def _lost(self, part: str, metric: str) -> F64:
        return self.values(part, f"/coordinated/{metric}") - self.values(part, f"/greedy/{metric}")


def side(estimate: Estimate) -> Side:
    """On which side of zero an interval lies; one that touches zero lies on neither."""
    if estimate.low > 0.0:
        return "above"
    return "below" if estimate.high < 0.0 else "around"


def state(lost: Shortfall) -> State:
    """Whether this is the collapse, a loss without it, a gain, or none can be told."""
    if side(lost.ncv) != "above":
        return "gain" if side(lost.ncv) == "below" else "open"
    return "collapse" if all(side(one) == "above" for one in lost) else "loss"


def verdict(whole: Estimate, loss: Estimate, shrinkage: Estimate) -> str:
    """What becomes of the loss, from intervals alone."""
    if side(whole) != "above":
        return "there was no loss"
    if side(loss) == "below":
        return "reverses"
    if side(loss) == "around":
        return "gone" if side(shrinkage) == "above" else "not told apart"
    return {"above": "shrinks", "around": "remains", "below": "grows"}[side(shrinkage)]


def _percent_more(values: F64, reference: F64) -> F64:
    return 100.0 * (ratio(values, reference) - 1.0)


def _percent_gone(left: F64, whole: F64) -> F64:
    return 100.0 * (1.0 - ratio(left, whole))
