"""What each rule promises, read from the log of touches, and what staleness does to it."""

from typing import Any, NamedTuple

import numpy as np
import pytest

from onevoice.envs.company.touch_log import ENGAGEMENT, PURCHASE, TOUCH, Events, TouchLog
from onevoice.envs.engine import kernels
from onevoice.envs.engine.population import Population, Tally
from onevoice.envs.spec.coordination import RULES
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64
from tests.envs.builders import BUSY, TEN_MINUTES, random_plan, uniform_plan
from tests.envs.test_rules import BLOCKED, LEAKS, SEPTET, company

LOUD = 4
WEIGHTS = {"email": 800, "social": 250, "display": 100, "sms": 2000, "push": 1200}


class Past(NamedTuple):
    """A log of an episode, and its tallies."""

    scenario: Scenario
    engine: Population
    events: Events
    tallies: list[Tally]

    def rows(self, kind: int, *names: str) -> list[tuple[int, int, str, int, int]]:
        """Customer, tick, channel, message and discount of events, of some channels only."""
        channels, e = [*self.scenario.channels, "none"], self.events
        picked = zip(e.customer, e.tick, e.channel, e.kind, e.message, e.offer, strict=True)
        rows = [
            (int(who), int(t), channels[min(c, len(channels) - 1)], int(m), int(o))
            for who, t, c, what, m, o in picked
            if what == kind
        ]
        return [row for row in rows if not names or row[2] in names]

    def counts(self, columns: slice | int) -> I64:
        """The layer's tally, channels by column."""
        whole = np.sum([tally.coordination for tally in self.tallies], axis=0)
        return np.asarray(whole[0, :, :, columns].sum(axis=1))


def play(rules: dict[str, Any], lag: float = 0.0, **changes: Any) -> Past:
    """Live an episode under random plans, or loud ones that all say the same."""
    same = changes.pop("same", False)
    scenario, touch_log = company(rules, lag, **changes), TouchLog()
    engine = Population(scenario, 1)
    engine.on_tick = touch_log.note
    engine.reset([0], [11], [12])
    budgets = np.full((1, engine.accounts), 10**12)
    plans = (
        uniform_plan(scenario, LOUD) if same else random_plan(scenario, 1, step)
        for step in range(scenario.decisions)
    )
    tallies = [engine.advance(plan, budgets)[0] for plan in plans]
    return Past(scenario, engine, touch_log.events(), tallies)


def within(rows: list[tuple[int, int, str, int, int]], ticks: int) -> list[list[str]]:
    """For each touch the channels that touched the same customer in the ticks up to it."""
    heard: dict[int, list[tuple[int, str]]] = {}
    for customer, tick, channel, *_ in rows:
        heard.setdefault(customer, []).append((tick, channel))
    return [
        [c for t, c in heard[customer] if tick - ticks < t <= tick] for customer, tick, *_ in rows
    ]


PUSHED = tuple(WEIGHTS)


def test_channel_caps_are_never_exceeded() -> None:
    caps = {"email": 2, "display": 4, "sms": 0}
    past = play({"channel_cap": {"touches": caps, "hours": 48}})
    windows = within(past.rows(TOUCH, *PUSHED), 16)
    most = {name: max(window.count(name) for window in windows) for name in PUSHED}
    assert {name: most[name] for name in caps} == caps
    assert most["social"] > 4


def test_the_global_cap_is_never_exceeded_but_by_a_minimum() -> None:
    rules: dict[str, dict[str, Any]] = {"global_cap": {"load": 2.0, "hours": 48}}
    rows = play(rules).rows(TOUCH, *PUSHED)
    loads = [sum(WEIGHTS[name] for name in window) for window in within(rows, 16)]
    assert 1900 <= max(loads) <= 2000
    rules["global_cap"] |= {"minimum": {"sms": 2}}
    windows = within(play(rules).rows(TOUCH, *PUSHED), 16)
    over = [w for w in windows if sum(WEIGHTS[name] for name in w) > 2000]
    assert over
    assert {w.count("sms") for w in over} <= {1, 2}


def test_a_gap_is_never_undercut_and_one_push_a_tick_is_one() -> None:
    windows = within(play({"gap": {"hours": 12}}).rows(TOUCH, *PUSHED), 4)
    assert max(map(len, windows)) == 1
    five = within(play({"gap": {"hours": 12}}).rows(TOUCH, *PUSHED), 5)
    assert max(map(len, five)) == 2
    ticks = within(play({"priority": {}}).rows(TOUCH, *PUSHED), 1)
    assert max(map(len, ticks)) == 1
    assert max(map(len, within(play({}).rows(TOUCH, *PUSHED), 1))) >= 3


def test_buyers_and_customers_at_risk_are_left_alone() -> None:
    past = play({"recent_purchase": {"hours": 24}})
    bought = past.rows(PURCHASE)
    after = [t - s for who, t, *_ in past.rows(TOUCH, *PUSHED) for b, s, *_ in bought if b == who]
    assert min(age for age in after if age > 0) == 9
    windows = within(play({"at_risk": {"load": 1.0, "hours": 24}}).rows(TOUCH, *PUSHED), 8)
    before = [sum(WEIGHTS[name] for name in w) - max(WEIGHTS[name] for name in w) for w in windows]
    assert max(before) <= 1000 < max(sum(WEIGHTS[name] for name in w) for w in windows)


def test_the_night_is_quiet_where_it_should_be() -> None:
    past = play({"quiet_hours": {"start": 21, "end": 8, "channels": ["email", "sms"]}})
    for names, night in ((("email", "sms"), set()), (("display", "search"), {21, 0, 3, 6})):
        hours = {tick * 3 % 24 for _, tick, *_ in past.rows(TOUCH, *names)}
        assert hours == {9, 12, 15, 18} | night


def test_no_brand_ad_for_those_whom_a_push_engaged_but_generic_ones() -> None:
    changes: dict[str, Any] = {
        "names": ("email", "search"),
        "customers": {"generic_queries": 0.0, "brand_queries": 2.0},
        "same": True,
    }
    past = play({"exclusion": {"hours": 24}}, **changes)
    engaged = past.rows(ENGAGEMENT, "email")
    ads = past.rows(TOUCH, "search")
    ages = [t - s for who, t, *_ in ads for e, s, *_ in engaged if e == who and s < t]
    assert min(ages) == 9
    changes["customers"] = {
        "generic_queries": 5.0,
        "brand_queries": 0.0,
        "brand_queries_idle": 0.0,
        "market_entry": 1.0,
    }
    past = play({"exclusion": {"hours": 24}}, **changes)
    assert past.counts(BLOCKED).sum() == 0
    assert past.rows(TOUCH, "search")


@pytest.mark.parametrize("what", ["message", "offer"])
def test_a_lock_holds_all_channels_to_what_was_said_last(what: str) -> None:
    other = {"message": "offer", "offer": "message"}[what]
    rows = play({"lock": {"hours": 48, other: False}}).rows(TOUCH)
    last: dict[int, tuple[int, int]] = {}
    changed = kept = 0
    for row in sorted(rows, key=lambda row: row[1]):
        who, tick, said = row[0], row[1], row[3] if what == "message" else row[4]
        before, old = last.get(who, (-99, said))
        if tick - before < 16:
            assert said == old
            kept += 1
        changed += said != old
        last[who] = (tick, said)
    assert kept > 100
    assert changed > 0


def test_a_priority_is_kept_and_a_tie_favours_nobody() -> None:
    loud = {
        "intensity": (0.0, 8.0, 8.0, 8.0, 8.0),
        "reach": 1.0,
        "reach_per_decade": 0.0,
        "opt_out": 0.0,
        "trigger": 0.0,
    }
    changes: dict[str, Any] = {
        "channels": {"email": loud, "social": loud, "push": loud},
        "population": 1000,
        "days": 5,
        "same": True,
    }
    tied = play({"priority": {}}, **changes)
    lost = tied.counts(kernels.BLOCKED + RULES.index("priority"))[:-1]
    wins = tied.counts(kernels.WISHES)[:-1] - lost
    sd = np.sqrt(wins.sum() * (1 / 3) * (2 / 3))
    assert (abs(wins - wins.sum() / 3) < 4 * sd).all()
    assert lost.min() > 1000
    named = play({"priority": {"order": ["push", "email"]}}, **changes)
    lost = named.counts(kernels.BLOCKED + RULES.index("priority"))[:-1]
    assert lost[2] == 0 < lost[0] < lost[1]


def test_who_wins_a_tie_differs_between_customers_and_ticks() -> None:
    loud = {
        "intensity": (0.0, 40.0, 40.0, 40.0, 40.0),
        "reach": 1.0,
        "reach_per_decade": 0.0,
        "opt_out": 0.0,
    }
    rows = play(
        {"priority": {}},
        channels={"email": loud, "push": loud},
        population=40,
        days=5,
        same=True,
        mechanisms={"churn": False},
    ).rows(TOUCH)
    email = np.zeros((40, 40), np.int64)
    for who, tick, name, *_ in rows:
        email[who, tick] += name == "email"
    assert 0.35 < email.mean() < 0.65
    for axis in (0, 1):
        assert email.mean(axis=axis).min() > 0.1
        assert email.mean(axis=axis).max() < 0.9


def test_held_out_customers_are_never_touched_and_stay_the_same() -> None:
    shares = {"email": 0.3, "search": 0.2, "content": 0.5}
    past = play({"holdout": {"all": 0.2, "channels": shares}}, population=1000)
    bits = past.engine.state()["customers/held_out"].astype(np.int64)
    everybody = bits >= 128
    assert abs(everybody.mean() - 0.2) < 0.04
    for place, name in enumerate(past.scenario.channels):
        mine = (bits >> place & 1).astype(np.bool_)
        assert abs(mine.mean() - shares.get(name, 0.0)) < 0.05
        touched = {who for who, *_ in past.rows(TOUCH, name)}
        assert touched
        assert not touched & set(np.flatnonzero(mine | everybody).tolist())
    held = past.engine.held_out()[0]
    assert held[-1] == everybody.sum()
    assert held[0] == ((bits & 1 == 1) & ~everybody).sum()


@pytest.mark.parametrize("lag", [0.0, 24.0])
def test_a_journal_changes_nothing_that_rules_do(lag: float) -> None:
    noted = play(BUSY, lag, population=120)
    plain = Population(noted.scenario, 1)
    plain.reset([0], [11], [12])
    for step, tally in enumerate(noted.tallies):
        plan = random_plan(noted.scenario, 1, step)
        again, _ = plain.advance(plan, np.full((1, plain.accounts), 10**12))
        np.testing.assert_array_equal(again.coordination, tally.coordination)
        np.testing.assert_array_equal(again.channels, tally.channels)


def test_leaks_grow_with_the_lag() -> None:
    rules = {"gap": {"hours": 12}, "channel_cap": {"touches": {"display": 2}, "hours": 48}}
    leaks = [play(rules, lag, same=True).counts(LEAKS).sum() for lag in (0.0, TEN_MINUTES, 3, 24)]
    assert leaks[0] == 0
    assert leaks == sorted(set(leaks))


TRIGGERED = {
    name: {"intensity": (0.0, 0.1, 0.2, 0.2, 0.2), "trigger": 0.9, "reach": 0.9}
    for name in ("email", "display", "sms", "push")
}
"""Channels that hardly speak but on an event, and then all at once."""


def test_what_ten_minutes_of_lag_break_is_triggered() -> None:
    def leaks(triggers: bool) -> float:
        past = play(
            {"gap": {"hours": 12}},
            TEN_MINUTES,
            mechanisms={"triggers": triggers},
            channels=TRIGGERED,
            population=1000,
            same=True,
        )
        return float(past.counts(LEAKS).sum() / past.counts(kernels.WISHES).sum())

    with_triggers, without = leaks(True), leaks(False)
    assert with_triggers > 20 * without


def test_a_discount_triggered_by_a_purchase_is_faster_than_the_news_of_it() -> None:
    def leaks(lag: float) -> int:
        past = play({"recent_purchase": {"hours": 24}}, lag, channels=TRIGGERED, population=1000)
        return int(past.counts(kernels.LEAKS + RULES.index("recent_purchase")).sum())

    assert leaks(0.0) == 0
    assert leaks(TEN_MINUTES) > 100


def test_fresh_rules_end_bursts_and_stale_ones_let_them_through() -> None:
    def bursts(rules: dict[str, Any], lag: float) -> int:
        past = play(rules, lag, population=600, channels=TRIGGERED, same=True)
        return int(past.counts(kernels.BURSTS)[-1])

    gap = {"gap": {"hours": 12}}
    assert bursts(gap, 0.0) == 0
    assert 0 < max(bursts(gap, TEN_MINUTES), bursts(gap, 3.0)) < bursts({}, 0.0)


def test_discounts_to_recent_buyers_are_counted() -> None:
    past = play({}, population=120)
    bought, expected = past.rows(PURCHASE), dict.fromkeys(SEPTET, 0)
    for who, tick, name, _, offer in past.rows(TOUCH):
        if offer > 0 and any(b == who and 1 <= tick - s <= 56 for b, s, *_ in bought):
            expected[name] += 1
    assert sum(expected.values()) > 0
    counted = past.counts(kernels.DISCOUNTS)
    assert dict(zip(past.scenario.channels, counted[:-1].tolist(), strict=True)) == expected
