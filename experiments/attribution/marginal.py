"""A little more and a little less of one channel, everything else equal.

Letters: ``T`` decisions, ``A`` channels, ``K`` action entries.
"""

from typing import Any, NamedTuple

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.attribution.replays import Stage, totals
from onevoice.policies.base import Actions


class Steps(NamedTuple):
    """What less and more of each channel led to, ``[A, 2]``."""

    revenue: F64
    """Of the company, $."""
    spend: F64
    """Of the channel, $."""
    touches: F64
    """Of the channel."""


def replay_steps(stage: Stage, actions: Actions, step: float) -> Steps:
    """Replay the market with each channel scaled by ``1 - step`` and by ``1 + step``.

    Args:
        stage: the market.
        actions: what all channels did, int64 ``[T, 1, A, K]``.
        step: share by which the channel's activity changes.
    """
    rows = []
    for place, channel in enumerate(stage.scenario.channels):
        for factor in (1.0 - step, 1.0 + step):
            scenario = scaled(stage.scenario, channel, factor)
            done = totals(scenario, stage.replay(actions, scenario))
            rows.append((done.revenue[0], done.spend[0, place], done.touches[0, place]))
    table = np.array(rows).reshape(-1, 2, 3)
    return Steps(*np.moveaxis(table, 2, 0))


def scaled(scenario: Scenario, channel: str, factor: float) -> Scenario:
    """The scenario with ``factor`` times the activity of one channel, at the same prices.

    Its contact rates and trigger probability are multiplied, probabilities up to 1 at most; a
    budget of its own is multiplied too, one that all channels share stays as it is.
    """
    values: dict[str, Any] = scenario.model_dump()
    one, budget = values["channels"][channel], values["budget"]
    most = np.inf if one["kind"] == "push" else 1.0
    one["intensity"] = [float(min(rate * factor, most)) for rate in one["intensity"]]
    one["trigger"] = min(one["trigger"] * factor, 1.0)
    if budget["kind"] == "split":
        budget["split"][channel] = budget["split"].get(channel, 0.0) * factor
        budget["amount"] = sum(budget["split"].values())
    return Scenario.model_validate(values)
