"""Plays one market under every set of rules and under every manager, week by week.

Letters: ``W`` weeks.
"""

import numpy as np

from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.attribution.players import make_player
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.trajectories import Episodes
from onevoice.experiments.core.workers import Tell
from onevoice.experiments.rule_relaxation.config import Config
from onevoice.experiments.rule_relaxation.ladder import ladder
from onevoice.experiments.rule_relaxation.managers import KEPT, MANAGERS, Manager, managers
from onevoice.experiments.windows import Window

TOTALS = {
    "touches": "TOUCHES",
    "engagements": "ENGAGEMENTS",
    "clicks": "CLICKS",
    "claims": "CLAIMED",
    "opt_outs": "OPT_OUTS",
}
"""Columns of channels' tallies by what they are called here."""


def step_line(step: int) -> str:
    """What a market under one set of rules is called; under the strict one nobody moves."""
    return f"step_{step}" if step else KEPT


def lines(config: Config) -> list[str]:
    """What is played in a market: every set of rules, and every manager."""
    walked = [step_line(step) for step in range(config.steps)]
    return [*walked, *(name for name in MANAGERS if name not in walked)]


def part_costs(config: Config) -> dict[str, float]:
    """Episodes to play by market, which are the parts of the study."""
    return {f"market_{place}": float(len(lines(config))) for place in range(config.markets)}


def play_part(config: Config, name: str, tell: Tell) -> Arrays:
    """Play the market that a part is named after; ``<line>/<measure>``, float64 ``[W]``."""
    place = int(name.removeprefix("market_"))
    every, found = lines(config), Arrays()
    hired = managers(config)
    for done, line in enumerate(every, 1):
        start = every.index(line) if line not in hired else 0
        weeks = play_weeks(config, place, hired.get(line, hired[KEPT]), start)
        found |= {f"{line}/{measure}": values for measure, values in weeks.items()}
        tell("part", done, len(every))
    return found


def play_weeks(config: Config, place: int, manager: Manager, start: int) -> Arrays:
    """One episode whose rules a manager revises every week.

    Args:
        config: the study.
        place: which of the held-out markets.
        manager: decides after every week.
        start: the set of rules that the first week has.

    Returns:
        ``looseness`` and the measures of :func:`measured`, float64 ``[W]``.
    """
    rules = ladder(config.scenario.coordination, config.steps)
    scenario = load_scenario(config.scenario, coordination=rules[0].model_dump())
    seed = episode_seeds(config.seed, config.markets)[place]
    episodes = Episodes(scenario, [market_ids("test", config.markets)[place]], [seed])
    player = make_player(config.policy, scenario)
    player.attach(episodes.env)
    player.reset(1, seed)
    step, seen = start, list[dict[str, float]]()
    for _ in range(config.weeks):
        episodes.env.revise_rules(rules[step])
        course = episodes.play(player, round(config.turn_decisions)).course
        week = measured(Window(scenario, course, 0, len(course.channels)))
        seen.append({"looseness": step / (config.steps - 1), **week})
        step = manager.next_step(step, [w[manager.watched] for w in seen], config.steps)
    return {name: np.array([week[name] for week in seen]) for name in seen[0]}


def measured(window: Window) -> dict[str, float]:
    """Dashboard and truth of a week of one episode; counts and $ for 1,000 customers, 28 days.

    ``trust`` is that of those who remain at its end.
    """
    unit = 1000.0 / window.scenario.population * window.per_month
    totals = {name: unit * window.total(column)[0] for name, column in TOTALS.items()}
    return {
        **{name: float(value) for name, value in totals.items()},
        "churn": float(unit * window.system("CHURNED")[0]),
        "trust": float(window.mean_state("TRUST")[0]),
        "ncv": float(window.ncv[0]),
    }
