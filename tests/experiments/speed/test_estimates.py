"""Ratios and what else is derived, from figures made by hand."""

from collections import Counter

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.speed.estimates import (
    Call,
    Growth,
    Peak,
    Speed,
    SpeedUp,
    Start,
    calls_of_arrays,
    growths,
    speed_ups,
)


def exact(value: float) -> Estimate:
    return Estimate(value, value, value)


def speed(customers: int, threads: int, cost: float, loop: float, name: str = "quartet") -> Speed:
    return Speed(name, 4, customers, threads, exact(cost), exact(loop))


def test_the_engine_is_held_against_the_loop() -> None:
    assert speed(10, 1, 30.0, 12.0).ratio == 2.5


def test_two_threads_are_held_against_one_of_the_same_population() -> None:
    found = speed_ups(
        [
            speed(10, 1, 30.0, 12.0), speed(10, 2, 20.0, 6.0), speed(10, 4, 10.0, 3.0),
            speed(99, 2, 1.0, 1.0), speed(10, 2, 1.0, 1.0, "septet"),
        ]
    )  # fmt: skip
    assert found == [SpeedUp("quartet", 10, engine=1.5, loop=2.0)]


def test_growth_is_of_one_thread_and_needs_two_populations() -> None:
    found = growths(
        [
            speed(10, 1, 30.0, 9.0), speed(10, 2, 90.0, 9.0), speed(50, 1, 24.0, 9.0),
            speed(99, 1, 27.0, 9.0), speed(10, 1, 1.0, 9.0, "septet"),
        ]
    )  # fmt: skip
    assert found == [Growth("quartet", 10, 99, 25.0)]


def test_calls_of_arrays_are_those_of_one_environment() -> None:
    calls = [
        Call("PettingZoo", "duet", 2, 1, exact(90.0), exact(20.0)),
        Call("arrays", "duet", 2, 16, exact(80.0), exact(20.0)),
        Call("arrays", "duet", 2, 1, exact(30.0), exact(20.0)),
    ]
    assert calls_of_arrays(calls) == {"duet": 30.0}
    assert [one.ratio for one in calls] == [4.5, 4.0, 1.5]


def test_the_start_and_the_memory() -> None:
    start = Start(exact(3.0), exact(2.0), 28.0, 0.5, Counter())
    assert (start.step_ratio, start.compile_ratio) == (1.5, 56.0)
    assert Peak("septet", 100, empty=1000, full=9000).per_customer == 80.0
