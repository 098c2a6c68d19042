"""Actions in the three types of action space.

One action of a channel is, per segment, ``intensity 0-4, message, offer``, and at the end one
audience: ``3 S + 1`` whole numbers. That of an orchestrator is described in ``directives``. A joint
action of all environments is int64 ``[B, A, E]``; where agents differ, rows end with zeros.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface import directives
from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.coordination import ORCHESTRATOR
from onevoice.envs.spec.scenario import AUDIENCES, MESSAGES, Scenario
from onevoice.envs.typing import I64, Bools

CHANNEL = ""
"""Stands for any agent that is a channel: they all have the same actions."""


def choices(scenario: Scenario, agent: str = CHANNEL) -> I64:
    """Number of options of each entry of an agent's action, int64 ``[3 S + 1]`` or longer."""
    segments = scenario.segments.count
    if agent == directives.AGENT:
        return np.array(directives.choices(scenario), np.int64)
    segment = [INTENSITIES, len(MESSAGES), len(scenario.offers)]
    return np.array(segment * segments + [len(AUDIENCES)], np.int64)


def agent_choices(scenario: Scenario) -> I64:
    """Options of each entry of each agent's action, int64 ``[A, E]``; 1 where it has no entry."""
    rows = [choices(scenario, agent) for agent in scenario.agents]
    return np.maximum([widen(row, max(map(len, rows))) for row in rows], 1)


def widen(entries: npt.NDArray[Any], width: int) -> npt.NDArray[Any]:
    """Put zeros behind the last axis."""
    zeros = np.zeros((*entries.shape[:-1], width - entries.shape[-1]), entries.dtype)
    return np.concatenate([entries, zeros], axis=-1)


def intensity_entries(scenario: Scenario) -> slice:
    """The intensities among the entries of a channel's action."""
    return slice(0, 3 * scenario.segments.count, 3)


def silence(scenario: Scenario, actions: I64, agent: int) -> None:
    """Take an agent out of joint actions ``[..., A, E]``, changed in place.

    A channel has intensity 0; an orchestrator gives neutral directives.
    """
    directs = scenario.roles[agent] == ORCHESTRATOR
    actions[..., agent, slice(None) if directs else intensity_entries(scenario)] = 0


def entry_segments(scenario: Scenario) -> I64:
    """The segment that each entry of an action concerns, int64 ``[E]``; ``S``: all of them."""
    entries: I64 = np.arange(agent_choices(scenario).shape[1]) // 3
    return np.minimum(entries, scenario.segments.count)


def ordered_entries(scenario: Scenario) -> Bools:
    """Which entries of an action have options in order, bool ``[A, E]``.

    Pressures and discounts; of an orchestrator all but the lead.
    """
    options, segments = agent_choices(scenario), scenario.segments.count
    ordered = np.zeros(options.shape, np.bool_)
    for row, role in zip(ordered, scenario.roles, strict=True):
        directs = role == ORCHESTRATOR
        row[: 3 * segments] = np.tile([not directs, directs, True], segments)
        row[3 * segments :] = directs
    return ordered


def joint_choices(scenario: Scenario, agent: str = CHANNEL) -> tuple[int, ...]:
    """Options of the one action for all segments: intensity, message, offer, audience.

    Of an orchestrator: lead, cap and ceiling; its split is equal.
    """
    if agent == directives.AGENT:
        return tuple(directives.choices(scenario)[:3])
    return (INTENSITIES, len(MESSAGES), len(scenario.offers), len(AUDIENCES))


def action_space(scenario: Scenario, agent: str = CHANNEL) -> spaces.Space[Any]:
    """The action space of one agent for ``scenario.action_type``."""
    if scenario.action_type == "discrete":
        return spaces.Discrete(int(np.prod(joint_choices(scenario, agent))))
    if scenario.action_type == "continuous":
        return spaces.Box(0.0, 1.0, (len(choices(scenario, agent)),), np.float32)
    return spaces.MultiDiscrete(choices(scenario, agent))


def to_choices(scenario: Scenario, action: object, agent: str = CHANNEL) -> I64:
    """Translate actions of ``action_space`` that the space contains, one or an array of them.

    Returns:
        int64 ``[..., entries of the agent]``.
    """
    if scenario.action_type == "multi_discrete":
        return np.asarray(action, np.int64)
    options = choices(scenario, agent)
    if scenario.action_type == "discrete":
        entries = np.unravel_index(np.asarray(action, np.int64), joint_choices(scenario, agent))
        one = [np.asarray(entry)[..., None] for entry in entries]
        every = [*one[:3] * scenario.segments.count, *one[3:]]
        return widen(np.concatenate(every, axis=-1), len(options))
    chosen = (np.asarray(action, np.float64) * options).astype(np.int64)
    return np.minimum(chosen, options - 1)


def as_array(values: npt.ArrayLike) -> npt.NDArray[np.generic]:
    """``np.asarray`` that turns ragged lists into objects, which the checks refuse."""
    try:
        return np.asarray(values)
    except ValueError:
        return np.array(values, object)


def from_choices(scenario: Scenario, entries: I64, agent: str = CHANNEL) -> npt.NDArray[Any]:
    """Translate int64 ``[E]`` into an action of ``action_space``, the inverse of ``to_choices``.

    What is behind the agent's own entries is cut off.

    Raises:
        OneVoiceError: with ``action_type: discrete``, whose one choice holds for all segments.
    """
    if scenario.action_type == "discrete":
        raise OneVoiceError(
            "action_type is discrete, where one choice holds for all segments; this policy chooses "
            "per segment, so make the environment with action_type='multi_discrete'"
        )
    options = choices(scenario, agent)
    own = entries[: len(options)]
    if scenario.action_type == "continuous":
        return ((own + 0.5) / options).astype(np.float32)
    return own


def fold(
    scenario: Scenario, actions: npt.ArrayLike, shape: tuple[int, ...], axes: str
) -> npt.NDArray[Any]:
    """Sort the flat actions of a framework by environment and channel.

    Args:
        scenario: says what an action is.
        actions: actions of ``action_space``, channel by channel, environment by environment.
        shape: the shape that they must have.
        axes: what an error calls its axes.

    Returns:
        ``[B, A, E]`` for ``ChannelsVectorEnv.step``, a view where the actions need no translation.

    Raises:
        OneVoiceError: on a wrong shape; on a wrong type or value where ``step`` could not tell.
    """
    given = as_array(actions)
    if given.shape != shape:
        raise OneVoiceError(f"actions have shape {given.shape}; expected {shape} ({axes})")
    if scenario.coordination.orchestrated:
        return _fold_each(scenario, given)
    entries = () if scenario.action_type == "discrete" else (len(choices(scenario)),)
    by_channel = given.reshape(-1, len(scenario.channels), *entries)
    if scenario.action_type == "multi_discrete":
        return by_channel
    _check_values(scenario, by_channel, scenario.agents)
    return to_choices(scenario, by_channel)


def _fold_each(scenario: Scenario, given: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """``fold`` for agents whose actions differ, ``[B, entries of all agents]``."""
    flat, rows = scenario.action_type == "discrete", []
    sizes = [1 if flat else len(choices(scenario, agent)) for agent in scenario.agents]
    each = np.split(given, np.cumsum(sizes)[:-1], axis=1)
    for agent, own in zip(scenario.agents, each, strict=True):
        entries = own[:, 0] if flat else own
        if scenario.action_type != "multi_discrete":
            _check_values(scenario, entries[:, None], (agent,))
            entries = to_choices(scenario, entries, agent)
        rows.append(widen(entries, agent_choices(scenario).shape[1]))
    return np.stack(rows, axis=1)


def _check_values(scenario: Scenario, actions: npt.NDArray[Any], agents: Sequence[str]) -> None:
    """Refuse values ``[B, A]`` that are not Discrete, or ``[B, A, E]`` that are not in the Box.

    ``agents`` have the same actions.
    """
    discrete = scenario.action_type == "discrete"
    kinds, expected = ("iu", "whole numbers") if discrete else ("f", "floats")
    if actions.dtype.kind not in kinds:
        raise OneVoiceError(f"actions have type {actions.dtype}; expected {expected}")
    most = int(np.prod(joint_choices(scenario, agents[0]))) - 1 if discrete else 1
    wrong = ~((actions >= 0) & (actions <= most))
    if wrong.any():
        place = tuple(np.argwhere(wrong)[0])
        raise OneVoiceError(
            f"action of {agents[place[1]]} in environment {place[0]} is "
            f"{actions[place]}; expected 0 to {most}"
        )


def mask(
    scenario: Scenario, affordable: bool, agent: str = CHANNEL
) -> npt.NDArray[np.int8] | tuple[npt.NDArray[np.int8], ...]:
    """Mask of valid choices: all of them, or intensity 0 alone where the budget is empty.

    Args:
        scenario: gives the form: flat, or one array for each entry of a ``MultiDiscrete``.
        affordable: whether the channel can pay for its cheapest touch; True for an orchestrator.
        agent: whose choices.
    """
    if scenario.action_type == "discrete":
        flat = np.ones(joint_choices(scenario, agent), np.int8)
        flat[1:] = affordable
        return flat.ravel()
    entries = [np.ones(options, np.int8) for options in choices(scenario, agent)]
    for intensity in entries[intensity_entries(scenario)]:
        intensity[1:] = affordable
    return tuple(entries) if scenario.mask_format == "tuple" else np.concatenate(entries)


def flat_masks(
    scenario: Scenario, affordable: npt.NDArray[np.bool_], agent: str = CHANNEL
) -> npt.NDArray[np.int8]:
    """Flat masks of many agents of a kind, int8 ``[..., choices]``; see ``mask``.

    Args:
        scenario: the configuration; its ``mask_format`` does not matter here.
        affordable: whether each channel can pay for its cheapest touch, ``[...]``.
        agent: one of them.
    """
    flat = scenario.model_copy(update={"mask_format": "flat"})
    rows = np.stack([np.asarray(mask(flat, can, agent)) for can in (False, True)])
    return rows[affordable.astype(np.intp)]
