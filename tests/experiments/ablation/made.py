"""Parts of the study with chosen losses instead of played ones."""

from collections.abc import Callable
from typing import Any

import numpy as np

from onevoice.envs import load_scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.ablation import Config
from onevoice.experiments.ablation.losses import Losses
from onevoice.experiments.ablation.outcomes import KEPT, REALISED
from onevoice.experiments.ablation.variants import part_names, variants

Chosen = Callable[[str, str], float]
"""A number by part and variant."""
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


def losses(
    loss: Chosen,
    setting: Config | None = None,
    *,
    trust: Chosen = lambda part, key: 0.06,
    equity: Chosen = lambda part, key: 900.0,
) -> Losses:
    """Losses of NCV, trust and equity as chosen, give or take 3, 0.003 and 30 in single markets.

    Beside ``manual`` each is twice as large.
    """
    setting = setting or config()
    chosen = {"ncv": (loss, 1.0), "trust": (trust, 0.001), "equity": (equity, 10.0)}
    return Losses(setting, {part: _part(setting, part, chosen) for part in part_names(setting)})


def _part(setting: Config, part: str, chosen: dict[str, tuple[Chosen, float]]) -> Arrays:
    arrays: Arrays = {}
    for variant in variants(setting, part):
        for policy in variant.policies:
            play, above = f"{variant.key}/{policy}", ABOVE_GREEDY[policy]
            arrays |= {f"{play}/{name}": 1.0 + 0.1 * NOISE for name in KEPT}
            arrays[f"{play}/claims"] = 10.0 * (1 + (policy == "greedy")) + NOISE
            for metric, (lost, noise) in chosen.items():
                spread = noise * NOISE * (above > 0.0)
                arrays[f"{play}/{metric}"] = above * lost(part, variant.key) + spread
        arrays[f"{variant.key}/{REALISED}"] = 0.5 + 0.0 * NOISE
    return arrays
