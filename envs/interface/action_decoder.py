"""Checks the agents' actions and translates them into the plan that the kernels carry out."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import standing_caps
from onevoice.envs.interface import directives
from onevoice.envs.interface.actions import agent_choices, as_array
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64


class Decision(NamedTuple):
    """A joint action, checked and sorted for the kernels."""

    joint: I64
    """What the agents chose, ``[B, A, K]``."""
    said: I64
    """The same with the messages and offers that customers meet; an orchestrator changes them."""
    plan: kernels.Plan


class ActionReader:
    """Checks joint actions of ``num_envs`` environments and sorts them for the kernels."""

    def __init__(self, scenario: Scenario, num_envs: int) -> None:
        self._agents, self._options = scenario.agents, agent_choices(scenario)
        self._percents = np.round(100 * np.array(scenario.offers)).astype(np.uint8)
        self._plan_shape = (num_envs, len(scenario.channels), scenario.segments.count)
        self._caps = standing_caps(scenario, num_envs)
        self._loads = directives.cap_loads(scenario) if scenario.coordination.orchestrated else None
        self._shape = (num_envs, *self._options.shape)

    def revise_rules(self, revised: Scenario) -> None:
        """Take the standing caps of other rules."""
        self._caps = standing_caps(revised, len(self._caps))
        if self._loads is not None:
            self._loads = directives.cap_loads(revised)

    def read(self, actions: npt.ArrayLike) -> Decision:
        """Check a joint action ``[B, A, K]`` and return it as the kernels take it.

        Raises:
            OneVoiceError: if the shape, the type or a value is wrong; names the first wrong place.
        """
        given = as_array(actions)
        if given.shape != self._shape:
            raise OneVoiceError(
                f"actions have shape {given.shape}; expected {self._shape} (environments, "
                "agents, parts)"
            )
        if given.dtype.kind not in "iu":
            raise OneVoiceError(f"actions have type {given.dtype}; expected whole numbers")
        # copied in C order, the only one that the kernels are compiled for
        joint: I64 = np.array(given, np.int64, order="C")
        plan = kernels.silent_plan(*self._plan_shape, self._caps)
        wrong = kernels.read_actions(joint, self._options, self._percents, tuple(plan))
        if wrong >= 0:
            env, agent, part = (int(i) for i in np.unravel_index(wrong, self._shape))
            raise OneVoiceError(
                f"action of {self._agents[agent]} in environment {env}, part {part} is "
                f"{joint[env, agent, part]}; expected 0 to {self._options[agent, part] - 1}"
            )
        return Decision(joint, joint, plan) if self._loads is None else self._directed(joint, plan)

    def _directed(self, joint: I64, plan: kernels.Plan) -> Decision:
        """The decision under the directives in the last row of ``joint``."""
        said, plan = joint.copy(), plan._replace(cap=np.empty_like(self._caps))
        kernels.direct(joint, self._loads, len(self._percents) - 1, said, plan.cap)
        kernels.read_actions(said, self._options, self._percents, tuple(plan))
        return Decision(joint, said, plan)
