"""Each switch explains its effect: it is there when on, and gone, to the last customer, when off.

Every comparison runs the same customers twice with the same random numbers, all other switches off.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from onevoice.envs.engine import kernels as k
from onevoice.envs.engine.population import Population
from onevoice.envs.spec.customers import Mechanisms
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64
from tests.envs.builders import make_plan

LOUD, SILENT = (4, 0, 0), (0, 0, 0)
"""Pressure, message and offer."""
NO_PURCHASES = {"purchase_in_market": 0.0, "purchase_idle": 0.0}
SHOPPERS = {"market_entry": 0.2, "direct_visits": 1.0, "purchase_in_market": 0.3}


class Life(NamedTuple):
    """What happened to a population."""

    channels: I64
    """``[A, CHANNEL_COLUMNS]``"""
    system: I64
    """``[SYSTEM_COLUMNS]``"""
    customers: k.Customers
    needs: npt.NDArray[np.uint8]

    @property
    def trust(self) -> float:
        return float(self.customers.trust.mean(dtype=np.float64))


def world(channels: Any, switches: str = "", **fields: Any) -> Scenario:
    """8,000 customers with these switches on and all others off, in money without end."""
    on = {name: name in switches.split() for name in Mechanisms.model_fields}
    values = {
        "channels": channels,
        "population": 8000,
        "days": 14,
        "tick_hours": 6,
        "mechanisms": on,
        "budget": {"amount": 1e6},
    }
    return Scenario.model_validate(values | fields)


def live(scenario: Scenario, *days: Iterable[tuple[int, int, int]], market: int = 3) -> Life:
    """Live an episode; channel ``c`` does ``days[d][c]`` on day ``d``, the last repeats."""
    engine = Population(scenario, 1)
    engine.reset([0], [42], [market])
    budgets = np.full((1, 1), 10**15)
    channels = np.zeros((len(scenario.channels), k.CHANNEL_COLUMNS), np.int64)
    system = np.zeros(k.SYSTEM_COLUMNS, np.int64)
    for step in range(scenario.decisions):
        acts = days[min(step, len(days) - 1)]
        joint = [[*np.tile(act, scenario.segments.count), 0] for act in acts]
        tally, _ = engine.advance(make_plan(scenario, np.array([joint])), budgets)
        channels += tally.channels.sum(axis=(0, 2))
        system += tally.system.sum(axis=(0, 1))
    return Life(channels, system, engine.people, engine.traits.need)


def same_state(left: Life, right: Life) -> bool:
    states: Any = zip(left.customers, right.customers, strict=True)
    return all(np.array_equal(one, other) for one, other in states)


def queries(life: Life) -> int:
    return int(life.system[k.BRAND] + life.system[k.GENERIC])


def test_awareness_lets_other_channels_create_demand_for_search() -> None:
    def rise(switches: str) -> int:
        scenario = world(["social", "search"], switches, customers=NO_PURCHASES)
        return queries(live(scenario, (LOUD, SILENT))) - queries(live(scenario, (SILENT, SILENT)))

    assert rise("awareness") > 1000
    assert rise("") == 0


def test_awareness_brings_customers_into_the_market() -> None:
    def rise(switches: str) -> int:
        scenario = world(["social"], switches, customers=NO_PURCHASES)
        loud, silent = live(scenario, (LOUD,)), live(scenario, (SILENT,))
        return int(loud.customers.in_market.sum()) - int(silent.customers.in_market.sum())

    assert rise("awareness") > 100
    assert rise("") == 0


NOISE = {"email": {}, "display": {"engagement": 0.0, "intrusiveness": 1.0}}
"""Display that nobody ever answers, but everybody has to bear."""


@pytest.mark.parametrize(
    ("column", "more", "also"), [(k.ENGAGEMENTS, -1, ""), (k.OPT_OUTS, 1, "opt_out")]
)
def test_fatigue_makes_one_channel_pay_for_anothers_noise(
    column: int, more: int, also: str
) -> None:
    def change(switches: str) -> int:
        scenario = world(NOISE, switches)
        noisy, calm = live(scenario, (LOUD, LOUD)), live(scenario, (LOUD, SILENT))
        return int(noisy.channels[0, column] - calm.channels[0, column])

    assert change(f"fatigue {also}") * more > 100
    assert change(also) == 0


def test_fatigue_costs_trust_and_customers() -> None:
    tired, fresh = (live(world(NOISE, f"{x} churn"), (LOUD, LOUD)) for x in ("fatigue", ""))
    rested = live(world(NOISE, "fatigue churn"), (SILENT, SILENT))
    assert tired.trust < fresh.trust - 0.01
    assert tired.system[k.CHURNED] > 1.3 * fresh.system[k.CHURNED]
    assert fresh.system[k.CHURNED] == rested.system[k.CHURNED]


@pytest.mark.parametrize("other", [(4, 1, 0), (4, 0, 2)], ids=["message", "offer"])
def test_conflict_costs_trust(other: tuple[int, int, int]) -> None:
    def loss(switches: str) -> float:
        scenario = world(["email", "social"], switches)
        return live(scenario, (LOUD, LOUD)).trust - live(scenario, (LOUD, other)).trust

    assert loss("conflict") > 0.003
    assert loss("") == 0


def test_conflicts_are_counted_whether_or_not_they_matter() -> None:
    for switches in ("conflict", ""):
        scenario = world(["email", "social"], switches)
        assert live(scenario, (LOUD, (4, 1, 0))).system[k.CONFLICTS] > 1000
        assert live(scenario, (LOUD, LOUD)).system[k.CONFLICTS] == 0


def test_relevance_makes_messages_differ() -> None:
    def engagements(switches: str) -> list[int]:
        scenario = world(["email"], switches)
        lives = [live(scenario, ((4, message, 0),)) for message in range(4)]
        return [int(life.channels[0, k.ENGAGEMENTS]) for life in lives]

    on, off = engagements("relevance"), engagements("")
    assert max(on) > 1.05 * min(on)
    assert len(set(off)) == 1


def test_relevance_earns_trust_from_those_whose_need_is_met() -> None:
    often = {"email": {"engagement": 0.5}}
    on, off = (live(world(often, x), (LOUD,)) for x in ("relevance", ""))
    met = on.needs == LOUD[1]
    gain = on.customers.trust - off.customers.trust
    assert gain[met].mean() > 0.003
    assert not gain[~met].any()


def test_narrative_makes_a_repeated_message_sell() -> None:
    customers = SHOPPERS | {"narrative_gain": 0.5}

    def gain(switches: str) -> int:
        scenario = world(["email"], switches, customers=customers)
        changing = [((4, day % 4, 0),) for day in range(14)]
        orders = [live(scenario, *days).system[k.ORDERS] for days in ([(LOUD,)], changing)]
        return int(orders[0] - orders[1])

    assert gain("narrative") > 100
    assert gain("") == 0


@pytest.mark.parametrize("what", ["engagements", "orders"])
def test_offers_raise_response_and_purchase(what: str) -> None:
    def gain(switches: str) -> int:
        scenario = world(["email"], switches, customers=SHOPPERS)
        deep, none = (live(scenario, ((4, 0, offer),)) for offer in (2, 0))
        if what == "orders":
            return int(deep.system[k.ORDERS] - none.system[k.ORDERS])
        return int(deep.channels[0, k.ENGAGEMENTS] - none.channels[0, k.ENGAGEMENTS])

    assert gain("offers") > 100
    assert gain("") == 0


def test_regret_punishes_a_deeper_discount_after_a_purchase() -> None:
    def loss(switches: str) -> tuple[float, int]:
        scenario = world(["email"], switches, customers=SHOPPERS)
        late, never = live(scenario, *[(LOUD,)] * 7, ((4, 0, 2),)), live(scenario, (LOUD,))
        assert never.system[k.REGRETS] == 0
        return never.trust - late.trust, int(late.system[k.REGRETS])

    assert loss("regret")[0] > 0.001
    assert loss("")[0] == 0
    assert loss("")[1] > 100


@pytest.mark.parametrize("what", ["engagements", "opt_outs", "churned", "orders"])
def test_trust_carries_conflict_into_every_response(what: str) -> None:
    customers = SHOPPERS | {"trust_conflict": 0.05, "churn": 0.1}
    channels = {"email": {"opt_out": 0.01}, "social": {"opt_out": 0.01}}

    def change(switches: str) -> int:
        scenario = world(channels, f"conflict churn opt_out {switches}", customers=customers)
        return count(live(scenario, (LOUD, (4, 1, 0)))) - count(live(scenario, (LOUD, LOUD)))

    def count(life: Life) -> int:
        column = getattr(k, what.upper())
        group = life.system if what in ("churned", "orders") else life.channels.sum(axis=0)
        return int(group[column])

    assert change("trust") * (1 if what in ("opt_outs", "churned") else -1) > 50
    assert change("") == 0


def test_recapture_brings_the_clicks_that_no_ad_asked_for() -> None:
    unasked = {"direct_visits": 0.0, "direct_visits_idle": 0.0}

    def visits(switches: str, act: tuple[int, int, int]) -> int:
        always = {"search": {"intensity": (0.0, 1.0, 1.0, 1.0, 1.0)}}
        return int(live(world(always, switches, customers=unasked), (act,)).system[k.VISITS])

    assert visits("recapture", SILENT) > 500
    assert visits("", SILENT) == 0
    assert visits("recapture", LOUD) == visits("", LOUD) > 500


def test_recapture_also_holds_for_a_company_without_search() -> None:
    unasked = {"direct_visits": 0.0, "direct_visits_idle": 0.0}
    on, off = (live(world(["email"], x, customers=unasked), (SILENT,)) for x in ("recapture", ""))
    assert on.system[k.VISITS] > 500
    assert off.system[k.VISITS] == 0


def test_triggers_answer_visits_with_sends() -> None:
    def rise(switches: str) -> int:
        touches = [
            live(
                world(["email"], switches, customers=NO_PURCHASES | {"direct_visits_idle": rate}),
                ((1, 0, 0),),
            ).channels[0, k.TOUCHES]
            for rate in (1.0, 0.0)
        ]
        return int(touches[0] - touches[1])

    assert rise("triggers") > 1000
    assert rise("") == 0


def test_seasonality_moves_market_entry_over_the_year() -> None:
    def change(switches: str) -> int:
        shares = [
            live(
                world(["email"], switches, market={"season": season}, days=56, tick_hours=24),
                (SILENT,),
            ).customers.in_market.sum()
            for season in (1.0, 0.0)
        ]
        return int(shares[0]) - int(shares[1])

    assert abs(change("seasonality")) > 50
    assert change("") == 0


def test_opt_out_closes_single_channels() -> None:
    on, off = (live(world(["email", "sms"], x), (LOUD, LOUD)) for x in ("opt_out", ""))
    never = live(world(["email", "sms"], "opt_out"), (SILENT, LOUD))
    assert on.channels[0, k.OPT_OUTS] > 50
    assert never.channels[0, k.OPT_OUTS] == 0
    assert off.channels[:, k.OPT_OUTS].sum() == 0
    assert on.channels[1, k.TOUCHES] < off.channels[1, k.TOUCHES]
    closed = (off.customers.subscribed - on.customers.subscribed).sum(axis=1)
    np.testing.assert_array_equal(closed, on.channels[:, k.OPT_OUTS])


def test_churn_takes_customers_for_good() -> None:
    on, off = (live(world(["email"], x, customers={"churn": 0.2}), (LOUD,)) for x in ("churn", ""))
    assert on.system[k.CHURNED] == (on.customers.alive == 0).sum() > 500
    assert off.system[k.CHURNED] == (off.customers.alive == 0).sum() == 0
    assert on.channels[0, k.TOUCHES] < off.channels[0, k.TOUCHES]


@pytest.mark.parametrize(
    "name", sorted(set(Mechanisms.model_fields) - {"trust", "recapture", "seasonality", "churn"})
)
def test_a_switch_changes_nothing_while_no_channel_speaks(name: str) -> None:
    everything = " ".join(Mechanisms.model_fields)
    on = live(world(["email", "social", "search", "content"], everything), [SILENT] * 4)
    off = live(
        world(["email", "social", "search", "content"], everything.replace(name, "")), [SILENT] * 4
    )
    assert same_state(on, off)
    np.testing.assert_array_equal(on.system, off.system)
