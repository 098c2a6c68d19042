"""Tallies of a decision, by segment.

Letters: ``C`` channels, ``N`` customers, ``S`` segments.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference.customers import Customers
from onevoice.envs.typing import I64


class Counts:
    """What happened in a decision: ``channels [C, S, ...]``, ``system [S, ...]``, ``layer``.

    Columns are those of ``onevoice.envs.engine.population.Tally``; ``layer [C + 1, S, ...]`` has no
    rows without a coordination layer, and its last row counts for the company.

    Args:
        customers: who are counted.
    """

    def __init__(self, customers: Customers) -> None:
        self.segment, segments = customers.segment, len(customers.sizes)
        ends = np.searchsorted(self.segment, np.arange(segments + 1)).tolist()
        self.places = [(s, slice(*part)) for s, part in enumerate(pairwise(ends))]
        self.channels = np.zeros((customers.n_channels, segments, k.CHANNEL_COLUMNS), np.int64)
        self.system = np.zeros((segments, k.SYSTEM_COLUMNS), np.int64)
        rows = customers.n_channels + 1 if customers.scenario.coordination.on else 0
        self.layer = np.zeros((rows, segments, k.LAYER_COLUMNS), np.int64)

    def take(self, others: "Counts") -> None:
        """Add other counts."""
        self.channels += others.channels
        self.system += others.system
        self.layer += others.layer

    def add(self, channel: int, column: int, values: npt.NDArray[np.generic]) -> None:
        """Add one value ``[N]`` of each customer to a column of a channel."""
        self._add(self.channels[channel, :, column], values)

    def add_system(self, column: int, values: npt.NDArray[np.generic]) -> None:
        """Add one value ``[N]`` of each customer to a column of the system."""
        self._add(self.system[:, column], values)

    def _add(self, sums: I64, values: npt.NDArray[np.generic]) -> None:
        """Add values ``[N]`` to sums by segment, ``[S]``; segments lie one after the other."""
        for segment, place in self.places:
            sums[segment] += values[place].sum(dtype=np.int64)

    def add_layer(self, row: int, q: int, column: int, value: int = 1) -> None:
        """Add a value of customer ``q`` to a column of a channel, or of the company."""
        self.layer[row, self.segment[q], column] += value
