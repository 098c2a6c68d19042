"""Plays one policy on held-out markets, then replays its actions with search silenced.

All policies meet the same markets with the same random numbers, and the replay differs from the
original in one thing only, so both differences are paired. Letters: ``B`` markets, ``A`` agents,
``E`` entries of an action, ``T`` decisions in an episode.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
import numpy.typing as npt

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.policies.base import Actions, Policy
from onevoice.policies.replay import Replay
from onevoice.policies.rollout import FirstEpisodes, play

if TYPE_CHECKING:
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

Progress = Callable[[int, int], None]
SEARCH = "search"
TRAJECTORIES = ("ncv", "trust", "churn")
_STREAM = 0x6576616C  # keeps evaluation apart from every other use of the same seed


class MakeEnv(Protocol):
    """Builds the vectorised environment; a test hands in a small one."""

    def __call__(self, scenario: Scenario, num_envs: int) -> "ChannelsVectorEnv":
        """Return an environment that begins a new episode where one has ended."""


@dataclass(frozen=True)
class Evaluation:
    """What one policy did in every market."""

    policy: str
    metrics: dict[str, F64]
    """Metrics of the whole episode, each float64 ``[B]``."""
    trajectories: dict[str, F64]
    """Running metrics after each decision, each float64 ``[T, B]``."""

    def arrays(self) -> Arrays:
        """Everything by name, for a file."""
        return {
            **{f"metrics:{key}": value for key, value in self.metrics.items()},
            **{f"trajectories:{key}": value for key, value in self.trajectories.items()},
        }

    @classmethod
    def of(cls, policy: str, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Self:
        """The evaluation whose ``arrays`` these are."""
        kinds: dict[str, dict[str, F64]] = {"metrics": {}, "trajectories": {}}
        for key, value in arrays.items():
            kind, name = key.split(":", 1)
            kinds[kind][name] = np.asarray(value, np.float64)
        return cls(policy, **kinds)


def evaluate(
    name: str,
    policy: Policy,
    scenario: Scenario,
    markets: Sequence[int],
    seed: int,
    *,
    progress: Progress | None = None,
    make_env: MakeEnv | None = None,
    replay_search: bool = True,
) -> Evaluation:
    """Play ``policy`` for one episode in each of ``markets``.

    Args:
        name: what the policy is called in the results.
        policy: decides for all channels.
        scenario: the environment.
        markets: ids of held-out markets, one environment each.
        seed: of the customers' and the policy's random numbers.
        progress: told of ``(decisions done, decisions in all)``.
        make_env: builds the environment.
        replay_search: also measure what search caused, which takes as long again.
    """
    env = (make_env or _vector_env)(scenario, len(markets))
    seeds = episode_seeds(seed, len(markets))
    replayed = replay_search and SEARCH in scenario.channels
    tell = _counter(progress, scenario.decisions * (2 if replayed else 1))
    policy.attach(env)
    policy.reset(len(markets), seed)
    history, actions = _play(env, policy, markets, seeds, tell)
    metrics = dict(history[-1])
    metrics["claims"] = _claims(metrics)
    if replayed:
        silent = Replay(scenario, actions, [SEARCH])
        silenced, _ = _play(env, silent, markets, seeds, tell)
        metrics["search/incremental_revenue"] = metrics["revenue"] - silenced[-1]["revenue"]
    rows = {key: np.stack([step[key] for step in history]) for key in TRAJECTORIES}
    return Evaluation(name, metrics, rows)


def episode_seeds(seed: int, count: int) -> list[int]:
    """One seed of the customers' random numbers per market; a longer list starts like a shorter."""
    children = np.random.SeedSequence([_STREAM, seed]).spawn(count)
    return [int(child.generate_state(1)[0]) for child in children]


def _vector_env(scenario: Scenario, num_envs: int) -> "ChannelsVectorEnv":
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

    return ChannelsVectorEnv(scenario, num_envs)


def _play(
    env: "ChannelsVectorEnv",
    policy: Policy,
    markets: Sequence[int],
    seeds: Sequence[int],
    tell: Callable[[], None],
) -> tuple[list[dict[str, F64]], Actions]:
    """The metrics ``[B]`` after each decision, and the actions ``[T, B, A, E]``."""
    observations = env.reset(seeds, markets)
    episodes, history, actions = FirstEpisodes(env), [], []
    for decision in islice(play(env, policy, observations), env.scenario.decisions):
        episodes.add(decision.step)
        history.append(episodes.metrics)
        actions.append(decision.actions)
        tell()
    return history, np.stack(actions)


def _counter(progress: Progress | None, total: int) -> Callable[[], None]:
    tell, done = progress or (lambda done, total: None), count(1)
    return lambda: tell(next(done), total)


def _claims(metrics: dict[str, F64]) -> F64:
    """What all platforms claim together, ``[B]``."""
    claimed = [value for key, value in metrics.items() if key.endswith("/claimed_revenue")]
    return np.asarray(np.sum(claimed, axis=0))
