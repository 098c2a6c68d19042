"""Plays policies in variants of a scenario: mechanisms off, coefficients scaled, more channels.

A task is a set of mechanisms, a coefficient, or a number of channels. Letters: ``B`` markets,
``C`` channels, ``N`` customers of one market.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.loader import build_config
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.channel import CATALOGUE
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.ablation.config import COUNTS, SWITCHED_OFF, Coefficient, Config, Off
from onevoice.experiments.core.rollout import episode_seeds, evaluate
from onevoice.experiments.core.tasks import complete
from onevoice.experiments.core.workers import Tell
from onevoice.policies import make

RIVALS = ("coordinated", "greedy")
WHOLE, ROW = "off", "channels-"
"""The task in which nothing is switched off, and the prefix of the diagram's rows."""
KEPT = ("ncv", "equity", "trust", "churn", "opt_outs", "conflicts", "engagements", "claims")
"""``equity`` is in $ per 1,000 customers, ``engagements`` and ``claims`` add up all channels."""
OVERLAP = "overlap"
Variants = dict[str, Scenario]
"""Scenarios by their key within a task."""


def run(config: Config, out: Path) -> dict[str, Arrays]:
    """Play the tasks that ``out`` does not hold yet, and return the results of all."""
    costs = task_costs(config)
    return complete(config, out, "study of mechanisms", costs, play_task, workers=config.workers)


def tasks(config: Config) -> dict[str, Callable[[], Variants]]:
    """For each task, by its file's name, the function that builds its variants."""
    return {
        **{off_task(off): partial(without, config, off) for off in SWITCHED_OFF},
        **{factor_task(c): partial(multiples, config, c) for c in config.coefficients},
        **{row_task(count): partial(diagram_row, config, count) for count in COUNTS},
    }


def task_costs(config: Config) -> dict[str, float]:
    """Expected time by task, in policies times channels; the longest first."""
    costs = {
        task: float(len(policies(task)) * sum(len(v.channels) for v in variants().values()))
        for task, variants in tasks(config).items()
    }
    return dict(sorted(costs.items(), key=lambda item: -item[1]))


def off_task(off: Off) -> str:
    """The task with some mechanisms switched off."""
    return "-".join([WHOLE, *off])


def factor_task(coefficient: Coefficient) -> str:
    """The task in which a coefficient is varied."""
    return f"factor-{coefficient.name}"


def row_task(count: int) -> str:
    """The task of the diagram's row for so many channels."""
    return f"{ROW}{count}"


def policies(task: str) -> tuple[str, ...]:
    """The policies that play a task."""
    return ("manual", *RIVALS) if task.startswith(WHOLE) else RIVALS


def play_task(config: Config, task: str, tell: Tell) -> Arrays:
    """Play every variant of a task; arrays ``[B]`` named ``<variant>/<policy>/<metric>``."""
    markets, found, variants = market_ids("test", config.markets), Arrays(), tasks(config)[task]()
    plays = [(key, policy) for key in variants for policy in policies(task)]
    for done, (key, policy) in enumerate(plays, 1):
        metrics = transition(variants[key], policy, markets, config.seed)
        found |= {f"{key}/{policy}/{name}": metrics[name] for name in KEPT}
        tell("task", done, len(plays))
    if task.startswith(ROW):
        seeds = episode_seeds(config.seed, config.markets)
        for key, scenario in variants.items():
            found[f"{key}/{OVERLAP}"] = realised_overlap(scenario, markets, seeds)
    return found


def transition(
    scenario: Scenario, policy: str, markets: Sequence[int], seed: int
) -> dict[str, F64]:
    """Metrics ``[B]`` of one episode in each market, with sums over channels."""
    decide = make(policy, scenario)
    metrics = evaluate(policy, decide, scenario, markets, seed, replay_search=False).metrics
    engagements = sum(metrics[f"{channel}/engagements"] for channel in scenario.channels)
    equity = metrics["equity"] * 1000.0 / scenario.population
    return {**metrics, "equity": equity, "engagements": np.asarray(engagements)}


def without(config: Config, off: Off) -> Variants:
    """The scenario with mechanisms switched off."""
    return {"": changed(config.scenario, {f"mechanisms.{name}": False for name in off})}


def multiples(config: Config, coefficient: Coefficient) -> Variants:
    """All factors but 1, which is the whole model, and those out of the fields' bounds."""
    own, found = coefficient.values(config.scenario), Variants()
    for factor in config.factors:
        changes = {
            name: factor * value for name, value in zip(coefficient.fields, own, strict=True)
        }
        try:
            scenario = changed(config.scenario, changes)
        except OneVoiceError:
            continue
        if factor != 1.0:
            found[f"{factor:g}"] = scenario
    return found


def diagram_row(config: Config, count: int) -> Variants:
    """Every overlap of the audiences of so many channels."""
    return {f"{o:g}": with_channels(config.scenario, count, o) for o in config.overlaps}


def changed(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with other values at dotted names, validated.

    Raises:
        OneVoiceError: if a value is out of range.
    """
    return build_config(Scenario, "scenarios", scenario.model_dump(), changes)


def with_channels(scenario: Scenario, count: int, overlap: float) -> Scenario:
    """The first ``count`` channels in the fixed order, with another overlap of audiences.

    The scenario's own channels stay as they are and others come from the catalogue. They share one
    budget with as much per channel as the scenario has, so that no row is poorer than another.
    """
    have = {**CATALOGUE, **scenario.channels}
    values = scenario.model_dump()
    values["channels"] = {name: have[name].model_dump() for name in CHANNEL_NAMES[:count]}
    amount = scenario.budget.amount / len(scenario.channels) * count
    values["budget"] = {"pacing": scenario.budget.pacing, "amount": amount}
    values["customers"]["overlap"] = overlap
    return Scenario.model_validate(values)


def realised_overlap(scenario: Scenario, markets: Sequence[int], seeds: Sequence[int]) -> F64:
    """Share of customers that push channels have in common at the start, ``[B]``.

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
