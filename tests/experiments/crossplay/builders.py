"""Cross-play made of chosen numbers."""

from pathlib import Path
from typing import Any

import numpy as np

from onevoice.envs.typing import Arrays
from onevoice.experiments.crossplay.config import Config
from onevoice.experiments.crossplay.estimates import Estimates
from onevoice.experiments.crossplay.run import CHANGES, SELF, Team, Teams, partner

NOISE = np.array([-20.0, -5.0, 5.0, 20.0])
"""What markets differ by."""


def teams(**counts: int) -> Teams:
    """So many runs of each mode."""
    return {
        mode: [Team(mode, seed, Path("runs", f"{mode}-{seed}")) for seed in range(count)]
        for mode, count in counts.items()
    }


def config(**changes: Any) -> Config:
    """Two channels in four markets."""
    values: dict[str, Any] = {
        "scenario": {"channels": ["email", "search"], "population": 100, "days": 84},
        "runs": ("runs/shared_reward-0",),
        "markets": 4,
        "resamples": 100,
    }
    return Config.model_validate(values | changes)


def estimates(
    found: Teams, lost: dict[tuple[str, str], float], value: float = 1000.0, **changes: Any
) -> Estimates:
    """Teams reach ``value`` and lose so much with a guest's email, twice that with its search."""
    tasks: dict[str, Arrays] = {}
    for mode, several in found.items():
        for team in several:
            alone = value + NOISE + team.seed
            tasks[team.name] = {SELF: alone}
            guests = [other for other in found if partner(found, team, other)]
            for guest in (*guests, *CHANGES):
                loss = lost.get((mode, guest), 0.0)
                tasks[team.name][guest] = np.stack([alone - loss, alone - 2.0 * loss])
    return Estimates(config(**changes), found, tasks)
