"""A small environment with known answers."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onevoice.envs.interface.step import Step
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.policies.base import Actions, Observations, Policy


def scenario(*channels: str, days: int = 4) -> Scenario:
    """One segment, one decision a day."""
    return Scenario.model_validate(
        {
            "channels": list(channels) or ["email", "search"],
            "population": 10,
            "days": days,
            "segments": {
                "ages": [[18, 79]],
                "age_shares": [1.0],
                "values": [1.0],
                "value_shares": [1.0],
            },
        }
    )


class FakeEnv:
    """Each unit of pressure earns $3 and costs $1; market ``k`` adds ``k`` dollars a day.

    Half of search's revenue would have come anyway. Market 99 loses its last customer on day 2.
    """

    def __init__(self, scenario: Scenario, num_envs: int) -> None:
        self.scenario, self.num_envs, self.agents = scenario, num_envs, scenario.agents
        self.resets: list[tuple[list[int], list[int]]] = []

    def reset(self, seeds: Sequence[int], markets: Sequence[int] | None = None) -> Observations:
        assert markets is not None
        self.resets.append((list(seeds), list(markets)))
        self.markets = np.array(markets, dtype=np.float64)
        self.spend = np.zeros((self.num_envs, len(self.agents)))
        self.days = np.zeros(self.num_envs)
        return self._observations()

    def step(self, actions: npt.ArrayLike) -> Step:
        joint = np.asarray(actions)
        assert joint.flags.c_contiguous  # another layout makes Numba compile again
        self.spend += joint[:, :, 0]
        self.days += 1
        terminated = (self.markets == 99) & (self.days == 2)
        truncated = self.days >= self.scenario.decisions
        rewards = np.zeros(self.spend.shape, np.float32)
        final = self.metrics() if (terminated | truncated).any() else None
        self.spend[terminated], self.days[terminated] = 0.0, 0.0  # the next episode begins
        parts = rewards[..., None]
        return Step(self._observations(), rewards, parts, terminated, truncated, None, None, final)

    def metrics(self) -> dict[str, F64]:
        search = self.agents.index("search_0") if "search_0" in self.agents else None
        kept = np.ones(len(self.agents))
        if search is not None:
            kept[search] = 0.5
        revenue = self.spend @ kept * 3 + self.markets * self.days
        report = {"ncv": revenue, "revenue": revenue, "trust": revenue * 0 + 0.5}
        report |= {"churn": self.days / 100, "opt_outs": self.days, "conflicts": self.days}
        report["budget_used"] = self.spend.sum(axis=1) / 100
        for c, agent in enumerate(self.agents):
            channel = agent.removesuffix("_0")
            report[f"{channel}/spend"] = self.spend[:, c].copy()
            report[f"{channel}/claimed_revenue"] = 3 * self.spend[:, c]
            report[f"{channel}/touches"] = 10 * self.spend[:, c]
            report[f"{channel}/engagements"] = 4 * self.spend[:, c]
            report[f"{channel}/clicks"] = 2 * self.spend[:, c]
        return report

    def _observations(self) -> Observations:
        return np.zeros((self.num_envs, len(self.agents), 1), dtype=np.float32)


class Loud(Policy):
    """Full pressure everywhere, in an array whose memory is ordered agent by agent."""

    def act_batch(self, observations: Observations) -> Actions:
        envs, agents = observations.shape[:2]
        return np.full((agents, envs, 4), [4, 0, 0, 0], dtype=np.int64).swapaxes(0, 1)
