"""Channels under an orchestrator whose directives are neutral.

Letters: ``B`` environments, ``A`` agents, ``C`` channels, ``E`` action entries.
"""

from collections.abc import Callable

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.base import Actions, Forkable, Observations, Policy


class WithoutOrchestrator(Policy):
    """Plays a policy of the channels alone; the orchestrator's directives are neutral."""

    def __init__(self, scenario: Scenario, make: Callable[[Scenario], Policy]) -> None:
        """Let ``make`` build the policy for the channels of ``scenario``."""
        from onevoice.envs.interface.observation import feature_names  # loads Numba

        super().__init__(scenario)
        alone = without_orchestrator(scenario)
        self.policy = make(alone)
        self._seen = len(feature_names(alone))

    def attach(self, env: Forkable) -> None:
        """Let the policy know the environment."""
        self.policy.attach(env)

    def reset(self, num_envs: int, seed: int) -> None:
        """Reset the policy."""
        super().reset(num_envs, seed)
        self.policy.reset(num_envs, seed)

    def act_batch(self, observations: Observations) -> Actions:
        """Return the actions ``[B, A, E]``; directives are not shown to the policy."""
        channels = len(self.scenario.channels)
        own = np.ascontiguousarray(observations[:, :channels, : self._seen])
        return add_orchestrator(self.scenario, self.policy.act_batch(own))


def without_orchestrator(scenario: Scenario) -> Scenario:
    """The same scenario without its orchestrator; rules stay."""
    if not scenario.coordination.orchestrated:
        return scenario
    layer = scenario.coordination.model_copy(update={"kind": "rules"})
    return scenario.model_copy(update={"coordination": layer})


def add_orchestrator(scenario: Scenario, actions: Actions) -> Actions:
    """Append neutral directives to the channels' actions.

    Args:
        scenario: one with an orchestrator.
        actions: of the channels, int64 ``[..., C, 3 S + 1]``.

    Returns:
        int64 ``[..., A, E]``.
    """
    from onevoice.envs.interface.observation import no_actions  # loads Numba

    joint = no_actions(scenario, 1)[0]
    whole = np.zeros((*actions.shape[:-2], *joint.shape), np.int64)
    whole[..., : actions.shape[-2], : actions.shape[-1]] = actions
    return whole
