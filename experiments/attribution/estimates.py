"""Estimates over markets: claimed, credited and caused revenue.

Letters: ``B`` markets, ``C`` channels, ``K`` attribution models.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from onevoice.envs.company.attribution import MODELS, leave_one_out, shapley
from onevoice.envs.spec.scenario import MONTH_DAYS
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.attribution.config import Config
from onevoice.experiments.core.statistics import Bootstrap, Estimate, mean, ratio

UNKNOWN = Estimate(math.nan, math.nan, math.nan)
CLAIMS, WITHOUT, TRUTH = "claims", "leave_one_out", "shapley"
TRUTHS = {WITHOUT: leave_one_out, TRUTH: shapley}
LABELS = {
    CLAIMS: "platforms' claims",
    "last_touch": "last touch",
    "first_touch": "first touch",
    "linear": "linear",
    "position_based": "position-based",
    "time_decay": "time decay",
    "markov": "Markov",
    "shapley_paths": "Shapley on paths",
    WITHOUT: "truth: leave one out",
    TRUTH: "truth: exact Shapley",
}
METHODS = (CLAIMS, *MODELS, *TRUTHS)
"""Every way to divide revenue, the two true ones last."""


@dataclass(frozen=True)
class Estimates:
    """All markets' measurements, float64 ``[B, ...]``, as ``measure`` names and returns them."""

    config: Config
    sums: Mapping[str, F64]

    @classmethod
    def of(cls, config: Config, tasks: Sequence[Arrays]) -> Self:
        """Stack the markets' measurements."""
        found = {key: np.stack([task[key] for task in tasks]) for key in tasks[0]}
        return cls(config, {key: values.astype(np.float64) for key, values in found.items()})

    @property
    def channels(self) -> tuple[str, ...]:
        """The scenario's channels."""
        return tuple(self.config.scenario.channels)

    @cached_property
    def bootstrap(self) -> Bootstrap:
        """The resampled markets, the same for all estimates."""
        return Bootstrap.of(self.config.markets, self.config)

    def credit(self, method: str) -> F64:
        """Revenue that a method of ``METHODS`` gives each channel, $ ``[B, C]``."""
        if method == CLAIMS:
            return self.sums["claimed"]
        if method in MODELS:
            return self.sums["credits"][:, list(MODELS).index(method)]
        return TRUTHS[method](self.sums["revenue"])

    @property
    def revenue(self) -> F64:
        """Revenue with all channels, $ ``[B]``."""
        return self.sums["revenue"][:, -1]

    @property
    def anyway(self) -> F64:
        """Revenue if all channels are silent, $ ``[B]``."""
        return self.sums["revenue"][:, 0]

    @property
    def caused(self) -> F64:
        """Revenue that the channels cause together, $ ``[B]``."""
        return self.revenue - self.anyway

    def net(self, method: str) -> F64:
        """Net value by leave-one-out or exact Shapley, $ ``[B, C]``."""
        return TRUTHS[method](self.sums["net"])

    @property
    def net_caused(self) -> F64:
        """Net value that the channels cause together, $ ``[B]``."""
        return self.sums["net"][:, -1] - self.sums["net"][:, 0]

    def money(self, dollars: F64) -> Estimate:
        """Mean over markets of ``[B]``, in $ per 1,000 customers per 28 days."""
        scenario = self.config.scenario
        unit = 1000.0 / scenario.population * MONTH_DAYS / scenario.days
        return self.bootstrap.interval(mean, dollars * unit)

    def over(self, above: F64, below: F64) -> Estimate:
        """Ratio of sums; unknown where the denominator may be zero or less."""
        if not self.bootstrap.interval(mean, below).low > 0.0:
            return UNKNOWN
        return self.bootstrap.interval(ratio, above, below)

    def marginal(self, place: int, over: str, scale: float = 1.0) -> Estimate:
        """Further revenue per further unit of a channel's ``spend`` or ``touches``, times scale."""
        less, more = np.moveaxis(self.sums["step_revenue"][:, place], 1, 0)
        few, many = np.moveaxis(self.sums[f"step_{over}"][:, place], 1, 0)
        return self.over((more - less) * scale, many - few)

    def distance(self, method: str) -> Estimate:
        """Sum of the absolute errors of a method's credits as a share of the caused revenue."""
        gaps = self.credit(method) - self.credit(TRUTH)
        if not self.money(self.caused).low > 0.0:
            return UNKNOWN
        return self.bootstrap.interval(_errors, *gaps.T, self.caused)

    def misplaced(self, method: str) -> Estimate:
        """Share of a method's credit that the true division would give to other channels."""
        if not self.money(self.caused).low > 0.0:
            return UNKNOWN
        samples = (*self.credit(method).T, *self.credit(TRUTH).T)
        return self.bootstrap.interval(_misplaced, *samples)


def _errors(*samples: F64) -> F64:
    """From gaps of each channel and the caused revenue, ``[..., B]`` each."""
    *gaps, caused = samples
    return np.asarray(sum(np.abs(ratio(gap, caused)) for gap in gaps))


def _misplaced(*samples: F64) -> F64:
    """From credits and true values of each channel, ``[..., B]`` each."""
    credits, truths = samples[: len(samples) // 2], samples[len(samples) // 2 :]
    given, caused = np.sum(credits, axis=0), np.sum(truths, axis=0)
    pairs = zip(credits, truths, strict=True)
    return np.asarray(0.5 * sum(np.abs(ratio(c, given) - ratio(t, caused)) for c, t in pairs))
