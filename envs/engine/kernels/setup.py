"""Draws the customers of an episode: their traits, their first state, whom channels reach."""

from typing import Any, NamedTuple

import numpy as np

from onevoice.envs.engine.kernels.arithmetic import HALF, NO, ONE, YES, ZERO, clip01, flag
from onevoice.envs.engine.kernels.bits import EMPTY
from onevoice.envs.engine.kernels.columns import HELD_FROM_ALL, NO_MESSAGE, NOTHING
from onevoice.envs.engine.kernels.compiling import entry, phase
from onevoice.envs.engine.kernels.draws import (
    SETUP_TICK,
    customer_word,
    quantile,
    salt,
    tick_key,
    uniform,
    uniform_bits,
)
from onevoice.envs.engine.kernels.purposes import (
    ALL_CHANNELS,
    DRAW_AFFINITY,
    DRAW_AGE,
    DRAW_AWARENESS,
    DRAW_COMMON,
    DRAW_HELD,
    DRAW_MARKET,
    DRAW_NEED,
    DRAW_REACH,
    DRAW_SENSITIVITY,
    DRAW_TIED,
    DRAW_TOLERANCE,
    DRAW_TRUST,
    DRAW_VALUE,
)
from onevoice.envs.engine.kernels.rules import Rules, read_rules
from onevoice.envs.engine.kernels.state import Customers, Traits, read_state
from onevoice.envs.typing import F32, I32


class Origin(NamedTuple):
    """How customers are drawn; quantile tables are float32 ``[1024]``."""

    first_age: F32
    """``[S]``"""
    ages: F32
    """Width of the age band, ``[S]``."""
    tier: F32
    """Order value multiplier, ``[S]``."""
    needs: F32
    """Cumulative shares, ``[B, S, M]``."""
    reach: F32
    """At ``reach_age``, ``[C]``."""
    reach_per_year: F32
    """``[C]``"""
    affinity_sd: F32
    """``[C]``"""
    numbers: I32
    """Place among the seven, ``[C]``."""
    normal: F32
    inverse_tolerance: F32
    sensitivity: F32
    value: F32
    in_market: np.float32
    awareness: np.float32
    trust: np.float32
    trust_sd: np.float32
    overlap: np.float32
    reach_age: np.float32
    shift: F32
    """In [0, 1): where the channel's range of disjoint reach begins, ``[C]``."""


@entry
def draw_customers(
    spans: Any, population: Any, seeds: Any, origin: Any, state: Any, rulebook: Any
) -> None:
    """Draw the customers of some spans, rows as in ``decision.advance``, from the seeds ``[B]``."""
    customers, traits = read_state(state)
    for p in range(len(spans)):
        env, segment, lo, hi = spans[p, 0], spans[p, 1], spans[p, 2], spans[p, 3]
        key = tick_key(seeds[env], SETUP_TICK)
        for i in range(lo, hi):
            word = customer_word(i - env * population, key)
            draw_traits(origin, traits, env, segment, i, word)
            draw_state(origin, customers, i, word)
            draw_reach(origin, traits, customers, i, word)
            if rulebook is not None:
                draw_holdouts(origin, read_rules(rulebook), i, word)


@phase
def draw_traits(origin: Origin, traits: Traits, env: Any, segment: Any, i: Any, word: Any) -> None:
    """Age, need, value, sensitivity and tolerance of customer ``i``."""
    years = uniform(word, salt(DRAW_AGE)) * origin.ages[segment]
    traits.age[i] = np.uint8(origin.first_age[segment] + years)
    u, need = uniform(word, salt(DRAW_NEED)), 0
    for m in range(origin.needs.shape[2] - 1):
        need += 1 if u >= origin.needs[env, segment, m] else 0
    traits.need[i] = need
    traits.value[i] = origin.tier[segment] * quantile(origin.value, word, DRAW_VALUE)
    traits.sensitivity[i] = quantile(origin.sensitivity, word, DRAW_SENSITIVITY)
    traits.inverse_tolerance[i] = quantile(origin.inverse_tolerance, word, DRAW_TOLERANCE)


@phase
def draw_state(origin: Origin, customers: Customers, i: Any, word: Any) -> None:
    """Awareness, trust and whether customer ``i`` is in the market; nothing has happened yet."""
    awareness = origin.awareness * (HALF + uniform(word, salt(DRAW_AWARENESS)))
    trust = origin.trust + origin.trust_sd * quantile(origin.normal, word, DRAW_TRUST)
    customers.awareness[i], customers.trust[i] = clip01(awareness), clip01(trust)
    customers.alive[i] = YES
    customers.in_market[i] = flag(uniform(word, salt(DRAW_MARKET)) < origin.in_market)
    customers.event[i], customers.last_message[i] = NOTHING, NO_MESSAGE
    customers.pressure[i], customers.depth[i] = ZERO, ZERO
    customers.bought[i], customers.bought_offer[i], customers.touched_any[i] = 0, 0, 0


@phase
def draw_reach(origin: Origin, traits: Traits, customers: Customers, i: Any, word: Any) -> None:
    """Which channels can address customer ``i``, by age, and how much each is to their taste."""
    years = np.float32(traits.age[i]) - origin.reach_age
    nested = origin.overlap > ZERO
    tied = uniform(word, salt(DRAW_TIED)) < (origin.overlap if nested else -origin.overlap)
    common = uniform(word, salt(DRAW_COMMON))
    for c in range(len(origin.reach)):
        reach, number = origin.reach[c] + origin.reach_per_year[c] * years, origin.numbers[c]
        apart = common - origin.shift[c]
        apart = apart + ONE if apart < ZERO else apart
        together = common if nested else apart
        own = uniform(word, salt(DRAW_REACH + number))
        customers.subscribed[c, i] = flag((together if tied else own) < reach)
        taste = quantile(origin.normal, word, DRAW_AFFINITY + number)
        traits.affinity[c, i] = origin.affinity_sd[c] * taste
        customers.heard[c, i], customers.offered[c, i] = NO_MESSAGE, NO
        customers.touched[c, i], customers.engaged[c, i] = 0, 0


@phase
def draw_holdouts(origin: Origin, rules: Rules, i: Any, word: Any) -> None:
    """Which channels never touch customer ``i``, whom nobody has touched yet."""
    everybody = uniform_bits(word, salt(DRAW_HELD + ALL_CHANNELS)) < rules.held
    bits = HELD_FROM_ALL if everybody else NO
    for c in range(len(origin.numbers)):
        draw = uniform_bits(word, salt(DRAW_HELD + origin.numbers[c]))
        bits = bits | np.uint8(flag(draw < rules.held_from[c]) << np.uint8(c))
        rules.history[c, i] = EMPTY
    rules.held_out[i] = bits
