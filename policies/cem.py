"""Cross-entropy search: draw plans, see what the best have in common, draw more of that.

Customers of different segments meet in the purse alone, so plans are ranked in every segment by
itself, and one draw of plans improves all segments at once; audiences, which a channel chooses for
all segments, follow the plans that are best on the whole.
Letters: ``P`` plans, ``H`` phases, ``A`` channels, ``S`` segments, ``K = 3 S + 1`` entries of an
action, ``W`` options of the entry that has most.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface.actions import choices
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64

Plans = npt.NDArray[np.int64]
Judge = Callable[[Plans], F64]
"""What plans ``[P, H, A, K]`` are worth by segment, ``[P, S]``; each call with other luck."""
LEAST_PLANS = 8
"""So that some are left to be drawn beside the known ones."""
PARTS = 3
"""Entries of one segment: pressure, message, offer."""


@dataclass(frozen=True)
class Search:
    """How a search goes about it."""

    plans: int = 64
    """Plans drawn in a round."""
    elite: int = 8
    """How many of them count as the best."""
    pace: float = 0.6
    """How far a round moves the odds towards what the best did, 1 being all the way."""

    def __post_init__(self) -> None:
        """Refuse what cannot be searched with."""
        if self.plans < LEAST_PLANS:
            raise OneVoiceError(f"plans is {self.plans}; give at least {LEAST_PLANS}")
        if not 1 <= self.elite <= self.plans:
            raise OneVoiceError(
                f"elite is {self.elite} of {self.plans} plans; give from 1 to {self.plans}"
            )
        if not 0.0 < self.pace <= 1.0:
            raise OneVoiceError(f"pace is {self.pace}; give a share above 0, up to 1")


class Odds:
    """How likely each option of each entry of a plan is drawn.

    Args:
        options: number of options of each entry, ``[K]``.
        shares: float64 ``[H, A, K, W]``; the shares of an entry's options add up to 1.
    """

    def __init__(self, options: Plans, shares: F64) -> None:
        self.options, self.shares = options, shares

    @classmethod
    def even(cls, scenario: Scenario, phases: int) -> "Odds":
        """Every option of an entry equally likely."""
        options = choices(scenario)
        known = np.arange(options.max()) < options[:, None]
        shape = (phases, len(scenario.channels), *known.shape)
        return cls(options, np.broadcast_to(known / options[:, None], shape))

    def draw(self, rng: np.random.Generator, count: int) -> Plans:
        """Random plans, ``[P, H, A, K]``."""
        rising = self.shares.cumsum(axis=-1)[..., :-1]
        points = rng.random((count, *self.shares.shape[:-1], 1))
        return np.asarray(np.minimum((points >= rising).sum(axis=-1), self.options - 1))

    def likeliest(self) -> Plans:
        """The likeliest option of every entry, ``[H, A, K]``."""
        return np.asarray(self.shares.argmax(axis=-1))

    def learn(self, plans: Plans, worth: F64, search: Search) -> "Odds":
        """Move towards what the best of the plans ``[P, H, A, K]`` have in common.

        Args:
            plans: what was tried.
            worth: of each plan in each segment, ``[P, S]``.
            search: how many are the best, and how far to move.
        """
        best = best_entries(plans, worth, search.elite)
        common = (best[..., None] == np.arange(self.shares.shape[-1])).mean(axis=0)
        return Odds(self.options, self.shares + search.pace * (common - self.shares))

    def leaning(self, plan: Plans, share: float) -> "Odds":
        """The odds moved by ``share`` of the way towards a plan, ``[H, A, K]``."""
        sure = plan[..., None] == np.arange(self.shares.shape[-1])
        return Odds(self.options, self.shares + share * (sure - self.shares))

    def later(self, phases: int, doubt: float) -> "Odds":
        """The odds of the plan that begins a phase later; the last phase goes on.

        Args:
            phases: how many the later plan has.
            doubt: how far each entry moves back to all options being equally likely.
        """
        known = np.arange(self.shares.shape[-1]) < self.options[:, None]
        even = known / self.options[:, None]
        return Odds(self.options, (1.0 - doubt) * later(self.shares, phases) + doubt * even)


def later(by_phase: npt.NDArray[Any], phases: int) -> npt.NDArray[Any]:
    """``phases`` rows of ``[H, ...]`` from the second on; the last goes on."""
    return by_phase[np.minimum(np.arange(1, phases + 1), len(by_phase) - 1)]


def best_entries(plans: Plans, worth: F64, count: int) -> Plans:
    """The ``count`` best plans put together segment by segment, best first, ``[count, H, A, K]``.

    A segment's entries come from the plans that are worth most there, ``[P, S]``, and the audience
    from those that are worth most on the whole.
    """
    columns = np.concatenate([worth, worth.sum(axis=1, keepdims=True)], axis=1)
    ranked = np.argsort(-columns, axis=0, kind="stable")[:count]
    source = ranked[:, np.arange(plans.shape[-1]) // PARTS]
    return np.take_along_axis(plans, source[:, None, None, :], axis=0)


def improve(
    odds: Odds, known: Plans, judge: Judge, rounds: int, search: Search, rng: np.random.Generator
) -> tuple[Odds, Plans]:
    """Search for ``rounds`` rounds, then hold the plan found against the known ones.

    Args:
        odds: where the search starts.
        known: plans that are tried in every round, ``[C, H, A, K]``, fewer than
            are drawn.
        judge: says what plans are worth.
        rounds: how many.
        search: how.
        rng: draws the plans.

    Returns:
        The odds at the end, and the best plan ``[H, A, K]``: in each segment the likeliest one or
        a known one, as a last round finds.
    """
    for _ in range(rounds):
        plans = odds.draw(rng, search.plans)
        plans[: len(known) + 1] = _with(known, odds)
        odds = odds.learn(plans, judge(plans), search)
    final = _with(known, odds)
    return odds, best_entries(final, judge(final), 1)[0]


def _with(known: Plans, odds: Odds) -> Plans:
    """The known plans and the likeliest one."""
    return np.concatenate([known, odds.likeliest()[None]])
