"""Environments of marketing channels that share customers and a budget.

>>> import onevoice.envs
>>> env = onevoice.envs.make("quartet")
>>> observations, infos = env.reset(seed=0)

Importing this package registers every scenario as ``onevoice/<name>-v0``: with PettingZoo as a
parallel and as an AEC environment, with Gymnasium as an environment in which one controller plays
all channels, single and vectorised.

Version history of the ids:
    v0: first version.
"""

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import gymnasium
from pettingzoo import register
from pettingzoo.env_registry.registration import aec_registry

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.loading import ScenarioOverrides, load_scenario, scenario_names
from onevoice.envs.spec.scenario import Scenario

if TYPE_CHECKING:
    from pettingzoo.utils.env import AECEnv

    from onevoice.envs.interface.parallel_env import ChannelsParallelEnv as ChannelsParallelEnv
    from onevoice.envs.interface.single_agent_env import SingleAgentEnv as SingleAgentEnv
    from onevoice.envs.interface.single_agent_vector_env import (
        SingleAgentVectorEnv as SingleAgentVectorEnv,
    )
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv as ChannelsVectorEnv

__all__ = [
    "ChannelsParallelEnv",
    "ChannelsVectorEnv",
    "OneVoiceError",
    "Scenario",
    "SingleAgentEnv",
    "SingleAgentVectorEnv",
    "aec_env",
    "load_scenario",
    "make",
    "make_vec",
    "parallel_env",
    "scenario_names",
]

COMPILED = {
    "SingleAgentEnv": "interface.single_agent_env",
    "SingleAgentVectorEnv": "interface.single_agent_vector_env",
    "ChannelsParallelEnv": "interface.parallel_env",
    "ChannelsVectorEnv": "interface.vector_env",
}
"""Modules of the classes that are imported when first asked for: they need Numba."""


def __getattr__(name: str) -> Any:
    if name not in COMPILED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{COMPILED[name]}"), name)


def make(
    name: str | Path | Scenario,
    *,
    max_cycles: int | None = None,
    render_mode: str | None = None,
    **overrides: Unpack[ScenarioOverrides],
) -> "ChannelsParallelEnv":
    """Make the PettingZoo parallel environment of a scenario.

    Args:
        name: a name of ``scenario_names``, the path of a YAML file, or a scenario.
        max_cycles: steps of an episode; by default those of the scenario.
        render_mode: ``"human"``, ``"ansi"`` or ``"rgb_array"``; by default nothing is rendered.
        **overrides: fields of the scenario to change; see ``load_scenario``.

    Returns:
        The environment; call ``reset`` before the first ``step``.

    Raises:
        OneVoiceError: on an unknown scenario, field or render mode, or a value out of range.
    """
    from onevoice.envs.interface.parallel_env import ChannelsParallelEnv

    return ChannelsParallelEnv(
        load_scenario(name, **overrides), max_cycles=max_cycles, render_mode=render_mode
    )


def make_vec(
    name: str | Path | Scenario,
    num_envs: int,
    *,
    threads: int = 1,
    **overrides: Unpack[ScenarioOverrides],
) -> "ChannelsVectorEnv":
    """Make environments of a scenario that step together as arrays.

    Args:
        name: a name of ``scenario_names``, the path of a YAML file, or a scenario.
        num_envs: number of environments, ``B``, each in a market of its own.
        threads: threads that simulate customers; results do not depend on it.
        **overrides: fields of the scenario to change; see ``load_scenario``.

    Returns:
        The environments, with observations float32 ``[B, A, F]``, actions int64 ``[B, A, E]`` and
        rewards float32 ``[B, A]``.

    Raises:
        OneVoiceError: on an unknown scenario or field, a value out of range, or no environment.
    """
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

    return ChannelsVectorEnv(load_scenario(name, **overrides), num_envs, threads=threads)


parallel_env = make


def aec_env(name: str, **kwargs: Any) -> "AECEnv[str, Any, Any]":
    """Make the AEC environment of a scenario, by PettingZoo's own conversion.

    Args:
        name: a name of ``scenario_names``, the path of a YAML file, or a scenario.
        **kwargs: arguments of ``make``.

    Returns:
        The environment, in which agents act one after the other.

    Raises:
        OneVoiceError: on an unknown scenario, field or render mode, or a value out of range.
    """
    from pettingzoo.utils.conversions import parallel_to_aec

    return parallel_to_aec(make(name, **kwargs))


def _register() -> None:
    for name in scenario_names():
        if f"onevoice/{name}-v0" not in aec_registry:
            register("parallel", f"onevoice/{name}-v0", partial(make, name))
            register("aec", f"onevoice/{name}-v0", partial(aec_env, name))
        if f"onevoice/{name}-v0" not in gymnasium.registry:
            gymnasium.register(
                f"onevoice/{name}-v0",
                entry_point="onevoice.envs.interface.single_agent_env:SingleAgentEnv",
                vector_entry_point="onevoice.envs.interface.single_agent_vector_env:SingleAgentVectorEnv",
                kwargs={"scenario": name},
            )


_register()
