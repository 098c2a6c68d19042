"""The best fixed plan of a market: one joint action, the same every day, by coordinate ascent.

Customers of different segments meet in the budget alone, so a candidate is judged in every segment
by itself, and one round of candidates improves all segments at once. Letters: ``B`` environments,
``P`` plans, ``J`` markets, ``S`` segments, ``A`` agents, ``E = 3 S + 1`` entries of an action.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import MONEY
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import MESSAGES, Scenario
from onevoice.envs.typing import F64

Plans = npt.NDArray[np.int64]
PRESSURE, MESSAGE, OFFER = range(3)
MODERATE = 2


def worth(scenario: Scenario, plans: Plans, markets: Sequence[int], seeds: Sequence[int]) -> F64:
    """Expected NCV of an episode by segment, ``[B, A, E]`` to $ per 1,000 customers ``[B, S]``."""
    env = ChannelsVectorEnv(scenario, len(plans), auto_reset=False)
    env.reset(seeds, markets)
    value = -env.survey.states[..., kernels.EQUITY].astype(np.float64)
    for _ in range(scenario.decisions):
        env.step(plans)
        system, spend = env.tally.system, env.tally.channels[..., kernels.SPEND].sum(axis=1)
        value += system[..., kernels.EXPECTED_MARGIN] + system[..., kernels.CHURN_LUCK] - spend
    value += env.survey.states[..., kernels.EQUITY]
    return value / MONEY * 1000.0 / scenario.population


def best_plan(scenario: Scenario, market: int, seeds: Sequence[int]) -> Plans:
    """The best plan found for a market, ``[A, E]``: a story for all, then channel by channel."""
    channels, options = range(len(scenario.channels)), range(len(MESSAGES))
    plan = np.zeros((len(channels), 3 * scenario.segments.count + 1), np.int64)
    plan[:, PRESSURE:-1:3] = MODERATE
    rounds: list[tuple[Sequence[int], int, Iterable[int]]] = [(channels, MESSAGE, options)]
    for entry, count in ((PRESSURE, INTENSITIES), (OFFER, len(scenario.offers))):
        rounds += [([channel], entry, range(count)) for channel in channels]
    rounds += [([channel], MESSAGE, options) for channel in channels]
    rounds += [(channels, MESSAGE, options)]
    for acting, entry, values in rounds:
        plan = _improve(scenario, plan, _variants(plan, acting, entry, values), market, seeds)
    return plan


def _variants(plan: Plans, acting: Sequence[int], entry: int, values: Iterable[int]) -> Plans:
    """Copies of the plan in which some channels have another value, ``[P, A, E]``.

    Several channels may differ among themselves, and then the plan itself comes first.
    """
    found: list[Plans] = [plan] if len(acting) > 1 else []
    for value in values:
        found.append(plan.copy())
        for channel in acting:
            found[-1][channel, entry:-1:3] = value
    return np.stack(found)


def _improve(
    scenario: Scenario, plan: Plans, candidates: Plans, market: int, seeds: Sequence[int]
) -> Plans:
    """Take each segment's entries from the candidate that is worth most there."""
    best = table(scenario, candidates, [market], seeds)[:, 0].argmax(axis=0)
    found = plan.copy()
    for segment, winner in enumerate(best):
        entries = slice(3 * segment, 3 * segment + 3)
        found[:, entries] = candidates[winner, :, entries]
    return found


def table(scenario: Scenario, plans: Plans, markets: Sequence[int], seeds: Sequence[int]) -> F64:
    """Worth of every plan in every market by segment, mean over seeds, ``[P, J, S]``."""
    shape = (len(plans), len(markets), len(seeds))
    each = np.repeat(plans, shape[1] * shape[2], axis=0)
    where = np.tile(np.repeat(markets, shape[2]), shape[0]).tolist()
    found = worth(scenario, each, where, list(seeds) * (shape[0] * shape[1]))
    return np.asarray(found.reshape(*shape, -1).mean(axis=2))


def regrets(scenario: Scenario, markets: Sequence[int], seeds: int = 2) -> tuple[F64, F64]:
    """The loss of a market with the best plan of another one, and the gain of its own plan.

    The loss is the mean over all other markets' plans, and the gain is compared with silence; both
    are measured with other random numbers than the plans were found with, ``[J]``.
    """
    plans = [best_plan(scenario, market, range(seeds)) for market in markets]
    silence = np.zeros_like(plans[0])
    fresh = range(1000, 1000 + 2 * seeds)
    found = table(scenario, np.stack([silence, *plans]), markets, fresh).sum(axis=2)
    own = np.diag(found[1:])
    transferred = (found[1:].sum(axis=0) - own) / (len(markets) - 1)
    return own - transferred, own - found[0]
