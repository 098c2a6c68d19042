"""One decision's transition, and its value in dollars for rewards and metrics."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.company.reward_kernels import value_decision
from onevoice.envs.engine import kernels
from onevoice.envs.engine.population import Survey, Tally
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64


class Transition(NamedTuple):
    """The customers before a decision, what happened, and the customers after it."""

    before: Survey
    tally: Tally
    after: Survey


def margin(scenario: Scenario, system: npt.NDArray[np.int64]) -> F64:
    """Revenue less the cost of goods, $ ``[B]``, of a tally ``[B, SYSTEM_COLUMNS]``."""
    goods = (1.0 - scenario.customers.margin) * system[:, kernels.LIST_VALUE]
    return np.asarray((system[:, kernels.REVENUE] - goods) / kernels.MONEY)


def net_value(scenario: Scenario, transition: Transition) -> F64:
    """Margin - spend + change of customer equity, $ per 1,000 customers, float64 ``[B, S]``.

    The customers are all those of the environment, so that the segments add up to the whole.
    With ``scenario.reward.expected`` purchases and departures count with the probability they
    had, not as they fell: the same mean with a fraction of the noise.
    """
    values = np.empty(transition.tally.system.shape[:2])
    value_decision(
        *transition.tally[:2],
        transition.before.states,
        transition.after.states,
        scenario.customers.margin,
        scenario.reward.expected,
        scenario.population,
        values,
    )
    return values
