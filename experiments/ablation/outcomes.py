"""Plays policies in the variants of a part and keeps what an episode came to in every market.

Letters: ``B`` markets, ``C`` channels, ``N`` customers of one market.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.ablation.config import Config
from onevoice.experiments.ablation.variants import ROW, variants
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.workers import Tell

KEPT = ("ncv", "equity", "trust", "churn", "opt_outs", "conflicts", "engagements", "claims")
"""``equity`` is in $ per 1,000 customers, ``engagements`` and ``claims`` add up all channels."""
REALISED = "overlap"


def play_part(config: Config, part: str, tell: Tell) -> Arrays:
    """Play every variant of a part; arrays ``[B]`` named ``<variant>/<policy>/<metric>``."""
    markets, seeds = market_ids("test", config.markets), episode_seeds(config.seed, config.markets)
    found: Arrays = {}
    todo = [(variant, policy) for variant in variants(config, part) for policy in variant.policies]
    for done, (variant, policy) in enumerate(todo, 1):
        metrics = transition(variant.scenario, policy, markets, seeds, config.seed)
        found |= {f"{variant.key}/{policy}/{name}": metrics[name] for name in KEPT}
        tell("part", done, len(todo))
    if part.startswith(ROW):
        for variant in variants(config, part):
            overlap = realised_overlap(variant.scenario, markets, seeds)
            found[f"{variant.key}/{REALISED}"] = overlap
    return found


def transition(
    scenario: Scenario, policy: str, markets: Sequence[int], seeds: Sequence[int], seed: int
) -> dict[str, F64]:
    """Metrics ``[B]`` of one episode in each market; one whose customers all left ends early."""
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv
    from onevoice.policies import make

    env, decide = ChannelsVectorEnv(scenario, len(markets)), make(policy, scenario)
    observations = env.reset(seeds, markets)
    decide.reset(len(markets), seed)
    over, final = np.zeros(len(markets), np.bool_), env.metrics()
    while not over.all():
        step = env.step(np.array(decide.act_batch(observations), order="C"))
        observations = step.observations
        if step.final_metrics is not None:
            ended = (step.terminated | step.truncated) & ~over
            final = {key: np.where(ended, step.final_metrics[key], final[key]) for key in final}
            over |= ended
    return _summed(final, scenario)


def _summed(metrics: Mapping[str, F64], scenario: Scenario) -> dict[str, F64]:
    """The metrics with sums over channels, and equity for 1,000 customers."""

    def total(name: str) -> F64:
        return np.asarray(sum(metrics[f"{channel}/{name}"] for channel in scenario.channels))

    return {
        **metrics,
        "equity": metrics["equity"] * 1000.0 / scenario.population,
        "engagements": total("engagements"),
        "claims": total("claimed_revenue"),
    }


def realised_overlap(scenario: Scenario, markets: Sequence[int], seeds: Sequence[int]) -> F64:
    """How far the pushed channels reach the same customers at the start, ``[B]``.

    The mean over pairs of channels of the customers whom both reach, as a share of the smaller
    audience: 0 if no pair shares a customer, 1 if each audience holds every smaller one.
    """
    from onevoice.envs.engine.population import Population

    people = Population(scenario, len(markets))
    people.reset(range(len(markets)), seeds, markets)
    pushed = [row for row, c in enumerate(scenario.channels.values()) if c.kind == "push"]
    reached = people.people.subscribed[pushed].astype(np.bool_)
    return mean_overlap(reached.reshape(len(pushed), len(markets), scenario.population))


def mean_overlap(reached: npt.NDArray[np.bool_]) -> F64:
    """Mean over pairs of the shared part of the smaller audience, ``[C, B, N]`` to ``[B]``."""
    sizes = reached.sum(axis=-1)
    shares = [
        (reached[i] & reached[j]).sum(axis=-1) / np.maximum(np.minimum(sizes[i], sizes[j]), 1)
        for i, j in combinations(range(len(reached)), 2)
    ]
    return np.mean(shares, axis=0) if shares else np.full(reached.shape[1], np.nan)
