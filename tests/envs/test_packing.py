"""Packed arrays hold every field under its own name, and few arrays hold them all."""

from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest
from numba import njit

from onevoice.envs.engine import kernels, parameters
from onevoice.envs.engine.kernels.packing import Layout
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.typing import F32, U8
from tests.envs.builders import LIVELY

SIZES = {"B": 2, "C": 3, "K": 64, "L": 5, "N": 7, "P": 2, "R": 4, "S": 6, "T": 8, "X": 2}
LAYOUTS = {
    "state": kernels.STATE,
    "parameters": kernels.PARAMETERS,
    "rulebook": kernels.RULEBOOK,
    "buffers": kernels.BUFFERS,
}


class Left(NamedTuple):
    """Some fields, of which two look alike."""

    one: Annotated[F32, "N"]
    two: Annotated[F32, "N"]
    code: Annotated[U8, "C+1 N"]
    number: np.float32


class Right(NamedTuple):
    """More of the same kinds, in another order."""

    code: Annotated[U8, "C+1 N"]
    three: Annotated[F32, "N"]


def fields(layout: Layout, packed: Any) -> dict[tuple[str, str], Any]:
    """Views by the names of tuple and field."""
    read = layout.read(packed)
    tuples = [read] if len(layout.tuples) == 1 else read
    return {(type(t).__name__, name): getattr(t, name) for t in tuples for name in t._fields}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_what_is_written_under_a_name_is_read_under_it_and_under_no_other(layout: Layout) -> None:
    packed = layout.allocate(**SIZES)
    for place, array in enumerate(fields(layout, packed).values()):
        if isinstance(array, np.ndarray):
            array[...] = place % 251
    for place, array in enumerate(fields(layout, packed).values()):
        if isinstance(array, np.ndarray):
            assert (array == place % 251).all()
    assert sum(a.size for a in packed) == sum(np.size(a) for a in fields(layout, packed).values())


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_packing_and_reading_give_back_every_field(layout: Layout) -> None:
    rng, made = np.random.default_rng(1), layout.allocate(**SIZES)
    for array in made:
        array[...] = rng.integers(1, 100, size=array.shape)
    tuples = layout.read(made)
    packed = layout.pack(*([tuples] if len(layout.tuples) == 1 else tuples))
    found = fields(layout, packed)
    for name, value in fields(layout, made).items():
        assert found[name].dtype == value.dtype
        np.testing.assert_array_equal(found[name], value, err_msg=str(name))


def test_fields_of_one_type_and_the_same_axes_share_an_array() -> None:
    layout = Layout(Left, Right)
    packed = layout.allocate(C=2, N=5)
    assert [(a.dtype.name, a.shape) for a in packed] == [
        ("float32", (3, 5)),
        ("uint8", (2, 3, 5)),
        ("float32", (1,)),
    ]
    left, right = layout.read(packed)
    assert left.one.base is packed[0]
    assert right.three.base is packed[0]
    assert [part.shape for part in layout.parts(packed, Right)] == [(1, 5), (1, 3, 5)]


def test_a_kernel_reads_the_same_fields() -> None:
    layout = Layout(Left, Right)
    read = njit(layout.read)

    @njit
    def sums(packed: Any) -> Any:
        left, right = read(packed)
        return left.one.sum(), left.two.sum(), right.three.sum(), right.code.sum(), left.number

    packed = layout.allocate(C=2, N=5)
    left, right = layout.read(packed)
    left.two[:], right.three[:], right.code[:], packed[2][0] = 1, 2, 3, 4
    assert sums(packed) == (0, 5, 10, 45, 4)


def test_a_scenarios_parameters_come_back_by_name() -> None:
    scenario = load_scenario("septet", customers=LIVELY, coordination="full")
    given: tuple[Any, Any] = (
        parameters.pack_rates(scenario),
        parameters.pack_channels(scenario),
    )
    found = kernels.PARAMETERS.read(kernels.PARAMETERS.pack(*given))
    for one, back in zip(given, found, strict=True):
        for name, value in one._asdict().items():
            np.testing.assert_array_equal(getattr(back, name), value, err_msg=name)
    rules = parameters.pack_rules(scenario, 2)
    back = kernels.RULEBOOK.read(kernels.RULEBOOK.pack(rules))
    for name in rules._fields:
        np.testing.assert_array_equal(getattr(back, name), getattr(rules, name), err_msg=name)
