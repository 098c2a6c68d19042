"""What the golden hashes are taken of: plays of seeded actions, and short trainings.

Hashes cover values, never names: fields, features and arrays may be renamed freely.
"""

import hashlib
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from onevoice.envs import load_scenario, make_vec, scenario_names
from onevoice.policies.checkpoint import read
from onevoice.training.config import MODES, TrainingConfig
from onevoice.training.trainer import train

DECISIONS = 84
SPLIT = {
    "kind": "split",
    "split": {"email": 100, "social": 300, "search": 400, "content": 200},
}
REALLOCATED = {"kind": "rules", "reallocation": {}}
DIFFERENCE = {"reward": {"credit": "incremental", "team_spirit": 0.3}}
PLAYS: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, {}) for name in scenario_names()},
    "article": ("article", {"population": 60_000}),
    "caps_only": ("septet", {"coordination": "caps_only"}),
    "consistency_only": ("septet", {"coordination": "consistency_only"}),
    "exclusions_only": ("quartet", {"coordination": "exclusions_only"}),
    "full": ("septet", {"coordination": "full"}),
    "full-lag": ("septet", {"coordination": "full", "observation": {"sync_lag_hours": 24.0}}),
    "full-race": ("quartet", {"coordination": "full", "observation": {"sync_lag_hours": 1 / 6}}),
    "siloed-lag": ("quartet", {"observation": {"scope": "siloed", "sync_lag_hours": 3.0}}),
    "orchestrator": ("septet", {"coordination": "orchestrator"}),
    "reallocation-claims": ("quartet", {"coordination": REALLOCATED, "budget": SPLIT}),
    "reallocation-lift": (
        "quartet",
        {
            "budget": SPLIT,
            "coordination": {
                "kind": "rules",
                "holdout": {
                    "all": 0.1,
                    "channels": dict.fromkeys(("email", "social", "search", "content"), 0.2),
                },
                "reallocation": {"by": "lift", "days": 14},
            },
        },
    ),
    "credit-claimed": ("quartet", {"reward": {"credit": "claimed"}}),
    "credit-team": ("quartet", {"reward": {"credit": "team"}}),
    "credit-incremental": ("quartet", DIFFERENCE),
    "credit-incremental-orchestrated": ("quartet-orchestrated", DIFFERENCE),
    "blocks": ("quartet", {"population": 9_000, "block": 256, "budget": {"pacing": "daily"}}),
}
"""By case a scenario and its overrides."""
TRAININGS: dict[str, tuple[str, str, dict[str, Any]]] = {
    **{mode: ("smoke", mode, {}) for mode in MODES},
    "orchestrator": ("smoke-orchestrated", "shared_reward", {}),
    "partners": ("smoke-orchestrated", "shared_reward", {"partners": "greedy"}),
    "parameter-sharing": ("smoke", "shared_reward", {"parameter_sharing": True}),
}
"""By case a scenario, with an orchestrator or without, a mode and overrides of the training."""


def play(case: str) -> dict[str, str]:
    """Hashes of observations, rewards, states, tallies and customers of a case's play."""
    name, overrides = PLAYS[case]
    env = make_vec(name, 1 if case == "article" else 2, threads=2, **overrides)
    rng, options = np.random.default_rng(18), env.agent_choices
    kinds = ("observations", "rewards", "states", "tallies", "customers")
    hashes = {kind: hashlib.sha256() for kind in kinds}
    _add(hashes["observations"], [env.reset(range(7, 7 + env.num_envs))])
    for _ in range(DECISIONS):
        step = env.step(rng.integers(options, size=(env.num_envs, *options.shape)))
        _add(hashes["observations"], [step.observations])
        _add(hashes["rewards"], [step.rewards, step.segment_rewards])
        _add(hashes["states"], [env.states()])
        _add(hashes["tallies"], [*env.tally, *env.survey])
        customers: list[npt.NDArray[Any]] = [*env.population.traits, *env.population.people]
        hashes["customers"].update(_unordered(customers).encode())
    return {kind: each.hexdigest()[:16] for kind, each in hashes.items()}


def trained(case: str, run: Path) -> str:
    """The hash of what a short training leaves: weights, moments, statistics of rewards."""
    name, mode, overrides = TRAININGS[case]
    base, _, orchestrated = name.partition("-")
    layer: dict[str, Any] = {"coordination": "orchestrator"} if orchestrated else {}
    config = TrainingConfig(
        num_envs=8,
        n_steps=14,
        batch_size=56,
        total_steps=448,
        n_epochs=2,
        hidden_actor=(16,),
        hidden_critic=(16,),
        validate_every=2,
        validation_markets=4,
        pictures=False,
        **overrides,
    )
    train(load_scenario(base, **layer), mode, config, run)
    arrays = read(run / "checkpoint").arrays
    return _unordered(array for key, array in arrays.items() if not key.startswith("env/"))


def machine() -> str:
    """What the numbers of a training depend on beside the code."""
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{platform.machine()} {capability}, torch {torch.__version__}, numpy {np.__version__}"


def _add(total: Any, arrays: Iterable[npt.NDArray[Any]]) -> None:
    for array in arrays:
        total.update(np.ascontiguousarray(array))


def _unordered(arrays: Iterable[npt.NDArray[Any]]) -> str:
    """One hash of all arrays, whatever their names and order."""
    each = sorted(
        hashlib.sha256(f"{a.dtype} {a.shape}".encode() + np.ascontiguousarray(a).tobytes()).digest()
        for a in arrays
    )
    return hashlib.sha256(b"".join(each)).hexdigest()[:16]
