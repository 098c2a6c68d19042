"""The dashboard and the truth of the running episodes, side by side."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onevoice.envs import kernels
from onevoice.envs.coordination import RULES
from onevoice.envs.population import Survey, Tally
from onevoice.envs.purse import monthly_amounts
from onevoice.envs.scenario import Scenario

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[np.generic]]

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
COMPANY_COLUMNS = {
    "bursts": kernels.BURSTS,
    "post_purchase_discounts": kernels.DISCOUNTS,
}
"""Columns of the layer's tally by the names of the whole company's metrics."""


def metric_names(scenario: Scenario) -> list[str]:
    """``<channel>/<metric>`` for every channel, then the metrics of the whole system.

    With a coordination layer, its counts by channel and of the whole company follow.
    """
    own = [f"{channel}/{name}" for channel in scenario.channels for name in CHANNEL_METRICS]
    names = [*own, *SYSTEM_METRICS]
    if scenario.coordination.on:
        counts, company = layer_columns(scenario), [*COMPANY_COLUMNS, *lift_names(scenario)]
        names += [
            f"{channel}/{name}"
            for channel in scenario.channels
            for name in [*counts, *lift_names(scenario)]
        ]
        names += company
    return names


def layer_columns(scenario: Scenario) -> dict[str, int]:
    """Columns of the layer's tally by the names of a channel's metrics."""
    rules = scenario.coordination.rules
    return {
        "wishes": kernels.WISHES,
        **{f"blocked/{rule}": kernels.BLOCKED + RULES.index(rule) for rule in rules},
        **{f"leaks/{rule}": kernels.LEAKS + RULES.index(rule) for rule in rules},
        "post_purchase_discounts": kernels.DISCOUNTS,
    }


def lift_names(scenario: Scenario) -> tuple[str, ...]:
    """Metrics of a holdout, if there is one."""
    return ("held_out", "lift") if "holdout" in scenario.coordination.rules else ()


class EpisodeMetrics:
    """Adds up the tallies of the running episode of each of ``B`` environments."""

    def __init__(self, scenario: Scenario, num_envs: int) -> None:
        self._scenario, self.names = scenario, metric_names(scenario)
        channels = len(scenario.channels)
        self._channels = np.zeros((num_envs, channels, kernels.CHANNEL_COLUMNS), np.int64)
        self._system = np.zeros((num_envs, kernels.SYSTEM_COLUMNS), np.int64)
        rows = channels + 1 if scenario.coordination.on else 0
        self._layer = np.zeros((num_envs, rows, kernels.LAYER_COLUMNS), np.int64)
        self._held = np.zeros((num_envs, rows), np.int64)
        self._equity = np.zeros(num_envs, np.int64)
        self._decisions = np.zeros(num_envs, np.int64)
        self._budget = int(monthly_amounts(scenario).sum())

    def reset(self, envs: Sequence[int], survey: Survey, held_out: I64 | None = None) -> None:
        """Forget the past of some environments.

        Args:
            envs: which of them.
            survey: where they start.
            held_out: customers whom each channel, and last whom none, ever touches, ``[B, A + 1]``.
        """
        rows = list(envs)
        self._layer[rows] = 0
        if held_out is not None and self._held.size:
            self._held[rows] = held_out[rows]
        self._channels[rows], self._system[rows], self._decisions[rows] = 0, 0, 0
        self._equity[rows] = survey.states[rows, :, kernels.EQUITY].sum(axis=1)

    def add(self, tally: Tally) -> None:
        """Add one decision."""
        kernels.sum_up(*tally, self._channels, self._system, self._layer, self._decisions)

    def state(self) -> Arrays:
        """The arrays that define the running sums, not copied."""
        layer = {"metrics/layer": self._layer, "metrics/held_out": self._held}
        return {
            **(layer if self._held.size else {}),
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
        kernels.report(
            self._channels, self._system, survey.states, self._equity, self._decisions,
            float(scenario.decision_hours), scenario.customers.margin, self._budget,
            scenario.population, figures[:first],
        )  # fmt: skip
        if self._held.size:
            figures[first:] = self._layer_figures()
        return figures

    def _layer_figures(self) -> F64:
        """The coordination layer's metrics, float64 ``[names, B]``."""
        scenario, rows = self._scenario, []
        lifts = self._lifts() if lift_names(scenario) else None
        for row in range(self._layer.shape[1]):
            company = row == len(scenario.channels)
            columns = COMPANY_COLUMNS if company else layer_columns(scenario)
            counts = self._layer.sum(axis=1) if company else self._layer[:, row]
            rows += [counts[:, column].astype(np.float64) for column in columns.values()]
            if lifts is not None:
                rows += [self._held[:, row].astype(np.float64), lifts[:, row]]
        return np.array(rows)

    def _lifts(self) -> F64:
        """Revenue of customers less that of those held out, $ per 1,000, float64 ``[B, A + 1]``.

        Of a channel: among those who are not held out from all.
        """
        held, revenue = self._held.astype(np.float64), self._layer[:, :, kernels.HELD_REVENUE]
        others = self._scenario.population - held
        rest = self._system[:, kernels.REVENUE, None] - revenue
        others[:, :-1] -= held[:, -1:]
        rest[:, :-1] -= revenue[:, -1:]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(1000.0 / kernels.MONEY * (rest / others - revenue / held))

    def report(self, survey: Survey) -> dict[str, F64]:
        """The same figures by name, float64 ``[B]`` each."""
        return dict(zip(self.names, self.figures(survey), strict=True))
