"""The customers as Mesa agents: one Python object each, which takes every step of the tick itself.

Python's own ``exp``, branches that skip what cannot happen, and whoever leaves is removed. Left out
is what :mod:`onevoice.experiments.speed.peers.customers` leaves out.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp
from typing import Any

import mesa

from onevoice.envs.engine import kernels as k
from onevoice.envs.typing import I64
from onevoice.experiments.speed.peers.crowd import Crowd, Uniform, Voice

OWN_DRAWS, CHANNEL_DRAWS = 8, 4
"""Draws of a customer in a tick, and for each channel."""
Draws = Sequence[float]


def logistic(odds: float, x: float) -> float:
    """Probability whose odds are ``odds * e**x``."""
    scaled = odds * exp(x)
    return scaled / (1.0 + scaled)


def hazard(rate: float) -> float:
    """``1 - e**-rate`` for rates up to 3, by the model's rational function."""
    return rate / (1.0 + rate * (0.5 + rate / 12.0))


def share(x: float) -> float:
    """``x`` limited to [0, 1]."""
    return min(max(x, 0.0), 1.0)


def place(channel: int, draw: int) -> int:
    """Where a channel's draw stands among a customer's."""
    return OWN_DRAWS + CHANNEL_DRAWS * channel + draw


@dataclass(slots=True)
class Loads:
    """What the touches of a tick weigh together."""

    pressure: float = 0.0
    exposure: float = 0.0
    agree: int = 0
    differ: int = 0
    top: float = 0.0
    relevant: int = 0
    clash: float = 0.0
    regret: bool = False


NO_LOADS = Loads()


class Company(mesa.Model):  # type: ignore[misc]  # Mesa has no types
    """All customers and what they share.

    Args:
        crowd: who they are.
        uniform: draws from [0, 1).
    """

    def __init__(self, crowd: Crowd, uniform: Uniform) -> None:
        super().__init__(seed=0)
        self.crowd, self.rates, self.channels = crowd, crowd.rates, crowd.channels
        self.tick, self.now, self.draws = 0, 0, list[Draws]()
        self.counts: Counter[str] = Counter()
        self.voices: list[Sequence[Voice]] = []
        self.audience: list[int] = []
        self.pairs = list(combinations(range(len(self.channels)), 2))
        self.is_search = [channel.kind == k.SEARCH for channel in self.channels]
        self.orders = crowd.orders.tolist()
        self.loudness = [channel.by_intrusiveness for channel in self.channels]
        self._uniform = uniform
        self._purposes = [*range(OWN_DRAWS)] + [
            k.CHANNEL_DRAWS + CHANNEL_DRAWS * channel.number + draw
            for channel in self.channels
            for draw in range(CHANNEL_DRAWS)
        ]
        rows = zip(*(column.tolist() for column in crowd.start.values()), strict=True)
        for number, (segment, row) in enumerate(zip(crowd.segment.tolist(), rows, strict=True)):
            Customer(self, number, segment, dict(zip(crowd.start, row, strict=True)))

    def decide(self, joint: I64) -> Counter[str]:
        """Take the customers through one decision; returns what happened in it.

        Args:
            joint: the actions, ``[C, K]``.
        """
        self.voices = list(zip(*self.crowd.voices(joint), strict=True))
        self.audience = joint[:, -1].tolist()
        self.counts = Counter()
        for _ in range(self.crowd.scenario.ticks_per_decision):
            self.step()
        return self.counts

    def step(self) -> None:
        """One tick."""
        columns = (self._uniform(self.tick, purpose).tolist() for purpose in self._purposes)
        self.draws = list(zip(*columns, strict=True))
        self.now = self.crowd.scenario.clock_start + self.tick
        self.agents.do("live")
        self.tick += 1


class Customer(mesa.Agent):  # type: ignore[misc]
    """One customer.

    Args:
        model: the company.
        number: place among the customers.
        segment: the group that a marketer sees.
        start: traits and state by name; a channel's with its place at the end.
    """

    model: Company

    def __init__(self, model: Company, number: int, segment: int, start: dict[str, Any]) -> None:
        super().__init__(model)
        self.number, self.segment = number, segment
        self.need, self.value, self.sensitivity = (
            start["need"],
            start["value"],
            start["sensitivity"],
        )
        self.strain, self.awareness, self.trust = (
            start["strain"],
            start["awareness"],
            start["trust"],
        )
        self.in_market, self.came, self.last_message = (
            start["in_market"],
            start["came"],
            start["last_message"],
        )
        self.pressure, self.depth, self.bought = start["pressure"], start["depth"], start["bought"]
        self.bought_offer, self.touched_any = start["bought_offer"], start["touched_any"]
        channels = range(len(model.channels))
        self.affinity = [start[f"affinity{c}"] for c in channels]
        self.subscribed = [start[f"subscribed{c}"] for c in channels]
        self.heard = [start[f"heard{c}"] for c in channels]
        self.offered = [start[f"offered{c}"] for c in channels]
        self.touched = [start[f"touched{c}"] for c in channels]
        self.engaged = [start[f"engaged{c}"] for c in channels]

    def live(self) -> None:
        """One tick."""
        draws = self.model.draws[self.number]
        self.drift(draws)
        brand, generic, visit = self.demand(draws)
        overload = max(self.pressure * self.strain - 1.0, 0.0)
        touches = self.contacts(draws, brand or generic)
        opens = self.opens(draws, touches, brand)
        self.came = self.visits(draws, touches, opens, brand, generic) or visit
        loads = NO_LOADS
        if touches:
            self.opt_out(draws, touches, overload)
            loads = self.remember(touches, opens)
            loads.clash, loads.regret = self.clash(touches), self.regret(loads.top)
        if self.came:
            self.shop(draws)
        self.settle(draws, loads, overload)

    def drift(self, draws: Draws) -> None:
        """States decay, trust returns to its baseline, the customer enters or leaves the market."""
        r, season = self.model.rates, self.model.crowd.season[self.model.tick]
        self.awareness *= r.keep_awareness
        self.pressure *= r.keep_pressure
        self.depth *= r.keep_depth
        self.trust += (r.trust_baseline - self.trust) * r.pull_trust
        if self.in_market:
            self.in_market = draws[k.DRAW_MARKET] >= r.leave_market
        else:
            rate = r.entry * season * (1.0 + r.entry_awareness * self.awareness)
            self.in_market = draws[k.DRAW_MARKET] < hazard(rate)

    def demand(self, draws: Draws) -> tuple[bool, bool, bool]:
        """Brand query, generic query, direct visit."""
        r = self.model.rates
        recall = r.query_floor + r.query_awareness * self.awareness
        brand, direct, generic = r.brand_idle * recall, r.direct_idle * recall, 0.0
        if self.in_market:
            brand += r.brand * recall
            direct += r.direct * recall
            generic = r.generic * (r.generic_floor + r.generic_awareness * self.awareness)
        return (
            draws[k.DRAW_BRAND] < hazard(brand),
            draws[k.DRAW_GENERIC] < hazard(generic),
            draws[k.DRAW_DIRECT] < hazard(direct),
        )

    def contacts(self, draws: Draws, asked: bool) -> list[int]:
        """Channels that touch the customer; search needs a query."""
        model, found = self.model, []
        for c, voice in enumerate(model.voices[self.segment]):
            chance = voice.event if self.came else voice.calm
            if (
                self.subscribed[c]
                and (asked or not model.is_search[c])
                and draws[place(c, k.DRAW_CONTACT)] < chance
                and self.addressed(c, voice.message)
            ):
                found.append(c)
                model.counts[f"touches{c}"] += 1
        return found

    def addressed(self, c: int, message: int) -> bool:
        """Whether the customer is inside the audience that channel ``c`` has chosen."""
        model, r = self.model, self.model.rates
        choice = model.audience[c]
        if choice == k.EVERYONE:
            return True
        if choice == k.ENGAGERS:
            return bool(model.now - self.engaged[c] < r.engager)
        shared = r.shared_context != 0
        age = model.now - (self.touched_any if shared else self.touched[c])
        if choice == k.RESTED:
            return bool(age >= r.memory or age < r.sync_lag)
        return bool(
            (self.last_message if shared else self.heard[c]) == message and age >= r.sync_lag
        )

    def opens(self, draws: Draws, touches: list[int], brand: bool) -> list[int]:
        """Channels whose touch the customer opens, or whose ad they click; the budget pays."""
        model, r, found = self.model, self.model.rates, []
        mood = -r.fatigue * self.pressure - r.trust_response * (r.trust_baseline - self.trust)
        for c in touches:
            voice, odds = model.voices[self.segment][c], model.channels[c].odds
            x = mood + self.affinity[c] + voice.fit
            x += r.offer_response * 0.01 * voice.percent * self.sensitivity
            if self.need == voice.message:
                x += r.need_match
            if brand and model.is_search[c]:
                odds *= r.brand_odds
            opened = draws[place(c, k.DRAW_ENGAGE)] < logistic(odds, x)
            if opened:
                found.append(c)
                model.counts[f"engagements{c}"] += 1
            if opened or not model.is_search[c]:
                price = voice.brand_cost if brand and model.is_search[c] else voice.cost
                model.counts[f"spend{c}"] += price
        return found

    def visits(
        self, draws: Draws, touches: list[int], opens: list[int], brand: bool, generic: bool
    ) -> bool:
        """Whether a click or an organic result leads to a visit."""
        model, r, visit, beside = self.model, self.model.rates, False, False
        for c in opens:
            if model.is_search[c] or draws[place(c, k.DRAW_CLICK)] < model.channels[c].click:
                visit = True
                model.counts[f"clicks{c}"] += 1
        if brand or generic:
            beside = any(model.is_search[c] for c in touches)
            if brand:
                found = r.brand_beside if beside else r.brand_alone
            else:
                found = r.generic_beside if beside else r.generic_alone
            visit = visit or draws[k.DRAW_ORGANIC] < found
        return visit

    def opt_out(self, draws: Draws, touches: list[int], overload: float) -> None:
        """Leave single channels."""
        model, r = self.model, self.model.rates
        distrust = r.trust_baseline - self.trust
        leave = exp(r.opt_out_overload * overload + r.opt_out_trust * distrust)
        for c in touches:
            risk = model.channels[c].opt_out * leave
            if self.need == model.voices[self.segment][c].message:
                risk *= r.relief
            if not model.is_search[c] and draws[place(c, k.DRAW_OPT_OUT)] < risk:
                self.subscribed[c] = False
                model.counts[f"opt_outs{c}"] += 1

    def remember(self, touches: list[int], opens: list[int]) -> "Loads":
        """Write the touches into memory; returns what they weigh together."""
        model, loads, last_message = self.model, Loads(), self.last_message
        for c in sorted(touches, key=model.loudness.index):
            voice, channel = model.voices[self.segment][c], model.channels[c]
            self.heard[c], self.offered[c] = voice.message, voice.percent
            self.touched[c] = self.touched_any = model.now
            self.last_message = voice.message
            loads.pressure += channel.intrusiveness
            loads.exposure += channel.awareness
            loads.agree += last_message == voice.message
            loads.differ += last_message != voice.message
            loads.top = max(loads.top, voice.percent)
        for c in opens:
            self.engaged[c] = model.now
            if not model.is_search[c]:
                loads.exposure += model.channels[c].engagement_awareness
                loads.relevant += self.need == model.voices[self.segment][c].message
        return loads

    def clash(self, touches: list[int]) -> float:
        """How far pairs of channels of which one has just spoken contradict each other."""
        model, r, different, weight = self.model, self.model.rates, 0.0, 0.0
        fades = [max(1.0 - (model.now - stamp) * r.per_memory, 0.0) for stamp in self.touched]
        for a, b in model.pairs:
            fresh = fades[a] * fades[b]
            if fresh > 0.0 and (a in touches or b in touches):
                other = self.heard[a] != self.heard[b]
                points = abs(self.offered[a] - self.offered[b])
                different += fresh * (other + min(points * r.per_discount, 1.0))
                weight += fresh
                model.counts["conflicts"] += other or points > 0.0
        return 0.5 * different / weight if weight > r.memory_floor else 0.0

    def regret(self, top: float) -> bool:
        """Whether a deeper discount shows up soon after a purchase."""
        recent = self.model.now - self.bought < self.model.rates.regret
        return bool(recent and top > self.bought_offer)

    def shop(self, draws: Draws) -> None:
        """Buy or not, at the best price remembered; the platforms claim the order."""
        model, r, now = self.model, self.model.rates, self.model.now
        known = zip(self.offered, self.touched, strict=True)
        best = max(offer if now - stamp < r.memory else 0.0 for offer, stamp in known)
        urge = (
            r.purchase_trust * (self.trust - r.trust_baseline)
            + r.purchase_discount * 0.01 * best * self.sensitivity
            + r.purchase_awareness * self.awareness
            + r.purchase_narrative * self.depth
        )
        odds = r.odds_in_market if self.in_market else r.odds_idle
        if draws[k.DRAW_PURCHASE] >= logistic(odds, urge):
            return
        value = model.orders[int(draws[k.DRAW_ORDER] * len(model.orders))]
        price = int(self.value * value * (1.0 - 0.01 * best))
        self.bought, self.bought_offer, self.in_market = now, best, False
        model.counts["orders"] += 1
        model.counts["revenue"] += price
        for c, channel in enumerate(model.channels):
            clicked = now - self.engaged[c] < channel.claim_window
            if clicked or now - self.touched[c] < channel.view_window:
                model.counts[f"claims{c}"] += 1
                model.counts[f"claimed{c}"] += price

    def settle(self, draws: Draws, loads: "Loads", overload: float) -> None:
        """Awareness, pressure, depth and trust after the tick; leave the company or stay."""
        r = self.model.rates
        urge = r.churn_overload * overload + r.churn_trust * (r.trust_baseline - self.trust)
        if draws[k.DRAW_CHURN] < hazard(r.churn * exp(urge)):
            self.model.counts["churned"] += 1
            self.remove()
        elif loads is not NO_LOADS:
            lost = loads.pressure * (r.trust_conflict * loads.clash + r.trust_overload * overload)
            gained = r.trust_relevance * loads.relevant * (1.0 - loads.clash)
            regret = r.trust_regret if loads.regret else 0.0
            self.trust = share(self.trust - lost - regret + gained)
            self.awareness += (1.0 - self.awareness) * hazard(min(loads.exposure, 3.0))
            self.pressure += loads.pressure
            deeper = r.narrative_gain * loads.agree * (1.0 - self.depth)
            self.depth = share(self.depth + deeper - r.narrative_loss * loads.differ * self.depth)
