"""The calibration work: what the loop computes, and that each part of it is done."""

import numpy as np
import pytest

from onevoice.envs.typing import F32, U8
from onevoice.experiments.speed import calibration
from onevoice.experiments.speed.calibration import BLOCK, TICKS, states, sweep


def plain_mix(word: np.ndarray) -> np.ndarray:
    """The mixing hash on uint32 arrays, which wrap around by themselves."""
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B), (16, 1)):
        word = (word ^ (word >> np.uint32(shift))) * np.uint32(factor)
    return word


def plain_sweep(levels: F32, chosen: U8, ticks: int) -> None:
    """The loop in NumPy, all customers at once."""
    first = plain_mix(np.arange(len(levels), dtype=np.uint32))
    for step in range(ticks * len(chosen)):
        draw = (plain_mix(first ^ np.uint32(step)) >> np.uint32(8)) / np.float32(2.0**24)
        level = levels * np.float32(0.875) + np.float32(0.0625)
        chance = np.zeros_like(level)
        for coefficient in (0.03125, 0.0625, 0.125, 0.25):
            chance = chance * level + np.float32(coefficient)
        hit = draw.astype(np.float32) < chance
        levels[:] = np.where(hit, level * np.float32(0.5), level)
        chosen[step % len(chosen)] ^= hit


@pytest.mark.parametrize(("channels", "customers"), [(4, 2 * BLOCK + 17), (7, 100), (1, 0)])
def test_the_loop_computes_what_plain_numpy_does(channels: int, customers: int) -> None:
    mine, plain = states(channels, customers), states(channels, customers)
    sweep(*mine, 5)
    plain_sweep(*plain, 5)
    np.testing.assert_array_equal(mine[0], plain[0])
    np.testing.assert_array_equal(mine[1], plain[1])


def test_every_channel_chooses_some_and_not_all() -> None:
    levels, chosen = states(4, 1000)
    sweep(levels, chosen, 1)
    assert ((chosen.mean(axis=1) > 0.1) & (chosen.mean(axis=1) < 0.5)).all()
    assert len(np.unique(levels)) > 4


def test_threads_share_the_customers_of_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int, int]] = []

    def noted(levels: F32, chosen: U8, ticks: int) -> None:
        told.append((len(levels), chosen.shape[0], ticks))

    monkeypatch.setattr(calibration, "sweep", noted)
    turn = calibration.loop(channels=4, customers=11, threads=2)
    told.clear()
    turn()
    assert sorted(told) == [(5, 4, TICKS), (6, 4, TICKS)]


def test_the_calls_are_as_many_as_said(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(calibration, "nothing", lambda rows, table, number, packed: told.append(0))
    work = calibration.calls()
    told.clear()
    work()
    assert len(told) == calibration.CALLS


def test_the_compilation_is_that_of_the_loop_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []

    def compile_only(function: object) -> object:
        compiled.append(function)
        return lambda levels, chosen, ticks: None

    monkeypatch.setattr(calibration, "outer", compile_only)
    assert calibration.compile_seconds() >= 0.0
    assert compiled == [sweep.py_func] * (1 + calibration.COMPILATIONS)
