"""Metrics of the running episodes: the dashboard and the truth."""

from collections.abc import Sequence

import numpy as np

from onevoice.envs.company.budget import monthly_amounts
from onevoice.envs.company.coordination_metrics import CoordinationSums, coordination_names
from onevoice.envs.company.metric_kernels import accumulate_episode, episode_metrics
from onevoice.envs.engine import kernels
from onevoice.envs.engine.population import Survey, Tally
from onevoice.envs.engine.thinning import scaled
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, I64, Arrays

CHANNEL_METRICS = (
    "touches",
    "engagements",
    "engagement_rate",
    "clicks",
    "claimed_revenue",
    "spend",
    "opt_outs",
    "roas",
)
SYSTEM_METRICS = (
    "ncv",
    "revenue",
    "margin",
    "spend",
    "orders",
    "churn",
    "opt_outs",
    "trust",
    "awareness",
    "conflicts",
    "aware_clicks",
    "overclaim",
    "budget_used",
    "equity",
)


def metric_names(scenario: Scenario) -> list[str]:
    """``<channel>/<metric>`` for every channel, then the metrics of the whole system.

    With a coordination layer, its counts by channel and of the whole company follow.
    """
    own = [f"{channel}/{name}" for channel in scenario.channels for name in CHANNEL_METRICS]
    names = [*own, *SYSTEM_METRICS]
    return [*names, *coordination_names(scenario)]


class EpisodeMetrics:
    """Adds up the tallies of the running episode of each of ``B`` environments."""

    def __init__(self, scenario: Scenario, num_envs: int) -> None:
        self._scenario, self.names = scenario, metric_names(scenario)
        channels = len(scenario.channels)
        self._channels = np.zeros((num_envs, channels, kernels.CHANNEL_COLUMNS), np.int64)
        self._system = np.zeros((num_envs, kernels.SYSTEM_COLUMNS), np.int64)
        self._layer = CoordinationSums(scenario, num_envs)
        self._equity = np.zeros(num_envs, np.int64)
        self._decisions = np.zeros(num_envs, np.int64)
        self._budget = int(monthly_amounts(scenario).sum())

    def reset(self, envs: Sequence[int], survey: Survey, held_out: I64 | None = None) -> None:
        """Forget the past of some environments.

        Args:
            envs: which of them.
            survey: where they start.
            held_out: customers whom each channel, and last whom none, ever touches, ``[B, C + 1]``.
        """
        rows = list(envs)
        self._layer.reset(rows, held_out)
        self._channels[rows], self._system[rows], self._decisions[rows] = 0, 0, 0
        self._equity[rows] = survey.states[rows, :, kernels.EQUITY].sum(axis=1)

    def add(self, tally: Tally) -> None:
        """Add one decision."""
        accumulate_episode(
            *tally, self._channels, self._system, self._layer.counts, self._decisions
        )

    def copy_from(self, source: "EpisodeMetrics", env: int, held_out: I64) -> None:
        """Copy one environment's sums into every environment here, for as many customers.

        Args:
            source: of a scenario that differs at most in its population.
            env: which of its environments.
            held_out: as ``Population.held_out``, of the customers here.
        """
        few, whole = self._scenario.population, source._scenario.population
        self._layer.copy_from(source._layer, env, held_out)
        self._channels[...] = scaled(source._channels[env], few, whole)
        self._system[...] = scaled(source._system[env], few, whole)
        self._equity[...] = scaled(source._equity[env], few, whole)
        self._decisions[...] = source._decisions[env]

    def state(self) -> Arrays:
        """The arrays that define the running sums, not copied."""
        return {
            **self._layer.state(),
            "metrics/channels": self._channels,
            "metrics/system": self._system,
            "metrics/equity": self._equity,
            "metrics/decisions": self._decisions,
        }

    def figures(self, survey: Survey) -> F64:
        """All metrics of the episode so far, float64 ``[names, B]``; see ``metric_names``.

        A rate without a base is nan. Money is in $, ``ncv`` in $ per 1,000 customers per 28 days;
        churn, opt-outs and conflicts are per customer. ``lift`` is revenue of a customer less that
        of one held out, $ per 1,000 customers.
        """
        scenario, figures = self._scenario, np.empty((len(self.names), len(self._decisions)))
        first = self._channels.shape[1] * len(CHANNEL_METRICS) + len(SYSTEM_METRICS)
        episode_metrics(
            self._channels,
            self._system,
            survey.states,
            self._equity,
            self._decisions,
            float(scenario.decision_hours),
            scenario.customers.margin,
            self._budget,
            scenario.population,
            figures[:first],
        )
        if first < len(figures):
            figures[first:] = self._layer.figures(self._system[:, kernels.REVENUE])
        return figures

    def report(self, survey: Survey) -> dict[str, F64]:
        """The same figures by name, float64 ``[B]`` each."""
        return dict(zip(self.names, self.figures(survey), strict=True))
