"""Greedy channels: each is a bandit on the revenue that its own platform claims.

A channel reads nothing but its own dashboard. In every segment it keeps a choice of intensity,
message and offer for a few days, addresses everyone, sees what its platform reports, and moves to
what brought most; the segments serve as parallel tests. Messages and offers are compared by what a
touch brings, intensity by the total: a rate never asks for more.
Letters: ``B`` environments, ``A`` agents, ``S`` segments.
"""

import numpy as np

from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import MESSAGES, Scenario
from onevoice.envs.typing import F64
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.calendar import manual_plan

HOLD = 3
"""Decisions for which a choice is kept: claims follow a touch by days."""
EXPLORE = 0.1
"""Share of choices made at random."""
FORGET = 0.99
"""What is left of old evidence after a decision."""
POOLED = 1.0
"""Decisions of own evidence that weigh as much as all segments' together."""
ENGAGEMENT_WEIGHT = 1.0
"""Weight of the engagement total beside the claimed revenue, both as the dashboard scales them."""


class Arms:
    """The options of one choice, with the discounted mean outcome of each in each segment."""

    def __init__(self, shape: tuple[int, int, int], options: int) -> None:
        """Start without evidence; ``shape`` is ``(B, A, S)``."""
        self.totals = np.zeros((*shape, options))
        self.counts = np.zeros((*shape, options))

    def update(self, choice: Actions, transition: F64) -> None:
        """Add what the choices ``[B, A, S]`` brought, ``[B, A, S]``, 1 being usual, nan nothing."""
        chosen = np.arange(self.counts.shape[-1]) == choice[..., None]
        chosen = chosen & ~np.isnan(transition[..., None])
        self.totals = FORGET * self.totals + chosen * np.nan_to_num(transition)[..., None]
        self.counts = FORGET * self.counts + chosen

    def values(self) -> F64:
        """Mean outcome per option ``[B, A, S, options]``; a segment leans on all segments."""
        pooled = (self.totals.sum(axis=2, keepdims=True) + 1.0) / (
            self.counts.sum(axis=2, keepdims=True) + 1.0
        )
        return np.asarray((self.totals + POOLED * pooled) / (self.counts + POOLED))

    def choose(self, rng: np.random.Generator) -> Actions:
        """The best option ``[B, A, S]``, at times a random one."""
        values = self.values()
        best = np.argmax(values + 1e-6 * rng.random(values.shape), axis=-1)
        anything = rng.integers(values.shape[-1], size=best.shape)
        return np.asarray(np.where(rng.random(best.shape) < EXPLORE, anything, best))


class Greedy(Policy):
    """Each channel maximises its own claims and ignores customers and other channels."""

    def __init__(self, scenario: Scenario) -> None:
        """Find the own dashboard's columns in the observation of ``scenario``."""
        from onevoice.envs.interface.observation import feature_names  # loads Numba

        super().__init__(scenario)
        segments = range(scenario.segments.count)
        columns = {name: i for i, name in enumerate(feature_names(scenario))}
        self._claims, self._touches, self._rates = (
            np.array([columns[f"segment_{s}/{quantity}/last"] for s in segments])
            for quantity in ("claims", "touches", "engagement_rate")
        )

    def reset(self, num_envs: int, seed: int) -> None:
        """Forget everything and start ``num_envs`` episodes from the manual plan."""
        super().reset(num_envs, seed)
        self._rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed])))
        agents, segments = len(self.agents), self.scenario.segments.count
        shape, options = (num_envs, agents, segments), self._options
        self._arms = [Arms(shape, count) for count in options]
        plan = manual_plan(self.scenario, 0)[:, :-1].reshape(agents, segments, len(options))
        plan[..., 0] -= 1
        self._choices = [
            np.repeat(plan[None, ..., i], num_envs, axis=0) for i in range(len(options))
        ]
        self._usual, self._seen = np.zeros((2, *shape)), np.zeros((2, *shape))
        self._decision = 0

    def act_batch(self, observations: Observations) -> Actions:
        """Return the actions ``[B, A, E]`` for what the dashboards ``[B, A, F]`` show."""
        if self._decision > 0:
            self._learn(observations)
            self._change_some()
        self._decision += 1
        entries = np.stack(self._choices, axis=-1)
        entries[..., 0] += 1
        everyone = np.zeros((*entries.shape[:2], 1), dtype=np.int64)
        return np.concatenate([entries.reshape(*entries.shape[:2], -1), everyone], axis=-1)

    @property
    def _options(self) -> tuple[int, int, int]:
        """Choices of intensity, message and offer; silence is not among them."""
        return INTENSITIES - 1, len(MESSAGES), len(self.scenario.offers)

    def _learn(self, observations: Observations) -> None:
        """Credit the choices: intensity with the total it brought, the rest with that per touch."""
        seen = observations.astype(np.float64)
        touches = seen[..., self._touches]
        transition = seen[..., self._claims] + ENGAGEMENT_WEIGHT * touches * seen[..., self._rates]
        sent = touches / np.maximum(1.0 - touches, 1e-9)
        per_touch = np.divide(
            transition, sent, out=np.full_like(transition, np.nan), where=sent > 0
        )
        credits = [self._beside_usual(0, transition), *[self._beside_usual(1, per_touch)] * 2]
        for arms, choice, credit in zip(self._arms, self._choices, credits, strict=True):
            arms.update(choice, credit)

    def _beside_usual(self, kind: int, transition: F64) -> F64:
        """The outcome relative to the segment's moving average, which it updates."""
        known = ~np.isnan(transition)
        self._seen[kind] += known
        step = np.maximum(1.0 / np.maximum(self._seen[kind], 1.0), 1.0 - FORGET)
        usual = self._usual[kind]
        usual += np.where(known, step * (np.nan_to_num(transition) - usual), 0.0)
        return np.asarray(transition / np.maximum(usual, 1e-9))

    def _change_some(self) -> None:
        """Replace choices that were kept long enough; segments take turns."""
        segments = np.arange(self.scenario.segments.count)
        due = (segments + self._decision) % HOLD == 0
        self._choices = [
            np.where(due, arms.choose(self._rng), choice)
            for arms, choice in zip(self._arms, self._choices, strict=True)
        ]
