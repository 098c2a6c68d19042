"""Who decides: baselines made by name, fixed plans fitted to a scenario, learned policies.

``make("greedy", scenario)`` builds a baseline; ``fit("open_loop", scenario, "runs/open_loop")``
finds a fixed plan; ``load("runs/quickstart/training/shared")`` reads what a run learned or a fit
found. Torch is imported only when a learned policy is loaded.
"""

from pathlib import Path

from onevoice.configs.errors import OneVoiceError, nearest
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.fixed import fit, is_fit, load_fit
from onevoice.policies.without_orchestrator import Undirected

__all__ = ["Actions", "Observations", "Policy", "fit", "is_fit", "load", "make"]


def make(name: str, scenario: Scenario) -> Policy:
    """Build the baseline ``name`` for the channels of ``scenario``.

    An orchestrator lets them do as they like, but for ``conducted``, which plays it.

    Raises:
        OneVoiceError: no baseline has this name, or it needs an orchestrator.
    """
    from onevoice.policies.baselines import BASELINES

    if name not in BASELINES:
        raise OneVoiceError(f"policy {name!r} is unknown{nearest(name, BASELINES)}")
    baseline = BASELINES[name]
    if scenario.coordination.orchestrated and not issubclass(baseline, Undirected):
        return Undirected(scenario, baseline)
    return baseline(scenario)


def load(run: str | Path, *, deterministic: bool = True) -> Policy:
    """Load the policy that a training run learned, or a fit found, in folder ``run``.

    Args:
        run: the folder.
        deterministic: play the typical action: the mean pressure and discount, the likeliest
            message and audience; otherwise draw from the learned distribution.

    Raises:
        OneVoiceError: ``run`` is neither, or it is damaged.
    """
    if is_fit(Path(run)):
        return load_fit(Path(run))
    from onevoice.policies.learned import load_learned

    return load_learned(run, deterministic=deterministic)
