"""Parts of the study with chosen losses instead of played ones."""

from collections.abc import Callable
from typing import Any

import numpy as np

from onevoice.envs import load_scenario
from onevoice.experiments.ablation import Config
from onevoice.experiments.ablation.losses import Losses
from onevoice.experiments.ablation.outcomes import KEPT, REALISED
from onevoice.experiments.ablation.variants import part_names, variants
from onevoice.experiments.arrays import Arrays

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


def losses(chosen: Callable[[str, str], float], setting: Config | None = None) -> Losses:
    """Losses as ``chosen(part, variant)`` says, give or take 3 in single markets."""
    setting = setting or config()
    return Losses(setting, {part: _part(setting, part, chosen) for part in part_names(setting)})


def _part(setting: Config, part: str, chosen: Callable[[str, str], float]) -> Arrays:
    arrays: Arrays = {}
    for variant in variants(setting, part):
        loss = chosen(part, variant.key)
        worth = {"coordinated": loss + NOISE, "greedy": 0.0 * NOISE, "manual": 2.0 * loss + NOISE}
        for policy in variant.policies:
            arrays |= {f"{variant.key}/{policy}/{name}": 1.0 + 0.1 * NOISE for name in KEPT}
            arrays[f"{variant.key}/{policy}/ncv"] = worth[policy]
            arrays[f"{variant.key}/{policy}/claims"] = 10.0 * (1 + (policy == "greedy")) + NOISE
        arrays[f"{variant.key}/{REALISED}"] = 0.5 + 0.0 * NOISE
    return arrays
