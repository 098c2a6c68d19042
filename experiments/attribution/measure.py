"""Measures one market: claims, credits, what every coalition brings, and marginal steps.

Letters: ``A`` channels, ``M`` attribution models.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from onevoice.envs.company.attribution import MODELS, time_decay
from onevoice.envs.company.touch_log import ENGAGEMENT, TOUCH, Events, paths_of
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import RewardModel
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.attribution.config import Config
from onevoice.experiments.attribution.marginal import replay_steps
from onevoice.experiments.attribution.players import make_player
from onevoice.experiments.attribution.replays import Stage, replay_coalitions, totals
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.workers import Tell
from onevoice.policies.base import Policy

KINDS = {"engagement": ENGAGEMENT, "touch": TOUCH}


def expected_costs(config: Config) -> dict[str, float]:
    """Episodes to play by market, which are the parts of the study."""
    channels = len(config.scenario.channels)
    episodes = 1.0 + 2**channels + 2 * channels
    return {f"market_{place}": episodes for place in range(config.markets)}


def measure_market(config: Config, name: str, tell: Tell) -> Arrays:
    """Measure the market that a part is named after."""
    place, total = int(name.removeprefix("market_")), expected_costs(config)[name]
    stage = Stage(
        config.scenario.model_copy(update={"reward": RewardModel()}),  # nobody learns here
        market_ids("test", config.markets)[place],
        episode_seeds(config.seed, config.markets)[place],
        _counter(tell, round(total) * config.scenario.decisions),
    )
    return measure(stage, make_player(config.policy, config.scenario), config)


def measure(stage: Stage, policy: Policy, config: Config) -> Arrays:
    """Play ``policy`` once and replay what it did.

    Returns:
        In $ and counts: ``claimed``, ``spend`` and ``touches`` ``[A]``, ``credits`` ``[M, A]``,
        ``revenue`` and ``net`` of each coalition ``[2**A]``, and ``step_revenue``, ``step_spend``
        and ``step_touches`` ``[A, 2]``.
    """
    played, events = stage.record(policy)
    done = totals(stage.scenario, played.course)
    revenue, net = replay_coalitions(stage, played.actions)
    steps = replay_steps(stage, played.actions, config.step)
    return {
        "claimed": done.claimed[0],
        "spend": done.spend[0],
        "touches": done.touches[0],
        "credits": credit(events, config),
        "revenue": revenue,
        "net": net,
        "step_revenue": steps.revenue,
        "step_spend": steps.spend,
        "step_touches": steps.touches,
    }


def credit(events: Events, config: Config) -> F64:
    """What each model of ``MODELS`` credits each channel with, $ ``[M, A]``."""
    scenario, channels = config.scenario, len(config.scenario.channels)
    half_life = config.half_life_days * 24.0 / scenario.tick_hours
    models = dict(MODELS) | {"time_decay": partial(time_decay, half_life_ticks=half_life)}
    lookback = scenario.ticks_in(config.lookback_days)
    paths = paths_of(events, lookback, KINDS[config.kind])
    return np.array([model(paths, channels) for model in models.values()])


def _counter(tell: Tell, total: int) -> Callable[[int], None]:
    done = 0

    def count(episodes: int) -> None:
        nonlocal done
        done += episodes
        tell("part", done, total)

    return count
