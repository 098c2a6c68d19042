"""Checks the agents' actions and translates them into a plan for the kernels."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import standing_caps
from onevoice.envs.interface import directives
from onevoice.envs.interface.action_kernels import apply_directives, read_actions
from onevoice.envs.interface.actions import agent_choices, as_array
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64


class DecodedActions(NamedTuple):
    """A joint action, checked and laid out for the kernels."""

    chosen: I64
    """The agents' actions, ``[B, A, E]``."""
    effective: I64
    """The same with the messages and offers after an orchestrator's directives, ``[B, A, E]``."""
    plan: kernels.Plan


class ActionDecoder:
    """Checks joint actions of ``num_envs`` environments and lays them out for the kernels."""

    def __init__(self, scenario: Scenario, num_envs: int) -> None:
        self._agents, self._options = scenario.agents, agent_choices(scenario)
        self._percents = np.round(100 * np.array(scenario.offers)).astype(np.uint8)
        self._plan_shape = (num_envs, len(scenario.channels), scenario.segments.count)
        self._caps = standing_caps(scenario, num_envs)
        self._loads = directives.cap_loads(scenario) if scenario.coordination.orchestrated else None
        self._shape = (num_envs, *self._options.shape)

    def revise_rules(self, revised: Scenario) -> None:
        """Use the standing caps of other rules."""
        self._caps = standing_caps(revised, len(self._caps))
        if self._loads is not None:
            self._loads = directives.cap_loads(revised)

    def decode(self, actions: npt.ArrayLike) -> DecodedActions:
        """Check a joint action ``[B, A, E]`` and lay it out for the kernels.

        Raises:
            OneVoiceError: if the shape, the type or a value is wrong; names the first wrong place.
        """
        given = as_array(actions)
        if given.shape != self._shape:
            raise OneVoiceError(
                f"actions have shape {given.shape}; expected {self._shape} (environments, "
                "agents, entries)"
            )
        if given.dtype.kind not in "iu":
            raise OneVoiceError(f"actions have type {given.dtype}; expected whole numbers")
        # copied in C order, the only one that the kernels are compiled for
        joint: I64 = np.array(given, np.int64, order="C")
        plan = kernels.silent_plan(*self._plan_shape, self._caps)
        wrong = read_actions(joint, self._options, self._percents, tuple(plan))
        if wrong >= 0:
            env, agent, entry = (int(i) for i in np.unravel_index(wrong, self._shape))
            raise OneVoiceError(
                f"action of {self._agents[agent]} in environment {env}, entry {entry} is "
                f"{joint[env, agent, entry]}; expected 0 to {self._options[agent, entry] - 1}"
            )
        return (
            DecodedActions(joint, joint, plan)
            if self._loads is None
            else self._directed(joint, plan)
        )

    def _directed(self, joint: I64, plan: kernels.Plan) -> DecodedActions:
        """The decision under the directives in the last row of ``joint``."""
        effective, plan = joint.copy(), plan._replace(cap=np.empty_like(self._caps))
        apply_directives(joint, self._loads, len(self._percents) - 1, effective, plan.cap)
        read_actions(effective, self._options, self._percents, tuple(plan))
        return DecodedActions(joint, effective, plan)
