"""Plays each policy on data of every age, with triggered sends and with the same sends spread.

A task is a policy; a variant of it is a kind of sends and an age of the data. Letter: ``B``
markets.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.channel import Channel
from onevoice.envs.spec.coordination import RULES
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.core.rollout import episode_seeds, evaluate
from onevoice.experiments.core.tasks import complete
from onevoice.experiments.core.trajectories import play
from onevoice.experiments.core.workers import Tell
from onevoice.experiments.staleness.config import Config
from onevoice.policies import resolve

TRIGGERED, SPREAD = "triggered", "spread"
SENDS = (TRIGGERED, SPREAD)
"""Sends that a visit or a purchase triggers in every channel at once, or the same at any time."""
ALWAYS_FRESH = ("quiet_hours", "holdout")
"""Rules that use no changing data about a customer."""
SUMMED = ("wishes", "touches")
"""Metrics that are kept as sums over channels."""
WHOLE = ("bursts", "post_purchase_discounts", "opt_outs", "churn", "trust", "ncv")
"""Metrics that are kept as they are."""


def run(config: Config, out: Path) -> dict[str, Arrays]:
    """Play the tasks that ``out`` does not hold yet, and return the results of all."""
    for policy in config.policies:
        resolve(policy, config.scenario)
    costs = task_costs(config)
    return complete(config, out, "study of stale data", costs, play_task, workers=config.workers)


def task_name(config: Config, policy: str) -> str:
    """The task of a policy, which may be a path."""
    return f"policy_{config.policies.index(policy)}"


def task_costs(config: Config) -> dict[str, float]:
    """Episodes to play by task."""
    episodes = 1.0 + len(SENDS) * len(config.lags)
    return {task_name(config, policy): episodes for policy in config.policies}


def variant_key(sends: str, lag: float) -> str:
    """Prefix of the names of a variant's arrays."""
    return f"{sends}/{lag:g}"


def leaky_rules(scenario: Scenario) -> tuple[str, ...]:
    """The scenario's rules that stale data can mislead, in the order of evaluation."""
    return tuple(rule for rule in scenario.coordination.rules if rule not in ALWAYS_FRESH)


def play_task(config: Config, name: str, tell: Tell) -> Arrays:
    """Play all variants of one policy.

    Returns:
        ``<sends>/<lag>/<metric>``, float64 ``[B]``; ``leaks/<rule>`` and the metrics of ``SUMMED``
        are sums over channels.
    """
    policy = config.policies[int(name.removeprefix("policy_"))]
    markets, found = market_ids("test", config.markets), Arrays()
    every = variants(config, event_share(config, policy))
    for done, (key, scenario) in enumerate(every.items()):
        metrics = evaluate(
            policy, resolve(policy, scenario), scenario, markets, config.seed,
            progress=partial(_tell, tell, done, len(every)), replay_search=False,
        ).metrics  # fmt: skip
        found |= {f"{key}/{name}": kept for name, kept in _kept(metrics, scenario).items()}
    return found


def variants(config: Config, events: float) -> dict[str, Scenario]:
    """Every lag with triggered sends, then with spread sends; ``events`` as of ``event_share``."""
    triggered = {variant_key(TRIGGERED, lag): config.at_lag(lag) for lag in config.lags}
    spread_out = {variant_key(SPREAD, lag): spread(config, lag, events) for lag in config.lags}
    return triggered | spread_out


def event_share(config: Config, policy: str) -> float:
    """Share of a customer's ticks that follow a visit, under a policy on fresh data."""
    from onevoice.envs.engine import kernels

    scenario, count = config.at_lag(0.0), config.markets
    markets, seeds = market_ids("test", count), episode_seeds(config.seed, count)
    trajectory = play(scenario, resolve(policy, scenario), markets, seeds).trajectory
    ticks = trajectory.survey[:-1, :, kernels.ALIVE].sum() * scenario.ticks_per_decision
    return float(trajectory.system[..., kernels.VISITS].sum() / max(int(ticks), 1))


def spread(config: Config, lag: float, events: float) -> Scenario:
    """The scenario without triggers, where push channels send as much more at any time."""
    scenario = config.at_lag(lag)
    days = scenario.tick_hours / 24.0
    channels: dict[str, Any] = {
        name: {"intensity": _raised(channel, events, days)}
        for name, channel in scenario.channels.items()
        if channel.kind == "push"
    }
    return load_scenario(scenario, mechanisms={"triggers": False}, channels=channels)


def _raised(channel: Channel, events: float, days: float) -> tuple[float, ...]:
    """Touches a day that keep the mean chance of a touch in a tick without triggers."""
    more = -float(np.log1p(-events * channel.trigger)) / days
    return tuple(rate + more if rate > 0.0 else 0.0 for rate in channel.intensity)


def _kept(metrics: dict[str, F64], scenario: Scenario) -> dict[str, F64]:
    def total(name: str) -> F64:
        return np.asarray(sum(metrics[f"{channel}/{name}"] for channel in scenario.channels))

    leaks = [f"leaks/{rule}" for rule in RULES if rule in leaky_rules(scenario)]
    return {
        **{name: total(name) for name in (*SUMMED, *leaks)},
        **{name: metrics[name] for name in WHOLE},
    }


def _tell(tell: Tell, before: int, variants: int, done: int, total: int) -> None:
    """Pass on the progress of one variant as that of its task."""
    tell("task", before * total + done, variants * total)
