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


def choices(scenario: Scenario) -> I64:
    """Number of options of each part of an action, int64 ``[K]``."""
    segment = [PRESSURES, len(MESSAGES), len(scenario.offers)]
    return np.array(segment * scenario.segments.count + [len(AUDIENCES)], np.int64)


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
    """Translate one action of ``action_space`` that the space contains into int64 ``[K]``."""
    if scenario.action_type == "discrete":
        *segment, audience = np.unravel_index(int(action), joint_choices(scenario))  # type: ignore[call-overload]  # an integer, checked by the space
        return np.array([int(part) for part in segment] * scenario.segments.count + [int(audience)])
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


def check_joint_action(scenario: Scenario, num_envs: int, actions: npt.ArrayLike) -> I64:
    """Return the joint action as int64 ``[B, A, K]``.

    Raises:
        OneVoiceError: if the shape, the type or a value is wrong; names the first wrong place.
    """
    given, options = as_array(actions), choices(scenario)
    shape = (num_envs, len(scenario.channels), len(options))
    if given.shape != shape:
        raise OneVoiceError(
            f"actions have shape {given.shape}; expected {shape} (environments, channels, parts)"
        )
    if given.dtype.kind not in "iu":
        raise OneVoiceError(f"actions have type {given.dtype}; expected whole numbers")
    # copied in C order, the only one that the kernels are compiled for
    joint: I64 = np.array(given, np.int64, order="C")
    wrong = (joint < 0) | (joint >= options)
    if wrong.any():
        env, channel, part = (int(i) for i in np.argwhere(wrong)[0])
        raise OneVoiceError(
            f"action of {scenario.agents[channel]} in environment {env}, part {part} is "
            f"{joint[env, channel, part]}; expected 0 to {options[part] - 1}"
        )
    return joint


def make_plan(scenario: Scenario, actions: I64) -> kernels.Plan:
    """Sort a joint action int64 ``[B, A, K]`` into pressures, messages, offers and audiences."""
    percents = np.round(100 * np.array(scenario.offers)).astype(np.uint8)
    return kernels.Plan(
        pressure=np.ascontiguousarray(actions[:, :, 0:-1:3], np.int32),
        message=np.ascontiguousarray(actions[:, :, 1:-1:3], np.uint8),
        offer=np.ascontiguousarray(percents[actions[:, :, 2:-1:3]]),
        audience=np.ascontiguousarray(actions[:, :, -1], np.int32),
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
