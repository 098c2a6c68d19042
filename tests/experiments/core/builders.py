"""Trajectories written by hand: every column that is not named is zero."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import MONEY
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.core.trajectories import Trajectory

Columns = Mapping[str, npt.ArrayLike]
DOLLARS = ("CLAIMED", "SPEND", "REVENUE", "LIST_VALUE", "EQUITY")
MEANS = ("AWARENESS", "TRUST", "PRESSURE", "DEPTH")
SHARES = ("IN_MARKET", "TWO_MESSAGES", "THREE_MESSAGES", "FOUR_MESSAGES")
SURVEYED = ("ALIVE", "EQUITY", *MEANS, *SHARES)


def make_trajectory(
    scenario: Scenario, decisions: int, columns: Columns, worlds: int = 1
) -> Trajectory:
    """A trajectory in which columns have these values.

    Args:
        scenario: gives the channels.
        decisions: how many, ``T``.
        columns: ``email/TOUCHES`` is a channel's column; a column of a survey has ``T + 1`` values.
            A value is one number, one per decision, or ``[T, B]``. Money is in $, states are means
            over living customers, shares are shares of them. All customers live by default.
        worlds: ``B``.
    """
    rows, channels = decisions, len(scenario.channels)
    made = Trajectory(
        np.zeros((rows, worlds, channels, kernels.CHANNEL_COLUMNS), np.int64),
        np.zeros((rows, worlds, kernels.SYSTEM_COLUMNS), np.int64),
        np.zeros((rows + 1, worlds, kernels.SURVEY_COLUMNS), np.int64),
        np.zeros((rows + 1, worlds, channels), np.int64),
    )
    for name, values in {"ALIVE": scenario.population, **columns}.items():
        _column(scenario, made, name)[...] = _units(made, name, np.asarray(values, np.float64))
    return made


def _column(scenario: Scenario, trajectory: Trajectory, name: str) -> npt.NDArray[np.int64]:
    channel, _, column = name.rpartition("/")
    place = getattr(kernels, column)
    if channel:
        row = [str(one) for one in scenario.channels].index(channel)
        return trajectory.channels[:, :, row, place]
    return (trajectory.survey if column in SURVEYED else trajectory.system)[:, :, place]


def _units(
    trajectory: Trajectory, name: str, values: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    values = values[:, None] if values.ndim == 1 else values
    column, alive = name.rpartition("/")[2], trajectory.survey[..., kernels.ALIVE]
    if column in DOLLARS:
        values = values * MONEY
    if column in MEANS:
        values = values * alive * float(kernels.FIXED)
    if column in SHARES:
        values = values * alive
    return np.round(values).astype(np.int64)
