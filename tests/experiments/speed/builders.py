"""The same customers for a peer's model and for the slow model, met by the same random numbers."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from onevoice.envs import reference
from onevoice.envs.company.budget import monthly_amounts
from onevoice.envs.engine import kernels as k
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.reference.counts import Counts
from onevoice.envs.reference.draws import Draws
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64
from onevoice.experiments.speed.peers.crowd import AMPLE, crowd_of
from tests.envs.cases import make_plan, random_actions
from tests.envs.test_kernels import LEDGER

CHANNEL = {
    "touches": k.TOUCHES, "engagements": k.ENGAGEMENTS, "clicks": k.CLICKS, "claims": k.CLAIMS,
    "opt_outs": k.OPT_OUTS, "spend": k.SPEND, "claimed": k.CLAIMED,
}  # fmt: skip
SYSTEM = {
    "orders": k.ORDERS, "conflicts": k.CONFLICTS, "churned": k.CHURNED, "revenue": k.REVENUE,
}  # fmt: skip
MONEY = ("revenue", "claimed")
SINGLE = (
    "awareness", "trust", "pressure", "depth", "in_market", "alive", "last_message", "bought",
    "bought_offer", "touched_any",
)  # fmt: skip
BY_CHANNEL = ("subscribed", "heard", "offered", "touched", "engaged")


def busy(**changes: Any) -> Scenario:
    """Five channels, 200 customers; everything that is counted happens."""
    values = LEDGER.model_dump() | {"budget": AMPLE, "population": 200}
    return Scenario.model_validate(values | changes)


class Same:
    """One environment for both: the crowd that a peer starts from, and the slow model's world."""

    def __init__(self, scenario: Scenario, seed: int = 1, market: int = 1) -> None:
        env = ChannelsVectorEnv(scenario, 1)
        env.reset([seed], [market])
        self.scenario, self.crowd = scenario, crowd_of(env)
        self._key = int(env.population.state()["markets/seeds"][0])
        self.world = reference.draw_customers(scenario, self._key, market)

    def uniform(self, tick: int, purpose: int) -> npt.NDArray[np.float32]:
        """The slow model's draws."""
        return Draws(self._key, tick, 0, self.crowd.size).uniform(purpose)

    def live(self, decide: Callable[[I64], Counter[str]]) -> tuple[Counter[str], Counter[str]]:
        """What a peer and the slow model count in an episode of random actions."""
        found, slow, budgets = Counter[str](), Counter[str](), monthly_amounts(self.scenario)
        for step in range(self.scenario.decisions):
            joint = random_actions(self.scenario, 1, step)
            plan = make_plan(self.scenario, joint)
            slow.update(named(reference.advance(self.world, plan, budgets)))
            found.update(decide(joint[0]))
        return Counter({name: found[name] for name in slow}), slow

    def states(self) -> dict[str, npt.NDArray[np.generic]]:
        """The slow model's customers by the name of a peer's column."""
        own = {
            f"{name}{c}": getattr(self.world, name)[c]
            for name in BY_CHANNEL
            for c in range(len(self.crowd.channels))
        }
        return {name: getattr(self.world, name) for name in SINGLE} | own


def named(counts: Counts) -> dict[str, int]:
    """The slow model's counts by the peers' names."""
    channels, system = counts.channels.sum(axis=1), counts.system.sum(axis=0)
    found = {name: int(system[column]) for name, column in SYSTEM.items()}
    for c, row in enumerate(channels):
        found |= {f"{name}{c}": int(row[column]) for name, column in CHANNEL.items()}
    return found
