"""What one decision led to, in dollars, as rewards and metrics need it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels
from onevoice.envs.engine.population import Survey, Tally
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64


class Outcome(NamedTuple):
    """The customers before a decision, what happened, and the customers after it."""

    before: Survey
    tally: Tally
    after: Survey


def margin(scenario: Scenario, system: npt.NDArray[np.int64]) -> F64:
    """Revenue less the cost of goods, $ ``[B]``, of a tally ``[B, SYSTEM_COLUMNS]``."""
    goods = (1.0 - scenario.customers.margin) * system[:, kernels.LIST_VALUE]
    return np.asarray((system[:, kernels.REVENUE] - goods) / kernels.MONEY)


def net_value(scenario: Scenario, outcome: Outcome) -> F64:
    """Margin - spend + change of customer equity, $ per 1,000 customers, float64 ``[B, S]``.

    The customers are all those of the environment, so that the segments add up to the whole.
    With ``scenario.reward.expected`` purchases and departures count with the probability they
    had, not as they fell: the same mean with a fraction of the noise.
    """
    values = np.empty(outcome.tally.system.shape[:2])
    kernels.value_decision(
        *outcome.tally[:2], outcome.before.states, outcome.after.states, scenario.customers.margin,
        scenario.reward.expected, scenario.population, values,
    )  # fmt: skip
    return values
