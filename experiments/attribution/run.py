"""Measures each market: claims, credits, the revenue of every coalition, and marginal steps.

A task is a market. A policy plays it once; all replays share the recorded actions and the
customers' random numbers, so that differences between them are effects. Letters: ``T`` decisions,
``B`` replays, ``A`` agents, ``C`` channels, ``E`` action entries, ``K`` attribution models.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from onevoice.envs.company.attribution import MODELS, time_decay
from onevoice.envs.company.touch_log import ENGAGEMENT, TOUCH, Events, TouchLog, paths_of
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import RewardModel, Scenario
from onevoice.envs.typing import F64, Arrays, Bools
from onevoice.experiments.attribution.config import Config
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.tasks import complete
from onevoice.experiments.core.trajectories import Played, Trajectory, play
from onevoice.experiments.core.windows import Window
from onevoice.experiments.core.workers import Tell
from onevoice.policies import resolve
from onevoice.policies.base import Actions, Policy
from onevoice.policies.replay import Replay

CUSTOMERS_AT_ONCE = 400_000
"""Customers of replays that are stepped together: bounds the memory."""
KINDS = {"engagement": ENGAGEMENT, "touch": TOUCH}


@dataclass(frozen=True)
class HeldOutMarket:
    """One market and the seed of its customers' random numbers."""

    scenario: Scenario
    id: int
    seed: int
    tell: Callable[[int], None] = lambda episodes: None
    """Receives the number of episodes after each of their decisions."""

    def record(self, policy: Policy) -> tuple[Played, Events]:
        """Let ``policy`` play alone, and log all touches, engagements and purchases."""
        touch_log = TouchLog()
        played = play(
            self.scenario, policy, [self.id], [self.seed], touch_log=touch_log,
            progress=lambda done, total: self.tell(1),
        )  # fmt: skip
        return played, touch_log.events()

    def replay(self, actions: Actions, scenario: Scenario | None = None) -> Trajectory:
        """Play the actions ``[T, B, A, E]`` in ``B`` copies of the market."""
        scenario, copies = scenario or self.scenario, actions.shape[1]
        return play(
            scenario, Replay(scenario, actions), [self.id] * copies, [self.seed] * copies,
            progress=lambda done, total: self.tell(copies),
        ).trajectory  # fmt: skip


class Totals(NamedTuple):
    """A trajectory summed over its decisions, in $ and counts."""

    revenue: F64
    """``[B]``"""
    net: F64
    """Margin - spend + change of customer equity, ``[B]``."""
    claimed: F64
    """``[B, C]``"""
    spend: F64
    """``[B, C]``"""
    touches: F64
    """``[B, C]``"""


def run(config: Config, out: Path) -> list[Arrays]:
    """Measure the markets that ``out`` does not hold yet, and return the results of all."""
    resolve(config.policy, config.scenario)
    what, costs = "study of attribution", task_costs(config)
    found = complete(config, out, what, costs, measure_market, workers=config.workers)
    return list(found.values())


def task_costs(config: Config) -> dict[str, float]:
    """Episodes to play by task."""
    channels = len(config.scenario.channels)
    episodes = 1.0 + 2**channels + 2 * channels
    return {f"market_{place}": episodes for place in range(config.markets)}


def measure_market(config: Config, name: str, tell: Tell) -> Arrays:
    """Measure the market of a task."""
    place, episodes = int(name.removeprefix("market_")), task_costs(config)[name]
    market = HeldOutMarket(
        config.scenario.model_copy(update={"reward": RewardModel()}),  # nobody learns here
        market_ids("test", config.markets)[place],
        episode_seeds(config.seed, config.markets)[place],
        _counter(tell, round(episodes) * config.scenario.decisions),
    )
    return measure(market, resolve(config.policy, config.scenario), config)


def measure(market: HeldOutMarket, policy: Policy, config: Config) -> Arrays:
    """Play ``policy`` once and replay its actions.

    Returns:
        In $ and counts: ``claimed``, ``spend`` and ``touches`` ``[C]``, ``credits`` ``[K, C]``,
        ``revenue`` and ``net`` of each coalition ``[2**C]``, and ``step_revenue``, ``step_spend``
        and ``step_touches`` ``[C, 2]``.
    """
    played, events = market.record(policy)
    whole = totals(market.scenario, played.trajectory)
    revenue, net = replay_coalitions(market, played.actions)
    return {
        "claimed": whole.claimed[0],
        "spend": whole.spend[0],
        "touches": whole.touches[0],
        "credits": credit(events, config),
        "revenue": revenue,
        "net": net,
        **replay_steps(market, played.actions, config.step),
    }


def totals(scenario: Scenario, trajectory: Trajectory) -> Totals:
    """Sum a trajectory; purchases and departures count as they fell."""
    whole = Window(scenario, trajectory, 0, len(trajectory.system))
    claimed, spend, touches = map(whole.by_channel, ("CLAIMED", "SPEND", "TOUCHES"))
    return Totals(whole.system("REVENUE"), whole.net_value, claimed, spend, touches)


def credit(events: Events, config: Config) -> F64:
    """The credit that each model of ``MODELS`` gives each channel, $ ``[K, C]``."""
    scenario, channels = config.scenario, len(config.scenario.channels)
    half_life = config.half_life_days * 24.0 / scenario.tick_hours
    models = dict(MODELS) | {"time_decay": partial(time_decay, half_life_ticks=half_life)}
    lookback = scenario.ticks_in(config.lookback_days)
    paths = paths_of(events, lookback, KINDS[config.kind])
    return np.array([model(paths, channels) for model in models.values()])


def coalitions(channels: int) -> Bools:
    """The members of each coalition, bool ``[2**C, C]``; bit ``c`` of the row stands for ``c``."""
    return (np.arange(2**channels)[:, None] >> np.arange(channels) & 1).astype(np.bool_)


def replay_coalitions(market: HeldOutMarket, actions: Actions) -> tuple[F64, F64]:
    """Revenue and net value of every coalition, $ ``[2**C]`` each.

    Args:
        market: the market.
        actions: of all channels, int64 ``[T, 1, A, E]``.
    """
    members = coalitions(len(market.scenario.channels))
    size = max(CUSTOMERS_AT_ONCE // market.scenario.population, 1)
    found = [
        totals(market.scenario, market.replay(only(actions, members[first : first + size])))
        for first in range(0, len(members), size)
    ]
    return np.concatenate([one.revenue for one in found]), np.concatenate(
        [one.net for one in found]
    )


def only(actions: Actions, members: Bools) -> Actions:
    """The actions ``[T, 1, A, E]`` of the member channels ``[B, C]`` alone, ``[T, B, A, E]``.

    An orchestrator is no member: its actions stay.
    """
    several = np.repeat(actions, len(members), axis=1)
    several[:, :, : members.shape[1], 0:-1:3] *= members[:, :, None]
    return several


def replay_steps(market: HeldOutMarket, actions: Actions, step: float) -> dict[str, F64]:
    """Replay the market with each channel scaled by ``1 - step`` and by ``1 + step``.

    Args:
        market: the market.
        actions: of all channels, int64 ``[T, 1, A, E]``.
        step: share by which the channel's activity changes.

    Returns:
        The company's ``step_revenue``, and the channel's ``step_spend`` and ``step_touches``,
        ``[C, 2]`` each.
    """
    rows = []
    for place, channel in enumerate(market.scenario.channels):
        for factor in (1.0 - step, 1.0 + step):
            scenario = scaled(market.scenario, channel, factor)
            found = totals(scenario, market.replay(actions, scenario))
            rows.append((found.revenue[0], found.spend[0, place], found.touches[0, place]))
    names = ("step_revenue", "step_spend", "step_touches")
    return dict(zip(names, np.moveaxis(np.array(rows).reshape(-1, 2, 3), 2, 0), strict=True))


def scaled(scenario: Scenario, channel: str, factor: float) -> Scenario:
    """The scenario with ``factor`` times the activity of one channel, at the same prices.

    Its contact rates and trigger probability are multiplied, probabilities up to 1 at most; its
    own part of a split budget is multiplied too, a budget of all channels stays as it is.
    """
    values: dict[str, Any] = scenario.model_dump()
    one, budget = values["channels"][channel], values["budget"]
    most = np.inf if one["kind"] == "push" else 1.0
    one["intensity"] = [float(min(rate * factor, most)) for rate in one["intensity"]]
    one["trigger"] = min(one["trigger"] * factor, 1.0)
    if budget["kind"] == "split":
        budget["split"][channel] = budget["split"].get(channel, 0.0) * factor
        budget["amount"] = sum(budget["split"].values())
    return Scenario.model_validate(values)


def _counter(tell: Tell, total: int) -> Callable[[int], None]:
    done = 0

    def count(episodes: int) -> None:
        nonlocal done
        done += episodes
        tell("task", done, total)

    return count
