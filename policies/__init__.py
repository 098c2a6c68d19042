"""Who decides: baselines made by name and learned policies loaded from a training run.

``make("greedy", scenario)`` builds a baseline; ``load("runs/quickstart/training/shared")`` reads
what a run learned. Torch is imported only when a learned policy is loaded.
"""

from pathlib import Path

from onevoice.envs.errors import OneVoiceError, nearest
from onevoice.envs.scenario import Scenario
from onevoice.policies.base import Actions, Observations, Policy

__all__ = ["Actions", "Observations", "Policy", "load", "make"]


def make(name: str, scenario: Scenario) -> Policy:
    """Build the baseline ``name`` for the channels of ``scenario``.

    Raises:
        OneVoiceError: no baseline has this name.
    """
    from onevoice.policies.baselines import BASELINES

    if name not in BASELINES:
        raise OneVoiceError(f"policy {name!r} is unknown{nearest(name, BASELINES)}")
    return BASELINES[name](scenario)


def load(run: str | Path, *, deterministic: bool = True) -> Policy:
    """Load the policy that the training run in folder ``run`` learned.

    Args:
        run: the run's folder.
        deterministic: play the likeliest action; otherwise draw from the learned distribution.

    Raises:
        OneVoiceError: ``run`` is not a training run, or it is damaged.
    """
    from onevoice.policies.learned import load_learned

    return load_learned(run, deterministic=deterministic)
