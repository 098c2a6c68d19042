"""Plays a policy on data of every age, with its triggered sends and with the same sends spread.

Letters: ``B`` markets.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.channel import Channel
from onevoice.envs.spec.coordination import RULES
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.attribution.players import make_player
from onevoice.experiments.core.rollout import episode_seeds, evaluate
from onevoice.experiments.core.trajectories import play
from onevoice.experiments.core.workers import Tell
from onevoice.experiments.staleness.config import Config

TRIGGERED, SPREAD = "triggered", "spread"
SENDS = (TRIGGERED, SPREAD)
"""Sends that a visit or a purchase sets off in every channel at once, or the same at any time."""
ALWAYS_FRESH = ("quiet_hours", "holdout")
"""Rules that read nothing about a customer that changes."""
SUMMED = ("wishes", "touches")
WHOLE = ("bursts", "post_purchase_discounts", "opt_outs", "churn", "trust", "ncv")


class Cell(NamedTuple):
    """One way to play a policy."""

    sends: str
    lag: float
    scenario: Scenario

    @property
    def key(self) -> str:
        """Begins the names of its arrays."""
        return cell_key(self.sends, self.lag)


def cell_key(sends: str, lag: float) -> str:
    """Begins the names of a cell's arrays."""
    return f"{sends}/{lag:g}"


def part_name(config: Config, policy: str) -> str:
    """The part that plays a policy; a policy may be a path."""
    return f"policy_{config.policies.index(policy)}"


def part_costs(config: Config) -> dict[str, float]:
    """Episodes to play by policy, which are the parts of the study."""
    episodes = 1.0 + len(SENDS) * len(config.lags)
    return {part_name(config, policy): episodes for policy in config.policies}


def leaky_rules(scenario: Scenario) -> tuple[str, ...]:
    """The scenario's rules that stale data can mislead, in the order in which they are asked."""
    return tuple(rule for rule in scenario.coordination.rules if rule not in ALWAYS_FRESH)


def play_part(config: Config, name: str, tell: Tell) -> Arrays:
    """Play all cells of one policy.

    Returns:
        ``<sends>/<lag>/<metric>``, float64 ``[B]``; ``leaks/<rule>`` and those of ``SUMMED`` are
        sums over channels.
    """
    policy = config.policies[int(name.removeprefix("policy_"))]
    found: Arrays = {}
    every = cells(config, event_share(config, policy))
    for done, cell in enumerate(every):
        progress = partial(_tell_part, tell, done, len(every))
        metrics = evaluate(
            policy, make_player(policy, cell.scenario), cell.scenario,
            market_ids("test", config.markets), config.seed,
            progress=progress, replay_search=False,
        ).metrics  # fmt: skip
        found |= {f"{cell.key}/{key}": x for key, x in _kept(metrics, cell.scenario).items()}
    return found


def cells(config: Config, events: float) -> list[Cell]:
    """Every lag with triggered sends and with spread ones; ``events`` as ``event_share``."""
    return [
        Cell(sends, lag, config.at_lag(lag) if sends == TRIGGERED else spread(config, lag, events))
        for sends in SENDS
        for lag in config.lags
    ]


def event_share(config: Config, policy: str) -> float:
    """Share of a customer's ticks that follow a visit, under a policy on fresh data."""
    from onevoice.envs.engine import kernels

    scenario = config.at_lag(0.0)
    course = play(
        scenario, make_player(policy, scenario), market_ids("test", config.markets),
        episode_seeds(config.seed, config.markets),
    ).course  # fmt: skip
    ticks = course.survey[:-1, :, kernels.ALIVE].sum() * scenario.ticks_per_decision
    return float(course.system[..., kernels.VISITS].sum() / max(int(ticks), 1))


def spread(config: Config, lag: float, events: float) -> Scenario:
    """No send is triggered; every channel sends that much more at any time instead."""
    scenario = config.at_lag(lag)
    days = scenario.tick_hours / 24.0
    changed: dict[str, dict[str, tuple[float, ...]]] = {
        name: {"intensity": _raised(channel, events, days)}
        for name, channel in scenario.channels.items()
        if channel.kind == "push"
    }
    return load_scenario(scenario, mechanisms={"triggers": False}, channels=changed)


def _raised(channel: Channel, events: float, days: float) -> tuple[float, ...]:
    """Touches a day, whose chance in a tick is what it was on average over events and none."""
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


def _tell_part(tell: Tell, before: int, cells: int, done: int, total: int) -> None:
    """Pass on the progress of one cell as that of its part."""
    tell("part", before * total + done, cells * total)
