"""Validation: the likeliest actions on markets kept apart, and the best actors so far.

It plays the scenario as it is practised: a finer or larger one costs several times the time, which
learning can use better.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine.market import market_ids
from onevoice.envs.interface.render import History, draw
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.base import Policy
from onevoice.policies.checkpoint import Array, Checkpoint
from onevoice.policies.learned import BEST, learning
from onevoice.policies.rollout import FirstEpisodes, play
from onevoice.training.config import Mode, TrainingConfig
from onevoice.training.environment import EnvFactory

Metrics = dict[str, npt.NDArray[np.float64]]


class Validator:
    """Plays the first validation markets, always with the same random numbers."""

    def __init__(
        self,
        scenario: Scenario,
        mode: Mode,
        seeds: Sequence[int],
        config: TrainingConfig,
        make_env: EnvFactory,
    ) -> None:
        """Prepare one environment of ``scenario`` for each of ``seeds``."""
        held_out = mode.validation_scenario(scenario).model_copy(
            update={"market_split": "validation"}
        )
        self.env = make_env(held_out, len(seeds), config.threads)
        self.learning = learning(config.partners)
        self.seeds = seeds
        self.markets = market_ids("validation", len(seeds))
        self.history = History(scenario)

    def __call__(self, policy: Policy) -> dict[str, float]:
        """Return the means over the markets of the metrics of an episode, all claims and reward."""
        metrics = self._play(policy)
        claims = [value for key, value in metrics.items() if key.endswith("/claimed_revenue")]
        metrics["claims"] = np.sum(claims, axis=0)
        known = {key: value[np.isfinite(value)] for key, value in metrics.items()}
        return {key: float(value.mean()) for key, value in known.items() if len(value)}

    def picture(self) -> npt.NDArray[np.uint8]:
        """Dashboards above the truth in the first market, uint8 ``[H, W, 3]``."""
        return draw(self.history)

    def _play(self, policy: Policy) -> Metrics:
        """Play one episode in each market and return its metrics ``[B]`` by name."""
        observations = self.env.reset(self.seeds, self.markets)
        policy.reset(len(self.seeds), 0)
        self.history.clear()
        episodes, reward = FirstEpisodes(self.env), np.zeros(len(self.seeds))
        for _, step in play(self.env, policy, observations):
            over = episodes.over
            episodes.add(step)
            reward += np.where(over, 0.0, step.rewards[:, self.learning].mean(axis=1))
            if not over[0]:
                self.history.add(episodes.metrics)
            if episodes.over.all():
                break
        return episodes.metrics | {"reward": reward}


class Best:
    """The actors with the highest reward in validation; the first until then.

    That is the reward of their own mode: channels that look at claims must not be chosen by truth.
    """

    def __init__(self, actors: Mapping[str, Array]) -> None:
        """Begin with ``actors``, arrays by name."""
        self.actors = dict(actors)
        self.reward = -np.inf
        self.waiting = 0
        """Validations since the best one."""

    def update(self, reward: float, actors: Mapping[str, Array]) -> None:
        """Keep ``actors`` if they did better than any before."""
        self.waiting += 1
        if reward > self.reward:
            self.actors, self.reward, self.waiting = dict(actors), reward, 0

    def arrays(self) -> dict[str, Array]:
        """Return the best actors and their score as arrays by name."""
        scores = {
            "validation/reward": np.array(self.reward),
            "validation/waiting": np.array(self.waiting),
        }
        return {f"{BEST}{key}": array for key, array in self.actors.items()} | scores

    def restore(self, checkpoint: Checkpoint) -> None:
        """Restore the arrays that ``arrays`` returned."""
        arrays = {name: checkpoint.array(name, like) for name, like in self.arrays().items()}
        self.reward = float(arrays["validation/reward"])
        self.waiting = int(arrays["validation/waiting"])
        self.actors = {key: arrays[f"{BEST}{key}"] for key in self.actors}
