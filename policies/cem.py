"""Cross-entropy method (CEM): draw plans, fit their distribution to the best, draw again.

Segments share nothing but the budget, so plans are ranked in every segment by
itself, and one draw of plans improves all segments at once; audiences, which a channel chooses for
all segments, follow the plans that are best on the whole.
Letters: ``P`` plans, ``H`` phases, ``A`` agents, ``S`` segments, ``E = 3 S + 1`` entries of an
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
Objective = Callable[[Plans], F64]
"""Value of plans ``[P, H, A, E]`` by segment, ``[P, S]``; each call draws new random numbers."""
LEAST_PLANS = 8
"""Leaves room for random plans beside the known ones."""
ENTRIES_PER_SEGMENT = 3
"""Entries of one segment: intensity, message, offer."""


@dataclass(frozen=True)
class CemConfig:
    """Settings of the cross-entropy method."""

    plans: int = 64
    """Plans drawn in a round."""
    elite: int = 8
    """Plans of a round that the distribution is fitted to."""
    step_size: float = 0.6
    """Step of a round from the old probabilities to those of the elite; 1 replaces them."""

    def __post_init__(self) -> None:
        """Refuse settings without a meaning."""
        if self.plans < LEAST_PLANS:
            raise OneVoiceError(f"plans is {self.plans}; give at least {LEAST_PLANS}")
        if not 1 <= self.elite <= self.plans:
            raise OneVoiceError(
                f"elite is {self.elite} of {self.plans} plans; give from 1 to {self.plans}"
            )
        if not 0.0 < self.step_size <= 1.0:
            raise OneVoiceError(f"step_size is {self.step_size}; give a share above 0, up to 1")


class ChoiceProbabilities:
    """Probability of each option of each entry of a plan.

    Args:
        options: number of options of each entry, ``[E]``.
        shares: float64 ``[H, A, E, W]``; the shares of an entry's options add up to 1.
    """

    def __init__(self, options: Plans, shares: F64) -> None:
        self.options, self.shares = options, shares

    @classmethod
    def uniform(cls, scenario: Scenario, phases: int) -> "ChoiceProbabilities":
        """Every option of an entry equally likely."""
        options = choices(scenario)
        known = np.arange(options.max()) < options[:, None]
        shape = (phases, len(scenario.channels), *known.shape)
        return cls(options, np.broadcast_to(known / options[:, None], shape))

    def draw(self, rng: np.random.Generator, count: int) -> Plans:
        """Random plans, ``[P, H, A, E]``."""
        rising = self.shares.cumsum(axis=-1)[..., :-1]
        points = rng.random((count, *self.shares.shape[:-1], 1))
        return np.asarray(np.minimum((points >= rising).sum(axis=-1), self.options - 1))

    def mode(self) -> Plans:
        """The likeliest option of every entry, ``[H, A, E]``."""
        return np.asarray(self.shares.argmax(axis=-1))

    def learn(self, plans: Plans, value: F64, search: CemConfig) -> "ChoiceProbabilities":
        """Move towards what the best of the plans ``[P, H, A, E]`` have in common.

        Args:
            plans: what was tried.
            value: of each plan in each segment, ``[P, S]``.
            search: how many are the best, and how far to move.
        """
        best = best_entries(plans, value, search.elite)
        common = (best[..., None] == np.arange(self.shares.shape[-1])).mean(axis=0)
        return ChoiceProbabilities(
            self.options, self.shares + search.step_size * (common - self.shares)
        )

    def warm_started(self, plan: Plans, share: float) -> "ChoiceProbabilities":
        """The probabilities moved by ``share`` of the way towards a plan, ``[H, A, E]``."""
        sure = plan[..., None] == np.arange(self.shares.shape[-1])
        return ChoiceProbabilities(self.options, self.shares + share * (sure - self.shares))

    def shift(self, phases: int, prior_mix: float) -> "ChoiceProbabilities":
        """The probabilities of the plan that begins a phase later; the last phase goes on.

        Args:
            phases: how many the later plan has.
            prior_mix: how far each entry moves back to all options being equally likely.
        """
        known = np.arange(self.shares.shape[-1]) < self.options[:, None]
        uniform = known / self.options[:, None]
        return ChoiceProbabilities(
            self.options, (1.0 - prior_mix) * shift(self.shares, phases) + prior_mix * uniform
        )


def shift(by_phase: npt.NDArray[Any], phases: int) -> npt.NDArray[Any]:
    """``phases`` rows of ``[H, ...]`` from the second on; the last goes on."""
    return by_phase[np.minimum(np.arange(1, phases + 1), len(by_phase) - 1)]


def best_entries(plans: Plans, value: F64, count: int) -> Plans:
    """The ``count`` best plans put together segment by segment, best first, ``[count, H, A, E]``.

    A segment's entries come from the plans that are worth most there, ``[P, S]``, and the audience
    from those that are worth most on the whole.
    """
    columns = np.concatenate([value, value.sum(axis=1, keepdims=True)], axis=1)
    ranked = np.argsort(-columns, axis=0, kind="stable")[:count]
    source = ranked[:, np.arange(plans.shape[-1]) // ENTRIES_PER_SEGMENT]
    return np.take_along_axis(plans, source[:, None, None, :], axis=0)


def refine(
    probabilities: ChoiceProbabilities,
    known: Plans,
    objective: Objective,
    rounds: int,
    search: CemConfig,
    rng: np.random.Generator,
) -> tuple[ChoiceProbabilities, Plans]:
    """Search for ``rounds`` rounds, then hold the plan found against the known ones.

    Args:
        probabilities: where the search starts.
        known: plans that are tried in every round, ``[C, H, A, E]``, fewer than
            are drawn.
        objective: returns the value of plans.
        rounds: how many.
        search: how.
        rng: draws the plans.

    Returns:
        The probabilities at the end, and the best plan ``[H, A, E]``: in each segment the mode or a
        known plan, whichever a last round finds better.
    """
    for _ in range(rounds):
        plans = probabilities.draw(rng, search.plans)
        plans[: len(known) + 1] = _with(known, probabilities)
        probabilities = probabilities.learn(plans, objective(plans), search)
    final = _with(known, probabilities)
    return probabilities, best_entries(final, objective(final), 1)[0]


def _with(known: Plans, probabilities: ChoiceProbabilities) -> Plans:
    """The known plans and the likeliest one."""
    return np.concatenate([known, probabilities.mode()[None]])
