"""Kernels of actions: a joint action becomes a plan, under an orchestrator's directives."""

from typing import Any

from onevoice.envs.engine.kernels.columns import PER_SEGMENT
from onevoice.envs.engine.kernels.compiling import entry


@entry
def read_actions(actions: Any, options: Any, percents: Any, plan: Any) -> Any:
    """Sort a joint action into ``plan``; returns the flat index of an illegal entry, or -1.

    Args:
        actions: int64 ``[B, A, E]``, the channels' first.
        options: choices of each entry, int64 ``[A, E]``.
        percents: discount of each offer, uint8 ``[O]``.
        plan: as ``Plan``, written but for the cap.
    """
    pressure, message, offer, audience, _ = plan
    envs, agents, entries = actions.shape
    for b in range(envs):
        for c in range(agents):
            for k in range(entries):
                if actions[b, c, k] < 0 or actions[b, c, k] >= options[c, k]:
                    return (b * agents + c) * entries + k
        for c in range(pressure.shape[1]):
            for segment in range(pressure.shape[2]):
                k = PER_SEGMENT * segment
                pressure[b, c, segment] = actions[b, c, k]
                message[b, c, segment] = actions[b, c, k + 1]
                offer[b, c, segment] = percents[actions[b, c, k + 2]]
            audience[b, c] = actions[b, c, PER_SEGMENT * pressure.shape[2]]
    return -1


@entry
def apply_directives(actions: Any, loads: Any, largest: Any, effective: Any, cap: Any) -> None:
    """Carry out an orchestrator's directives, see ``directives``.

    Args:
        actions: int64 ``[B, A, E]``, the orchestrator's last.
        loads: of each cap to choose from, int64.
        largest: number of the largest offer.
        effective: the same actions, messages and offers changed in place.
        cap: load that the global cap allows, int64 ``[B, S]``, written.
    """
    channels = actions.shape[1] - 1
    for b in range(len(actions)):
        directives = actions[b, channels]
        for segment in range(cap.shape[1]):
            k = PER_SEGMENT * segment
            cap[b, segment] = loads[directives[k + 1]]
            for c in range(channels):
                chosen = effective[b, c, k + 1]
                effective[b, c, k + 1] = directives[k] - 1 if directives[k] > 0 else chosen
                effective[b, c, k + 2] = min(effective[b, c, k + 2], largest - directives[k + 2])
