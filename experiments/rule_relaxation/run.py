"""Plays each market under every set of rules and under every rule manager, week by week.

A task is a market; a variant of it is a set of rules or a manager. Letter: ``W`` weeks.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.coordination import Coordination
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.tasks import complete
from onevoice.experiments.core.trajectories import Episodes
from onevoice.experiments.core.windows import Window
from onevoice.experiments.core.workers import Tell
from onevoice.experiments.rule_relaxation.config import LOADS, RELAXED, WINDOWS, Config
from onevoice.policies import resolve

KEPT, DASHBOARD, TRUTH, PATIENT = "kept", "dashboard", "truth", "patient"
MANAGERS = (KEPT, DASHBOARD, TRUTH, PATIENT)
TOTALS = {
    "touches": "TOUCHES",
    "engagements": "ENGAGEMENTS",
    "clicks": "CLICKS",
    "claims": "CLAIMED",
    "opt_outs": "OPT_OUTS",
}
"""Columns of channels' tallies by measure."""


class RuleManager(NamedTuple):
    """Compares every week with the one before, and moves one step or stays."""

    watched: str
    """The measure that is compared."""
    after_fall: int
    """Step after a fall: 1 relaxes, -1 tightens."""
    otherwise: int
    """Step after ``patience`` weeks in a row without a fall."""
    patience: int = 1

    def next_step(self, step: int, seen: Sequence[float], steps: int) -> int:
        """The set of rules for the next week, of ``steps`` from strict to none.

        Args:
            step: the present set.
            seen: the watched measure, week by week.
            steps: the number of sets.
        """
        falls = [later < earlier for earlier, later in pairwise(seen)][-self.patience :]
        change = 0
        if falls and falls[-1]:
            change = self.after_fall
        elif len(falls) == self.patience and not any(falls):
            change = self.otherwise
        return min(max(step + change, 0), steps - 1)


def run(config: Config, out: Path) -> list[Arrays]:
    """Play the tasks that ``out`` does not hold yet, and return the results of all, by market."""
    resolve(config.policy, config.scenario)
    what, costs = "study of relaxed rules", task_costs(config)
    return list(complete(config, out, what, costs, play_task, workers=config.workers).values())


def rule_managers(config: Config) -> Mapping[str, RuleManager]:
    """None; one who relaxes after falls of dashboards; two who relax while NCV does not fall."""
    return {
        KEPT: RuleManager("ncv", 0, 0),
        DASHBOARD: RuleManager(config.dashboard, 1, 0),
        TRUTH: RuleManager("ncv", -1, 1),
        PATIENT: RuleManager("ncv", -1, 1, config.patience),
    }


def schedule(strict: Coordination, steps: int) -> list[Coordination]:
    """Sets of rules, evenly relaxed, from ``strict`` to none at all; see :func:`relaxed`."""
    return [relaxed(strict, step / (steps - 1)) for step in range(steps)]


def relaxed(strict: Coordination, looseness: float) -> Coordination:
    """The same rules with caps divided, and hours multiplied, by ``1 - looseness``.

    With a looseness of 1 there are no rules. Rules without such a number, quiet hours and
    priority, stay until then. Nobody is held out: a holdout measures and binds nobody.
    """
    if looseness >= 1.0:
        return Coordination(kind="rules")
    left, values = 1.0 - looseness, strict.model_dump() | {"holdout": None, "reallocation": None}
    for name in strict.rules:
        if name in RELAXED:
            values[name] |= _relaxed_fields(name, values[name], left)
    return Coordination.model_validate(values)


def _relaxed_fields(name: str, rule: dict[str, Any], left: float) -> dict[str, Any]:
    if name in WINDOWS:
        return {"hours": rule["hours"] * left}
    if name in LOADS:
        return {"load": rule["load"] / left}
    return {"touches": {channel: round(most / left) for channel, most in rule["touches"].items()}}


def step_variant(step: int) -> str:
    """The variant of a set of rules that is kept; the strict one is that without a manager."""
    return f"step_{step}" if step else KEPT


def variants(config: Config) -> list[str]:
    """Every set of rules, then every manager."""
    return [*map(step_variant, range(config.steps)), *(name for name in MANAGERS if name != KEPT)]


def task_costs(config: Config) -> dict[str, float]:
    """Episodes to play by task."""
    return {f"market_{place}": float(len(variants(config))) for place in range(config.markets)}


def play_task(config: Config, name: str, tell: Tell) -> Arrays:
    """Play the market of a task; ``<variant>/<measure>``, float64 ``[W]``."""
    place, every = int(name.removeprefix("market_")), variants(config)
    managers, found = rule_managers(config), Arrays()
    for step, variant in enumerate(every):
        start = step if variant not in managers else 0
        weeks = play_weeks(config, place, managers.get(variant, managers[KEPT]), start)
        found |= {f"{variant}/{measure}": values for measure, values in weeks.items()}
        tell("task", step + 1, len(every))
    return found


def play_weeks(config: Config, place: int, manager: RuleManager, start: int) -> Arrays:
    """One episode whose rules a manager revises every week.

    Args:
        config: the study.
        place: index of the held-out market.
        manager: decides after every week.
        start: the set of rules of the first week.

    Returns:
        ``looseness`` and the measures of :func:`measured`, float64 ``[W]``.
    """
    rules = schedule(config.scenario.coordination, config.steps)
    scenario = load_scenario(config.scenario, coordination=rules[0].model_dump())
    seed = episode_seeds(config.seed, config.markets)[place]
    episodes = Episodes(scenario, [market_ids("test", config.markets)[place]], [seed])
    policy = resolve(config.policy, scenario)
    policy.attach(episodes.env)
    policy.reset(1, seed)
    step, seen = start, list[dict[str, float]]()
    for _ in range(config.weeks):
        episodes.env.revise_rules(rules[step])
        trajectory = episodes.play(policy, round(config.week_decisions)).trajectory
        week = measured(Window(scenario, trajectory, 0, len(trajectory.channels)))
        seen.append({"looseness": step / (config.steps - 1), **week})
        step = manager.next_step(step, [w[manager.watched] for w in seen], config.steps)
    return {name: np.array([week[name] for week in seen]) for name in seen[0]}


def measured(window: Window) -> dict[str, float]:
    """Dashboard and truth of a week of one episode; counts and $ for 1,000 customers, 28 days.

    ``trust`` is that of the remaining customers at its end.
    """
    unit = 1000.0 / window.scenario.population * window.per_month
    return {
        **{name: float(unit * window.total(column)[0]) for name, column in TOTALS.items()},
        "churn": float(unit * window.system("CHURNED")[0]),
        "trust": float(window.mean_state("TRUST")[0]),
        "ncv": float(window.ncv[0]),
    }
