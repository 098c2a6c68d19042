"""The log keeps what it was given; paths equal an obvious loop over customers."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevoice.envs.company.touch_log import (
    ENGAGEMENT,
    NO_CHANNEL,
    PURCHASE,
    TOUCH,
    Events,
    Paths,
    TouchLog,
    paths_of,
)
from onevoice.envs.engine import parameters

quick = settings(max_examples=200, database=None, deadline=None, derandomize=True)


class Row(NamedTuple):
    customer: int
    tick: int
    channel: int
    kind: int
    message: int = 0
    offer: int = 0
    revenue: int = 0


class Path(NamedTuple):
    events: list[tuple[int, int]]
    end: int
    value: float
    converted: bool


def bought(customer: int, tick: int, dollars: int) -> Row:
    return Row(customer, tick, NO_CHANNEL, PURCHASE, revenue=dollars * parameters.MONEY)


def log(*rows: Row) -> Events:
    touch_log = TouchLog()
    for row in rows:
        touch_log.add(*row)
    return touch_log.events()


def rows_of(events: Events) -> list[Row]:
    return [Row(*map(int, row)) for row in zip(*events, strict=True)]


def listed(paths: Paths) -> list[Path]:
    events = list(zip(paths.channel.tolist(), paths.tick.tolist(), strict=True))
    cuts = paths.offsets.tolist()
    ends = zip(paths.end.tolist(), paths.value.tolist(), paths.converted.tolist(), strict=True)
    return [Path(events[a:b], *end) for a, b, end in zip(cuts[:-1], cuts[1:], ends, strict=True)]


def loop(events: Events, lookback: int, kind: int) -> list[Path]:
    """What ``paths_of`` says, one customer and one event after the other."""
    rows, found = rows_of(events), []
    for customer in sorted({row.customer for row in rows}):
        seen: list[tuple[int, int]] = []
        for row in [row for row in rows if row.customer == customer]:
            if row.kind == kind:
                seen.append((row.channel, row.tick))
            if row.kind == PURCHASE:
                young = [(channel, tick) for channel, tick in seen if row.tick - tick <= lookback]
                found.append(Path(young, row.tick, row.revenue / parameters.MONEY, True))
                seen = []
        if seen:
            found.append(Path(seen, seen[-1][1], 0.0, False))
    return found


@st.composite
def logs(draw: st.DrawFn) -> list[Row]:
    customers, ticks, channels = st.integers(0, 4), st.integers(-3, 30), st.integers(0, 3)
    kinds = st.sampled_from([TOUCH, ENGAGEMENT])
    heard = st.tuples(customers, ticks, channels, kinds).map(lambda columns: Row(*columns))
    return draw(st.lists(heard | st.builds(bought, customers, ticks, st.integers(0, 99))))


def test_events_come_sorted_by_customer_tick_kind_and_channel() -> None:
    ordered = [
        Row(0, 2, 1, TOUCH, 3, 10),
        Row(0, 2, 4, TOUCH, 0, 25),
        Row(0, 2, 0, ENGAGEMENT, 1, 0),
        bought(0, 2, 40),
        Row(0, 3, 0, TOUCH),
        Row(2**32 - 1, 1, 0, TOUCH),
    ]
    shuffled = [ordered[i] for i in (4, 3, 5, 1, 0, 2)]
    assert rows_of(log(*shuffled)) == ordered


def test_columns_have_the_types_they_promise() -> None:
    types = ["uint32", "int32", "uint8", "uint8", "uint8", "uint8", "int64"]
    for events in (log(), log(Row(1, 1, 1, TOUCH))):
        assert [column.dtype.name for column in events] == types
        assert all(column.flags.c_contiguous for column in events)
    paths = paths_of(log(), 5)
    types = ["int64", "uint8", "int32", "int32", "float64", "bool"]
    assert [column.dtype.name for column in paths] == types
    assert paths.offsets.tolist() == [0]


def test_scalars_hold_for_the_whole_chunk() -> None:
    touch_log = TouchLog()
    customers, offers = np.array([5, 3]), np.array([0, 25], np.uint8)
    touch_log.add(customers, 7, np.uint8(2), TOUCH, np.array(1), offers, 0)
    assert rows_of(touch_log.events()) == [Row(3, 7, 2, TOUCH, 1, 25), Row(5, 7, 2, TOUCH, 1, 0)]


def test_the_log_copies_and_goes_on_after_a_look() -> None:
    touch_log, customers = TouchLog(), np.array([1, 2])
    touch_log.add(customers, 0, 0, TOUCH, 0, 0, 0)
    customers[:] = 9
    assert touch_log.events().customer.tolist() == [1, 2]
    touch_log.add(np.array([], np.uint32), 1, 0, TOUCH, 0, 0, 0)
    touch_log.add(0, 1, 0, TOUCH, 0, 0, 0)
    assert len(touch_log) == 3
    assert touch_log.events().customer.tolist() == [0, 1, 2]


@pytest.mark.parametrize("other", [np.arange(3), np.arange(1), np.ones((2, 1), np.int64)])
def test_arrays_of_one_chunk_are_equally_long(
    other: Any, error_line: Callable[[Callable[[], object]], str]
) -> None:
    line = error_line(lambda: TouchLog().add(np.arange(2), other, 0, TOUCH, 0, 0, 0))
    assert str(other.shape) in line


def test_paths_by_hand() -> None:
    events = log(
        Row(1, 0, 3, TOUCH),  # too old for the purchase at 12
        Row(1, 2, 0, TOUCH),  # exactly as old as allowed
        Row(1, 5, 1, ENGAGEMENT),
        Row(1, 12, 2, TOUCH),  # in the tick of the purchase
        bought(1, 12, 30),
        bought(1, 13, 20),  # nothing since the last purchase
        Row(1, 14, 1, TOUCH),
        Row(1, 90, 1, TOUCH),
        Row(2, 4, 1, TOUCH),
        bought(3, 1, 5),
    )
    assert listed(paths_of(events, 10)) == [
        Path([(0, 2), (2, 12)], 12, 30.0, True),
        Path([], 13, 20.0, True),
        Path([(1, 14), (1, 90)], 90, 0.0, False),
        Path([(1, 4)], 4, 0.0, False),
        Path([], 1, 5.0, True),
    ]
    assert paths_of(events, 10).direct == 25.0
    assert listed(paths_of(events, 10, ENGAGEMENT))[0] == Path([(1, 5)], 12, 30.0, True)


def test_lengths_and_owners_follow_from_the_offsets() -> None:
    paths = paths_of(log(bought(0, 1, 1), Row(1, 0, 2, TOUCH), Row(1, 0, 3, TOUCH)), 0)
    assert paths.lengths.tolist() == [0, 2]
    assert paths.owner.tolist() == [1, 1]


@quick
@given(logs(), st.integers(0, 20), st.sampled_from([TOUCH, ENGAGEMENT]))
def test_paths_equal_the_loop(rows: list[Row], lookback: int, kind: int) -> None:
    events = log(*rows)
    assert listed(paths_of(events, lookback, kind)) == loop(events, lookback, kind)


@quick
@given(logs(), st.integers(0, 20))
def test_every_dollar_is_on_one_path(rows: list[Row], lookback: int) -> None:
    paths = paths_of(log(*rows), lookback)
    spent = sum(row.revenue for row in rows) / parameters.MONEY
    assert paths.value.sum() == pytest.approx(spent)
    assert not paths.value[~paths.converted].any()


@quick
@given(logs().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_calls_does_not_matter(both: tuple[list[Row], list[Row]]) -> None:
    key = [(row.customer, row.tick, row.kind, row.channel) for row in rows_of(log(*both[0]))]
    again = [(row.customer, row.tick, row.kind, row.channel) for row in rows_of(log(*both[1]))]
    assert again == key == sorted(key)


@pytest.mark.parametrize("column", ["customer", "tick", "kind"])
def test_events_out_of_order_are_refused(
    column: str, error_line: Callable[[Callable[[], object]], str]
) -> None:
    apart = {"customer": Row(1, 5, 0, TOUCH), "tick": Row(2, 4, 0, TOUCH)}
    events = log(apart.get(column, Row(2, 5, 0, TOUCH)), bought(2, 5, 1))
    assert len(paths_of(events, 1).end) == (2 if column == "customer" else 1)
    events = events._replace(**{column: getattr(events, column)[::-1]})
    assert "sorted" in error_line(lambda: paths_of(events, 1))


def test_what_paths_cannot_be_made_of(error_line: Callable[[Callable[[], object]], str]) -> None:
    assert "kind" in error_line(lambda: paths_of(log(), 1, PURCHASE))
    assert "-1" in error_line(lambda: paths_of(log(), -1))
