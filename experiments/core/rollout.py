"""Plays one policy on held-out markets, then replays its actions with search silenced.

All policies meet the same markets with the same random numbers, and the replay differs from the
original in one thing only, so both differences are paired. Letters: ``B`` markets, ``A`` agents,
``K`` action entries per agent, ``T`` decisions in an episode.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface.actions import silence
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.core.arrays import load_arrays, save_arrays
from onevoice.policies.base import Actions, Observations, Policy

if TYPE_CHECKING:
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

Progress = Callable[[int, int], None]
SEARCH = "search_0"
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
    seconds: float = 0.0
    """Wall time it took."""


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
    replayed = replay_search and SEARCH in env.agents
    tell = _counter(progress, scenario.decisions * (2 if replayed else 1))
    policy.attach(env)
    policy.reset(len(markets), seed)
    actions: list[Actions] = []

    def decide(observations: Observations) -> Actions:
        actions.append(np.array(policy.act_batch(observations), order="C"))
        return actions[-1]

    history = _play(env, decide, markets, seeds, tell)
    metrics = dict(history[-1])
    metrics["claims"] = _claims(metrics)
    if replayed:
        silent = iter(_without_search(scenario, actions, env.agents.index(SEARCH)))
        silenced = _play(env, lambda observations: next(silent), markets, seeds, tell)
        metrics["search/incremental_revenue"] = metrics["revenue"] - silenced[-1]["revenue"]
    rows = {key: np.stack([step[key] for step in history]) for key in TRAJECTORIES}
    return Evaluation(name, metrics, rows)


def episode_seeds(seed: int, count: int) -> list[int]:
    """One seed of the customers' random numbers per market; a longer list starts like a shorter."""
    children = np.random.SeedSequence([_STREAM, seed]).spawn(count)
    return [int(child.generate_state(1)[0]) for child in children]


def save_evaluation(evaluation: Evaluation, path: Path) -> None:
    """Write an evaluation so that the file is whole or not there."""
    arrays: dict[str, npt.NDArray[np.generic]] = {"seconds": np.array(evaluation.seconds)}
    arrays |= {f"metrics:{key}": value for key, value in evaluation.metrics.items()}
    arrays |= {f"trajectories:{key}": value for key, value in evaluation.trajectories.items()}
    save_arrays(path, arrays)


def load_evaluation(path: Path) -> Evaluation:
    """Read what :func:`save_evaluation` wrote; the file's name is the policy's.

    Raises:
        OneVoiceError: if the file is damaged.
    """
    arrays = load_arrays(path)
    parts: dict[str, dict[str, F64]] = {"metrics": {}, "trajectories": {}}
    try:
        seconds = float(arrays.pop("seconds"))
        for key, value in arrays.items():
            kind, name = key.split(":", 1)
            parts[kind][name] = np.asarray(value, np.float64)
    except (ValueError, KeyError) as error:
        raise OneVoiceError(f"{path}: damaged; remove the file to redo it") from error
    return Evaluation(path.stem, parts["metrics"], parts["trajectories"], seconds)


def _vector_env(scenario: Scenario, num_envs: int) -> "ChannelsVectorEnv":
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

    return ChannelsVectorEnv(scenario, num_envs)


def _play(
    env: "ChannelsVectorEnv",
    decide: Callable[[Observations], Actions],
    markets: Sequence[int],
    seeds: Sequence[int],
    tell: Callable[[], None],
) -> list[dict[str, F64]]:
    """Return the metrics ``[B]`` after each decision; those of an ended episode stay."""
    observations = env.reset(seeds, markets)
    over = np.zeros(len(markets), dtype=np.bool_)
    history: list[dict[str, F64]] = []
    for _ in range(env.scenario.decisions):
        step = env.step(decide(observations))
        now = env.metrics()
        if step.final_metrics is not None:
            ended = step.terminated | step.truncated
            now = {key: np.where(ended, step.final_metrics[key], now[key]) for key in now}
        if history:
            now = {key: np.where(over, history[-1][key], now[key]) for key in now}
        history.append({key: np.array(value) for key, value in now.items()})
        over |= step.terminated | step.truncated
        observations = step.observations
        tell()
    return history


def _without_search(scenario: Scenario, actions: Sequence[Actions], search: int) -> Actions:
    """The joint actions ``[T, B, A, K]`` with search at pressure 0 in every segment."""
    silent = np.stack(actions)
    silence(scenario, silent, search)
    return silent


def _counter(progress: Progress | None, total: int) -> Callable[[], None]:
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return tell


def _claims(metrics: dict[str, F64]) -> F64:
    """What all platforms claim together, ``[B]``."""
    claimed = [value for key, value in metrics.items() if key.endswith("/claimed_revenue")]
    return np.asarray(np.sum(claimed, axis=0))
