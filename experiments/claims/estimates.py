"""Estimates from all simulations of a study, and whether they meet a claim's target.

Letters: ``B`` simulations, ``W`` weeks.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.claims.config import Config
from onevoice.experiments.core.statistics import (
    Bootstrap,
    Estimate,
    divide,
    mean,
    ratio,
    ratio_difference,
)
from onevoice.experiments.core.trajectories import Trajectory
from onevoice.experiments.core.windows import Window

CUTS = ("cut_one", "cut_two")
RAISES = ("raised_one", "raised_two")
CHAINS = {
    "greedy": ("greedy_first", "greedy_later"),
    "cut": ("greedy_first", *CUTS),
    "raised": ("greedy_first", *RAISES),
    "layer": ("greedy_first", "layer", "layer_kept"),
    "relaxed": (
        "greedy_first", "layer", "relaxed_discounts", "relaxed_messages", "relaxed_volume",
    ),
}  # fmt: skip
"""Branches that are played in several stretches; each begins after the warm-up."""
MET, MISSED, REPORTED = "met", "missed", "reported"
STATISTICS: dict[int, Callable[..., F64]] = {1: mean, 2: ratio, 4: ratio_difference}
"""By the number of samples: a mean, a ratio of sums, a difference of two such ratios."""
PAID = ("social", "search")
"""Channels that are paid by click or view."""


class Simulations:
    """All simulations of a study side by side.

    Args:
        config: the study.
        arrays: of each simulation, as ``Simulation.play_all`` returns them.
        conflicts: as ``conflicts_by_channels`` returns them.
    """

    def __init__(
        self, config: Config, arrays: Sequence[Arrays], conflicts: Arrays | None = None
    ) -> None:
        self.config, self._arrays, self.conflicts = config, arrays, conflicts or {}
        self._trajectories: dict[str, Trajectory] = {}

    @property
    def scenario(self) -> Scenario:
        """The company."""
        return self.config.scenario

    @cached_property
    def bootstrap(self) -> Bootstrap:
        """The resampled simulations, the same for every claim."""
        return Bootstrap.of(len(self._arrays), self.config)

    def trajectory(self, branch: str) -> Trajectory:
        """A branch from the first day after the warm-up, all simulations, ``[T, B, ...]``."""
        if branch not in self._trajectories:
            first, *rest = CHAINS.get(branch, (branch,))
            trajectory = self._stretch(first)
            for name in rest:
                trajectory = trajectory.then(self._stretch(name))
            self._trajectories[branch] = trajectory
        return self._trajectories[branch]

    def window(self, branch: str, first: float = 0.0, end: float = 3.0) -> Window:
        """A branch between two moments, in months since the warm-up."""
        month = self.config.month
        return Window(
            self.scenario, self.trajectory(branch), round(first * month), round(end * month)
        )

    def weeks(self, branch: str) -> list[Window]:
        """A branch week by week."""
        trajectory = self.trajectory(branch)
        total = trajectory.system.shape[0]
        edges = np.linspace(0, total, 4 * total // self.config.month + 1).round().astype(int)
        return [
            Window(self.scenario, trajectory, int(low), int(high)) for low, high in pairwise(edges)
        ]

    def fact(self, name: str) -> F64:
        """An array that every simulation has, stacked, ``[B, ...]``."""
        return np.stack([np.asarray(arrays[name], np.float64) for arrays in self._arrays])

    def _stretch(self, name: str) -> Trajectory:
        fields = (
            [np.asarray(arrays[f"{name}/{field}"], np.int64) for arrays in self._arrays]
            for field in Trajectory._fields
        )
        return Trajectory(*(np.concatenate(field, axis=1) for field in fields))


Samples = F64 | tuple[F64, ...]
"""One sample ``[B]``, or as many as a statistic takes (see ``STATISTICS``)."""
Sampler = Callable[[Simulations], Samples]
Metric = Callable[[Window], F64]
Span = tuple[str, float, float]
"""A branch between two moments, in months since the warm-up."""


def value(of: Metric, span: Span) -> Sampler:
    """A metric of a span."""
    return lambda simulations: of(simulations.window(*span))


def difference(of: Metric, one: Span, other: Span) -> Sampler:
    """The metric of one span minus that of another."""
    return lambda s: of(s.window(*one)) - of(s.window(*other))


def change(of: Metric, one: Span, other: Span) -> Sampler:
    """By how many per cent the metric of one span differs from that of another."""
    return lambda s: 100 * (divide(of(s.window(*one)), of(s.window(*other))) - 1)


def slope(of: Metric) -> Sampler:
    """Weekly change of a metric under the agents."""
    return lambda s: weekly_slope([of(week) for week in s.weeks("greedy")])


class Check(NamedTuple):
    """A condition on an estimate, stated beforehand."""

    text: str
    met: Callable[..., bool]
    """Takes the estimate and its samples ``[B]``."""
    centre: float = np.nan
    tolerance: float = np.nan


def near(centre: float, tolerance: float) -> Check:
    """The value lies within a tolerance of the article's figure."""
    return Check(
        f"{centre:,g} ± {tolerance:,g}",
        lambda ours, *_: abs(ours.value - centre) <= tolerance, centre, tolerance,
    )  # fmt: skip


def between(low: float = -np.inf, high: float = np.inf) -> Check:
    """The whole interval lies between two bounds."""
    if np.isinf(high):
        text = f"above {low:g}"
    else:
        text = f"below {high:g}" if np.isinf(low) else f"{low:g} to {high:g}"
    return Check(text, lambda ours, *_: low < ours.low and ours.high < high)


RISES, FALLS = between(low=0.0), between(high=0.0)
NOT_RISING = Check("not above 0", lambda ours, *_: ours.low <= 0)
NEVER_ABOVE = Check("0 or less in every simulation", lambda _, most: bool(most.max() <= 0))
REPORT = Check("", lambda *_: True)
"""No target: the estimate is reported without a verdict."""


class Target(NamedTuple):
    """One statement of a claim."""

    claim: str
    measure: str
    """The quantity with its unit."""
    article: str
    """The article's figure or word."""
    samples: Sampler
    check: Check
    digits: int = 2


class Row(NamedTuple):
    """A target with its estimate and verdict, as the report shows it."""

    claim: str
    measure: str
    article: str
    target: str
    ours: Estimate
    verdict: str
    digits: int = 2


def estimate(target: Target, simulations: Simulations) -> tuple[Estimate, tuple[F64, ...]]:
    """A target's quantity and the samples ``[B]`` that it is estimated from."""
    found = target.samples(simulations)
    samples = found if isinstance(found, tuple) else (found,)
    return simulations.bootstrap.interval(STATISTICS[len(samples)], *samples), samples


def judge(target: Target, simulations: Simulations) -> Row:
    """Estimate a target's quantity and say whether the target is met."""
    ours, samples = estimate(target, simulations)
    return verdict(target, ours, *samples)


def verdict(target: Target, ours: Estimate, *samples: F64) -> Row:
    """Say whether an estimate from these samples ``[B]`` meets a target."""
    claim, measure, article, _, check, digits = target
    word = MET if check.met(ours, *samples) else MISSED
    word = REPORTED if check is REPORT else word
    return Row(claim, measure, article, check.text, ours, word, digits)


def queries(window: Window) -> F64:
    """Brand and generic queries, ``[B]``."""
    return window.system("BRAND") + window.system("GENERIC")


def churn(window: Window) -> F64:
    """Customers who leave, % of the population per 28 days, ``[B]``."""
    return 100 * window.system("CHURNED") / window.scenario.population * window.per_month


def open_rate(window: Window) -> F64:
    """E-mail opens per send, %, ``[B]``."""
    return divide(100 * window.count("email", "ENGAGEMENTS"), window.count("email", "TOUCHES"))


def opt_out_rate(window: Window) -> F64:
    """Opt-outs per 1,000 touches, ``[B]``."""
    return divide(1000 * window.total("OPT_OUTS"), window.total("TOUCHES"))


def click_cost(window: Window, channels: Sequence[str] = PAID) -> F64:
    """Spend on a click of the channels, $ ``[B]``."""
    spend, clicks = (
        np.sum([window.count(channel, column) for channel in channels], axis=0)
        for column in ("SPEND", "CLICKS")
    )
    return divide(spend, clicks)


def weekly_slope(values: Sequence[F64]) -> F64:
    """Least-squares slope over the weeks, ``W`` times ``[B]`` to ``[B]``; nan if a week is."""
    weeks = np.arange(len(values)) - (len(values) - 1) / 2
    return np.asarray(weeks @ np.stack(values) / (weeks @ weeks))


def conflict_means(conflicts: Arrays) -> F64:
    """Conflicts per customer, averaged over all sets of 2 to 7 channels, float64 ``[6, B]``."""
    sizes = np.asarray(conflicts["members"]).sum(axis=1)
    counts = np.asarray(conflicts["conflicts"], np.float64)
    return np.stack([counts[sizes == n].mean(axis=0) for n in range(2, 8)])
