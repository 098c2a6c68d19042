"""The part of a tick by the reference's own steps, for what a peer makes of the same draws."""

from typing import Any

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference import Counts, Customers, draw_customers, plan_of
from onevoice.envs.reference.consequences import leave, update_states
from onevoice.envs.reference.contact import contact
from onevoice.envs.reference.demand import demand, drift
from onevoice.envs.reference.draws import Draws
from onevoice.envs.reference.response import respond, sum_exposure
from onevoice.envs.reference.tick import Tick, begin
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32, I64
from onevoice.experiments.speed.engine import loud_actions
from tests.envs.test_kernels import LEDGER

STATES = ("awareness", "pressure", "trust")


class Same:
    """A world of 200 customers and five channels, its draws, and three joint actions."""

    def __init__(self, seed: int = 1) -> None:
        values: dict[str, Any] = LEDGER.model_dump() | {"population": 200}
        self.scenario = Scenario.model_validate(values)
        self.customers = draw_customers(self.scenario, seed, market=1)
        self.actions: list[I64] = [joint[0] for joint in loud_actions(self.scenario, 1, seed)[:3]]

    def uniform(self, tick: int, purpose: int) -> F32:
        """The reference's draws."""
        return Draws(self.customers.seed, tick, 0, self.customers.size).uniform(purpose)

    def live(self, joint: I64) -> list[Tick]:
        """The part of each tick of a decision, by the reference's steps."""
        plan = plan_of(self.scenario, joint[None])
        return [part_of_tick(self.customers, plan) for _ in range(self.scenario.ticks_per_decision)]


def part_of_tick(customers: Customers, plan: k.Plan) -> Tick:
    """What the peers do of a tick; nobody leaves, and nothing is said on a query."""
    tick, counts = begin(customers, plan), Counts(customers)
    stay = customers.alive, customers.subscribed.copy()
    drift(customers, tick)
    demand(customers, tick)
    contact(customers, tick)
    tick.touch[customers.of_kind(k.SEARCH)] = False
    respond(customers, tick, counts)
    total = sum_exposure(customers, tick)
    tick.conflict = np.zeros(customers.size, np.float32)
    tick.regretted = np.zeros(customers.size, np.bool_)
    leave(customers, tick, total, counts)
    update_states(customers, total)
    customers.alive, customers.subscribed = stay
    customers.ticks_lived += 1
    return tick
