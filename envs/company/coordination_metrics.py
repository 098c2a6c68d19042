"""Metrics of the coordination layer in the running episodes, and lifts from holdouts.

Letters: ``B`` environments, ``C`` channels.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels
from onevoice.envs.engine.thinning import scaled
from onevoice.envs.spec.coordination import RULES
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, I64

COMPANY_COLUMNS = {
    "bursts": kernels.BURSTS,
    "post_purchase_discounts": kernels.DISCOUNTS,
}
"""Columns of the layer's tally by the names of the whole company's metrics."""


def coordination_names(scenario: Scenario) -> list[str]:
    """Names of the layer's metrics: ``<channel>/<metric>``, then the company's; none without."""
    own = own_names(scenario)
    by_channel = [f"{channel}/{name}" for channel in scenario.channels for name in own]
    return [*by_channel, *company_names(scenario)]


def own_names(scenario: Scenario) -> list[str]:
    """Names of a channel's metrics of the layer; none without."""
    if not scenario.coordination.on:
        return []
    return [*channel_columns(scenario), *lift_names(scenario)]


def company_names(scenario: Scenario) -> list[str]:
    """Names of the whole company's; none without."""
    return [*COMPANY_COLUMNS, *lift_names(scenario)] if scenario.coordination.on else []


def channel_columns(scenario: Scenario) -> Mapping[str, int]:
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


class CoordinationSums:
    """The layer's tallies of the running episode of each of ``B`` environments, added up.

    Args:
        scenario: the configuration; without a layer all arrays are empty.
        num_envs: number of environments ``B``.
    """

    def __init__(self, scenario: Scenario, num_envs: int) -> None:
        rows = len(scenario.channels) + 1 if scenario.coordination.on else 0
        self._scenario = scenario
        self.counts: I64 = np.zeros((num_envs, rows, kernels.LAYER_COLUMNS), np.int64)
        """``[B, C + 1, LAYER_COLUMNS]``, last the whole company."""
        self._held = np.zeros((num_envs, rows), np.int64)

    def reset(self, rows: list[int], held_out: I64 | None) -> None:
        """Forget the past of some environments; ``held_out`` as ``Population.held_out``."""
        self.counts[rows] = 0
        if held_out is not None and self._held.size:
            self._held[rows] = held_out[rows]

    def copy_from(self, source: "CoordinationSums", env: int, held_out: I64) -> None:
        """Copy one environment's sums into every environment here, for as many customers.

        Args:
            source: of a scenario that differs at most in its population.
            env: which of its environments.
            held_out: as ``Population.held_out``, of the customers here.
        """
        few, whole = self._scenario.population, source._scenario.population
        self.counts[...] = scaled(source.counts[env], few, whole)
        if self._held.size:
            self._held[...] = held_out

    def state(self) -> dict[str, npt.NDArray[np.generic]]:
        """The arrays that define the sums, not copied; none without a layer."""
        if not self._held.size:
            return {}
        return {"metrics/layer": self.counts, "metrics/held_out": self._held}

    def figures(self, revenue: I64) -> F64:
        """The metrics, float64 ``[names, B]`` in the order of ``coordination_names``.

        Args:
            revenue: of the episodes so far, money units, int64 ``[B]``.
        """
        rows: list[F64] = []
        lost = self.counts[:, :, kernels.HELD_REVENUE]
        measured = lifts(self._scenario.population, self._held, revenue, lost)
        for row in range(self.counts.shape[1]):
            company = row == len(self._scenario.channels)
            columns = COMPANY_COLUMNS if company else channel_columns(self._scenario)
            counts = self.counts.sum(axis=1) if company else self.counts[:, row]
            rows += [counts[:, column].astype(np.float64) for column in columns.values()]
            if lift_names(self._scenario):
                rows += [self._held[:, row].astype(np.float64), measured[:, row]]
        return np.array(rows).reshape(len(rows), len(revenue))


def lifts(population: int, held_out: I64, revenue: I64, lost: I64) -> F64:
    """Revenue of a customer less that of one held out, $ per 1,000, float64 ``[B, C + 1]``.

    Of a channel: among those who are not held out from all. nan if nobody is held out.

    Args:
        population: customers of an environment.
        held_out: as ``Population.held_out``, ``[B, C + 1]``.
        revenue: of all customers, money units, int64 ``[B]``.
        lost: of those held out, money units, int64 ``[B, C + 1]``.
    """
    held = held_out.astype(np.float64)
    others, rest = population - held, revenue[:, None] - lost
    others[:, :-1] -= held[:, -1:]
    rest[:, :-1] -= lost[:, -1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1000.0 / kernels.MONEY * (rest / others - lost / held))
