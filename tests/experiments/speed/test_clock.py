"""Timing: what is timed and in which order, on a clock of our own; nothing here measures time."""

from collections.abc import Callable

from onevoice.experiments.speed.clock import ROUNDS, Turn, Walk, quartiles, side_by_side, timed


def test_a_walk_starts_anew_after_its_decisions_and_times_all_but_the_first() -> None:
    told: list[str] = []

    def begin() -> Callable[[str], None]:
        told.append("begin")
        return told.append

    walk = Walk(begin, ["a", "b", "c"])
    seconds = [walk() for _ in range(3)]
    assert told == ["begin", "a", "b", "c", "begin", "a", "b"]
    assert all(value >= 0.0 for value in seconds)


def test_sides_take_turns_in_every_round() -> None:
    told: list[str] = []

    def turn(name: str, seconds: float) -> Turn:
        def act() -> float:
            told.append(name)
            return seconds

        return act

    found = side_by_side({"slow": turn("slow", 9.0), "fast": turn("fast", 0.5)}, 5.0)
    assert told == ["slow", "fast", "fast"] * ROUNDS
    assert found["slow"] == (9.0, 9.0, 9.0)
    assert found["fast"] == (0.5, 0.5, 0.5)


def test_the_median_and_the_quartiles() -> None:
    assert quartiles([5.0, 1.0, 2.0, 4.0, 3.0]) == (3.0, 2.0, 4.0)
    assert quartiles([7.0]) == (7.0, 7.0, 7.0)


def test_what_is_timed_is_done_once_a_turn() -> None:
    told: list[str] = []
    turn = timed(lambda: told.append("done"))
    assert told == []
    assert turn() >= 0.0
    assert told == ["done"]
