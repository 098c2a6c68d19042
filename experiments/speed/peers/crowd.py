"""The customers that every peer starts from: those of an engine that has just been reset.

Letters: ``C`` channels, ``N`` customers, ``S`` segments, ``K`` parts of an action.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine.parameters import order_quantiles, pack_channels, pack_rates
from onevoice.envs.engine.population import Population
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32, I64

Columns = dict[str, npt.NDArray[np.generic]]
Uniform = Callable[[int, int], F32]
"""``(tick, purpose)`` to one draw from [0, 1) for each customer, float32 ``[N]``."""
NEVER_HEARD = 255
NUMBERS = ("pressure", "depth", "bought_offer", "zero")
AMPLE = {"kind": "pooled", "amount": 1e6}
"""A budget that pays for every touch: peers leave out the rationing of a budget that runs dry."""


class Voice(NamedTuple):
    """What one channel does to one segment in a decision."""

    message: int
    percent: float
    calm: float
    """Probability of a contact in a tick, or of winning a query; after an event: ``event``."""
    event: float
    cost: int
    """Money units per touch or generic click; per brand click: ``brand_cost``."""
    brand_cost: int
    fit: float
    """Effect of the message in this channel, log odds."""


@dataclass(frozen=True)
class Crowd:
    """One environment's customers, and what they share, as plain numbers."""

    scenario: Scenario
    rates: SimpleNamespace
    """The fields of ``kernels.Rates``."""
    channels: tuple[SimpleNamespace, ...]
    """The fields of ``kernels.Channels`` and, of the market, ``odds`` and ``fit`` by message."""
    season: list[float]
    """Multiplier of market entry, by tick."""
    orders: F32
    """``[1024]`` quantiles of the order value, money units."""
    segment: I64
    """``[N]``, rising."""
    start: Columns
    """``[N]`` each; a channel's have its place in their name, as in ``affinity0``."""

    @property
    def size(self) -> int:
        """Number of customers ``N``."""
        return len(self.segment)

    def voices(self, joint: I64) -> list[list[Voice]]:
        """What the actions ``[C, K]`` mean, by channel and segment."""
        percents = [round(100 * offer) for offer in self.scenario.offers]
        return [
            [
                Voice(
                    message, float(percents[offer]),
                    channel.base_chance[level], channel.triggered_chance[level],
                    channel.cost[level], channel.brand_cost[level], channel.fit[message],
                )
                for level, message, offer in actions[:-1].reshape(-1, 3).tolist()
            ]
            for channel, actions in zip(self.channels, joint, strict=True)
        ]  # fmt: skip


def crowd_of(env: ChannelsVectorEnv) -> Crowd:
    """The customers of an engine of one environment that has just been reset."""
    scenario, state = env.scenario, env.population.state()
    rates = pack_rates(scenario)._asdict()
    packed = pack_channels(scenario)._asdict()
    odds, fit = state["markets/odds"][0].tolist(), state["markets/fit"][0].tolist()
    channels = [
        SimpleNamespace(
            odds=odds[c], fit=fit[c], **{name: rows[c].tolist() for name, rows in packed.items()}
        )
        for c in range(len(scenario.channels))
    ]
    return Crowd(
        scenario=scenario,
        rates=SimpleNamespace(**{name: value.item() for name, value in rates.items()}),
        channels=tuple(channels),
        season=state["markets/season"][0].tolist(),
        orders=order_quantiles(scenario),
        segment=np.repeat(np.arange(len(env.population.sizes)), env.population.sizes),
        start=_start(env.population, len(channels)),
    )


def _start(population: Population, channels: int) -> Columns:
    """Traits and state before anything has happened, ``[N]`` each."""
    traits, people, size = population.traits, population.people, len(population.traits.need)
    columns: Columns = {
        "need": traits.need, "value": traits.value, "sensitivity": traits.sensitivity,
        "strain": traits.inverse_tolerance, "awareness": people.awareness, "trust": people.trust,
        "alive": people.alive.astype(np.bool_), "in_market": people.in_market.astype(np.bool_),
    }  # fmt: skip
    columns |= {name: np.zeros(size, np.float32) for name in NUMBERS}
    columns |= {name: np.zeros(size, np.uint16) for name in ("bought", "touched_any")}
    columns |= {
        "last_message": np.full(size, NEVER_HEARD, np.uint8),
        "came": np.zeros(size, np.bool_),
    }
    for c in range(channels):
        columns |= {
            f"affinity{c}": traits.affinity[c],
            f"subscribed{c}": people.subscribed[c].astype(np.bool_),
            f"heard{c}": np.full(size, NEVER_HEARD, np.uint8),
            f"offered{c}": np.zeros(size, np.float32),
            f"touched{c}": np.zeros(size, np.uint16),
            f"engaged{c}": np.zeros(size, np.uint16),
        }
    return {name: column.copy() for name, column in columns.items()}
