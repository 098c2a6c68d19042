"""Tasks of the study with chosen losses instead of played ones."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from onevoice.envs import load_scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.ablation import Config
from onevoice.experiments.ablation.estimates import Estimates
from onevoice.experiments.ablation.run import KEPT, OVERLAP, policies, tasks

Chosen = Callable[[str, str], float]
"""A number by task and variant."""
ABOVE_GREEDY = {"greedy": 0.0, "coordinated": 1.0, "manual": 2.0}
NOISE = np.array([-3.0, -1.0, 1.0, 3.0])


def config(**changes: Any) -> Config:
    values: dict[str, Any] = {
        "scenario": load_scenario("quartet"),
        "markets": len(NOISE),
        "resamples": 200,
        "factors": (0.0, 1.0, 2.0),
        "overlaps": (-1.0, 1.0),
    }
    return Config.model_validate(values | changes)


def estimates(
    loss: Chosen,
    setting: Config | None = None,
    *,
    trust: Chosen = lambda task, key: 0.06,
    equity: Chosen = lambda task, key: 900.0,
) -> Estimates:
    """Losses of NCV, trust and equity as chosen, give or take 3, 0.003 and 30 in single markets.

    Beside ``manual`` each is twice as large.
    """
    setting = setting or config()
    chosen = {"ncv": (loss, 1.0), "trust": (trust, 0.001), "equity": (equity, 10.0)}
    every = {task: (variants(), policies(task)) for task, variants in tasks(setting).items()}
    return Estimates(setting, {task: _task(task, *plays, chosen) for task, plays in every.items()})


def _task(
    task: str,
    variants: Iterable[str],
    policies: Iterable[str],
    chosen: dict[str, tuple[Chosen, float]],
) -> Arrays:
    arrays: Arrays = {}
    for key in variants:
        for policy in policies:
            play, above = f"{key}/{policy}", ABOVE_GREEDY[policy]
            arrays |= {f"{play}/{name}": 1.0 + 0.1 * NOISE for name in KEPT}
            arrays[f"{play}/claims"] = 10.0 * (1 + (policy == "greedy")) + NOISE
            for metric, (lost, noise) in chosen.items():
                spread = noise * NOISE * (above > 0.0)
                arrays[f"{play}/{metric}"] = above * lost(task, key) + spread
        arrays[f"{key}/{OVERLAP}"] = 0.5 + 0.0 * NOISE
    return arrays
