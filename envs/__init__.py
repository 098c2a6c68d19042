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
    """Make the PettingZoo parallel environment of a scenario; see ``load_scenario``."""
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
    """Make ``num_envs`` environments of a scenario that step together as arrays."""
    from onevoice.envs.interface.vector_env import ChannelsVectorEnv

    return ChannelsVectorEnv(load_scenario(name, **overrides), num_envs, threads=threads)


parallel_env = make


def aec_env(name: str, **kwargs: Any) -> "AECEnv[str, Any, Any]":
    """Make the AEC environment of a scenario, by PettingZoo's own conversion."""
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
