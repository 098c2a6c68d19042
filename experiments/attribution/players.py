"""The policy that a study is about, by name or from a training run."""

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface.actions import agent_choices
from onevoice.envs.interface.observation import feature_names
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies import load, make
from onevoice.policies.base import Policy
from onevoice.policies.baselines import BASELINES


def make_player(name: str, scenario: Scenario) -> Policy:
    """Build a baseline, or load what a training run learned.

    Raises:
        OneVoiceError: if there is no such policy, or it does not fit the scenario.
    """
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
