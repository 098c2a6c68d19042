"""Channels of several policies put together, and channels that are silent for a while.

Letters: ``B`` environments, ``A`` agents, ``F`` features, ``E`` action entries.
"""

from collections.abc import Mapping

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface.actions import silence
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.base import Actions, Observations, Policy


class Mixed(Policy):
    """Takes the actions of each channel from a policy of its own.

    Every policy sees all observations and believes that it plays all channels.
    """

    def __init__(self, scenario: Scenario, players: Mapping[str, Policy]) -> None:
        """Let ``players``, by channel or ``orchestrator``, decide for the agents of ``scenario``.

        Raises:
            OneVoiceError: one of them has no player.
        """
        super().__init__(scenario)
        missing = [role for role in scenario.roles if role not in players]
        if missing:
            raise OneVoiceError(f"players: {missing[0]!r} is missing; name a policy for each")
        self._players = [players[role] for role in scenario.roles]

    def reset(self, num_envs: int, seed: int) -> None:
        """Reset every policy once."""
        super().reset(num_envs, seed)
        for policy in self._distinct:
            policy.reset(num_envs, seed)

    def act_batch(self, observations: Observations) -> Actions:
        """Return the actions, int64 ``[B, A, E]``, for ``observations``, float32 ``[B, A, F]``."""
        first, *others = self._distinct
        joint = first.act_batch(observations).copy()
        for policy in others:
            rows = [row for row, player in enumerate(self._players) if player is policy]
            joint[:, rows] = policy.act_batch(observations)[:, rows]
        return joint

    @property
    def _distinct(self) -> list[Policy]:
        return list(dict.fromkeys(self._players))


class Silenced(Policy):
    """Plays a policy with one channel silent from one decision up to another.

    A silenced orchestrator gives neutral directives.
    """

    def __init__(self, policy: Policy, channel: str, first: int, end: int) -> None:
        """Silence ``channel`` in the decisions from ``first`` up to, but not including, ``end``.

        Raises:
            OneVoiceError: the policy plays no such channel.
        """
        super().__init__(policy.scenario)
        roles = list(policy.scenario.roles)
        if channel not in roles:
            raise OneVoiceError(f"channel {channel!r} is unknown; give one of {roles}")
        self.policy, self._row = policy, roles.index(channel)
        self._silence = range(first, end)
        self._decision = 0

    def reset(self, num_envs: int, seed: int) -> None:
        """Reset the policy and begin at the first decision."""
        super().reset(num_envs, seed)
        self.policy.reset(num_envs, seed)
        self._decision = 0

    def act_batch(self, observations: Observations) -> Actions:
        """Return the actions, int64 ``[B, A, E]``, for ``observations``, float32 ``[B, A, F]``."""
        actions = self.policy.act_batch(observations)
        if self._decision in self._silence:
            actions = actions.copy()
            silence(self.scenario, actions, self._row)
        self._decision += 1
        return actions
