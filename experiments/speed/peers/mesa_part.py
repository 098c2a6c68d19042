"""Customers as Mesa agents: one Python object each.

They run the part of a tick that :mod:`onevoice.experiments.speed.peers.part` describes, with
branches that skip what cannot happen; so ratios to them are lower bounds.
"""

from math import exp

import mesa

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference import Customers
from onevoice.envs.typing import I64
from onevoice.experiments.speed.peers.part import Uniform, draws, plain, speakers, voices


class Company(mesa.Model):  # type: ignore[misc]  # Mesa has no types
    """All customers and what they share.

    Args:
        customers: who they are.
        uniform: draws from [0, 1).
    """

    def __init__(self, customers: Customers, uniform: Uniform) -> None:
        super().__init__(seed=0)
        self.customers, self.tick, self._uniform = customers, 0, uniform
        self.rates, self.channels = plain(customers.rates), plain(customers.channels)
        self.odds, self.speakers = customers.markets.odds[0].tolist(), speakers(customers)
        for number in range(customers.size):
            Customer(self, number)

    def decide(self, joint: I64) -> None:
        """Take the customers through one decision; ``joint`` holds the actions, ``[C, E]``."""
        told = voices(self.customers, joint)
        self.chance, self.appeal, self.meets = (
            {c: values.tolist() for c, values in zip(told, column, strict=True)}
            for column in zip(*told.values(), strict=True)
        )
        for _ in range(self.customers.scenario.ticks_per_decision):
            self.contact, self.engage = map(self._draw, (k.DRAW_CONTACT, k.DRAW_ENGAGE))
            self.agents.do("live")
            self.tick += 1

    def _draw(self, what: int) -> dict[int, list[float]]:
        """Draws by channel and customer."""
        found = draws(self.customers, self._uniform, self.tick, what)
        return {c: u.tolist() for c, u in found.items()}


class Customer(mesa.Agent):  # type: ignore[misc]
    """Customer ``number`` of a company."""

    model: Company

    def __init__(self, model: Company, number: int) -> None:
        super().__init__(model)
        start, self.number = model.customers, number
        self.awareness, self.trust = start.awareness[number].item(), start.trust[number].item()
        self.pressure = start.pressure[number].item()
        self.strain = start.inverse_tolerance[number].item()

    def live(self) -> None:
        """One tick."""
        contact, chance, me = self.model.contact, self.model.chance, self.number
        self.drift()
        touches = [c for c in self.model.speakers if contact[c][me] < chance[c][me]]
        if touches:
            self.settle(touches, self.respond(touches))

    def drift(self) -> None:
        """States decay, trust returns to its baseline."""
        r = self.model.rates
        self.awareness *= r.keep_awareness
        self.pressure *= r.keep_pressure
        self.trust += (r.trust_baseline - self.trust) * r.pull_trust

    def respond(self, touches: list[int]) -> list[int]:
        """The channels whose touch the customer opens or engages with."""
        model, r, found = self.model, self.model.rates, []
        mood = -r.fatigue * self.pressure - r.trust_response * (r.trust_baseline - self.trust)
        for c in touches:
            scaled = model.odds[c] * exp(mood + model.appeal[c][self.number])
            if model.engage[c][self.number] < scaled / (1.0 + scaled):
                found.append(c)
        return found

    def settle(self, touches: list[int], opens: list[int]) -> None:
        """Trust, awareness and pressure after the touches."""
        r, channels, meets = self.model.rates, self.model.channels, self.model.meets
        overload = max(self.pressure * self.strain - 1.0, 0.0)
        load = sum(channels.intrusiveness[c] for c in touches)
        exposure = sum(channels.awareness[c] for c in touches)
        exposure += sum(channels.engagement_awareness[c] for c in opens)
        relevant = sum(meets[c][self.number] for c in opens)
        trust = self.trust - load * r.trust_overload * overload + r.trust_relevance * relevant
        self.trust, rate = min(max(trust, 0.0), 1.0), min(exposure, 3.0)
        seen = rate / (1.0 + rate * (0.5 + rate / 12.0))
        self.awareness += (1.0 - self.awareness) * seen
        self.pressure += load
