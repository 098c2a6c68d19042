"""A company with fewer customers that stands where a larger one stands.

Letters: ``N`` customers of the smaller company, ``S`` segments.
"""

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64


def thinned(sizes: I64, kept: I64) -> I64:
    """Indices of a sample of customers, evenly spaced in every segment, ``[N]``.

    Rounding may give a segment of the smaller company one customer more than it has in the larger
    one; then a customer is taken twice.

    Args:
        sizes: customers per segment, ``[S]``.
        kept: how many of them are kept, ``[S]``.

    Raises:
        OneVoiceError: if customers should come from a segment without any.
    """
    (missing,) = np.nonzero((sizes == 0) & (kept > 0))
    if len(missing):
        raise OneVoiceError(
            f"population {int(kept.sum())} puts a customer into segment {missing[0]}, which is "
            f"empty in the original, of {int(sizes.sum())}; give another population"
        )
    starts = np.cumsum(sizes) - sizes
    rows = zip(starts, sizes, kept, strict=True)
    return np.concatenate([start + np.arange(n) * size // n for start, size, n in rows])


def thinned_scenario(scenario: Scenario, population: int | None) -> Scenario:
    """The scenario with fewer customers, or as it is for None.

    Raises:
        OneVoiceError: if ``population`` is not from 1 to the scenario's own.
    """
    whole = scenario.population
    if population is None or population == whole:
        return scenario
    if not 1 <= population < whole:
        raise OneVoiceError(
            f"population is {population}; expected 1 to {whole}, that of the original"
        )
    return load_scenario(scenario, population=population)


def scaled(amounts: I64, few: int, whole: int) -> I64:
    """Amounts of ``whole`` customers for ``few`` of them, rounded down; same shape."""
    return np.asarray(amounts * few // whole)
