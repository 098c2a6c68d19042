"""Policies: baselines by name, fixed plans fitted to a scenario, learned policies.

``make("greedy", scenario)`` builds a baseline; ``fit("open_loop", scenario, "runs/open_loop")``
finds a fixed plan; ``load("runs/quickstart/training/shared_reward-0")`` loads the policy of a
training run or of a fit. Torch is imported only when a learned policy is loaded.
"""

from pathlib import Path

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.baselines import make
from onevoice.policies.fixed import fit, is_fit, load_fit

__all__ = ["Actions", "Observations", "Policy", "fit", "is_fit", "load", "make", "resolve"]


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


def resolve(name: str, scenario: Scenario) -> Policy:
    """Build the baseline ``name``, or load the policy of the training run in that folder.

    Raises:
        OneVoiceError: if there is no such policy, or it does not fit the scenario.
    """
    from onevoice.envs.interface.actions import agent_choices
    from onevoice.envs.interface.observation import feature_names
    from onevoice.policies.baselines import BASELINES

    if name in BASELINES:
        return make(name, scenario)
    policy = load(name)
    trained = policy.scenario
    if policy.agents != scenario.agents:
        raise OneVoiceError(
            f"policy {name} was trained on {', '.join(trained.channels)}, but the scenario's "
            f"channels are {', '.join(scenario.channels)}; give the scenario it was trained on"
        )
    same_actions = agent_choices(trained).tolist() == agent_choices(scenario).tolist()
    if not same_actions or feature_names(trained) != feature_names(scenario):
        raise OneVoiceError(
            f"policy {name} was trained on other segments, offers or observations than the "
            "scenario's; give the scenario it was trained on"
        )
    return policy
