"""The model's random numbers and functions; ``test_kernels`` shows that the kernels have them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from onevoice.envs.engine.kernels import arithmetic as fast
from onevoice.envs.engine.kernels import purposes
from onevoice.envs.engine.kernels.bits import list_flags
from onevoice.envs.engine.kernels.draws import mix as fast_mix
from onevoice.envs.typing import F64
from tests.envs.test_kernels import quick as often
from tests.reference_draws import Draws, clip01, exponential, hazard, logistic, mix, tick_key

N = 200_000


def draws(seed: int = 1, tick: int = 0, purpose: int = 0) -> F64:
    return Draws(seed, tick, 0, N).uniform(purpose).astype(np.float64)


def test_draws_are_uniform() -> None:
    u = draws()
    assert u.min() >= 0
    assert u.max() < 1
    assert abs(u.mean() - 1 / 2) < 5 * np.sqrt(1 / 12 / N)
    assert abs(u.var() - 1 / 12) < 5 * np.sqrt(1 / 180 / N)
    assert _excess(np.floor(u * 1024)) < 5


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(draws()[1:], draws()[:-1], id="neighbours"),
        pytest.param(draws()[6:], draws()[:-6], id="six apart"),
        pytest.param(draws(tick=7), draws(tick=8), id="ticks"),
        pytest.param(draws(seed=0), draws(seed=1), id="seeds"),
        pytest.param(draws(seed=3), draws(seed=3 + 2**32), id="high halves of seeds"),
        pytest.param(draws(purpose=0), draws(purpose=1), id="purposes"),
        pytest.param(draws(purpose=16), draws(purpose=20), id="channels"),
        pytest.param(draws(tick=1)[1:], draws(tick=2)[:-1], id="next customer, next tick"),
    ],
)
def test_draws_do_not_depend_on_each_other(left: F64, right: F64) -> None:
    assert abs(np.corrcoef(left, right)[0, 1]) < 5 / np.sqrt(N)
    assert _excess(np.floor(left * 32) * 32 + np.floor(right * 32)) < 5


def _excess(cells: F64, count: int = 1024) -> float:
    """Standard deviations by which chi-square over ``count`` even cells lies off its mean."""
    seen = np.bincount(cells.astype(np.int64), minlength=count)
    chi_square = ((seen - len(cells) / count) ** 2).sum() / (len(cells) / count)
    return float(abs(chi_square - (count - 1)) / np.sqrt(2 * (count - 1)))


def test_customers_of_a_tick_never_share_a_word() -> None:
    assert len(np.unique(Draws(5, 3, 0, N).word(9))) == N


def test_ticks_share_no_more_words_than_chance() -> None:
    words = np.concatenate([Draws(5, tick, 0, 4096).word(0) for tick in range(64)])
    expected = len(words) ** 2 / 2**33
    assert len(words) - len(np.unique(words)) < expected + 5 * np.sqrt(expected)


def test_every_purpose_has_its_own_salt() -> None:
    purposes = np.arange(128, dtype=np.uint64)
    assert len(np.unique(mix((purposes + 1) * 0x9E3779B9))) == 128


def test_no_two_draws_of_a_tick_have_the_same_purpose() -> None:
    named = {name: value for name, value in vars(purposes).items() if name.startswith("DRAW_")}
    steps = [named.pop(f"DRAW_{x}") for x in ("CONTACT", "ENGAGE", "CLICK", "OPT_OUT")]
    of_channels = [purposes.CHANNEL_DRAWS + 4 * c + step for c in range(7) for step in steps]
    of_setup = [named.pop(f"DRAW_{x}") for x in ("REACH", "AFFINITY")]
    of_setup = [first + c for first in of_setup for c in range(7)]
    each = [*named.values(), *of_channels, *of_setup]
    assert len(each) == len(set(each))


def test_seeds_and_ticks_give_different_keys() -> None:
    keys = {tick_key(seed, tick) for seed in range(64) for tick in range(64)}
    assert len(keys) == 64 * 64
    assert tick_key(0, 0) == 0xE220A8397B1DCDAF  # the published first output of splitmix64


@njit
def hashed(word: Any) -> Any:
    return fast_mix(word)


@njit
def places(flags: Any, n: Any) -> Any:
    listed = np.zeros(len(flags), np.uint32)
    return listed[: list_flags(flags, n, listed)]


@often
@given(st.integers(0, 2**32 - 1))
def test_the_kernels_hash_is_the_models(word: int) -> None:
    assert int(hashed(np.uint32(word))) == int(mix(word))


@often
@given(st.lists(st.integers(0, 3), max_size=200), st.integers(0, 3))
def test_lists_hold_the_places_of_the_flags_and_nothing_beyond(flags: list[int], end: int) -> None:
    row = np.full(64 * (len(flags) // 64 + 1), end, np.uint8)
    row[: len(flags)] = flags
    assert places(row, len(flags)).tolist() == np.flatnonzero(flags).tolist()


@pytest.mark.parametrize(
    ("quick", "slow"),
    [
        (fast.exponential, exponential),
        (fast.event_probability, hazard),
        (fast.clip01, clip01),
    ],
)
def test_the_kernels_functions_are_the_models(
    quick: Callable[..., object], slow: Callable[..., object]
) -> None:
    x = np.linspace(0 if slow is hazard else -9, 9, 1001, dtype=np.float32)
    one_by_one = [quick.py_func(value) for value in x]  # type: ignore[attr-defined]  # Numba's dispatcher
    np.testing.assert_array_equal(one_by_one, slow(x))


@pytest.mark.parametrize(("reach", "error"), [(1.0, 3e-6), (2.0, 1e-4), (4.0, 4e-3)])
def test_the_exponential_is_accurate(reach: float, error: float) -> None:
    x = np.linspace(-reach, reach, 10_001, dtype=np.float32)
    np.testing.assert_allclose(exponential(x), np.exp(x), rtol=error)


def test_the_exponential_rises_and_ends() -> None:
    x = np.linspace(-20, 20, 10_001, dtype=np.float32)
    assert (np.diff(exponential(x)) >= 0).all()
    assert exponential(x)[0] > 0
    assert np.isfinite(exponential(x)).all()


@pytest.mark.parametrize(("reach", "error"), [(0.5, 1e-4), (1.0, 2e-3), (3.0, 3e-2)])
def test_the_hazard_is_accurate(reach: float, error: float) -> None:
    rate = np.linspace(0, reach, 10_001, dtype=np.float32)
    np.testing.assert_allclose(hazard(rate), -np.expm1(-rate), rtol=error)
    assert (hazard(np.array([0.0, 3.0, 50.0], np.float32)) < 1).all()


def test_the_logistic_is_the_sigmoid_of_log_odds() -> None:
    x = np.linspace(-2, 2, 1001, dtype=np.float32)
    p = 1 / (1 + np.exp(-(np.log(0.25) + x)))
    np.testing.assert_allclose(logistic(np.float32(0.25), x), p, rtol=1e-4)
