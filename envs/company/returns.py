"""Returns on spend, as platforms claim them or as holdouts measure them.

Letters: ``B`` environments, ``C`` channels.
"""

from typing import Protocol

import numpy as np

from onevoice.envs.company.coordination_metrics import lifts
from onevoice.envs.engine import kernels
from onevoice.envs.engine.population import Tally
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, I64


class Evidence(Protocol):
    """Turns decisions into returns by channel."""

    def reset(self, rows: list[int], held_out: I64 | None) -> None:
        """Forget the past of some environments; ``held_out`` as ``Population.held_out``."""

    def add(self, tally: Tally) -> None:
        """Add one decision."""

    def returns(self, since: I64) -> F64:
        """$ per $ spent, ``[B, C]``; not finite where nothing is known.

        Args:
            since: tallies since the last revision, ``[B, C, CHANNEL_COLUMNS]``.
        """

    def state(self) -> dict[str, I64]:
        """Sums of money and customers, not copied."""


class Claims:
    """Returns claimed by platforms since the last revision."""

    def reset(self, rows: list[int], held_out: I64 | None) -> None:
        """See ``Evidence``."""

    def add(self, tally: Tally) -> None:
        """See ``Evidence``."""

    def returns(self, since: I64) -> F64:
        """See ``Evidence``."""
        return _ratio(since[..., kernels.CLAIMED], since[..., kernels.SPEND])

    def state(self) -> dict[str, I64]:
        """See ``Evidence``."""
        return {}


class Lifts:
    """Returns measured by holdouts since the episode began; one week is too noisy."""

    def __init__(self, scenario: Scenario, num_envs: int) -> None:
        channels = len(scenario.channels)
        self._population = scenario.population
        self._spend = np.zeros((num_envs, channels), np.int64)
        self._revenue = np.zeros(num_envs, np.int64)
        self._lost = np.zeros((num_envs, channels + 1), np.int64)
        self._held_out = np.zeros((num_envs, channels + 1), np.int64)

    def reset(self, rows: list[int], held_out: I64 | None) -> None:
        """See ``Evidence``."""
        for sums in (self._spend, self._revenue, self._lost):
            sums[rows] = 0
        if held_out is not None:
            self._held_out[rows] = held_out[rows]

    def add(self, tally: Tally) -> None:
        """See ``Evidence``."""
        self._spend += tally.channels[..., kernels.SPEND].sum(axis=2)
        self._revenue += tally.system[..., kernels.REVENUE].sum(axis=1)
        self._lost += tally.coordination[..., kernels.HELD_REVENUE].sum(axis=2)

    def returns(self, since: I64) -> F64:
        """See ``Evidence``."""
        measured = lifts(self._population, self._held_out, self._revenue, self._lost)
        whole = measured[:, :-1] * kernels.MONEY / 1000.0 * self._population
        return _ratio(whole, self._spend)

    def state(self) -> dict[str, I64]:
        """See ``Evidence``."""
        return {
            "budget/spend": self._spend,
            "budget/revenue": self._revenue,
            "budget/lost": self._lost,
            "budget/held_out": self._held_out,
        }


def _ratio(above: F64 | I64, below: I64) -> F64:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(above / below, np.float64)
