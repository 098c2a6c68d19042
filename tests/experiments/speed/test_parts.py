"""The part of a tick that peers run is that of the reference, given the same draws."""

from typing import Any

import numpy as np
import pytest

from onevoice.envs.reference.arithmetic import exponential
from onevoice.envs.reference.tick import Tick
from onevoice.experiments.speed.peers import part
from tests.experiments.speed.builders import STATES, Same


@pytest.fixture
def same() -> Same:
    return Same()


def assert_something_happens(ticks: list[Tick]) -> None:
    for flags in ("touch", "opens"):
        assert 0.01 < np.mean([getattr(tick, flags) for tick in ticks]) < 0.9


def test_a_channel_that_waits_for_queries_has_no_part(same: Same) -> None:
    names = list(same.scenario.channels)
    assert [names[c] for c in part.speakers(same.customers)] == [
        "email",
        "social",
        "content",
        "sms",
    ]


def test_nobody_whom_a_channel_cannot_reach_is_touched(same: Same) -> None:
    same.customers.subscribed[:, :100] = False
    for voice in part.voices(same.customers, same.actions[0]).values():
        assert not voice.chance[:100].any()


def test_polars_runs_the_part(same: Same, monkeypatch: pytest.MonkeyPatch) -> None:
    pl = pytest.importorskip("polars", reason="polars is not installed")
    from onevoice.experiments.speed.peers import polars_part

    def exp(x: Any) -> Any:
        return x.map_batches(lambda s: pl.Series(exponential(s.to_numpy())), pl.Float32)

    monkeypatch.setattr(polars_part, "exp", exp)
    peer = polars_part.Frame(Same().customers, same.uniform)
    for joint in same.actions:
        ticks = same.live(joint)
        peer.decide(joint)
        assert_something_happens(ticks)
        for c in part.speakers(same.customers):
            np.testing.assert_array_equal(peer.frame[f"touch{c}"], ticks[-1].touch[c])
            np.testing.assert_array_equal(peer.frame[f"opens{c}"], ticks[-1].opens[c])
        for name in STATES:
            mine, theirs = getattr(same.customers, name), peer.frame[name].to_numpy()
            np.testing.assert_allclose(theirs, mine, rtol=1e-6, atol=1e-7, err_msg=name)
    assert pl.Float64 not in peer.frame.dtypes


def series(x: float) -> float:
    """The model's exponential in double precision."""
    y = min(max(x, -8.0), 8.0) / 8.0
    return float((1 + y * (1 + y * (1 / 2 + y * (1 / 6 + y / 24)))) ** 8)


def test_mesa_runs_the_part(same: Same, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mesa", reason="Mesa is not installed")
    from onevoice.experiments.speed.peers import mesa_part

    happened = set[tuple[int, int, int, bool]]()
    settle = mesa_part.Customer.settle

    def noted(customer: mesa_part.Customer, touches: list[int], opens: list[int]) -> None:
        tick = customer.model.tick
        happened.update((tick, c, customer.number, c in opens) for c in touches)
        settle(customer, touches, opens)

    monkeypatch.setattr(mesa_part, "exp", series)
    monkeypatch.setattr(mesa_part.Customer, "settle", noted)
    peer = mesa_part.Company(Same().customers, same.uniform)
    ticks = [tick for joint in same.actions for tick in same.live(joint)]
    for joint in same.actions:
        peer.decide(joint)
    assert_something_happens(ticks)
    assert happened == {
        (t, c, q, bool(tick.opens[c, q]))
        for t, tick in enumerate(ticks)
        for c, q in np.argwhere(tick.touch).tolist()
    }
    for name in STATES:
        mine, theirs = getattr(same.customers, name), [getattr(one, name) for one in peer.agents]
        np.testing.assert_allclose(theirs, mine, rtol=1e-4, atol=1e-6, err_msg=name)
