"""The customers in NumPy and polars are those of the slow model, while the budget is ample."""

from collections import Counter
from functools import partial

import numpy as np
import pytest
from hypothesis import given

from onevoice.envs.reference.arithmetic import exponential
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.speed.peers.crowd import AMPLE
from onevoice.experiments.speed.peers.customers import decide
from onevoice.experiments.speed.peers.numpy_table import NumpyTable
from onevoice.experiments.speed.peers.table import Column
from tests.envs.cases import SEEDS, scenarios
from tests.envs.test_kernels import MARKETS, few
from tests.experiments.speed.builders import Same, busy

CASES = scenarios(budget=AMPLE)


class ExactNumpy(NumpyTable):
    """With the model's own exponential instead of NumPy's."""

    def exp(self, x: Column) -> Column:
        return exponential(x)


def assert_equal_lives(same: Same) -> Counter[str]:
    table = ExactNumpy(same.crowd, same.uniform)
    found, slow = same.live(partial(decide, table))
    assert found == slow
    for name, values in same.states().items():
        np.testing.assert_array_equal(table[name], values, err_msg=name)
    assert not [name for name, values in table.arrays.items() if values.dtype == np.float64]
    return slow


@few
@given(CASES, SEEDS, MARKETS)
def test_numpy_equals_the_slow_model_count_for_count_and_bit_for_bit(
    scenario: Scenario, seed: int, market: int
) -> None:
    assert_equal_lives(Same(scenario, seed, market))


def test_they_are_equal_where_everything_happens() -> None:
    counts = assert_equal_lives(Same(busy()))
    happened = {name.rstrip("0123456789") for name, count in counts.items() if count > 0}
    assert happened == {name.rstrip("0123456789") for name in counts}


def test_numpys_own_exponential_leads_to_nearly_the_same_events() -> None:
    found, slow = (same := Same(busy())).live(partial(decide, NumpyTable(same.crowd, same.uniform)))
    for name, count in slow.items():
        assert found[name] == pytest.approx(count, rel=0.02, abs=3), name


@few
@given(CASES, SEEDS, MARKETS)
def test_polars_equals_the_slow_model_count_for_count_and_bit_for_bit(
    scenario: Scenario, seed: int, market: int
) -> None:
    pl = pytest.importorskip("polars")
    from onevoice.experiments.speed.peers.polars_table import PolarsTable

    class ExactPolars(PolarsTable):
        def exp(self, x: Column) -> Column:
            return x.map_batches(lambda s: pl.Series(exponential(s.to_numpy())), pl.Float32)

    same = Same(scenario, seed, market)
    table = ExactPolars(same.crowd, same.uniform)
    found, slow = same.live(partial(decide, table))
    assert found == slow
    for name, values in same.states().items():
        np.testing.assert_array_equal(table.frame[name].to_numpy(), values, err_msg=name)
    assert pl.Float64 not in table.frame.dtypes
