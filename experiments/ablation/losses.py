"""Reads the parts: what greedy channels lose in each variant, with paired intervals over markets.

The **loss** is the net customer value of ``coordinated`` less that of ``greedy`` on the same
markets with the same random numbers, in $ per 1,000 customers per 28 days.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import numpy as np

from onevoice.experiments.ablation.config import Config
from onevoice.experiments.ablation.outcomes import REALISED
from onevoice.experiments.ablation.variants import (
    WHOLE,
    Coefficient,
    diagram_part,
    factor_part,
)
from onevoice.experiments.arrays import Arrays
from onevoice.experiments.statistics import Bootstrap, Estimate, Floats, difference, ratio

State = Literal["loss", "open", "gain"]
"""The loss's interval lies above zero, includes it, or lies below it."""


class Losses:
    """Estimates by part and variant."""

    def __init__(self, config: Config, parts: Mapping[str, Arrays]) -> None:
        """Take the parts that ``play_part`` made."""
        self.config, self._parts = config, parts
        self._bootstrap = Bootstrap(
            config.markets,
            resamples=config.resamples,
            confidence=config.confidence,
            seed=config.seed,
        )

    @cached_property
    def whole(self) -> Estimate:
        """The loss with nothing switched off."""
        return self.loss(WHOLE)

    def values(self, part: str, name: str) -> Floats:
        """What was kept in every market under ``<variant>/<policy>/<metric>``, ``[B]``."""
        return np.asarray(self._parts[part][name], np.float64)

    def loss(self, part: str, key: str = "", beside: str = "coordinated") -> Estimate:
        """The loss beside another policy."""
        return self.gap(part, "ncv", beside, "greedy", key)

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
        return self._bootstrap.interval(difference, self._lost(WHOLE), self._lost(part))

    def share_gone(self, part: str) -> Estimate | None:
        """How much of the whole loss goes, in percent; nothing is a share of no loss."""
        if state(self.whole) != "loss":
            return None
        return self._bootstrap.interval(_percent_gone, self._lost(part), self._lost(WHOLE))

    def at_factor(self, coefficient: Coefficient, factor: float) -> Estimate | None:
        """The loss at a multiple of a coefficient; none where the value is out of bounds."""
        if factor == 1.0:
            return self.whole
        part, key = factor_part(coefficient), f"{factor:g}"
        return self.loss(part, key) if f"{key}/greedy/ncv" in self._parts[part] else None

    def at_overlap(self, count: int, overlap: float) -> Estimate:
        """The loss in a cell of the diagram."""
        return self.loss(diagram_part(count), f"{overlap:g}")

    def realised(self, count: int, overlap: float) -> float:
        """The mean overlap of audiences in a cell of the diagram."""
        return float(np.mean(self.values(diagram_part(count), f"{overlap:g}/{REALISED}")))

    def _lost(self, part: str) -> Floats:
        return self.values(part, "/coordinated/ncv") - self.values(part, "/greedy/ncv")


def state(loss: Estimate) -> State:
    """Whether there is a loss, a gain, or neither can be told."""
    if loss.low > 0.0:
        return "loss"
    return "gain" if loss.high < 0.0 else "open"


def verdict(whole: Estimate, loss: Estimate, shrinkage: Estimate) -> str:
    """What becomes of the loss, from intervals alone."""
    if state(whole) != "loss":
        return "there was no loss"
    if state(loss) == "gain":
        return "reverses"
    if state(loss) == "open":
        return "gone" if state(shrinkage) == "loss" else "not told apart"
    return {"loss": "shrinks", "open": "remains", "gain": "grows"}[state(shrinkage)]


def _percent_more(values: Floats, reference: Floats) -> Floats:
    return 100.0 * (ratio(values, reference) - 1.0)


def _percent_gone(left: Floats, whole: Floats) -> Floats:
    return 100.0 * (1.0 - ratio(left, whole))
