"""The dashboard and the truth of the running episodes, side by side."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onevoice.envs import kernels
from onevoice.envs.outcome import equity, margin
from onevoice.envs.parameters import MONEY
from onevoice.envs.population import Survey, Tally
from onevoice.envs.purse import monthly_amounts
from onevoice.envs.scenario import MONTH_DAYS, Scenario

F64 = npt.NDArray[np.float64]
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


class EpisodeMetrics:
    """Adds up the tallies of the running episode of each of ``B`` environments."""

    def __init__(self, scenario: Scenario, num_envs: int) -> None:
        self._scenario = scenario
        self._channels = np.zeros(
            (num_envs, len(scenario.channels), kernels.CHANNEL_COLUMNS), np.int64
        )
        self._system = np.zeros((num_envs, kernels.SYSTEM_COLUMNS), np.int64)
        self._equity = np.zeros(num_envs)
        self._steps = np.zeros(num_envs, np.int64)

    def reset(self, envs: Sequence[int], survey: Survey) -> None:
        """Forget the past of some environments; ``survey`` is where they start."""
        rows = list(envs)
        self._channels[rows], self._system[rows], self._steps[rows] = 0, 0, 0
        self._equity[rows] = equity(survey)[rows]

    def add(self, tally: Tally) -> None:
        """Add one decision."""
        self._channels += tally.channels.sum(axis=2)
        self._system += tally.system.sum(axis=1)
        self._steps += 1

    def state(self) -> Arrays:
        """The arrays that define the running sums, not copied."""
        return {
            "metrics/channels": self._channels,
            "metrics/system": self._system,
            "metrics/equity": self._equity,
            "metrics/steps": self._steps,
        }

    def report(self, survey: Survey) -> dict[str, F64]:
        """All metrics of the episode so far, float64 ``[B]`` each.

        Channel metrics are named ``<channel>/<metric>``; a rate without a base is nan. Money is
        in $,
        ``ncv`` in $ per 1,000 customers per 28 days, opt-outs and conflicts are per customer.
        """
        report: dict[str, F64] = {}
        for c, channel in enumerate(self._scenario.channels):
            for name, values in _channel_report(self._channels[:, c]).items():
                report[f"{channel}/{name}"] = values
        return {**report, **self._system_report(survey)}

    def _system_report(self, survey: Survey) -> dict[str, F64]:
        people, system = self._scenario.population, self._system
        states = survey.states.sum(axis=1)
        left = np.maximum(states[:, kernels.ALIVE], 1) * float(kernels.FIXED)
        channels = self._channels.sum(axis=1)
        spend, revenue = channels[:, kernels.SPEND] / MONEY, system[:, kernels.REVENUE] / MONEY
        profit, now = margin(self._scenario, system), equity(survey)
        days = np.maximum(self._steps * self._scenario.decision_hours / 24, 1e-9)
        months = np.maximum(np.ceil(days / MONTH_DAYS - 1e-9), 1)
        budget = monthly_amounts(self._scenario).sum() / MONEY * months
        value = profit - spend + now - self._equity
        return {
            "ncv": value * 1000 / people * MONTH_DAYS / days,
            "revenue": revenue,
            "margin": profit,
            "spend": spend,
            "orders": system[:, kernels.ORDERS].astype(np.float64),
            "churn": system[:, kernels.CHURNED] / people,
            "opt_outs": channels[:, kernels.OPT_OUTS] / people,
            "trust": states[:, kernels.TRUST] / left,
            "awareness": states[:, kernels.AWARENESS] / left,
            "conflicts": system[:, kernels.CONFLICTS] / people,
            "aware_clicks": system[:, kernels.AWARE_CLICKS].astype(np.float64),
            "overclaim": _ratio(channels[:, kernels.CLAIMED] / MONEY, revenue),
            "budget_used": _ratio(spend, budget),
            "equity": now,
        }


def _channel_report(tally: npt.NDArray[np.int64]) -> dict[str, F64]:
    """The dashboard of one channel from its tally ``[B, CHANNEL_COLUMNS]``."""
    touches, engagements = tally[:, kernels.TOUCHES], tally[:, kernels.ENGAGEMENTS]
    claimed, spend = tally[:, kernels.CLAIMED] / MONEY, tally[:, kernels.SPEND] / MONEY
    return {
        "touches": touches.astype(np.float64),
        "engagements": engagements.astype(np.float64),
        "engagement_rate": _ratio(engagements, touches),
        "clicks": tally[:, kernels.CLICKS].astype(np.float64),
        "claimed_revenue": claimed,
        "spend": spend,
        "opt_outs": tally[:, kernels.OPT_OUTS].astype(np.float64),
        "roas": _ratio(claimed, spend),
    }


def _ratio(over: npt.ArrayLike, under: npt.ArrayLike) -> F64:
    """Element-wise ratio; nan where there is nothing to divide by."""
    top, bottom = np.broadcast_arrays(np.asarray(over, np.float64), np.asarray(under, np.float64))
    ratio: F64 = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    return ratio
