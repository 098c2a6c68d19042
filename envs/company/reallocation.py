"""Reallocates the monthly budget over the channels' accounts by their returns.

What the next dollar returns nobody sees. With the same elasticity everywhere it is proportional to
what a dollar returned on average, which is what companies go by. Of a channel whose budget refused
nothing it is nothing, whatever its average is: it had more money than it could use.

Letters: ``B`` environments, ``C`` channels, each with a budget of its own.
"""

from collections.abc import Sequence

import numpy as np

from onevoice.envs.company.returns import Claims, Evidence, Lifts
from onevoice.envs.engine import kernels
from onevoice.envs.engine.population import Tally
from onevoice.envs.spec.coordination import Reallocation
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, I64, Bools


class Reallocator:
    """Revises the channels' monthly amounts every few days.

    Args:
        rule: when, by what and how far money moves.
        scenario: the company.
        num_envs: number of environments ``B``.
        first: what a month brings at first, money units, int64 ``[C]``.
    """

    def __init__(self, rule: Reallocation, scenario: Scenario, num_envs: int, first: I64) -> None:
        self._periods = float(scenario.decision_hours) / (24.0 * rule.days)
        self._step, self._floors = rule.step, np.ceil(rule.floor * first).astype(np.int64)
        self._evidence: Evidence = Lifts(scenario, num_envs) if rule.by == "lift" else Claims()
        shape = (num_envs, len(first), scenario.segments.count, kernels.CHANNEL_COLUMNS)
        self._since = np.zeros(shape, np.int64)

    def reset(self, envs: Sequence[int], held_out: I64 | None) -> None:
        """Forget the past of some environments; ``held_out`` as ``Population.held_out``."""
        rows = list(envs)
        self._since[rows] = 0
        self._evidence.reset(rows, held_out)

    def revise(self, tally: Tally, decisions: I64, monthly: I64) -> I64 | None:
        """Monthly amounts from now on, int64 ``[B, C]``; None if that is as before.

        Args:
            tally: of the last decision.
            decisions: decisions lived, this one included, int64 ``[B]``.
            monthly: what a month brings so far, int64 ``[B, C]``.
        """
        self._evidence.add(tally)
        self._since += tally.channels
        due = self._lived(decisions) > self._lived(decisions - 1)
        if not due.any():
            return None
        since = self._since.sum(axis=2)
        short = since[..., kernels.REFUSED] > 0
        worth = next_dollars(self._evidence.returns(since), short, monthly)
        revised = shift(monthly, self._floors, worth, self._step)
        self._since[due] = 0
        return np.where(due[:, None], revised, monthly)

    def state(self) -> dict[str, I64]:
        """The arrays that define it, not copied."""
        return {**self._evidence.state(), "budget/since": self._since}

    def _lived(self, decisions: I64) -> F64:
        """Whole periods since the episode began."""
        return np.asarray(np.floor(decisions * self._periods + 1e-9))


def next_dollars(returns: F64, short: Bools, monthly: I64) -> F64:
    """Return on the next dollar of each channel, relative to the mean, ``[B, C]``.

    1 where it is not known, and everywhere if the mean is no gain.

    Args:
        returns: $ per $ spent, not finite where it is not known, float64 ``[B, C]``.
        short: whether the budget refused anything; if it did not, the next dollar returns nothing.
        monthly: money of each budget, int64 ``[B, C]``.
    """
    nexts = np.where(short, returns, 0.0)
    known = np.isfinite(nexts)
    money = np.where(known, monthly, 0)
    returned = np.cumsum(money * np.where(known, nexts, 0.0), axis=1)[:, -1:]
    mean = returned / np.maximum(money.sum(axis=1, keepdims=True), 1)
    comparable = known & (mean > 0.0)
    return np.where(comparable, nexts, 1.0) / np.where(comparable, mean, 1.0)


def shift(monthly: I64, floors: I64, worth: F64, step: float) -> I64:
    """Move money from accounts whose next dollar is worth less than 1 to those above 1.

    Each offers or wants its distance from 1 as a share of its money, at most ``step``; nobody
    falls below its floor, and what is moved is as much as is both offered and wanted.

    Args:
        monthly: int64 ``[B, C]``.
        floors: int64 ``[C]``.
        worth: as ``next_dollars``, float64 ``[B, C]``.
        step: in (0, 1].

    Returns:
        int64 ``[B, C]``; every row adds up to what it did.
    """
    change = np.trunc(monthly * np.clip(worth - 1.0, -step, step)).astype(np.int64)
    wanted = np.maximum(change, 0)
    offered = np.minimum(np.maximum(-change, 0), np.maximum(monthly - floors, 0))
    moved = np.minimum(wanted.sum(axis=1), offered.sum(axis=1))
    return monthly + portions(moved, wanted) - portions(moved, offered)


def portions(whole: I64, weights: I64) -> I64:
    """Whole parts of ``whole``, ``[B]``, in proportion to weights ``[B, C]``; they add up to it.

    They are differences of a rising sequence, so that rounding makes no money; none exceeds its
    weight if all weights add up to ``whole`` or more. Nothing where all weights are 0.
    """
    rising = np.cumsum(weights, axis=1)
    shares = rising / np.maximum(rising[:, -1:], 1)
    upto = np.rint(whole[:, None] * shares).astype(np.int64)
    return np.asarray(np.diff(upto, axis=1, prepend=0), np.int64)
