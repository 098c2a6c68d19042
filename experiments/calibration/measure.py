"""What one parameter set leads to: the figures that the search compares with their targets."""

from collections.abc import Callable

import numpy as np

from onevoice.envs.market import market_ids
from onevoice.envs.scenario import MONTH_DAYS, Scenario
from onevoice.experiments.calibration.config import Config
from onevoice.experiments.claims.levels import DASHBOARDS, fractions, queries, scale
from onevoice.experiments.courses import Episodes
from onevoice.experiments.evaluation import episode_seeds
from onevoice.experiments.parts import cores
from onevoice.experiments.statistics import Floats
from onevoice.experiments.validation.frequency import frequency_profit
from onevoice.experiments.windows import Window
from onevoice.policies.base import Policy
from onevoice.policies.baselines import Manual
from onevoice.policies.greedy import Greedy
from onevoice.policies.replay import Replay

LEVELS = (5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
"""E-mails a month among which the best is sought."""
FREQUENCY_MARKETS = 12
SCENES = 6
"""Stretches of a trial, for its progress."""


def measure(scenario: Scenario, config: Config, tell: Callable[[], None]) -> dict[str, float]:
    """The figures of :data:`config.KNOBS`, each over all worlds; the scenes are those of claims."""
    windows = play_scenes(scenario, config, tell)
    agents, team = windows["greedy"], windows["manual"]
    figures = {board.key: _ratio(*fractions(board, agents)) for board in DASHBOARDS}
    figures["roas_gain"] = figures["roas"] - _ratio(*fractions(DASHBOARDS[-1], team))
    for channel in ("social", "search"):
        figures[f"{channel}_clicks"] = scale(scenario) * float(
            agents.count(channel, "CLICKS").mean()
        )
    figures["aware"] = 100 * _ratio(agents.system("AWARE_CLICKS"), agents.count("search", "CLICKS"))
    caused = agents.system("REVENUE") - windows["no_search"].system("REVENUE")
    figures["true_roas"] = _ratio(caused, agents.count("search", "SPEND"))
    kept = _ratio(queries(windows["no_social"]), queries(windows["later"]))
    figures["without_social"] = 100 * (kept - 1)
    figures["email_10"] = loss_at_ten(scenario, config)
    tell()
    return figures


def play_scenes(scenario: Scenario, config: Config, tell: Callable[[], None]) -> dict[str, Window]:
    """The month after the warm-up under the team, the agents, and without search; then two more."""
    month = MONTH_DAYS * 24 / scenario.decision_hours
    markets = market_ids("test", 1) * config.worlds
    seeds = episode_seeds(config.seed, config.worlds)
    episodes = Episodes(scenario, markets, seeds, threads=config.workers or cores())
    team, agents = Manual(scenario), Greedy(scenario)
    for policy in (team, agents):
        policy.reset(config.worlds, seeds[0])

    def window(policy: Policy, first: float, end: float) -> Window:
        course = episodes.play(policy, round(end * month)).course
        tell()
        return Window(scenario, course, round(first * month), round(end * month))

    window(team, 0, 1)
    start = episodes.mark()
    windows = {"manual": window(team, 0, 1)}
    episodes.back(start)
    played = episodes.play(agents, round(3 * month))
    tell()
    for name, first, end in (("greedy", 0, 1), ("later", 1, 3)):
        windows[name] = Window(scenario, played.course, round(first * month), round(end * month))
    episodes.back(start)
    windows["no_search"] = window(Replay(scenario, played.actions, ("search",)), 0, 1)
    episodes.back(start)
    windows["no_social"] = window(Replay(scenario, played.actions, ("social",)), 1, 3)
    return windows


def loss_at_ten(scenario: Scenario, config: Config) -> float:
    """Lifetime profit lost with 10 e-mails a month, % of what the best number gains over none."""
    markets = market_ids("validation", FREQUENCY_MARKETS)
    seeds = episode_seeds(config.seed, FREQUENCY_MARKETS)
    profit = frequency_profit(scenario, LEVELS, markets, seeds).mean(axis=1)
    return float(100 * (1 - profit[-1] / profit.max()))


def _ratio(above: Floats, below: Floats) -> float:
    return float(np.sum(above) / max(float(np.sum(below)), 1e-9))
