"""Policies: baselines by name, fixed plans fitted to a scenario, learned policies.

``make("greedy", scenario)`` builds a baseline; ``fit("open_loop", scenario, "runs/open_loop")``
finds a fixed plan; ``load("runs/quickstart/training/shared_reward")`` loads the policy of a
training run or of a fit. Torch is imported only when a learned policy is loaded.
"""

from pathlib import Path

from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.baselines import make
from onevoice.policies.fixed import fit, is_fit, load_fit

__all__ = ["Actions", "Observations", "Policy", "fit", "is_fit", "load", "make"]


def load(run: str | Path, *, deterministic: bool = True) -> Policy:
    """Load the policy that a training run learned, or a fit found, in folder ``run``.

    Args:
        run: the folder.
        deterministic: play ``Heads.mode_action``: the mean intensity and discount, the likeliest
            message and audience; otherwise draw from the learned distribution.

    Raises:
        OneVoiceError: ``run`` is neither, or it is damaged.
    """
    if is_fit(Path(run)):
        return load_fit(Path(run))
    from onevoice.policies.learned import load_learned

    return load_learned(run, deterministic=deterministic)
