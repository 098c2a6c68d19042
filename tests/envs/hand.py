"""Tallies and surveys written by hand: two channels, two segments of 50, decisions of two days."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import MONEY
from onevoice.envs.engine.population import Survey, Tally
from onevoice.envs.spec.scenario import Scenario

EMAIL, SOCIAL = 0, 1
Columns = Mapping[int, float]


def hand_scenario(**fields: Any) -> Scenario:
    """Email and social, 100 customers, two segments, seven decisions of two days."""
    values = {
        "channels": ["email", "social"],
        "population": 100,
        "days": 14,
        "decision_hours": 48,
        "tick_hours": 24,
        "segments": {
            "ages": [(18, 44), (45, 79)],
            "age_shares": [0.5, 0.5],
            "values": [1.0],
            "value_shares": [1.0],
        },
        "budget": {"amount": 500},
    }
    return Scenario.model_validate(values | fields)


def hand_tally(
    channels: Mapping[tuple[int, int], Columns] | None = None,
    system: Mapping[int, Columns] | None = None,
) -> Tally:
    """One environment: columns by (channel, segment), and by segment; nothing else happened."""
    tally = Tally(
        np.zeros((1, 2, 2, kernels.CHANNEL_COLUMNS), np.int64),
        np.zeros((1, 2, kernels.SYSTEM_COLUMNS), np.int64),
        np.zeros((1, 0, 2, kernels.LAYER_COLUMNS), np.int64),
    )
    for place, columns in (channels or {}).items():
        for column, value in columns.items():
            tally.channels[0, *place, column] = value
    for segment, columns in (system or {}).items():
        for column, value in columns.items():
            tally.system[0, segment, column] = value
    return tally


def hand_spend(spend: npt.ArrayLike) -> Tally:
    """Channels spent so many money units, ``[B, C]``, in one segment; nothing else happened."""
    amounts = np.asarray(spend, np.int64)
    tally = Tally(
        np.zeros((*amounts.shape, 1, kernels.CHANNEL_COLUMNS), np.int64),
        np.zeros((len(amounts), 1, kernels.SYSTEM_COLUMNS), np.int64),
        np.zeros((len(amounts), 0, 1, kernels.LAYER_COLUMNS), np.int64),
    )
    tally.channels[:, :, 0, kernels.SPEND] = amounts
    return tally


def hand_survey(
    alive: int = 40,
    in_market: int = 10,
    means: tuple[float, float, float, float] = (0.25, 0.5, 3.0, 0.125),
    equity: float = 0.0,
    subscribed: tuple[int, int] = (30, 20),
) -> Survey:
    """Both segments alike: means of awareness, trust, pressure and depth; equity in $."""
    sums = [alive * 65536 * mean for mean in means]
    row = np.array([alive, in_market, *sums, equity * MONEY, 0, 0, 0], np.int64)
    return Survey(np.tile(row, (1, 2, 1)), np.tile(np.array(subscribed)[:, None], (1, 1, 2)))


def dollars(amount: float) -> int:
    """Money units of an amount in $."""
    return round(amount * MONEY)
