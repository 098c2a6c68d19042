"""The touch log of one environment as arrays, and the paths that lead to its purchases.

Letters: ``E`` events, ``P`` paths.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.engine.parameters import MONEY

if TYPE_CHECKING:
    from onevoice.envs.engine.population import BlockTick

TOUCH, ENGAGEMENT, PURCHASE = 0, 1, 2
"""Kinds of events, in the order in which they count within a tick."""
NO_CHANNEL = 255
"""Channel of a purchase."""
_EVENT = np.dtype(
    [
        ("customer", np.uint32),
        ("tick", np.int32),
        ("channel", np.uint8),
        ("kind", np.uint8),
        ("message", np.uint8),
        ("offer", np.uint8),
        ("revenue", np.int64),
    ]
)

Column = npt.NDArray[np.integer] | np.integer | int


class Events(NamedTuple):
    """Events sorted by customer, then tick, kind and channel; every array is ``[E]``."""

    customer: npt.NDArray[np.uint32]
    tick: npt.NDArray[np.int32]
    channel: npt.NDArray[np.uint8]
    """Index of the channel; ``NO_CHANNEL`` for a purchase."""
    kind: npt.NDArray[np.uint8]
    """``TOUCH``, ``ENGAGEMENT`` or ``PURCHASE``."""
    message: npt.NDArray[np.uint8]
    offer: npt.NDArray[np.uint8]
    """Discount, percent."""
    revenue: npt.NDArray[np.int64]
    """Price paid, 1/10,000 dollar; 0 unless a purchase."""


class TouchLog:
    """Collects the events of one environment's customers."""

    def __init__(self) -> None:
        self._log = bytearray()

    def __len__(self) -> int:
        """Number of events so far."""
        return len(self._log) // _EVENT.itemsize

    def add(
        self,
        customer: Column,
        tick: Column,
        channel: Column,
        kind: Column,
        message: Column,
        offer: Column,
        revenue: Column,
    ) -> None:
        """Append events: equally long arrays ``[n]``, or scalars that hold for all of them.

        The arrays are copied. Units are those of ``Events``; the order of calls does not matter.

        Raises:
            OneVoiceError: on arrays of different length or of more than one axis.
        """
        columns = (customer, tick, channel, kind, message, offer, revenue)
        shapes = {column.shape for column in columns if isinstance(column, np.ndarray)} - {()}
        if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
            raise OneVoiceError(
                f"arrays of events must be 1-D and equally long, not of shapes {sorted(shapes)}"
            )
        rows = np.empty(shapes.pop() if shapes else 1, _EVENT)
        for name, column in zip(_EVENT.names or (), columns, strict=True):
            rows[name] = column
        self._log += rows.tobytes()

    def note(self, happened: "BlockTick") -> None:
        """Append what a block of customers met and did in one tick; for ``Population.on_tick``."""
        tick, now, lo, hi, customers, buyers, prices = happened
        for kind, stamps in ((TOUCH, customers.touched), (ENGAGEMENT, customers.engaged)):
            channel, place = np.nonzero(stamps[:, lo:hi] == now)
            who = lo + place
            message, offer = customers.heard[channel, who], customers.offered[channel, who]
            self.add(who, tick, channel, kind, message, offer, 0)
        offer = customers.bought_offer[buyers]
        self.add(buyers, tick, NO_CHANNEL, PURCHASE, NO_CHANNEL, offer, prices)

    def events(self) -> Events:
        """All events so far, sorted; events alike in every sorting key keep their order."""
        rows = np.frombuffer(bytes(self._log), _EVENT)
        rows = rows[np.lexsort((rows["channel"], rows["kind"], rows["tick"], rows["customer"]))]
        return Events(*(np.ascontiguousarray(rows[name]) for name in _EVENT.names or ()))


class Paths(NamedTuple):
    """Paths of events; path ``p`` owns the events ``offsets[p]`` to ``offsets[p + 1]``."""

    offsets: npt.NDArray[np.int64]
    """First event of each path and the number of events at the end, int64 ``[P + 1]``."""
    channel: npt.NDArray[np.uint8]
    """Channel of each event, in time order within a path, uint8 ``[E]``."""
    tick: npt.NDArray[np.int32]
    """Tick of each event, int32 ``[E]``."""
    end: npt.NDArray[np.int32]
    """Tick of the purchase or, where there is none, of the last event, int32 ``[P]``."""
    value: npt.NDArray[np.float64]
    """Price paid, $, float64 ``[P]``; 0 if not converted."""
    converted: npt.NDArray[np.bool_]
    """Whether the path ends in a purchase, bool ``[P]``."""

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Number of events of each path, int64 ``[P]``."""
        return np.diff(self.offsets)

    @property
    def owner(self) -> npt.NDArray[np.int64]:
        """Path of each event, int64 ``[E]``."""
        return np.repeat(np.arange(len(self.end)), self.lengths)

    @property
    def direct(self) -> float:
        """Value of the purchases without any event before them, $: no channel's."""
        return float(self.value[self.lengths == 0].sum())


def paths_of(events: Events, lookback_ticks: int, kind: int = TOUCH) -> Paths:
    """Cut a log into paths, sorted by customer and time.

    A purchase ends a path made of the customer's events of ``kind`` since the previous purchase,
    those of its own tick included, and without those more than ``lookback_ticks`` before it. What
    follows a customer's last purchase is one path that did not convert, however long.

    Args:
        events: sorted as ``TouchLog.events`` returns them.
        lookback_ticks: age in ticks up to which an event belongs to the path of a purchase.
        kind: ``TOUCH`` or ``ENGAGEMENT``.

    Raises:
        OneVoiceError: on events out of order, another kind or a negative lookback.
    """
    _check(events, lookback_ticks, kind)
    rows = np.flatnonzero(events.kind == kind)
    stops = _stops(events, rows)
    ends = np.flatnonzero(stops)
    path: npt.NDArray[np.int64] = (np.cumsum(stops) - stops)[rows]
    end, converted = events.tick[ends], events.kind[ends] == PURCHASE
    kept = ~converted[path] | (events.tick[rows] >= end[path] - np.int64(lookback_ticks))
    rows, lengths = rows[kept], np.bincount(path[kept], minlength=len(ends))
    return Paths(
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        channel=events.channel[rows],
        tick=events.tick[rows],
        end=end,
        value=np.where(converted, events.revenue[ends] / MONEY, 0.0),
        converted=converted,
    )


def _stops(events: Events, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Where a path ends, bool ``[E]``: at purchases and at last ``rows`` that none follows."""
    stops = np.asarray(events.kind == PURCHASE)
    customer, purchases = events.customer[rows], np.flatnonzero(stops)
    last = np.append(customer[1:] != customer[:-1], True)[: len(rows)]
    buyers = np.append(events.customer[purchases].astype(np.int64), -1)
    following = buyers[np.cumsum(stops)[rows]]
    stops[rows[last & (following != customer)]] = True
    return stops


def _check(events: Events, lookback_ticks: int, kind: int) -> None:
    if kind not in (TOUCH, ENGAGEMENT):
        raise OneVoiceError(f"paths are made of kind {TOUCH} or {ENGAGEMENT}, not {kind}")
    if lookback_ticks < 0:
        raise OneVoiceError(f"lookback_ticks must not be negative, not {lookback_ticks}")
    if not _sorted(events):
        raise OneVoiceError("events must be sorted by customer, tick and kind")


def _sorted(events: Events) -> bool:
    ordered = np.ones(max(len(events.kind) - 1, 0), dtype=np.bool_)
    for column in (events.kind, events.tick, events.customer):
        before, after = column[:-1], column[1:]
        ordered = (before < after) | ((before == after) & ordered)
    return bool(ordered.all())
