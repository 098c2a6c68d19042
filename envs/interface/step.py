"""What a decision returns.

Letters: ``B`` environments, ``A`` agents, ``F`` features of an observation, ``Z`` entries of the
global state, ``S`` segments.
"""

from typing import NamedTuple

from onevoice.envs.typing import F32, F64, Bools


class Counterfactual(NamedTuple):
    """One decision, and the same decision without each agent, with the same random numbers.

    A removed channel is silent; a removed orchestrator gives neutral directives.

    Values are the change of NCV by segment, $ per 1,000 customers.
    """

    value: F64
    """``[B, S]``: of what happened."""
    value_without: F64
    """``[B, A, S]``."""
    states_without: F32
    """``[B, A, Z]``: the global state that would follow."""


class Step(NamedTuple):
    """Result of ``ChannelsVectorEnv.step``."""

    observations: F32
    """``[B, A, F]``; of the new episode where one has just begun."""
    rewards: F32
    """``[B, A]``, $ per 1,000 customers."""
    segment_rewards: F32
    """``[B, A, S]``: what each segment adds to them."""
    terminated: Bools
    """``[B]``: no customer is left."""
    truncated: Bools
    """``[B]``: the episode's days are over."""
    final_observations: F32 | None
    """``[B, A, F]``, valid where an episode ended; None where none did."""
    final_states: F32 | None
    """``[B, Z]``, likewise."""
    final_metrics: dict[str, F64] | None
    """Metrics ``[B]`` of the episodes that ended, likewise."""
    counterfactual: Counterfactual | None = None
    """With credit ``incremental``; other credit does not need it."""
