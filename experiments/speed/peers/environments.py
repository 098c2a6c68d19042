"""Other multi-agent environments, and ours through SuperSuit, as functions that take a step.

Each ``begin_...`` starts an environment anew and returns what takes a step in it; what a step needs
to know of the actions is prepared before.
"""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from onevoice.envs import ChannelsParallelEnv
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64

Step = Callable[[I64], object]


class Contender(NamedTuple):
    """An environment in the ring."""

    agents: int
    """Agents that act in a step, over all copies."""
    begin: Callable[[], Step]
    """Starts anew; the step function takes the joint action of ours, and may use its own."""


def mpe2(seed: int) -> Contender:
    """PettingZoo's ``simple_spread_v3``: three agents in Python."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    env = import_module("mpe2.simple_spread_v3").parallel_env()
    env.reset(seed=seed)
    actions = {agent: env.action_space(agent).sample() for agent in env.agents}

    def step(_: I64) -> None:
        if not env.agents:
            env.reset()
        env.step(actions)

    return Contender(len(actions), lambda: step)


def vmas(seed: int, copies: int) -> Contender:
    """VMAS' ``simple_spread`` on the processor, one thread: copies stepped together in torch."""
    from onevoice.policies.threads import one_thread

    make_env = import_module("vmas").make_env
    env = make_env(
        "simple_spread", num_envs=copies, device="cpu", continuous_actions=False, seed=seed
    )
    actions = [env.get_random_action(agent) for agent in env.agents]

    def step(_: I64) -> None:
        with one_thread():
            env.step(actions)

    return Contender(copies * len(actions), lambda: step)


def supersuit(scenario: Scenario, copies: int) -> Contender:
    """Copies of our own environment, made a Stable-Baselines3 ``VecEnv`` by SuperSuit."""
    library = import_module("supersuit")
    one = library.pettingzoo_env_to_vec_env_v1(ChannelsParallelEnv(scenario))
    env = library.concat_vec_envs_v1(one, copies, num_cpus=0, base_class="stable_baselines3")
    return _vec_env(env)


def own_vec_env(scenario: Scenario, copies: int) -> Contender | None:
    """Our own ``VecEnv``, or none if this version has none."""
    try:
        sb3: Any = import_module("onevoice.training.sb3")
    except ModuleNotFoundError:
        return None
    return _vec_env(sb3.ChannelsVecEnv(scenario, copies))


def _vec_env(env: Any) -> Contender:
    """Steps a ``VecEnv`` with a slot for each agent."""

    def begin() -> Step:
        env.reset()
        return lambda joint: env.step(np.concatenate(joint))

    return Contender(env.num_envs, begin)
