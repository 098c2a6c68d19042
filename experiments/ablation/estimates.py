"""Estimates of the loss of greedy channels in each variant, with paired intervals over markets.

The **loss** is the net customer value (NCV) of ``coordinated`` less that of ``greedy`` on the same
markets with the same random numbers, in $ per 1,000 customers per 28 days. It is a
**collapse** where trust and customer equity are lost too; discounts given away suffice for a loss.
"""

from collections.abc import Mapping
from functools import cached_property
from itertools import groupby
from typing import Literal, NamedTuple

import numpy as np

from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.ablation.config import Coefficient, Config
from onevoice.experiments.ablation.run import OVERLAP, WHOLE, factor_task, row_task
from onevoice.experiments.core.statistics import Bootstrap, Estimate, difference, ratio
from onevoice.experiments.report.wording import direction

State = Literal["collapse", "loss", "open", "gain"]
"""All three are lost; only NCV for certain; NCV is not distinguishable from zero; NCV is gained."""
WORDS: dict[State, str] = {
    "collapse": "collapse", "loss": "loss only", "open": "not told apart", "gain": "gain",
}  # fmt: skip


class Shortfall(NamedTuple):
    """How far greedy channels stay below another policy, paired over markets."""

    ncv: Estimate
    """The loss, in $ per 1,000 customers per 28 days."""
    trust: Estimate
    """Of the remaining customers, 0 to 1."""
    equity: Estimate
    """In $ per 1,000 customers, at the end."""

    @property
    def state(self) -> State:
        """Whether this is the collapse, a loss without it, a gain, or none of them."""
        if direction(self.ncv) <= 0:
            return "gain" if direction(self.ncv) else "open"
        return "collapse" if all(direction(one) > 0 for one in self) else "loss"


class Estimates:
    """Estimates by task and variant."""

    def __init__(self, config: Config, tasks: Mapping[str, Arrays]) -> None:
        """Take the results of ``play_task`` by task."""
        self.config, self._tasks = config, tasks
        self._bootstrap = Bootstrap.of(config.markets, config)

    @cached_property
    def whole(self) -> Shortfall:
        """The shortfall with nothing switched off."""
        return self.shortfall(WHOLE)

    def shortfall(self, task: str, key: str = "", rival: str = "coordinated") -> Shortfall:
        """How far greedy channels stay below ``rival``."""
        return Shortfall(*(self.gap(task, m, rival, "greedy", key) for m in Shortfall._fields))

    def gap(self, task: str, metric: str, one: str, other: str, key: str = "") -> Estimate:
        """The paired difference of two policies, ``one - other``."""
        samples = (self._values(task, f"{key}/{policy}/{metric}") for policy in (one, other))
        return self._bootstrap.interval(difference, *samples)

    def rise(self, task: str, metric: str) -> Estimate:
        """How much more of a metric greedy channels have than manual ones, in percent."""
        samples = (self._values(task, f"/{policy}/{metric}") for policy in ("greedy", "manual"))
        return self._bootstrap.interval(_percent_more, *samples)

    def shrinkage(self, task: str) -> Estimate:
        """The whole loss less the one with mechanisms switched off, paired."""
        lost = (self._lost(name, "ncv") for name in (WHOLE, task))
        return self._bootstrap.interval(difference, *lost)

    def share_gone(self, task: str, metric: str = "ncv") -> Estimate | None:
        """How much of the whole shortfall goes, in percent; none where there is no shortfall."""
        if direction(getattr(self.whole, metric)) <= 0:
            return None
        lost = (self._lost(name, metric) for name in (task, WHOLE))
        return self._bootstrap.interval(_percent_gone, *lost)

    def verdict(self, task: str) -> str:
        """The change of the loss with mechanisms switched off, from intervals alone."""
        return verdict(self.whole.ncv, self.shortfall(task).ncv, self.shrinkage(task))

    def at_factor(self, coefficient: Coefficient, factor: float) -> Shortfall | None:
        """The shortfall at a multiple of a coefficient; none where the value is out of bounds."""
        if factor == 1.0:
            return self.whole
        task, key = factor_task(coefficient), f"{factor:g}"
        return self.shortfall(task, key) if f"{key}/greedy/ncv" in self._tasks[task] else None

    def states(self, coefficient: Coefficient) -> dict[float, State]:
        """The state at every factor within bounds, rising."""
        found = {f: self.at_factor(coefficient, f) for f in self.config.factors}
        return {factor: lost.state for factor, lost in found.items() if lost is not None}

    def at_overlap(self, count: int, overlap: float) -> Shortfall:
        """The shortfall in a cell of the diagram."""
        return self.shortfall(row_task(count), f"{overlap:g}")

    def realised(self, count: int, overlap: float) -> float:
        """The mean overlap of audiences in a cell of the diagram."""
        return float(np.mean(self._values(row_task(count), f"{overlap:g}/{OVERLAP}")))

    def _values(self, task: str, name: str) -> F64:
        """The result in every market under ``<variant>/<policy>/<metric>``, ``[B]``."""
        return np.asarray(self._tasks[task][name], np.float64)

    def _lost(self, task: str, metric: str) -> F64:
        above, below = (f"/{policy}/{metric}" for policy in ("coordinated", "greedy"))
        return self._values(task, above) - self._values(task, below)


def verdict(whole: Estimate, loss: Estimate, shrinkage: Estimate) -> str:
    """The change of a loss, from intervals alone."""
    if direction(whole) <= 0:
        return "there was no loss"
    if direction(loss) < 0:
        return "reverses"
    if direction(loss) == 0:
        return "gone" if direction(shrinkage) > 0 else "not told apart"
    return {1: "shrinks", 0: "remains", -1: "grows"}[direction(shrinkage)]


def runs(states: Mapping[float, State]) -> dict[State, str]:
    """The factors of each state, consecutive ones as a range, e.g. ``0, 2 to 8``."""
    found: dict[State, list[str]] = {}
    for kind, run in groupby(states, key=lambda factor: states[factor]):
        first, *rest = (f"{factor:g}" for factor in run)
        found.setdefault(kind, []).append(f"{first} to {rest[-1]}" if rest else first)
    return {kind: ", ".join(texts) for kind, texts in found.items()}


def _percent_more(values: F64, reference: F64) -> F64:
    return 100.0 * (ratio(values, reference) - 1.0)


def _percent_gone(left: F64, whole: F64) -> F64:
    return 100.0 * (1.0 - ratio(left, whole))
