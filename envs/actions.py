"""Translates the agents' actions into the plan that the kernels carry out.

One action of a channel is, per segment, ``pressure 0-4, message, offer``, and at the end one
audience: ``K = 3 S + 1`` whole numbers. A joint action of all environments is int64 ``[B, A, K]``.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from onevoice.envs import kernels
from onevoice.envs.errors import OneVoiceError
from onevoice.envs.scenario import AUDIENCES, MESSAGES, PRESSURES, Scenario

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def choices(scenario: Scenario) -> I64:
    """Number of options of each part of an action, int64 ``[K]``."""
    segment = [PRESSURES, len(MESSAGES), len(scenario.offers)]
    return np.array(segment * scenario.segments.count + [len(AUDIENCES)], np.int64)


def part_segments(scenario: Scenario) -> I64:
    """The segment that each part of an action concerns, int64 ``[K]``; ``S``: all of them."""
    parts: I64 = np.arange(len(choices(scenario))) // 3
    return parts


def ordered_parts(scenario: Scenario) -> Bools:
    """Which parts of an action have options in order, pressures and discounts, bool ``[K]``."""
    parts = np.arange(len(choices(scenario)))
    return np.asarray((parts % 3 != 1) & (parts < len(parts) - 1))


def joint_choices(scenario: Scenario) -> tuple[int, ...]:
    """Options of the one action for all segments: pressure, message, offer, audience."""
    return (PRESSURES, len(MESSAGES), len(scenario.offers), len(AUDIENCES))


def action_space(scenario: Scenario) -> spaces.Space[Any]:
    """The action space of one channel for ``scenario.action_type``."""
    if scenario.action_type == "discrete":
        return spaces.Discrete(int(np.prod(joint_choices(scenario))))
    if scenario.action_type == "continuous":
        return spaces.Box(0.0, 1.0, (len(choices(scenario)),), np.float32)
    return spaces.MultiDiscrete(choices(scenario))


def to_choices(scenario: Scenario, action: object) -> I64:
    """Translate actions of ``action_space`` that the space contains, one or an array of them.

    Returns:
        int64 ``[..., K]``.
    """
    if scenario.action_type == "discrete":
        parts = np.unravel_index(np.asarray(action, np.int64), joint_choices(scenario))
        *segment, audience = (np.asarray(part)[..., None] for part in parts)
        return np.concatenate([*segment * scenario.segments.count, audience], axis=-1)
    if scenario.action_type == "continuous":
        options = choices(scenario)
        chosen = (np.asarray(action, np.float64) * options).astype(np.int64)
        return np.minimum(chosen, options - 1)
    return np.asarray(action, np.int64)


def as_array(values: npt.ArrayLike) -> npt.NDArray[np.generic]:
    """``np.asarray`` that makes objects of ragged lists, so that the checks refuse them."""
    try:
        return np.asarray(values)
    except ValueError:
        return np.array(values, object)


def from_choices(scenario: Scenario, parts: I64) -> npt.NDArray[Any]:
    """Translate int64 ``[K]`` into an action of ``action_space``, the inverse of ``to_choices``.

    Raises:
        OneVoiceError: with ``action_type: discrete``, whose one choice holds for all segments.
    """
    if scenario.action_type == "discrete":
        raise OneVoiceError(
            "action_type is discrete, where one choice holds for all segments; this policy chooses "
            "per segment, so make the environment with action_type='multi_discrete'"
        )
    if scenario.action_type == "continuous":
        return ((parts + 0.5) / choices(scenario)).astype(np.float32)
    return parts


class ActionReader:
    """Checks joint actions of ``num_envs`` environments and sorts them for the kernels."""

    def __init__(self, scenario: Scenario, num_envs: int) -> None:
        self._agents, self._options = scenario.agents, choices(scenario)
        self._percents = np.round(100 * np.array(scenario.offers)).astype(np.uint8)
        self._segments = scenario.segments.count
        self._shape = (num_envs, len(scenario.channels), len(self._options))

    def read(self, actions: npt.ArrayLike) -> tuple[I64, kernels.Plan]:
        """Return the joint action as int64 ``[B, A, K]``, and as what the kernels take.

        Raises:
            OneVoiceError: if the shape, the type or a value is wrong; names the first wrong place.
        """
        given = as_array(actions)
        if given.shape != self._shape:
            raise OneVoiceError(
                f"actions have shape {given.shape}; expected {self._shape} (environments, "
                "channels, parts)"
            )
        if given.dtype.kind not in "iu":
            raise OneVoiceError(f"actions have type {given.dtype}; expected whole numbers")
        # copied in C order, the only one that the kernels are compiled for
        joint: I64 = np.array(given, np.int64, order="C")
        plan = kernels.silent_plan(*self._shape[:2], self._segments)
        wrong = kernels.read_actions(joint, self._options, self._percents, tuple(plan))
        if wrong >= 0:
            env, channel, part = (int(i) for i in np.unravel_index(wrong, self._shape))
            raise OneVoiceError(
                f"action of {self._agents[channel]} in environment {env}, part {part} is "
                f"{joint[env, channel, part]}; expected 0 to {self._options[part] - 1}"
            )
        return joint, plan


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
    parts = () if scenario.action_type == "discrete" else (len(choices(scenario)),)
    by_channel = given.reshape(-1, len(scenario.channels), *parts)
    if scenario.action_type == "multi_discrete":
        return by_channel
    _check_values(scenario, by_channel)
    return to_choices(scenario, by_channel)


def _check_values(scenario: Scenario, actions: npt.NDArray[Any]) -> None:
    """Refuse values ``[B, A]`` that are not Discrete, or ``[B, A, K]`` that are not in the Box."""
    discrete = scenario.action_type == "discrete"
    kinds, expected = ("iu", "whole numbers") if discrete else ("f", "floats")
    if actions.dtype.kind not in kinds:
        raise OneVoiceError(f"actions have type {actions.dtype}; expected {expected}")
    most = int(np.prod(joint_choices(scenario))) - 1 if discrete else 1
    wrong = ~((actions >= 0) & (actions <= most))
    if wrong.any():
        place = tuple(np.argwhere(wrong)[0])
        raise OneVoiceError(
            f"action of {scenario.agents[place[1]]} in environment {place[0]} is "
            f"{actions[place]}; expected 0 to {most}"
        )


def mask(
    scenario: Scenario, affordable: bool
) -> npt.NDArray[np.int8] | tuple[npt.NDArray[np.int8], ...]:
    """Which choices make sense: everything, or silence alone where the purse is empty.

    Args:
        scenario: gives the form: flat, or one array for each part of a ``MultiDiscrete``.
        affordable: whether the channel can pay for its cheapest touch.
    """
    if scenario.action_type == "discrete":
        flat = np.ones(joint_choices(scenario), np.int8)
        flat[1:] = affordable
        return flat.ravel()
    parts = [np.ones(options, np.int8) for options in choices(scenario)]
    for pressure in parts[0:-1:3]:
        pressure[1:] = affordable
    return tuple(parts) if scenario.mask_format == "tuple" else np.concatenate(parts)


def flat_masks(scenario: Scenario, affordable: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """Flat masks of many channels, int8 ``[..., choices]``; see ``mask``.

    Args:
        scenario: the configuration; its ``mask_format`` does not matter here.
        affordable: whether each channel can pay for its cheapest touch, ``[...]``.
    """
    flat = scenario.model_copy(update={"mask_format": "flat"})
    rows = np.stack([np.asarray(mask(flat, can)) for can in (False, True)])
    return rows[affordable.astype(np.intp)]
