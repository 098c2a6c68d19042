"""Draws a market: which need dominates which segment, what each channel is good at, the season.

Letters: ``C`` channels of the scenario, ``S`` segments, ``M`` messages, ``D`` days.
"""

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.scenario import MESSAGES, YEAR_DAYS, Scenario

Split = Literal["train", "validation", "test"]
MARKETS_PER_SPLIT = 2**20
_SPLITS: dict[Split, int] = {"train": 0, "validation": 1, "test": 2}
_STREAM = 0x6D61726B  # keeps market draws apart from every other use of the same number


class Market(NamedTuple):
    """One market; all effects are in log odds."""

    needs: npt.NDArray[np.float64]
    """Share of customers per need, float64 ``[S, M]``; rows add up to 1."""
    fit: npt.NDArray[np.float64]
    """Effect of a message in a channel, float64 ``[C, M]``."""
    response: npt.NDArray[np.float64]
    """Effect of a channel's response level, float64 ``[C]``."""
    season: npt.NDArray[np.float64]
    """Multiplier of market entry per day, float64 ``[D]``."""


def market_ids(split: Split, count: int) -> list[int]:
    """The first ``count`` market ids of a split; the splits never share an id."""
    first = _SPLITS[split] * MARKETS_PER_SPLIT
    return list(range(first, first + count))


def draw_market_id(split: Split, seed: int) -> int:
    """The market that an episode seed meets within a split."""
    word = np.random.SeedSequence([_STREAM, seed]).generate_state(1)[0]
    return _SPLITS[split] * MARKETS_PER_SPLIT + int(word) % MARKETS_PER_SPLIT


def draw_market(scenario: Scenario, market_id: int) -> Market:
    """Draw market ``market_id``; the same id gives the same market in every set of channels."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([_STREAM, 1, market_id])))
    model = scenario.market
    rows = [CHANNEL_NAMES.index(name) for name in scenario.channels]
    fit = model.fit_sd * rng.standard_normal((len(CHANNEL_NAMES), len(MESSAGES)))
    favourites = rng.permutation(len(MESSAGES))[np.arange(len(CHANNEL_NAMES)) % len(MESSAGES)]
    fit[np.arange(len(CHANNEL_NAMES)), favourites] += model.fit_favourite
    response = model.response_sd * rng.standard_normal(len(CHANNEL_NAMES))
    season = _season(scenario, rng)
    return Market(_needs(scenario, rng), fit[rows], response[rows], season)


def _season(scenario: Scenario, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """A yearly sine with the market's own phase and swing, and the shock, float64 ``[D]``."""
    days = np.arange(int(np.ceil(scenario.days)))
    phase, swing = rng.uniform(size=2)
    wave = np.sin(2 * np.pi * (days / YEAR_DAYS + phase))
    season = np.asarray(1.0 + scenario.market.season * swing * wave)
    season[days >= scenario.market.shock_day] *= scenario.market.shock_entry
    return season


def _needs(scenario: Scenario, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Shares of the needs: one dominant need per segment, the rest split at random."""
    segments, dominant = scenario.segments.count, scenario.market.dominant_need
    evenness = np.full(len(MESSAGES), scenario.market.need_concentration)
    needs = (1.0 - dominant) * rng.dirichlet(evenness, size=segments)
    needs[np.arange(segments), rng.integers(len(MESSAGES), size=segments)] += dominant
    return needs
