"""What an action is, in each of the three types of action space.

One action of a channel is, per segment, ``pressure 0-4, message, offer``, and at the end one
audience: ``3 S + 1`` whole numbers. That of an orchestrator is described in ``directives``. A joint
action of all environments is int64 ``[B, A, K]``; where agents differ, rows end with zeros.
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
    """Number of options of each part of an agent's action, int64 ``[3 S + 1]`` or longer."""
    segments = scenario.segments.count
    if agent == directives.AGENT:
        return np.array(directives.choices(scenario), np.int64)
    segment = [INTENSITIES, len(MESSAGES), len(scenario.offers)]
    return np.array(segment * segments + [len(AUDIENCES)], np.int64)


def agent_choices(scenario: Scenario) -> I64:
    """Options of each part of each agent's action, int64 ``[A, K]``; 1 where it has no part."""
    rows = [choices(scenario, agent) for agent in scenario.agents]
    return np.maximum([widen(row, max(map(len, rows))) for row in rows], 1)


def widen(parts: npt.NDArray[Any], width: int) -> npt.NDArray[Any]:
    """Put zeros behind the last axis."""
    zeros = np.zeros((*parts.shape[:-1], width - parts.shape[-1]), parts.dtype)
    return np.concatenate([parts, zeros], axis=-1)


def pressure_parts(scenario: Scenario) -> slice:
    """The pressures among the parts of a channel's action."""
    return slice(0, 3 * scenario.segments.count, 3)


def silence(scenario: Scenario, actions: I64, agent: int) -> None:
    """Take an agent out of joint actions ``[..., A, K]``, changed in place.

    A channel says nothing; an orchestrator lets the channels do as they like.
    """
    directs = scenario.roles[agent] == ORCHESTRATOR
    actions[..., agent, slice(None) if directs else pressure_parts(scenario)] = 0


def part_segments(scenario: Scenario) -> I64:
    """The segment that each part of an action concerns, int64 ``[K]``; ``S``: all of them."""
    parts: I64 = np.arange(agent_choices(scenario).shape[1]) // 3
    return np.minimum(parts, scenario.segments.count)


def ordered_parts(scenario: Scenario) -> Bools:
    """Which parts of an action have options in order, bool ``[A, K]``.

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
    """Options of the one action for all segments: pressure, message, offer, audience.

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
        int64 ``[..., parts of the agent]``.
    """
    if scenario.action_type == "multi_discrete":
        return np.asarray(action, np.int64)
    options = choices(scenario, agent)
    if scenario.action_type == "discrete":
        parts = np.unravel_index(np.asarray(action, np.int64), joint_choices(scenario, agent))
        one = [np.asarray(part)[..., None] for part in parts]
        every = [*one[:3] * scenario.segments.count, *one[3:]]
        return widen(np.concatenate(every, axis=-1), len(options))
    chosen = (np.asarray(action, np.float64) * options).astype(np.int64)
    return np.minimum(chosen, options - 1)


def as_array(values: npt.ArrayLike) -> npt.NDArray[np.generic]:
    """``np.asarray`` that makes objects of ragged lists, so that the checks refuse them."""
    try:
        return np.asarray(values)
    except ValueError:
        return np.array(values, object)


def from_choices(scenario: Scenario, parts: I64, agent: str = CHANNEL) -> npt.NDArray[Any]:
    """Translate int64 ``[K]`` into an action of ``action_space``, the inverse of ``to_choices``.

    What is behind the agent's own parts is cut off.

    Raises:
        OneVoiceError: with ``action_type: discrete``, whose one choice holds for all segments.
    """
    if scenario.action_type == "discrete":
        raise OneVoiceError(
            "action_type is discrete, where one choice holds for all segments; this policy chooses "
            "per segment, so make the environment with action_type='multi_discrete'"
        )
    options = choices(scenario, agent)
    own = parts[: len(options)]
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
        ``[B, A, K]`` for ``ChannelsVectorEnv.step``, a view where the actions need no translation.

    Raises:
        OneVoiceError: on a wrong shape; on a wrong type or value where ``step`` could not tell.
    """
    given = as_array(actions)
    if given.shape != shape:
        raise OneVoiceError(f"actions have shape {given.shape}; expected {shape} ({axes})")
    if scenario.coordination.orchestrated:
        return _fold_each(scenario, given)
    parts = () if scenario.action_type == "discrete" else (len(choices(scenario)),)
    by_channel = given.reshape(-1, len(scenario.channels), *parts)
    if scenario.action_type == "multi_discrete":
        return by_channel
    _check_values(scenario, by_channel, scenario.agents)
    return to_choices(scenario, by_channel)


def _fold_each(scenario: Scenario, given: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same for agents that differ: actions ``[B, parts of all agents]``."""
    flat, rows = scenario.action_type == "discrete", []
    sizes = [1 if flat else len(choices(scenario, agent)) for agent in scenario.agents]
    each = np.split(given, np.cumsum(sizes)[:-1], axis=1)
    for agent, own in zip(scenario.agents, each, strict=True):
        parts = own[:, 0] if flat else own
        if scenario.action_type != "multi_discrete":
            _check_values(scenario, parts[:, None], (agent,))
            parts = to_choices(scenario, parts, agent)
        rows.append(widen(parts, agent_choices(scenario).shape[1]))
    return np.stack(rows, axis=1)


def _check_values(scenario: Scenario, actions: npt.NDArray[Any], agents: Sequence[str]) -> None:
    """Refuse values ``[B, A]`` that are not Discrete, or ``[B, A, K]`` that are not in the Box.

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
    """Which choices make sense: everything, or silence alone where the purse is empty.

    Args:
        scenario: gives the form: flat, or one array for each part of a ``MultiDiscrete``.
        affordable: whether the channel can pay for its cheapest touch; True for an orchestrator.
        agent: whose choices.
    """
    if scenario.action_type == "discrete":
        flat = np.ones(joint_choices(scenario, agent), np.int8)
        flat[1:] = affordable
        return flat.ravel()
    parts = [np.ones(options, np.int8) for options in choices(scenario, agent)]
    for pressure in parts[pressure_parts(scenario)]:
        pressure[1:] = affordable
    return tuple(parts) if scenario.mask_format == "tuple" else np.concatenate(parts)


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
