"""Attribution models: how much of the price of each purchase is credited to which channel.

Models read paths, as platforms and analysts do, and know no cause: a channel that reaches those
who would have bought anyway is credited all the same. ``shapley`` and ``leave_one_out`` divide
what coalitions of channels were measured to be worth.

Every model returns float64 ``[C]``, $, that add up to the value of the converted paths with at
least one event; ``Paths.direct`` is the rest.

Letters: ``C`` channels, ``E`` events, ``P`` paths.
"""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.company.touch_log import Paths
from onevoice.envs.typing import F64

Model = Callable[[Paths, int], F64]


def last_touch(paths: Paths, channels: int) -> F64:
    """Credit the whole value to the last event of the path, $ ``[C]``."""
    weights = np.zeros(len(paths.channel))
    weights[paths.offsets[1:][paths.lengths > 0] - 1] = 1.0
    return _split(paths, weights, channels)


def first_touch(paths: Paths, channels: int) -> F64:
    """Credit the whole value to the first event of the path, $ ``[C]``."""
    weights = np.zeros(len(paths.channel))
    weights[paths.offsets[:-1][paths.lengths > 0]] = 1.0
    return _split(paths, weights, channels)


def linear(paths: Paths, channels: int) -> F64:
    """Split the value equally over the events of the path, $ ``[C]``."""
    return _split(paths, np.ones(len(paths.channel)), channels)


def position_based(paths: Paths, channels: int, first: float = 0.4, last: float = 0.4) -> F64:
    """Credit fixed shares to the first and the last event, the rest equally to those between.

    A single event is credited everything, two events one half each.

    Args:
        paths: the paths.
        channels: number of channels ``C``.
        first: share of the first event.
        last: share of the last event.

    Returns:
        Credits, $ ``[C]``.

    Raises:
        OneVoiceError: on a negative share or shares of more than 1 together.
    """
    if not (first >= 0.0 and last >= 0.0 and first + last <= 1.0):
        raise OneVoiceError(f"first and last must be shares of 1 together, not {first} and {last}")
    between = paths.lengths - 2
    weights = np.repeat((1.0 - first - last) / np.maximum(between, 1), paths.lengths)
    long = between > 0
    weights[paths.offsets[:-1][long]] = first
    weights[paths.offsets[1:][long] - 1] = last
    weights[np.repeat(~long, paths.lengths)] = 1.0
    return _split(paths, weights, channels)


def time_decay(paths: Paths, channels: int, half_life_ticks: float = 56.0) -> F64:
    """Split the value by weights that halve with every half-life of age, $ ``[C]``.

    The default is the usual 7 days if a tick is 3 hours.

    Raises:
        OneVoiceError: on a half-life that is not positive.
    """
    if not half_life_ticks > 0.0:
        raise OneVoiceError(f"half_life_ticks must be positive, not {half_life_ticks}")
    last = paths.tick[np.repeat(paths.offsets[1:], paths.lengths) - 1].astype(np.int64)
    return _split(paths, np.exp2((paths.tick - last) / half_life_ticks), channels)


def markov(paths: Paths, channels: int) -> F64:
    """Split the value of all paths in proportion to the removal effects, $ ``[C]``.

    Each conversion counts once in the chain, whatever its value. A channel that only led to other
    channels is credited too, even if no converted path holds it.
    """
    effects = removal_effects(paths, channels)
    value = float(paths.value[paths.lengths > 0].sum())
    whole = max(float(effects.sum()), 1.0)  # every conversion passes at least one channel
    return effects * (value / whole)


def removal_effects(paths: Paths, channels: int) -> F64:
    """Share of conversions lost if every visit to a channel ended the path, float64 ``[C]``.

    The channels are the states of a Markov chain of first order that is absorbed by conversion or
    by its absence, with the transition frequencies of all paths that have an event. The chance to
    convert by way of a channel is the chance to reach it times the chance to convert from it.
    Repeats of a channel are kept; collapsing them into one visit would change no effect, because
    waiting in a state does not alter where the chain goes from it.

    Source: Anderl, Becker, von Wangenheim & Schumann (2016), Mapping the customer journey,
    International TouchLog of Research in Marketing 33(3).
    """
    begin, moves, won, lost = _transitions(paths, channels)
    if not won.any():
        return np.zeros(channels)
    leaving = np.maximum(moves.sum(axis=1) + won + lost, 1.0)
    visits = np.linalg.inv(np.eye(channels) - moves / leaving[:, None])
    reached = begin / begin.sum() @ visits / visits.diagonal()
    converts = visits @ (won / leaving)
    return np.asarray(reached * converts / (begin / begin.sum() @ converts))


def _transitions(paths: Paths, channels: int) -> tuple[F64, F64, F64, F64]:
    """Counts of starts ``[C]``, moves ``[C, C]``, conversions ``[C]`` and other ends ``[C]``."""
    _check_channels(paths, channels)
    full = paths.lengths > 0
    first, last = paths.offsets[:-1][full], paths.offsets[1:][full] - 1
    begin = np.bincount(paths.channel[first], minlength=channels)
    won = np.bincount(paths.channel[last[paths.converted[full]]], minlength=channels)
    ends = np.bincount(paths.channel[last], minlength=channels)
    later = np.delete(np.arange(len(paths.channel)), first)
    pairs = paths.channel[later - 1] * np.int64(channels) + paths.channel[later]
    moves = np.bincount(pairs, minlength=channels**2).reshape(channels, channels)
    return begin / 1.0, moves / 1.0, won / 1.0, (ends - won) / 1.0


def shapley_paths(paths: Paths, channels: int) -> F64:
    """Shapley values, $ ``[C]``, if a coalition is worth the paths that need nobody else.

    A converted path counts for every coalition that holds all its channels. The Shapley value of
    that game has a closed form: each path is split equally over its distinct channels, however
    often and in which order they occur.

    Source: Zhao, Mahboobi & Bagheri (2018), Shapley value methods for attribution modeling in
    online advertising, arXiv:1804.05327.
    """
    _check_channels(paths, channels)
    present = np.zeros((len(paths.end), channels))
    present[paths.owner, paths.channel] = 1.0
    return np.asarray(paths.value / np.maximum(present.sum(axis=1), 1.0) @ present)


def shapley(values: F64) -> F64:
    """Exact Shapley values of games between channels.

    Args:
        values: what each coalition is worth, float64 ``[..., 2**C]``; bit ``c`` of the index says
            whether channel ``c`` is in the coalition.

    Returns:
        float64 ``[..., C]`` in the unit of the values, adding up to the worth of all channels
        less that of none. Source: Shapley (1953), A value for n-person games.

    Raises:
        OneVoiceError: if the last axis is not a power of two.
    """
    return np.asarray(values @ _marginal_weights(_players(values)))


def leave_one_out(values: F64) -> F64:
    """What all channels are worth less what they are worth without each, ``[..., C]``.

    Takes the same values as ``shapley``; the results do not add up to anything: what two channels
    only achieve together is counted for both.
    """
    players = _players(values)
    everyone = 2**players - 1
    without = everyone - (1 << np.arange(players))
    return np.asarray(values[..., [everyone]] - values[..., without])


MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "last_touch": last_touch,
        "first_touch": first_touch,
        "linear": linear,
        "position_based": position_based,
        "time_decay": time_decay,
        "markov": markov,
        "shapley_paths": shapley_paths,
    }
)
"""Every model with its usual settings, by name."""


def _split(paths: Paths, weights: F64, channels: int) -> F64:
    """Split the value of each path in proportion to the weights ``[E]`` of its events."""
    _check_channels(paths, channels)
    owner = paths.owner
    whole = np.bincount(owner, weights, minlength=len(paths.end))
    credited = weights / whole[owner] * paths.value[owner]
    return np.bincount(paths.channel, credited, minlength=channels).astype(np.float64)


def _check_channels(paths: Paths, channels: int) -> None:
    highest = int(paths.channel.max(initial=0))
    if channels <= highest:
        raise OneVoiceError(f"paths hold channel {highest}, but channels is {channels}")


def _players(values: F64) -> int:
    """Number of channels ``C`` of values ``[..., 2**C]``."""
    size = values.shape[-1] if values.ndim else 0
    if size < 1 or size & (size - 1):
        raise OneVoiceError(
            f"the last axis of values must hold 2**C coalitions, a power of two, not {size}"
        )
    return size.bit_length() - 1


@lru_cache
def _marginal_weights(players: int) -> F64:
    """Weight of each coalition in each player's Shapley value, float64 ``[2**C, C]``."""
    member = np.arange(2**players)[:, None] >> np.arange(players) & 1
    size = member.sum(axis=1, keepdims=True)
    orders = [1 / (players * math.comb(players - 1, before)) for before in range(players)]
    joined = np.array([0.0, *orders])[size]  # the channel is the last of the coalition to come
    absent = np.array([*orders, 0.0])[size]
    return np.asarray(np.where(member, joined, -absent))
