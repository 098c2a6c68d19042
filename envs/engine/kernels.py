"""Every compiled kernel: random numbers, a tick of a block of customers, surveys, the company.

One module, and every number an argument: Numba's on-disk cache does not notice a change elsewhere.

The tick reads like section "A customer" of ``docs/model.md``: each phase is a loop over the
customers of one block, all channels decide on the state at the start of the tick, and their effects
are applied together. The loops over everybody hold selects instead of branches and no float sums,
so that LLVM turns them into SIMD code without any fast-math flag; the few who search, are touched
or visit are gone through as lists of places, and those who are touched are laid side by side, so
that what a touch does is computed in vectors too. Every result is the IEEE one, whatever the vector
width. A block has a part for each segment in it: what channels do and what is counted is a part's.

Letters: ``C`` channels, ``N`` customers of all environments, ``K`` customers of the widest block,
``P`` parts of a block, ``B`` environments, ``S`` segments, ``M`` messages, ``O`` offers.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit, types
from numba.extending import intrinsic
from numba.np.unsafe.ndarray import to_fixed_tuple

from onevoice.envs.engine.compiling import explain_compilation

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
U32 = npt.NDArray[np.uint32]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
F32 = npt.NDArray[np.float32]

Compiler = Callable[[Callable[..., Any]], Any]
# No kernel allocates, so none needs Numba's reference counts (``_nrt``): without them compilation
# and small blocks took a quarter less time. LLVM inlines what is called often; Numba itself inlines
# the stages, which only call phases, and what would be compiled anew for each plain number that it
# is called with. Only entries can be called from Python: without wrappers for the others
# compilation takes a quarter less. A routine is called from two places, and compiled once.
OPTIONS: dict[str, Any] = {
    "error_model": "numpy", "nogil": True, "_nrt": False, "no_cfunc_wrapper": True,
}  # fmt: skip
ONCE: dict[str, Any] = {"no_cpython_wrapper": True}
INNER: dict[str, Any] = {"forceinline": True, **ONCE}
scalar: Compiler = njit(**OPTIONS, **INNER)
phase: Compiler = njit(**OPTIONS, **INNER)
stage: Compiler = njit(inline="always", **OPTIONS)
routine: Compiler = njit(**OPTIONS, **ONCE)
entry: Compiler = njit(cache=True, **OPTIONS)
machine: Compiler = intrinsic
explain_compilation()

ZERO = np.float32(0.0)
HALF = np.float32(0.5)
ONE = np.float32(1.0)
SIXTH = np.float32(1 / 6)
TWENTY_FOURTH = np.float32(1 / 24)
TWELFTH = np.float32(1 / 12)
EIGHTH = np.float32(1 / 8)
EIGHT = np.float32(8.0)
THREE = np.float32(3.0)
PERCENT = np.float32(0.01)
UNIT_24 = np.float32(2.0**-24)
FIXED = np.float32(65536.0)
MIDDLE_AGE = np.float32(45.0)
NO, YES = np.uint8(0), np.uint8(1)
EMPTY, ONE_BIT = np.uint64(0), np.uint64(1)
FLAGS = np.uint64(0x0101010101010101)
PACK_FLAGS, PACKED_AT = np.uint64(0x0102040810204080), np.uint64(56)
NOTHING, BROWSED, ABANDONED, BOUGHT = np.uint8(0), np.uint8(1), np.uint8(2), np.uint8(3)
PUSH, SEARCH, CONTENT = 0, 1, 2
EVERYONE, ENGAGERS, RESTED = 0, 1, 2
BRAND_QUERY, GENERIC_QUERY = np.uint8(1), np.uint8(2)
# What became of a touch: bits of a flag.
OPENED, MATCHED, CLICKED, LEFT = np.uint8(2), np.uint8(4), np.uint8(8), np.uint8(16)

# Purposes of random draws; a channel adds CHANNEL_DRAWS + 4 x its number among the seven.
DRAW_MARKET, DRAW_BRAND, DRAW_GENERIC, DRAW_DIRECT, DRAW_ORGANIC = 0, 1, 2, 3, 4
DRAW_PURCHASE, DRAW_ORDER, DRAW_CHURN = 5, 6, 7
CHANNEL_DRAWS = 16
DRAW_CONTACT, DRAW_ENGAGE, DRAW_CLICK, DRAW_OPT_OUT = 0, 1, 2, 3
DRAW_AGE, DRAW_NEED, DRAW_VALUE, DRAW_SENSITIVITY, DRAW_TOLERANCE = 64, 65, 66, 67, 68
DRAW_AWARENESS, DRAW_TRUST, DRAW_TIED, DRAW_COMMON = 69, 70, 71, 72
DRAW_REACH, DRAW_AFFINITY = 80, 96
# A rule's draws; a channel adds its number among the seven, all channels together add 7.
DRAW_INSTANT, DRAW_TURN, DRAW_HELD = 104, 112, 120
SETUP_TICK = np.uint64(0xFFFFFFFF)

# Columns of the tallies: counts, and money in units of 1/10,000 dollar.
TOUCHES, ENGAGEMENTS, CLICKS, CLAIMS, CLAIMED, OPT_OUTS, SPEND, REFUSED = range(8)
CHANNEL_COLUMNS = 8
ORDERS, REVENUE, LIST_VALUE, VISITS, BRAND, GENERIC, AWARE_CLICKS, CONFLICTS = range(8)
CHURNED, REGRETS = 8, 9
EXPECTED_MARGIN = 10  # margin of purchases, each at its probability
CHURN_LUCK = 11  # equity of those who left, less what was expected to leave
SYSTEM_COLUMNS = 12
# Columns of a survey: counts, sums of states in 1/65,536, equity in 1/10,000 dollar.
ALIVE, IN_MARKET, AWARENESS, TRUST, PRESSURE, DEPTH, EQUITY = range(7)
TWO_VOICES, THREE_VOICES, FOUR_VOICES = 7, 8, 9  # who remember so many different messages
SURVEY_COLUMNS = 10

# Rules in the order in which they are asked, as ``coordination.RULES``.
RECENT_PURCHASE, AT_RISK, QUIET_HOURS, CHANNEL_CAP, GLOBAL_CAP = range(5)
GAP, PRIORITY, EXCLUSION, LOCK, HOLDOUT = range(5, 10)
RULES = 10
# Columns of the layer's tally, by channel; a last row is that of the whole company.
WISHES, BLOCKED, LEAKS, DISCOUNTS, HELD_ORDERS, HELD_REVENUE = 0, 1, 11, 21, 22, 23
BURSTS = 24  # only of the whole company
LAYER_COLUMNS = 25
BURST_CHANNELS = 3
HELD_FROM_ALL = np.uint8(128)

MONEY = 10_000
"""Money units per dollar."""
MONTH_HOURS = 28.0 * 24.0
MOST_PRESSURE = 4.0
TOUCH_SCALE = 1.0
"""Touches per customer and day that read 0.5."""
CLAIM_SCALE = 200.0
"""Claimed $ per 1,000 customers and day that read 0.5."""
OPT_OUT_SCALE = 2.0
"""Opt-outs per 1,000 customers and day that read 0.5."""
PRIOR_ENGAGEMENTS = 4.0
"""A channel's usual engagement counts as much as so many engagements that were seen."""
FINAL_SHARE = 1.0 / 12.0
"""Share of an episode to come that reads 0.5."""
PRESSURE_SCALE = 3.0
CONFLICT_SCALE = 1.0
"""Conflicts per customer and day that read 0.5."""


class Traits(NamedTuple):
    """What never changes about a customer; ``[N]``, or ``[C, N]``."""

    age: U8
    need: U8
    value: F32
    sensitivity: F32
    strain: F32  # 1 / tolerance
    affinity: F32


class Customers(NamedTuple):
    """What changes about a customer; ``[N]``, the last five ``[C, N]``. Ticks are clock numbers."""

    alive: U8
    in_market: U8
    event: U8
    story: U8
    awareness: F32
    trust: F32
    pressure: F32
    depth: F32
    bought: U16
    bought_offer: U8
    touched_any: U16
    subscribed: U8
    heard: U8
    offered: U8
    touched: U16
    engaged: U16


class State(NamedTuple):
    """All customers in few arrays, so that calls are quick; rows as ``split_state`` names them."""

    reals: F32  # [7, N]
    tastes: F32  # [C, N]
    codes: U8  # [7, N]
    memory: U8  # [3, C, N]
    stamps: U16  # [2, N]
    touches: U16  # [2, C, N]


class Near(NamedTuple):
    """The customers touched in this tick, side by side; ``[K]``, the first four ``[C, K]``."""

    touch: U8  # and what became of it
    heard: U8
    offered: U8
    fade: F32
    trust: F32
    awareness: F32
    pressure: F32
    depth: F32
    strain: F32
    load: F32
    exposure: F32
    relevant: F32
    agree: F32
    differ: F32
    mismatch: F32
    gap: F32
    weight: F32
    story: U8
    bought_offer: U8
    top_offer: U8
    conflicts: U8  # pairs
    regretted: U8
    bought: U16


class Talk(NamedTuple):
    """The customers touched by one channel, side by side; ``[K]``."""

    word: U32
    trust: F32
    pressure: F32
    strain: F32
    taste: F32
    fit: F32
    offer: F32
    match: U8
    reply: U8


class Voices(NamedTuple):
    """What the channels do to the parts of a block in this decision; ``[C, P]``."""

    level: U8
    message: U8
    percent: U8  # discount
    cost: I32  # of a touch, or generic click
    brand_cost: I32
    offer: F32  # log odds of a response that the discount adds
    fit: F32


class Scratch(NamedTuple):
    """Working memory of one block and tick; ``[K]`` unless noted."""

    base: U32
    visit: U8
    asked: U8  # BRAND_QUERY and GENERIC_QUERY
    paid: U8
    spoken: U8  # touched by any channel
    gone: U8
    best_offer: U8
    price: I32
    luck: I32
    part: U16  # of the block
    calm: F32  # [C, K] chance of a contact without an event
    stirred: F32  # [C, K] and after one
    touch: U8  # [C, K]
    places: U32  # [C + 2, K] lists: touched by each channel, by any, searching or visiting
    counts: I64  # [C + 2] how many places are listed


class Docket(NamedTuple):
    """Working memory of the coordination layer for one customer; ``[C]``, the last ``[C + 1]``."""

    known: U64  # past touches, bit k: k ticks ago
    turns: U64  # by which those who want to touch the customer are sorted
    wishing: I64  # these channels
    instants: I64  # of the tick, in 2**-24 of it
    blind: I64  # whether what ended the last tick is not known yet


class Rules(NamedTuple):
    """The coordination layer; windows are ticks, or masks with a bit for each tick."""

    lag: np.int64  # ticks by which known touches are older than the present
    race: np.int64  # or a lag below a tick, in 2**-24 of it
    purchase: np.int64
    risk: np.int64  # mask
    risk_load: np.int64
    cap: np.int64  # mask
    pooled: np.int64  # mask
    gap: np.int64  # mask
    priority: np.int64
    exclusion: np.int64
    lock: np.int64  # mask
    lock_message: np.int64
    lock_offer: np.int64
    burst: np.int64  # mask
    regret: np.int64
    ticks: np.int64  # of a decision
    held: np.int64  # share held from all channels, in 2**-24
    weight: I64  # [C] intrusiveness in thousandths; 0 where nothing is pushed
    most: I64  # [C] the channels' caps
    least: I64  # [C] what the global cap leaves them
    rank: I64  # [C]
    held_from: I64  # [C] share held from the channel, in 2**-24
    sleeps: I64  # [C] whether the channel has quiet hours
    quiet: U8  # [T] whether a tick of the episode is quiet
    said: U8  # [B, 2, R, C, S] messages and discounts of the last decisions, a ring
    history: U64  # [C, N] bit k: touched k ticks before the last touch
    held_out: U8  # [N] bit c: from channel c; the highest: from all


class Rulebook(NamedTuple):
    """``Rules`` in few arrays, so that calls are quick; see ``read_rules``."""

    terms: I64  # [TERMS]
    by_channel: I64  # [6, C]
    quiet: U8
    said: U8
    history: U64
    held_out: U8


class Parameters(NamedTuple):
    """``Rates`` and ``Channels`` in few arrays, so that calls are quick; see ``pack``."""

    rates: F32  # [RATES]
    ticks: I32  # [TICKS]
    reals: F32  # [C, 16]
    codes: I32  # [C, 16]


class Rates(NamedTuple):
    """The customers' parameters per tick, ticks last; see ``parameters.pack_rates``."""

    keep_awareness: np.float32
    keep_pressure: np.float32
    keep_depth: np.float32
    pull_trust: np.float32
    trust_baseline: np.float32
    entry: np.float32
    entry_awareness: np.float32
    leave_market: np.float32
    brand: np.float32
    brand_idle: np.float32
    generic: np.float32
    direct: np.float32
    direct_idle: np.float32
    query_floor: np.float32
    query_awareness: np.float32
    generic_floor: np.float32
    generic_awareness: np.float32
    brand_beside: np.float32
    generic_beside: np.float32
    brand_alone: np.float32
    generic_alone: np.float32
    brand_odds: np.float32
    need_match: np.float32
    offer_response: np.float32
    fatigue: np.float32
    trust_response: np.float32
    odds_in_market: np.float32
    odds_idle: np.float32
    purchase_trust: np.float32
    purchase_discount: np.float32
    purchase_awareness: np.float32
    purchase_narrative: np.float32
    narrative_gain: np.float32
    narrative_loss: np.float32
    trust_conflict: np.float32
    trust_overload: np.float32
    trust_regret: np.float32
    trust_relevance: np.float32
    per_discount: np.float32
    per_memory: np.float32
    memory_floor: np.float32
    opt_out_overload: np.float32
    opt_out_trust: np.float32
    relief: np.float32
    churn: np.float32
    churn_overload: np.float32
    churn_trust: np.float32
    order: np.float32
    margin: np.float32
    awareness_ticks: np.float32
    equity: np.float32
    equity_trust: np.float32
    memory: np.int32
    regret: np.int32
    engager: np.int32
    sync_lag: np.int32
    shared_context: np.int32


class Channels(NamedTuple):
    """The channels' parameters; ``[C]`` unless noted."""

    kind: I32
    number: I32  # place among the seven: keys the random draws
    pot: I32  # which purse pays
    calm: F32  # [C, 5] contact probability per tick without an event, or of winning a query
    event: F32  # [C, 5] contact probability per tick after an event
    cost: I32  # [C, 5] per touch, or generic click
    brand_cost: I32  # [C, 5] per paid brand click
    click: F32
    intrusiveness: F32
    awareness: F32
    recall: F32  # awareness that an engagement adds to that of the touch
    opt_out: F32
    claim_window: I32
    view_window: I32
    reach_value: F32
    loudness: I32  # [C] channel indices from the least to the most intrusive


class Markets(NamedTuple):
    """What differs between environments; see ``market.Market``."""

    odds: F32  # [B, C] response odds of a calm customer with no effects
    fit: F32  # [B, C, M] log odds
    season: F32  # [B, T] multiplier of market entry in every tick of an episode
    seeds: npt.NDArray[np.uint64]  # [B]


@machine
def mix_word(context: Any, word: Any) -> Any:
    """A 32-bit mixing hash (lowbias32 by C. Wellons): a bijection without visible structure.

    In instructions for 32 bits: Numba's own would widen all to 64, and half as many fit a vector.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        x = arguments[0]
        for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B), (16, 1)):
            x = builder.xor(x, builder.lshr(x, x.type(shift)))
            x = builder.mul(x, x.type(factor))
        return x

    return types.uint32(types.uint32), generate


@machine
def first_bit(context: Any, word: Any) -> Any:
    """Place of the lowest bit set in a word of 64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), generate


@machine
def count_bits(context: Any, word: Any) -> Any:
    """How many bits are set in a word of 64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@scalar
def mix(x: Any) -> Any:
    """``mix_word`` of the low 32 bits."""
    return mix_word(np.uint32(x))


@scalar
def tick_key(seed: Any, tick: Any) -> Any:
    """64 bits for a seed and a tick (splitmix64); the two halves key the customers' hashes."""
    x = np.uint64(seed) + np.uint64(tick + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@scalar
def customer_word(number: Any, key: Any) -> Any:
    """The word that a customer's draws in a tick start from."""
    low, high = np.uint32(key), np.uint32(key >> np.uint64(32))
    return mix(mix(np.uint32(number) + low) ^ high)


@entry
def lane_turn(seed: Any, tick: Any) -> Any:
    """Decides which block of a lane comes first in the decision that begins at a tick."""
    return np.int64(tick_key(seed, np.uint64(tick)) >> np.uint64(33))


@stage
def salt(purpose: Any) -> Any:
    """The word that separates the draws of one purpose from those of all others."""
    return mix(np.uint32(np.uint32(purpose + 1) * np.uint32(0x9E3779B9)))


@scalar
def uniform(base: Any, purpose_salt: Any) -> Any:
    """A float32 in [0, 1) with 24 random bits."""
    return np.float32(mix(base ^ purpose_salt) >> np.uint32(8)) * UNIT_24


@scalar
def exponential(x: Any) -> Any:
    """``e**x`` for |x| <= 8 by a polynomial: sums and products, the same bits everywhere."""
    x = EIGHT if x > EIGHT else x
    x = -EIGHT if x < -EIGHT else x
    y = x * EIGHTH
    p = ONE + y * (ONE + y * (HALF + y * (SIXTH + y * TWENTY_FOURTH)))
    p = p * p
    p = p * p
    return p * p


@scalar
def logistic(odds: Any, x: Any) -> Any:
    """Probability whose odds are ``odds * e**x``."""
    scaled = odds * exponential(x)
    return scaled / (ONE + scaled)


@scalar
def hazard(rate: Any) -> Any:
    """``1 - e**-rate`` for rates up to 3 a tick, by a rational function."""
    rate = THREE if rate > THREE else rate
    return rate / (ONE + rate * (HALF + rate * TWELFTH))


@scalar
def clip01(x: Any) -> Any:
    """``x`` limited to [0, 1]."""
    x = ZERO if x < ZERO else x
    return ONE if x > ONE else x


@scalar
def flag(condition: Any) -> Any:
    """1 or 0 as a byte."""
    return YES if condition else NO


class Plan(NamedTuple):
    """What the channels do in this decision; ``[B, C, S]`` unless noted."""

    pressure: I32
    message: U8
    offer: U8  # percent
    audience: I32  # [B, C]
    cap: I64  # [B, S] the load that the global cap allows


def silent_plan(num_envs: int, n_channels: int, segments: int, cap: I64) -> Plan:
    """A plan in which nobody says anything."""
    shape = (num_envs, n_channels, segments)
    return Plan(
        np.zeros(shape, np.int32), np.zeros(shape, np.uint8), np.zeros(shape, np.uint8),
        np.zeros(shape[:2], np.int32), cap,
    )  # fmt: skip


class Bonds(NamedTuple):
    """What ties customers to channels, see ``Traits`` and ``Customers``; ``[C, N]``."""

    affinity: F32
    subscribed: U8
    heard: U8
    offered: U8
    touched: U16
    engaged: U16


class World(NamedTuple):
    """All that a tick depends on beside the block's customers; only ``bonds`` change."""

    rates: Rates
    channels: Channels
    orders: F32  # [1024] quantiles of the order value in 1/10,000 dollar
    bonds: Bonds


class Crowd(NamedTuple):
    """Slices of the state of one block, ``[K]`` each."""

    alive: U8
    in_market: U8
    event: U8
    story: U8
    awareness: F32
    trust: F32
    pressure: F32
    depth: F32
    bought: U16
    bought_offer: U8
    touched_any: U16
    need: U8
    value: F32
    sensitivity: F32
    strain: F32


class Voice(NamedTuple):
    """What one channel does to a block in this decision; the last six ``[P]``."""

    number: np.int32
    odds: np.float32
    click: np.float32
    opt_out: np.float32
    message: U8
    percent: U8
    cost: I32
    brand_cost: I32
    offer: F32
    fit: F32


class Block(NamedTuple):
    """Customers who live through a decision together."""

    audiences: I32  # [C]
    caps: I64  # [S] loads that the global cap allows
    odds: F32  # [C]
    parts: I64  # [P, 4] rows as in ``advance``
    lo: np.int64
    hi: np.int64
    first: np.int64  # number of the first one in its environment


class Desk(NamedTuple):
    """Where a block's decision is paid and written down."""

    wanted: I64  # [P, C] money for the touches wanted in this tick
    purse: I64  # [pots] the block's slices
    tally: I64  # [P, C, CHANNEL_COLUMNS]
    totals: I64  # [P, SYSTEM_COLUMNS]
    layer: I64  # [P, C + 1, LAYER_COLUMNS]


@stage
def crowd_of(traits: Any, people: Any, lo: Any, hi: Any) -> Any:
    """The slices of customers ``lo`` to ``hi``."""
    return Crowd(
        people.alive[lo:hi], people.in_market[lo:hi], people.event[lo:hi], people.story[lo:hi],
        people.awareness[lo:hi], people.trust[lo:hi], people.pressure[lo:hi], people.depth[lo:hi],
        people.bought[lo:hi], people.bought_offer[lo:hi], people.touched_any[lo:hi],
        traits.need[lo:hi], traits.value[lo:hi], traits.sensitivity[lo:hi], traits.strain[lo:hi],
    )  # fmt: skip


@stage
def bonds_of(traits: Any, people: Any) -> Any:
    """What ties the customers to channels."""
    return Bonds(
        traits.affinity, people.subscribed, people.heard, people.offered, people.touched,
        people.engaged,
    )  # fmt: skip


@stage
def voice_of(channels: Any, voices: Any, odds: Any, c: Any) -> Any:
    """What channel ``c`` does to a block."""
    return Voice(
        channels.number[c], odds[c], channels.click[c], channels.opt_out[c], voices.message[c],
        voices.percent[c], voices.cost[c], voices.brand_cost[c], voices.offer[c], voices.fit[c],
    )  # fmt: skip


@stage
def channel_salt(number: Any, draw: Any) -> Any:
    """The salt of one draw of the channel with this number among the seven."""
    return salt(CHANNEL_DRAWS + 4 * number + draw)


@scalar
def ticks_since(now: Any, stamp: Any) -> Any:
    """Ticks since a time stamp."""
    return np.int32(now) - np.int32(stamp)


@scalar
def appeal(distrust: Any, pressure: Any, affinity: Any, fit: Any, match: Any, offer: Any,
           rates: Any) -> Any:  # fmt: skip
    """Log odds of a response: mood, taste, fit, need match and the discount's weight."""
    mood = -rates.fatigue * pressure - rates.trust_response * distrust
    return mood + affinity + fit + (rates.need_match if match else ZERO) + offer


@scalar
def overload(pressure: Any, strain: Any) -> Any:
    """How far the pressure exceeds what a customer tolerates, in tolerances."""
    over = pressure * strain - ONE
    return ZERO if over < ZERO else over


@scalar
def freshness(rates: Any, now: Any, touched: Any) -> Any:
    """How fresh a channel's last touch is in memory, from 1 to 0."""
    left = ONE - np.float32(ticks_since(now, touched)) * rates.per_memory
    return ZERO if left < ZERO else left


@scalar
def belongs(
    rates: Any, audience: Any, message: Any, now: Any, engaged: Any, last: Any, last_message: Any
) -> Any:  # fmt: skip
    """Whether a customer belongs to the audience that a channel addresses."""
    age = ticks_since(now, last)
    rested = (age >= rates.memory) | (age < rates.sync_lag)
    told = (last_message == message) & (age >= rates.sync_lag)
    fan = ticks_since(now, engaged) < rates.engager
    inside = fan if audience == ENGAGERS else (rested if audience == RESTED else told)
    return inside | (audience == EVERYONE)


# Loops over everybody.


@phase
def wipe(flags: Any, n: Any) -> None:
    """Set the first ``n`` flags to 0."""
    head = flags[:n]
    for q in range(len(head)):
        head[q] = NO


@phase
def start_tick(
    rates: Any, entry: Any, key: Any, first: Any, alive: Any, in_market: Any, awareness: Any,
    pressure: Any, base: Any, visit: Any, asked: Any,
) -> None:  # fmt: skip
    """Drift and demand: decay, market entry and exit, queries, direct visits."""
    market_salt, brand_salt = salt(DRAW_MARKET), salt(DRAW_BRAND)
    generic_salt, direct_salt = salt(DRAW_GENERIC), salt(DRAW_DIRECT)
    for q in range(len(alive)):
        word = customer_word(first + q, key)
        base[q] = word
        a = awareness[q] * rates.keep_awareness
        awareness[q] = a
        pressure[q] = pressure[q] * rates.keep_pressure
        inside = in_market[q]
        enters = hazard(entry * (ONE + rates.entry_awareness * a))
        moves = flag(uniform(word, market_salt) < (rates.leave_market if inside != NO else enters))
        inside = inside ^ moves
        in_market[q] = inside
        wants = ONE if inside != NO else ZERO
        recall = rates.query_floor + rates.query_awareness * a
        brand_rate = (rates.brand * wants + rates.brand_idle) * recall
        generic_rate = rates.generic * wants * (rates.generic_floor + rates.generic_awareness * a)
        direct_rate = (rates.direct * wants + rates.direct_idle) * recall
        brand = flag(uniform(word, brand_salt) < hazard(brand_rate)) & alive[q]
        generic = flag(uniform(word, generic_salt) < hazard(generic_rate)) & alive[q]
        asked[q] = brand | (generic << YES)
        visit[q] = flag(uniform(word, direct_salt) < hazard(direct_rate)) & alive[q]


@phase
def drift(rates: Any, trust: Any, depth: Any) -> None:
    """Trust returns to its baseline, the story fades."""
    for q in range(len(trust)):
        t = trust[q]
        trust[q] = t + (rates.trust_baseline - t) * rates.pull_trust
        depth[q] = depth[q] * rates.keep_depth


@phase
def contact(
    number: Any, calm: Any, stirred: Any, mixed: Any, alive: Any, subscribed: Any, event: Any,
    base: Any, touch: Any,
) -> None:  # fmt: skip
    """Whom a channel wants to touch in this tick, its audience aside.

    The chances differ between customers if the block is ``mixed``; else the first holds for all.
    """
    contact_salt = channel_salt(number, DRAW_CONTACT)
    if mixed:
        for q in range(len(alive)):
            calm_q, stirred_q = calm[q], stirred[q]
            p = calm_q if event[q] == NOTHING else stirred_q
            touch[q] = flag(uniform(base[q], contact_salt) < p) & alive[q] & subscribed[q]
    else:
        calm_one, stirred_one = calm[0], stirred[0]
        for q in range(len(alive)):
            p = calm_one if event[q] == NOTHING else stirred_one
            touch[q] = flag(uniform(base[q], contact_salt) < p) & alive[q] & subscribed[q]


@phase
def unite(touch: Any, n: Any, spoken: Any) -> None:
    """Whom any channel touches, among the first ``n``."""
    found = spoken[:n]
    wipe(spoken, n)
    for c in range(len(touch)):
        row = touch[c]
        for q in range(len(found)):
            found[q] = found[q] | row[q]


@phase
def depart(
    rates: Any, alive: Any, trust: Any, pressure: Any, strain: Any, value: Any, base: Any,
    gone: Any, luck: Any,
) -> None:  # fmt: skip
    """Who leaves the company, and everybody's equity lost by it less what was expected."""
    churn_salt = salt(DRAW_CHURN)
    for q in range(len(alive)):
        over, distrust = overload(pressure[q], strain[q]), rates.trust_baseline - trust[q]
        urge = rates.churn_overload * over + rates.churn_trust * distrust
        risk = hazard(rates.churn * exponential(urge))
        leaves = flag(uniform(base[q], churn_salt) < risk) & alive[q]
        worth = rates.equity * value[q]
        lost = np.int32(worth) if leaves != NO else np.int32(0)
        expected = np.int32(risk * worth + HALF) if alive[q] != NO else np.int32(0)
        luck[q] = lost - expected
        alive[q] = alive[q] ^ leaves
        gone[q] = leaves


@phase
def add_departures(gone: Any, luck: Any) -> Any:
    """How many left, and the sum of the luck."""
    count, total = np.int32(0), np.int64(0)
    for q in range(len(gone)):
        count = np.int32(count + np.int32(gone[q]))
        total += np.int64(luck[q])
    return count, total


# Lists of places, in rising order: of the few that something happens to.


@phase
def list_flags(flags: Any, n: Any, places: Any) -> Any:
    """List the places of the flags set among the first ``n``; returns how many there are.

    A flag is a number from 0 to 3. 64 of them become the bits of a word, whose ones are few.
    """
    words, count, whole = flags.view(np.uint64), 0, n // 64 + 1
    for q in range(n, 64 * whole):
        flags[q] = NO
    for w in range(whole):
        bits = EMPTY
        for byte in range(8):
            eight = words[8 * w + byte]
            eight = (eight | (eight >> ONE_BIT)) & FLAGS
            bits = bits | (((eight * PACK_FLAGS) >> PACKED_AT) << np.uint64(8 * byte))
        while bits != EMPTY:
            places[count] = np.uint64(64 * w) + first_bit(bits)
            count += 1
            bits = bits & (bits - ONE_BIT)
    return count


@phase
def keep(flags: Any, listed: Any, places: Any) -> Any:
    """List those of a list whose flags are set, in the same list or another; returns how many."""
    count = 0
    for q in listed:
        places[count] = q
        count += 1 if flags[q] != NO else 0
    return count


@scalar
def whole_vectors(n: Any) -> Any:
    """``n`` rounded up, so that a vectorised loop over columns has no remainder."""
    return (n + 15) // 16 * 16


@phase
def screen(
    rates: Any, number: Any, audience: Any, messages: Any, now: Any, calm: Any, stirred: Any,
    subscribed: Any, event: Any, engaged: Any, last: Any, last_message: Any, base: Any, part: Any,
    places: Any, touch: Any,
) -> None:  # fmt: skip
    """Of those listed, whom a channel wants to touch: by chance, if in its audience."""
    contact_salt = channel_salt(number, DRAW_CONTACT)
    for q in places:
        calm_q, stirred_q, message = calm[q], stirred[q], messages[part[q]]
        p = calm_q if event[q] == NOTHING else stirred_q
        inside = belongs(rates, audience, message, now, engaged[q], last[q], last_message[q])
        touch[q] = flag((uniform(base[q], contact_salt) < p) & inside) & subscribed[q]


@phase
def bill(part: Any, costs: Any, places: Any, wanted: Any) -> None:
    """What the touches of a channel cost."""
    for q in places:
        wanted[part[q]] += costs[part[q]]


@phase
def query(
    rates: Any, voice: Any, crowd: Any, affinity: Any, asked: Any, base: Any, part: Any,
    places: Any, paid: Any, price: Any, wanted: Any,
) -> None:  # fmt: skip
    """Search: who of those that are shown the ad clicks it, and what the clicks cost."""
    click_salt = channel_salt(voice.number, DRAW_ENGAGE)
    brand_odds = voice.odds * rates.brand_odds
    for q in places:
        p, brand = part[q], (asked[q] & BRAND_QUERY) != NO
        distrust = rates.trust_baseline - crowd.trust[q]
        x = appeal(
            distrust, crowd.pressure[q], affinity[q], voice.fit[p],
            crowd.need[q] == voice.message[p], voice.offer[p] * crowd.sensitivity[q], rates,
        )  # fmt: skip
        chance = logistic(brand_odds if brand else voice.odds, x)
        clicks = uniform(base[q], click_salt) < chance
        paid[q] = flag(clicks)
        cost = voice.brand_cost[p] if brand else voice.cost[p]
        price[q] = cost if clicks else np.int32(0)
        wanted[p] += price[q]


@phase
def grant(channels: Any, costs: Any, work: Any, desk: Any, n: Any, turn: Any) -> None:
    """Pay for this tick's touches out of the block's slices, never more than they hold."""
    wanted = desk.wanted
    for pot in range(len(desk.purse)):
        total = np.int64(0)
        for c in range(len(channels.kind)):
            if channels.pot[c] == pot:
                for p in range(len(wanted)):
                    total += wanted[p, c]
        if total > desk.purse[pot]:
            ration(channels, costs, work, desk, n, pot, turn)
            continue
        desk.purse[pot] -= total
        for c in range(len(channels.kind)):
            if channels.pot[c] == pot:
                for p in range(len(wanted)):
                    desk.tally[p, c, SPEND] += wanted[p, c]


@phase
def ration(channels: Any, costs: Any, work: Any, desk: Any, n: Any, pot: Any, turn: Any) -> None:
    """The rare case that a purse runs dry: grant one touch at a time, from a start that rotates."""
    n_channels = len(channels.kind)
    for step in range(n):
        q = (turn + step) % n
        p = work.part[q]
        for place in range(n_channels):
            c = (turn + step + place) % n_channels
            if work.touch[c, q] == NO or channels.pot[c] != pot:
                continue
            search = channels.kind[c] == SEARCH
            price = np.int64(work.price[q] if search else costs[c, p])
            if price <= desk.purse[pot]:
                desk.purse[pot] -= price
                desk.tally[p, c, SPEND] += price
                continue
            desk.tally[p, c, REFUSED] += 1
            work.touch[c, q] = NO
            if search:
                work.paid[q] = NO
    for c in range(n_channels):
        row = work.places[c]
        work.counts[c] = keep(work.touch[c], row[: work.counts[c]], row)
    unite(work.touch, n, work.spoken)
    row = work.places[n_channels]
    work.counts[n_channels] = keep(work.spoken, row[: work.counts[n_channels]], row)


@phase
def click_ads(
    rates: Any, kinds: Any, now: Any, engaged: Any, channel: Any, paid: Any, part: Any,
    places: Any, visit: Any, tally: Any, totals: Any,
) -> None:  # fmt: skip
    """Search: the paid visits, and how many had just engaged with a channel."""
    for q in places:
        if paid[q] == NO:
            continue
        warm, p = False, part[q]
        for c in range(len(kinds)):
            recent = ticks_since(now, engaged[c, q]) < rates.memory
            warm = warm | (recent & (kinds[c] == PUSH))
        visit[q] = YES
        engaged[channel, q] = now
        tally[p, ENGAGEMENTS] += 1
        tally[p, CLICKS] += 1
        totals[p, AWARE_CLICKS] += flag(warm)


@phase
def find_results(
    rates: Any, base: Any, asked: Any, shown: Any, part: Any, places: Any, visit: Any, totals: Any
) -> None:
    """Organic results, which recapture most where no ad is shown; counts the queries by kind."""
    organic_salt = salt(DRAW_ORGANIC)
    for q in places:
        brand = asked[q] & BRAND_QUERY
        brand_p = rates.brand_beside if shown[q] != NO else rates.brand_alone
        generic_p = rates.generic_beside if shown[q] != NO else rates.generic_alone
        p = brand_p if brand != NO else generic_p
        visit[q] = visit[q] | flag(uniform(base[q], organic_salt) < p)
        totals[part[q], BRAND] += brand
        totals[part[q], GENERIC] += asked[q] >> YES


@phase
def remember(
    now: Any, voice: Any, part: Any, places: Any, heard: Any, offered: Any, touched: Any,
    tally: Any,
) -> None:  # fmt: skip
    """What customers remember of the touches of a channel, which are counted."""
    for q in places:
        p = part[q]
        heard[q], offered[q], touched[q] = voice.message[p], voice.percent[p], now
        tally[p, TOUCHES] += 1


@phase
def address(
    voice: Any, crowd: Any, affinity: Any, base: Any, part: Any, places: Any, talk: Any
) -> None:
    """Lay side by side what the response to a channel depends on."""
    for j in range(len(places)):
        q = places[j]
        p = part[q]
        talk.word[j], talk.taste[j] = base[q], affinity[q]
        talk.trust[j], talk.pressure[j] = crowd.trust[q], crowd.pressure[q]
        talk.strain[j], talk.fit[j] = crowd.strain[q], voice.fit[p]
        talk.offer[j] = voice.offer[p] * crowd.sensitivity[q]
        talk.match[j] = flag(crowd.need[q] == voice.message[p])


@phase
def respond(rates: Any, voice: Any, talk: Any, n: Any) -> None:
    """Who opens or engages, clicks through to a visit, or opts out, of ``n`` side by side."""
    engage_salt = channel_salt(voice.number, DRAW_ENGAGE)
    click_salt = channel_salt(voice.number, DRAW_CLICK)
    leave_salt = channel_salt(voice.number, DRAW_OPT_OUT)
    for j in range(n):
        match, word, pressure = talk.match[j] != NO, talk.word[j], talk.pressure[j]
        distrust = rates.trust_baseline - talk.trust[j]
        x = appeal(distrust, pressure, talk.taste[j], talk.fit[j], match, talk.offer[j], rates)
        opens = uniform(word, engage_salt) < logistic(voice.odds, x)
        goes = opens & (uniform(word, click_salt) < voice.click)
        over = overload(pressure, talk.strain[j])
        annoyance = exponential(rates.opt_out_overload * over + rates.opt_out_trust * distrust)
        risk = voice.opt_out * annoyance * (rates.relief if match else ONE)
        leaves = uniform(word, leave_salt) < risk
        talk.reply[j] = (
            (OPENED if opens else NO)
            | (MATCHED if opens & match else NO)
            | (CLICKED if goes else NO)
            | (LEFT if leaves else NO)
        )


@phase
def react(
    now: Any, reply: Any, part: Any, places: Any, touch: Any, engaged: Any, subscribed: Any,
    visit: Any, tally: Any,
) -> None:  # fmt: skip
    """Carry out the responses to a channel and count them."""
    for j in range(len(places)):
        q, done = places[j], reply[j]
        p = part[q]
        opens, goes, leaves = flag(done & OPENED), flag(done & CLICKED), flag(done & LEFT)
        before = engaged[q]
        engaged[q] = now if opens != NO else before
        subscribed[q] = subscribed[q] & (leaves ^ YES)
        visit[q] = visit[q] | goes
        touch[q] = YES | done
        tally[p, ENGAGEMENTS] += opens
        tally[p, CLICKS] += goes
        tally[p, OPT_OUTS] += leaves


@phase
def gather(
    rates: Any, now: Any, touch: Any, heard: Any, offered: Any, touched: Any, crowd: Any,
    places: Any, near: Any,
) -> None:  # fmt: skip
    """Lay side by side what the touches meet in the customers listed, and what they remember."""
    for j in range(len(places)):
        q = places[j]
        near.trust[j], near.awareness[j] = crowd.trust[q], crowd.awareness[q]
        near.pressure[j], near.depth[j] = crowd.pressure[q], crowd.depth[q]
        near.strain[j], near.story[j] = crowd.strain[q], crowd.story[q]
        near.bought[j], near.bought_offer[j] = crowd.bought[q], crowd.bought_offer[q]
    for c in range(len(heard)):
        for j in range(len(places)):
            q = places[j]
            near.touch[c, j], near.heard[c, j] = touch[c, q], heard[c, q]
            near.offered[c, j] = offered[c, q]
            near.fade[c, j] = freshness(rates, now, touched[c, q])


@phase
def impress(channels: Any, near: Any, n: Any) -> None:
    """What the touches of a tick leave: do they repeat the story, and how heavy are they?"""
    load, exposure, relevant = near.load, near.exposure, near.relevant
    agree, differ, top = near.agree, near.differ, near.top_offer
    for j in range(n):
        load[j], exposure[j], relevant[j] = ZERO, ZERO, ZERO
        agree[j], differ[j], top[j] = ZERO, ZERO, NO
    for c in range(len(near.touch)):
        touch, heard, offered = near.touch[c], near.heard[c], near.offered[c]
        heavy, recall, effect = channels.intrusiveness[c], channels.recall[c], channels.awareness[c]
        for j in range(n):
            one = ONE if touch[j] != NO else ZERO
            same = one if heard[j] == near.story[j] else ZERO
            load[j] = load[j] + (heavy if touch[j] != NO else ZERO)
            exposure[j] = exposure[j] + (recall if (touch[j] & OPENED) != NO else ZERO)
            exposure[j] = exposure[j] + (effect if touch[j] != NO else ZERO)
            relevant[j] = relevant[j] + (ONE if (touch[j] & MATCHED) != NO else ZERO)
            agree[j] = agree[j] + same
            differ[j] = differ[j] + (one - same)
            top[j] = offered[j] if (touch[j] != NO) & (offered[j] > top[j]) else top[j]


@phase
def compare(rates: Any, near: Any, n: Any) -> None:
    """Hold against each other every pair of channels of which one has just spoken to a customer."""
    mismatch, gap, weight, conflicts = near.mismatch, near.gap, near.weight, near.conflicts
    for j in range(n):
        mismatch[j], gap[j], weight[j], conflicts[j] = ZERO, ZERO, ZERO, 0
    for c in range(len(near.heard)):
        touch_c, heard_c = near.touch[c], near.heard[c]
        offered_c, fade_c = near.offered[c], near.fade[c]
        for k in range(c + 1, len(near.heard)):
            touch_k, heard_k = near.touch[k], near.heard[k]
            offered_k, fade_k = near.offered[k], near.fade[k]
            for j in range(n):
                fresh = (touch_c[j] | touch_k[j]) != NO
                w = fade_c[j] * fade_k[j] if fresh else ZERO
                other = ONE if heard_c[j] != heard_k[j] else ZERO
                points = np.float32(abs(np.int32(offered_c[j]) - np.int32(offered_k[j])))
                distance = points * rates.per_discount
                distance = ONE if distance > ONE else distance
                mismatch[j] = mismatch[j] + w * other
                gap[j] = gap[j] + w * distance
                weight[j] = weight[j] + w
                conflict = flag((w > ZERO) & ((other > ZERO) | (points > ZERO)))
                conflicts[j] = np.uint8(conflicts[j] + conflict)


@phase
def retell(rates: Any, now: Any, loudness: Any, near: Any, n: Any) -> None:
    """The story is now the most intrusive channel's; who regrets a purchase.

    Regret: a while after it more is offered.
    """
    story = near.story
    for c in loudness:
        touch, heard = near.touch[c], near.heard[c]
        for j in range(n):
            new, old = heard[j], story[j]
            story[j] = new if touch[j] != NO else old
    for j in range(n):
        recent = ticks_since(now, near.bought[j]) < rates.regret
        near.regretted[j] = flag(recent & (near.top_offer[j] > near.bought_offer[j]))


@phase
def sink_in(rates: Any, near: Any, n: Any) -> None:
    """Trust, awareness, pressure and narrative depth of those who were touched."""
    for j in range(n):
        counted = near.weight[j] > rates.memory_floor
        share = HALF / (near.weight[j] if counted else ONE)
        clash = (near.mismatch[j] + near.gap[j]) * share if counted else ZERO
        load, over = near.load[j], overload(near.pressure[j], near.strain[j])
        lost = load * (rates.trust_conflict * clash + rates.trust_overload * over)
        lost = lost + (rates.trust_regret if near.regretted[j] != NO else ZERO)
        gained = rates.trust_relevance * near.relevant[j] * (ONE - clash)
        near.trust[j] = clip01(near.trust[j] - lost + gained)
        a, d = near.awareness[j], near.depth[j]
        near.awareness[j] = a + (ONE - a) * hazard(near.exposure[j])
        near.pressure[j] = near.pressure[j] + load
        agreed = rates.narrative_gain * near.agree[j] * (ONE - d)
        near.depth[j] = clip01(d + agreed - rates.narrative_loss * near.differ[j] * d)


@phase
def change(now: Any, near: Any, part: Any, places: Any, crowd: Any, totals: Any) -> None:
    """Write what the touches made of the customers back to them; counts conflicts and regrets."""
    for j in range(len(places)):
        q = places[j]
        crowd.trust[q], crowd.awareness[q] = near.trust[j], near.awareness[j]
        crowd.pressure[q], crowd.depth[q] = near.pressure[j], near.depth[j]
        crowd.story[q], crowd.touched_any[q] = near.story[j], now
        totals[part[q], CONFLICTS] += near.conflicts[j]
        totals[part[q], REGRETS] += near.regretted[j]


@phase
def recall_offers(
    rates: Any, now: Any, touched: Any, offered: Any, places: Any, best: Any
) -> None:  # fmt: skip
    """The best discount that visitors remember."""
    for q in places:
        most = NO
        for c in range(len(touched)):
            known = freshness(rates, now, touched[c, q]) > ZERO
            offer = offered[c, q]
            most = offer if known & (offer > most) else most
        best[q] = most


@phase
def decide(
    rates: Any, crowd: Any, base: Any, part: Any, places: Any, best: Any, in_market: Any,
    event: Any, totals: Any,
) -> Any:  # fmt: skip
    """Who buys on a visit, and the event it leaves; counts visits, orders and expected margin.

    Returns how many buy, their places having moved to the front.
    """
    buy_salt = salt(DRAW_PURCHASE)
    orders = 0
    for q in places:
        discount = np.float32(best[q]) * PERCENT
        x = (
            rates.purchase_trust * (crowd.trust[q] - rates.trust_baseline)
            + rates.purchase_discount * discount * crowd.sensitivity[q]
            + rates.purchase_awareness * crowd.awareness[q]
            + rates.purchase_narrative * crowd.depth[q]
        )
        p = logistic(rates.odds_in_market if in_market[q] != NO else rates.odds_idle, x)
        buys = uniform(base[q], buy_salt) < p
        wants = in_market[q]
        came = ABANDONED if wants != NO else BROWSED
        event[q] = BOUGHT if buys else came
        in_market[q] = NO if buys else wants
        margin = p * crowd.value[q] * rates.order * (rates.margin - discount)
        totals[part[q], VISITS] += 1
        totals[part[q], ORDERS] += flag(buys)
        totals[part[q], EXPECTED_MARGIN] += np.int32(margin)
        places[orders] = q
        orders += 1 if buys else 0
    return orders


@phase
def charge(
    quantiles: Any, now: Any, value: Any, base: Any, best: Any, part: Any, buyers: Any,
    bought: Any, bought_offer: Any, price: Any, totals: Any,
) -> None:  # fmt: skip
    """Price the few orders of this tick; counts revenue and its value before discounts."""
    order_salt = salt(DRAW_ORDER)
    for q in buyers:
        full = value[q] * quantiles[mix(base[q] ^ order_salt) >> np.uint32(22)]
        discount = np.float32(best[q]) * PERCENT
        price[q] = np.int32(full * (ONE - discount))
        bought[q], bought_offer[q] = now, best[q]
        totals[part[q], REVENUE] += price[q]
        totals[part[q], LIST_VALUE] += np.int32(full)


@phase
def claim(
    now: Any, window: Any, view: Any, engaged: Any, touched: Any, part: Any, buyers: Any,
    price: Any, tally: Any,
) -> None:  # fmt: skip
    """A platform credits itself with every order in its lookback window."""
    for q in buyers:
        seen = ticks_since(now, touched[q]) < view
        if seen | (ticks_since(now, engaged[q]) < window):
            tally[part[q], CLAIMS] += 1
            tally[part[q], CLAIMED] += price[q]


# The stages of a tick.


@stage
def make_contacts(world: Any, block: Any, crowd: Any, voices: Any, work: Any, now: Any) -> None:
    """Contact: whom every channel wants to touch; all choose on the same state."""
    rates, channels, _, bonds = world
    audiences, _, _, parts, lo, hi, _ = block
    places, counts, part, n = work.places, work.counts, work.part, hi - lo
    asking = len(channels.kind) + 1
    counts[asking] = list_flags(work.asked, n, places[asking])
    for c in range(len(channels.kind)):
        touch, search = work.touch[c], channels.kind[c] == SEARCH
        wipe(touch, n)
        counts[c] = 0
        if not speaks(voices.level[c]):
            continue
        subscribed, candidates = bonds.subscribed[c, lo:hi], asking if search else c
        if not search:
            contact(
                channels.number[c], work.calm[c], work.stirred[c], len(parts) > 1, crowd.alive,
                subscribed, crowd.event, work.base, touch,
            )  # fmt: skip
            counts[c] = list_flags(touch, n, places[c])
        if search or audiences[c] != EVERYONE:
            last, told = bonds.touched[c, lo:hi], bonds.heard[c, lo:hi]
            if rates.shared_context != 0:
                last, told = crowd.touched_any, crowd.story
            listed = places[candidates, : counts[candidates]]
            screen(
                rates, channels.number[c], audiences[c], voices.message[c], now, work.calm[c],
                work.stirred[c], subscribed, crowd.event, bonds.engaged[c, lo:hi], last, told,
                work.base, part, listed, touch,
            )  # fmt: skip
            counts[c] = keep(touch, listed, places[c])


# The coordination layer: which wishes pass, and what it missed.


@scalar
def past_touches(history: Any, age: Any, lag: Any) -> Any:
    """A channel's touches, bit k: ``k + lag`` ticks ago; the last one was ``age`` ticks ago."""
    past = history << np.uint64(age) if age < 64 else EMPTY
    return past >> np.uint64(lag) if lag < 64 else EMPTY


@scalar
def within(bits: Any, mask: Any) -> Any:
    """How many touches lie in a window."""
    return np.int64(count_bits(bits & np.uint64(mask)))


@scalar
def since(now: Any, stamp: Any, lag: Any, window: Any, blind: Any) -> Any:
    """Whether something that ended a tick, of which the last is kept, is known to lie in a window.

    In the next tick it is 0 ticks old; who is ``blind`` does not know it then.
    """
    age = np.int64(ticks_since(now, stamp)) - 1 - lag
    return (age >= blind) & (age < window)


@phase
def speakers(touch: Any, q: Any, found: Any) -> Any:
    """List the channels that touch customer ``q``; returns how many there are."""
    count = 0
    for c in range(len(touch)):
        found[count] = c
        count += 1 if touch[c, q] != NO else 0
    return count


@phase
def queue_up(rules: Any, numbers: Any, base: Any, docket: Any, count: Any) -> None:
    """Sort the ``count`` channels that want to touch a customer by priority, ties by lot."""
    for place in range(count if count > 1 else 0):
        c = docket.wishing[place]
        lot = mix(base ^ salt(DRAW_TURN + numbers[c]))
        turn = (np.uint64(rules.rank[c]) << np.uint64(32)) | np.uint64(lot)
        while place > 0 and docket.turns[place - 1] > turn:
            docket.turns[place], docket.wishing[place] = (
                docket.turns[place - 1],
                docket.wishing[place - 1],
            )
            place -= 1
        docket.turns[place], docket.wishing[place] = turn, c


@phase
def set_instants(
    numbers: Any, event: Any, base: Any, calm: Any, docket: Any, count: Any, q: Any, race: Any
) -> None:  # fmt: skip
    """When in the tick each wish comes up; wishes that an event triggers do so together.

    What ended the last tick is news to those that come up with the event or too soon after it.
    """
    together = np.int64(mix(base ^ salt(DRAW_INSTANT + 7)) >> np.uint32(8))
    for c in docket.wishing[:count]:
        hit = uniform(base, channel_salt(numbers[c], DRAW_CONTACT)) < calm[c, q]
        alone = np.int64(mix(base ^ salt(DRAW_INSTANT + numbers[c])) >> np.uint32(8))
        triggered = (event != NOTHING) & (not hit)
        docket.instants[c] = together if triggered else alone
        docket.blind[c] = 1 if triggered | (alone < race) else 0


@phase
def won_lately(
    kinds: Any, now: Any, engaged: Any, q: Any, lag: Any, window: Any, blind: Any
) -> Any:  # fmt: skip
    """Whether a push channel is known to have engaged customer ``q`` within a window."""
    found = False
    for c in range(len(kinds)):
        found = found | ((kinds[c] == PUSH) & since(now, engaged[c, q], lag, window, blind))
    return found


@phase
def breaks_lock(
    rules: Any, known: Any, message: Any, percent: Any, env: Any, segment: Any, then: Any,
    bit: Any,
) -> Any:  # fmt: skip
    """Whether a wish contradicts all that was said in a past tick, where ``bit`` is set."""
    row = (then // rules.ticks) % rules.said.shape[2]
    same, equal = rules.lock_message == 0, rules.lock_offer == 0
    for d in range(len(known)):
        if (known[d] & bit) != EMPTY:
            same = same | (rules.said[env, 0, row, d, segment] == message)
            equal = equal | (rules.said[env, 1, row, d, segment] == percent)
    return not (same & equal)


@phase
def recall(
    rules: Any, kinds: Any, touched: Any, now: Any, i: Any, lag: Any, known: Any
) -> Any:  # fmt: skip
    """What is known of the past touches of customer ``i``, by channel in ``known``.

    Returns the pushes and all touches as bits, and the loads of the pushes in the windows of
    ``at_risk`` and ``global_cap``.
    """
    pushed, spoke, risk, load = EMPTY, EMPTY, 0, 0
    for c in range(len(kinds)):
        bits = past_touches(rules.history[c, i], ticks_since(now, touched[c, i]), lag)
        known[c] = bits
        spoke = spoke | bits
        pushed = pushed | (bits if kinds[c] == PUSH else EMPTY)
        risk += rules.weight[c] * within(bits, rules.risk)
        load += rules.weight[c] * within(bits, rules.pooled)
    return pushed, spoke, risk, load


@phase
def overhear(
    rules: Any, kinds: Any, message: Any, percent: Any, docket: Any, c: Any, p: Any, kept: Any,
    race: Any,
) -> Any:  # fmt: skip
    """What channel ``c`` knows of the first ``kept`` wishes of the tick: those not too close to it.

    Returns whether there is any, whether it is a push, the pushes' load, and whether some say the
    same message or the same discount.
    """
    met, crossed, heavy, same, equal = False, False, 0, False, False
    for d in docket.wishing[:kept]:
        if race > 0 and abs(docket.instants[c] - docket.instants[d]) < race:
            continue
        met, crossed = True, crossed | (kinds[d] == PUSH)
        heavy += rules.weight[d]
        same = same | (message[c, p] == message[d, p])
        equal = equal | (percent[c, p] == percent[d, p])
    return met, crossed, heavy, same, equal


@phase
def against_push(
    rules: Any, c: Any, t: Any, mine: Any, pushed: Any, crossed: Any, risk: Any, load: Any,
    cap: Any, bought: Any,
) -> Any:  # fmt: skip
    """Bits of the rules for pushes that object; ``mine`` are the channel's own touches."""
    full = load + rules.weight[c] > cap
    entitled = within(mine, rules.pooled) < rules.least[c]
    near = (rules.gap != 0) & (crossed | ((pushed & np.uint64(rules.gap)) != EMPTY))
    return (
        np.uint64(bought) << np.uint64(RECENT_PURCHASE)
        | np.uint64(risk > rules.risk_load) << np.uint64(AT_RISK)
        | np.uint64(rules.quiet[t] & rules.sleeps[c]) << np.uint64(QUIET_HOURS)
        | np.uint64(within(mine, rules.cap) >= rules.most[c]) << np.uint64(CHANNEL_CAP)
        | np.uint64(full & (not entitled)) << np.uint64(GLOBAL_CAP)
        | np.uint64(near) << np.uint64(GAP)
        | np.uint64(crossed & (rules.priority != 0)) << np.uint64(PRIORITY)
    )


@phase
def note(
    percent: Any, touch: Any, docket: Any, count: Any, buyer: Any, burst: Any, i: Any, q: Any,
    p: Any, history: Any, layer: Any,
) -> None:  # fmt: skip
    """Write the touches of a customer in this tick into the history of all of them.

    The channels are those that the docket lists, beside all that is known. Counts a burst and
    discounts to somebody who has just bought.
    """
    company, near = len(touch), count
    if burst > ONE_BIT:
        for c in range(company):
            near += 1 if (touch[c, q] == NO) & ((docket.known[c] & burst) != EMPTY) else 0
    for c in docket.wishing[:count]:
        history[c, i] = docket.known[c] | ONE_BIT
        layer[p, c, DISCOUNTS] += flag(buyer & (percent[c, p] != NO))
    layer[p, company, BURSTS] += flag(near >= BURST_CHANNELS)


@routine
def arbitrate(
    rulebook: Any, kinds: Any, numbers: Any, message: Any, percent: Any, bought: Any, event: Any,
    base: Any, asked: Any, calm: Any, part: Any, parts: Any, caps: Any, touch: Any, places: Any,
    counts: Any, touched: Any, engaged: Any, docket: Any, layer: Any, now: Any, t: Any, fresh: Any,
) -> None:  # fmt: skip
    """Ask the rules about every wish of the customers listed as touched by any channel.

    Wishes that rules object to are dropped and counted; or, with ``fresh`` knowledge of touches
    that are made, nothing is dropped, every rule that objects is counted as a leak, and the touches
    are noted. Customers stay listed whom some channel still touches. ``touched`` and ``engaged``
    are those of all customers.
    """
    rules, known = read_rules(rulebook), docket.known
    lag, race = 0 if fresh else rules.lag, 0 if fresh else rules.race
    spoken, left, lo = len(kinds), 0, parts[0, 2]
    for q in places[spoken, : counts[spoken]]:
        i, p = lo + q, part[q]
        count = speakers(touch, q, docket.wishing)
        if lag == 0:  # otherwise no wish knows of another
            queue_up(rules, numbers, base[q], docket, count)
        pushed, spoke, risk, load = recall(rules, kinds, touched, now, i, lag, known)
        last = spoke & np.uint64(rules.lock)
        age = np.int64(first_bit(last)) if last != EMPTY else 0
        alone = (count == 1) & (event[q] == NOTHING) & (kinds[docket.wishing[0]] != SEARCH)
        delay = 0 if alone else race  # there is nothing that a lone wish could miss
        if delay > 0:
            set_instants(numbers, event[q], base[q], calm, docket, count, q, delay)
        kept = 0
        for place in range(count):
            c = docket.wishing[place]
            blind = docket.blind[c] if delay > 0 else 0
            met, crossed, heavy, same, equal = overhear(
                rules, kinds, message, percent, docket, c, p, kept if lag == 0 else 0, delay
            )
            against = EMPTY
            if kinds[c] == PUSH:
                buyer = since(now, bought[q], lag, rules.purchase, blind)
                against = against_push(
                    rules, c, t, known[c], pushed, crossed, risk + heavy, load + heavy,
                    caps[parts[p, 1]], buyer,
                )  # fmt: skip
            elif kinds[c] == SEARCH and (asked[q] & BRAND_QUERY) != NO:
                won = won_lately(kinds, now, engaged, i, lag, rules.exclusion, blind)
                against = np.uint64(won) << np.uint64(EXCLUSION)
            if fresh | (against == EMPTY):  # of a wish that is dropped, one objection counts
                broken = False
                if met and rules.lock != 0:
                    same = same | (rules.lock_message == 0)
                    broken = not (same & (equal | (rules.lock_offer == 0)))
                elif last != EMPTY:
                    broken = breaks_lock(
                        rules, known, message[c, p], percent[c, p], parts[p, 0], parts[p, 1],
                        t - lag - age, ONE_BIT << np.uint64(age),
                    )  # fmt: skip
                bits = rules.held_out[i]
                out = ((bits >> np.uint8(c)) & YES) | (bits >> np.uint8(7))
                against = against | np.uint64(broken) << np.uint64(LOCK)
                against = against | np.uint64(out) << np.uint64(HOLDOUT)
            if not fresh:
                layer[p, c, WISHES] += 1
                if against != EMPTY:
                    layer[p, c, BLOCKED + np.int64(first_bit(against))] += 1
                    touch[c, q] = NO
                    continue
            while against != EMPTY:
                layer[p, c, LEAKS + np.int64(first_bit(against))] += 1
                against = against & (against - ONE_BIT)
            docket.wishing[kept] = c
            kept += 1
        if fresh:
            buyer = since(now, bought[q], 0, rules.regret, 0)
            note(
                percent, touch, docket, count, buyer, np.uint64(rules.burst), i, q, p,
                rules.history, layer,
            )  # fmt: skip
        places[spoken, left] = q
        left += 1 if kept > 0 else 0
    counts[spoken] = left


@phase
def take_note(
    rulebook: Any, percent: Any, bought: Any, part: Any, lo: Any, touch: Any, places: Any,
    counts: Any, touched: Any, docket: Any, layer: Any, now: Any,
) -> None:  # fmt: skip
    """Note the touches of this tick, see ``note``, where the layer knew everything at once."""
    terms, history, company = rulebook[0], rulebook[4], len(touch)
    burst, regret = np.uint64(terms[BURST_MASK]), terms[REGRET_TICKS]
    for q in places[company, : counts[company]]:
        i, count = lo + q, speakers(touch, q, docket.wishing)
        for c in range(company):
            age = ticks_since(now, touched[c, i])
            docket.known[c] = past_touches(history[c, i], age, 0)
        buyer = since(now, bought[q], 0, regret, 0)
        note(percent, touch, docket, count, buyer, burst, i, q, part[q], history, layer)


@phase
def credit_held_out(
    held_out: Any, part: Any, buyers: Any, price: Any, layer: Any
) -> None:  # fmt: skip
    """Count the orders and the revenue of those who are held out."""
    company = layer.shape[1] - 1
    for q in buyers:
        p, bits = part[q], held_out[q]
        if bits == NO:
            continue
        for c in range(company + 1):
            everybody = bits >= HELD_FROM_ALL
            mine = (
                everybody if c == company else not everybody and (bits >> np.uint8(c)) & YES != NO
            )
            if mine:
                layer[p, c, HELD_ORDERS] += 1
                layer[p, c, HELD_REVENUE] += price[q]


@stage
def list_touched(block: Any, work: Any) -> None:
    """Contact: the list of those whom any channel touches."""
    _, _, _, _, lo, hi, _ = block
    spoken = len(work.touch)
    unite(work.touch, hi - lo, work.spoken)
    work.counts[spoken] = list_flags(work.spoken, hi - lo, work.places[spoken])


@stage
def coordinate(
    world: Any, rulebook: Any, block: Any, crowd: Any, voices: Any, work: Any, docket: Any,
    layer: Any, now: Any, t: Any, fresh: Any,
) -> None:  # fmt: skip
    """Contact: the rules are asked, see ``arbitrate``."""
    _, channels, _, bonds = world
    arbitrate(
        rulebook, channels.kind, channels.number, voices.message, voices.percent, crowd.bought,
        crowd.event, work.base, work.asked, work.calm, work.part, block.parts, block.caps,
        work.touch, work.places, work.counts, bonds.touched, bonds.engaged, docket, layer,
        now, t, fresh,
    )  # fmt: skip


@scalar
def knows_late(rulebook: Any) -> Any:
    """Whether the layer does not know everything at once."""
    terms = rulebook[0]
    return (terms[LAG_TICKS] > 0) | (terms[LAG_RACE] > 0)


@stage
def drop_wishes(world: Any, work: Any) -> None:
    """Contact: the channels' lists, without those whom the coordination layer protects."""
    for c in range(len(world.channels.kind)):
        row = work.places[c]
        work.counts[c] = keep(work.touch[c], row[: work.counts[c]], row)


@stage
def count_held_out(world: Any, rulebook: Any, block: Any, work: Any, layer: Any) -> None:
    """Purchase: what those bought whom channels never touch."""
    _, _, _, _, lo, hi, _ = block
    visiting = len(world.channels.kind) + 1
    buyers = work.places[visiting, : work.counts[visiting]]
    credit_held_out(Rulebook(*rulebook).held_out[lo:hi], work.part, buyers, work.price, layer)


@stage
def pay_for_contacts(
    world: Any, block: Any, crowd: Any, voices: Any, work: Any, desk: Any, turn: Any
) -> None:
    """Contact: what the touches cost, of which the purse pays what it can."""
    rates, channels, _, bonds = world
    _, _, odds, _, lo, hi, _ = block
    places, counts, part, wanted = work.places, work.counts, work.part, desk.wanted
    wipe(work.paid, hi - lo)
    for c in range(len(channels.kind)):
        listed = places[c, : counts[c]]
        wanted[:, c] = 0
        if channels.kind[c] == SEARCH:
            query(
                rates, voice_of(channels, voices, odds, c), crowd, bonds.affinity[c, lo:hi],
                work.asked, work.base, part, listed, work.paid, work.price, wanted[:, c],
            )  # fmt: skip
        else:
            bill(part, voices.cost[c], listed, wanted[:, c])
    grant(channels, voices.cost, work, desk, hi - lo, turn)


@phase
def speaks(levels: Any) -> Any:
    """Whether a channel wants to touch anybody at all."""
    found = False
    for level in levels:
        found = found | (level != NO)
    return found


@stage
def find(world: Any, block: Any, work: Any, desk: Any, now: Any) -> None:
    """What customers find who search: paid results where there are any, and organic ones."""
    rates, channels, _, bonds = world
    _, _, _, _, lo, hi, _ = block
    places, counts, part, totals = work.places, work.counts, work.part, desk.totals
    shown, asking = work.paid, len(channels.kind) + 1
    for c in range(len(channels.kind)):
        if channels.kind[c] == SEARCH:
            shown = work.touch[c]
            click_ads(
                rates, channels.kind, now, bonds.engaged[:, lo:hi], c, work.paid, part,
                places[c, : counts[c]], work.visit, desk.tally[:, c], totals,
            )  # fmt: skip
    find_results(
        rates, work.base, work.asked, shown, part, places[asking, : counts[asking]], work.visit,
        totals,
    )  # fmt: skip


@stage
def answer(
    world: Any, block: Any, crowd: Any, voices: Any, talk: Any, work: Any, tally: Any, now: Any
) -> None:
    """Response: what the touched customers do and what they will remember."""
    rates, channels, _, bonds = world
    _, _, odds, _, lo, hi, _ = block
    places, counts, part = work.places, work.counts, work.part
    for c in range(len(channels.kind)):
        listed, voice = places[c, : counts[c]], voice_of(channels, voices, odds, c)
        if len(listed) == 0:
            continue
        remember(
            now, voice, part, listed, bonds.heard[c, lo:hi], bonds.offered[c, lo:hi],
            bonds.touched[c, lo:hi], tally[:, c],
        )  # fmt: skip
        if channels.kind[c] != SEARCH:
            address(voice, crowd, bonds.affinity[c, lo:hi], work.base, part, listed, talk)
            respond(rates, voice, talk, whole_vectors(len(listed)))
            react(
                now, talk.reply, part, listed, work.touch[c], bonds.engaged[c, lo:hi],
                bonds.subscribed[c, lo:hi], work.visit, tally[:, c],
            )  # fmt: skip


@stage
def hold_together(world: Any, block: Any, crowd: Any, near: Any, work: Any, now: Any) -> None:
    """Conflict: every pair of channels of which one has just spoken; and what that does."""
    rates, channels, _, bonds = world
    _, _, _, _, lo, hi, _ = block
    spoken = len(channels.kind)
    listed = work.places[spoken, : work.counts[spoken]]
    n = whole_vectors(len(listed))
    gather(
        rates, now, work.touch, bonds.heard[:, lo:hi], bonds.offered[:, lo:hi],
        bonds.touched[:, lo:hi], crowd, listed, near,
    )  # fmt: skip
    impress(channels, near, n)
    compare(rates, near, n)
    retell(rates, now, channels.loudness, near, n)
    sink_in(rates, near, n)


@stage
def buy(world: Any, block: Any, crowd: Any, work: Any, desk: Any, now: Any) -> None:
    """Purchase, and the claims that every platform makes on it."""
    rates, channels, quantiles, bonds = world
    _, _, _, _, lo, hi, _ = block
    part, best, price, visiting = work.part, work.best_offer, work.price, len(channels.kind) + 1
    wipe(crowd.event, hi - lo)
    visitors = list_flags(work.visit, hi - lo, work.places[visiting])
    listed = work.places[visiting, :visitors]
    recall_offers(rates, now, bonds.touched[:, lo:hi], bonds.offered[:, lo:hi], listed, best)
    orders = decide(
        rates, crowd, work.base, part, listed, best, crowd.in_market, crowd.event, desk.totals
    )
    buyers = listed[:orders]
    work.counts[visiting] = orders
    charge(
        quantiles, now, crowd.value, work.base, best, part, buyers, crowd.bought,
        crowd.bought_offer, price, desk.totals,
    )  # fmt: skip
    for c in range(len(channels.kind)):
        claim(
            now, channels.claim_window[c], channels.view_window[c], bonds.engaged[c, lo:hi],
            bonds.touched[c, lo:hi], part, buyers, price, desk.tally[:, c],
        )  # fmt: skip


@stage
def settle_down(
    world: Any, block: Any, crowd: Any, near: Any, work: Any, totals: Any, now: Any
) -> None:
    """Consequences: departures, and what the touches leave behind."""
    _, _, _, parts, lo, _, _ = block
    spoken = len(world.channels.kind)
    depart(
        world.rates, crowd.alive, crowd.trust, crowd.pressure, crowd.strain, crowd.value, work.base,
        work.gone, work.luck,
    )  # fmt: skip
    for p in range(len(parts)):
        start, end = parts[p, 2] - lo, parts[p, 3] - lo
        churned, luck = add_departures(work.gone[start:end], work.luck[start:end])
        totals[p, CHURNED] += churned
        totals[p, CHURN_LUCK] += luck
    listed = work.places[spoken, : work.counts[spoken]]
    change(now, near, work.part, listed, crowd, totals)


@phase
def prepare(
    rates: Any, channels: Any, markets: Any, plan: Any, env: Any, parts: Any, voices: Any,
    part: Any, calm: Any, stirred: Any,
) -> None:  # fmt: skip
    """Write down what every channel does to every part of a block in this decision."""
    for p in range(len(parts)):
        segment, start, end = parts[p, 1], parts[p, 2] - parts[0, 2], parts[p, 3] - parts[0, 2]
        part[start:end] = p
        for c in range(len(channels.kind)):
            level, message = plan.pressure[env, c, segment], plan.message[env, c, segment]
            percent = plan.offer[env, c, segment]
            discount = np.float32(percent) * PERCENT
            voices.level[c, p], voices.message[c, p], voices.percent[c, p] = level, message, percent
            voices.cost[c, p] = channels.cost[c, level]
            voices.brand_cost[c, p] = channels.brand_cost[c, level]
            voices.offer[c, p] = rates.offer_response * discount
            voices.fit[c, p] = markets.fit[env, c, message]
            calm[c, start:end] = channels.calm[c, level]
            stirred[c, start:end] = channels.event[c, level]


@stage
def advance_block(
    world: Any, block: Any, crowd: Any, voices: Any, talk: Any, near: Any, work: Any, desk: Any,
    rulebook: Any, docket: Any, seed: Any, season: Any, start: Any, tick: Any, ticks: Any,
) -> None:  # fmt: skip
    """All ticks of one decision for one block of customers."""
    rates = world.rates
    for t in range(tick, tick + ticks):
        now, key = np.uint16(start + t), tick_key(seed, np.uint64(t))
        start_tick(
            rates, rates.entry * season[t], key, block.first, crowd.alive, crowd.in_market,
            crowd.awareness, crowd.pressure, work.base, work.visit, work.asked,
        )  # fmt: skip
        drift(rates, crowd.trust, crowd.depth)
        make_contacts(world, block, crowd, voices, work, now)
        list_touched(block, work)
        if rulebook is not None:
            coordinate(
                world, rulebook, block, crowd, voices, work, docket, desk.layer, now, t, False
            )
            drop_wishes(world, work)
        pay_for_contacts(world, block, crowd, voices, work, desk, np.int64(key >> np.uint64(33)))
        if rulebook is not None:
            if knows_late(rulebook):
                coordinate(
                    world, rulebook, block, crowd, voices, work, docket, desk.layer, now, t, True
                )
            else:
                take_note(
                    rulebook, voices.percent, crowd.bought, work.part, block.lo, work.touch,
                    work.places, work.counts, world.bonds.touched, docket, desk.layer, now,
                )  # fmt: skip
        find(world, block, work, desk, now)
        answer(world, block, crowd, voices, talk, work, desk.tally, now)
        hold_together(world, block, crowd, near, work, now)
        buy(world, block, crowd, work, desk, now)
        if rulebook is not None:
            count_held_out(world, rulebook, block, work, desk.layer)
        settle_down(world, block, crowd, near, work, desk.totals, now)


class Origin(NamedTuple):
    """How customers are drawn; quantile tables are float32 ``[1024]``."""

    first_age: F32  # [S]
    ages: F32  # [S] width of the age band
    tier: F32  # [S] order value multiplier
    needs: F32  # [B, S, M] cumulative shares
    reach: F32  # [C] at age 45
    reach_per_year: F32  # [C]
    affinity_sd: F32  # [C]
    numbers: I32  # [C] place among the seven
    normal: F32
    strain: F32
    sensitivity: F32
    value: F32
    in_market: np.float32
    awareness: np.float32
    trust: np.float32
    trust_sd: np.float32
    overlap: np.float32
    shift: F32  # [C] in [0, 1): where the channel's range of disjoint reach begins


@stage
def quantile(table: Any, base: Any, purpose: Any) -> Any:
    """A draw from the distribution whose 1,024 quantiles the table holds."""
    return table[mix(base ^ salt(purpose)) >> np.uint32(22)]


@phase
def draw_traits(origin: Any, traits: Any, env: Any, segment: Any, i: Any, base: Any) -> None:
    """Age, need, value, sensitivity and tolerance of customer ``i``."""
    years = uniform(base, salt(DRAW_AGE)) * origin.ages[segment]
    traits.age[i] = np.uint8(origin.first_age[segment] + years)
    u, need = uniform(base, salt(DRAW_NEED)), 0
    for m in range(origin.needs.shape[2] - 1):
        need += 1 if u >= origin.needs[env, segment, m] else 0
    traits.need[i] = need
    traits.value[i] = origin.tier[segment] * quantile(origin.value, base, DRAW_VALUE)
    traits.sensitivity[i] = quantile(origin.sensitivity, base, DRAW_SENSITIVITY)
    traits.strain[i] = quantile(origin.strain, base, DRAW_TOLERANCE)


@phase
def draw_state(origin: Any, people: Any, i: Any, base: Any) -> None:
    """Awareness, trust and whether customer ``i`` is in the market; nothing has happened yet."""
    awareness = origin.awareness * (HALF + uniform(base, salt(DRAW_AWARENESS)))
    trust = origin.trust + origin.trust_sd * quantile(origin.normal, base, DRAW_TRUST)
    people.awareness[i], people.trust[i] = clip01(awareness), clip01(trust)
    people.alive[i] = YES
    people.in_market[i] = flag(uniform(base, salt(DRAW_MARKET)) < origin.in_market)
    people.event[i], people.story[i] = NOTHING, np.uint8(255)
    people.pressure[i], people.depth[i] = ZERO, ZERO
    people.bought[i], people.bought_offer[i], people.touched_any[i] = 0, 0, 0


@phase
def draw_reach(origin: Any, traits: Any, people: Any, i: Any, base: Any) -> None:
    """Which channels can address customer ``i``, by age, and how much each is to their taste."""
    years = np.float32(traits.age[i]) - MIDDLE_AGE
    nested = origin.overlap > ZERO
    tied = uniform(base, salt(DRAW_TIED)) < (origin.overlap if nested else -origin.overlap)
    common = uniform(base, salt(DRAW_COMMON))
    for c in range(len(origin.reach)):
        reach, number = origin.reach[c] + origin.reach_per_year[c] * years, origin.numbers[c]
        apart = common - origin.shift[c]
        apart = apart + ONE if apart < ZERO else apart
        together = common if nested else apart
        own = uniform(base, salt(DRAW_REACH + number))
        people.subscribed[c, i] = flag((together if tied else own) < reach)
        taste = quantile(origin.normal, base, DRAW_AFFINITY + number)
        traits.affinity[c, i] = origin.affinity_sd[c] * taste
        people.heard[c, i], people.offered[c, i] = np.uint8(255), np.uint8(0)
        people.touched[c, i], people.engaged[c, i] = 0, 0


@phase
def draw_holdouts(origin: Any, rules: Any, i: Any, base: Any) -> None:
    """Which channels never touch customer ``i``, whom nobody has touched yet."""
    everybody = np.int64(mix(base ^ salt(DRAW_HELD + 7)) >> np.uint32(8)) < rules.held
    bits = HELD_FROM_ALL if everybody else NO
    for c in range(len(origin.numbers)):
        draw = np.int64(mix(base ^ salt(DRAW_HELD + origin.numbers[c])) >> np.uint32(8))
        bits = bits | np.uint8(flag(draw < rules.held_from[c]) << np.uint8(c))
        rules.history[c, i] = EMPTY
    rules.held_out[i] = bits


@entry
def settle(
    parts: Any, population: Any, seeds: Any, origin: Any, state: Any, rulebook: Any
) -> None:  # fmt: skip
    """Draw the customers of some parts, rows as in ``advance``, from the seeds ``[B]``."""
    traits, people = customers_by_name(state)
    for p in range(len(parts)):
        env, segment, lo, hi = parts[p, 0], parts[p, 1], parts[p, 2], parts[p, 3]
        key = tick_key(seeds[env], SETUP_TICK)
        for i in range(lo, hi):
            base = customer_word(i - env * population, key)
            draw_traits(origin, traits, env, segment, i, base)
            draw_state(origin, people, i, base)
            draw_reach(origin, traits, people, i, base)
            if rulebook is not None:
                draw_holdouts(origin, read_rules(rulebook), i, base)


@scalar
def orders_ahead(in_market: Any, awareness: Any, trust: Any, depth: Any, rates: Any) -> Any:
    """Orders that demand created so far still brings if no channel ever speaks again.

    A customer in the market orders before leaving it with probability ``v / (v + exit rate)``,
    where ``v`` is the rate of unpaid visits times the purchase probability; awareness brings
    further entries until it has decayed.
    """
    recall = rates.query_floor + rates.query_awareness * awareness
    brand = (rates.brand + rates.brand_idle) * recall * rates.brand_alone
    generic = rates.generic * (rates.generic_floor + rates.generic_awareness * awareness)
    visits = brand + generic * rates.generic_alone + (rates.direct + rates.direct_idle) * recall
    urge = rates.purchase_trust * (trust - rates.trust_baseline)
    urge = urge + rates.purchase_awareness * awareness + rates.purchase_narrative * depth
    orders = visits * logistic(rates.odds_in_market, urge)
    entries = rates.entry * rates.entry_awareness * awareness * rates.awareness_ticks
    return (in_market + entries) * orders / (orders + rates.leave_market)


@phase
def value_reach(channels: Any, people: Any, work: Any, sums: Any, lo: Any, hi: Any) -> None:
    """Worth of being able to address the customers, and how many of them each channel can."""
    alive = people.alive[lo:hi]
    work[: hi - lo] = ONE
    for c in range(len(channels.kind)):
        subscribed, worth = people.subscribed[c, lo:hi], channels.reach_value[c]
        count = np.int32(0)
        for q in range(len(alive)):
            work[q] = work[q] + (worth if subscribed[q] != NO else ZERO)
            count = np.int32(count + np.int32(subscribed[q] & alive[q]))
        sums[SURVEY_COLUMNS + c] += count


@phase
def value_equity(
    rates: Any, traits: Any, people: Any, reach: Any, sums: Any, lo: Any, hi: Any
) -> None:
    """Expected discounted margin still to come: in the long run, and from demand created so far."""
    alive, in_market, value = people.alive[lo:hi], people.in_market[lo:hi], traits.value[lo:hi]
    awareness, trust, depth = people.awareness[lo:hi], people.trust[lo:hi], people.depth[lo:hi]
    equity = np.int64(0)
    for q in range(len(alive)):
        fear = exponential(rates.churn_trust * (rates.trust_baseline - trust[q])) - ONE
        wants = ONE if in_market[q] != NO else ZERO
        near = orders_ahead(wants, awareness[q], trust[q], depth[q], rates)
        far = rates.equity * reach[q] / (ONE + rates.equity_trust * fear)
        worth = value[q] * (far + rates.order * rates.margin * near)
        equity += np.int64(np.int32(worth) if alive[q] != NO else np.int32(0))
    sums[EQUITY] += equity


@phase
def survey_block(rates: Any, people: Any, sums: Any, lo: Any, hi: Any) -> None:
    """Sum the states of the customers that are left."""
    alive, in_market = people.alive[lo:hi], people.in_market[lo:hi]
    awareness, trust = people.awareness[lo:hi], people.trust[lo:hi]
    pressure, depth = people.pressure[lo:hi], people.depth[lo:hi]
    a, t, p, d = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    living, wanting = np.int64(0), np.int64(0)
    for q in range(len(alive)):
        lives = ONE if alive[q] != NO else ZERO
        living += np.int64(alive[q])
        wanting += np.int64(alive[q] & in_market[q])
        a += np.int64(np.int32(awareness[q] * lives * FIXED))
        t += np.int64(np.int32(trust[q] * lives * FIXED))
        p += np.int64(np.int32(pressure[q] * lives * FIXED))
        d += np.int64(np.int32(depth[q] * lives * FIXED))
    sums[ALIVE] += living
    sums[IN_MARKET] += wanting
    sums[AWARENESS] += a
    sums[TRUST] += t
    sums[PRESSURE] += p
    sums[DEPTH] += d


@phase
def count_voices(
    rates: Any, now: Any, people: Any, voices: Any, sums: Any, lo: Any, hi: Any
) -> None:
    """How many different messages, from whatever channel, each customer remembers."""
    alive, heard_bits = people.alive[lo:hi], voices[: hi - lo]
    heard_bits[:] = NO
    for c in range(len(people.heard)):
        heard, touched = people.heard[c, lo:hi], people.touched[c, lo:hi]
        for q in range(len(alive)):
            recent = ticks_since(now, touched[q]) < rates.memory
            bit = np.uint8(YES << (heard[q] & np.uint8(3)))
            heard_bits[q] = heard_bits[q] | (bit if recent else NO)
    two, three, four = np.int32(0), np.int32(0), np.int32(0)
    for q in range(len(alive)):
        bits = np.int32(heard_bits[q]) if alive[q] != NO else np.int32(0)
        count = (bits & 1) + (bits >> 1 & 1) + (bits >> 2 & 1) + (bits >> 3 & 1)
        two = np.int32(two + np.int32(count == 2))
        three = np.int32(three + np.int32(count == 3))
        four = np.int32(four + np.int32(count == 4))
    sums[TWO_VOICES] += two
    sums[THREE_VOICES] += three
    sums[FOUR_VOICES] += four


@stage
def take_stock(
    rates: Any, channels: Any, traits: Any, people: Any, bits: Any, reach: Any, sums: Any,
    now: Any, lo: Any, hi: Any,
) -> None:  # fmt: skip
    """Survey customers into ``sums``, ``[SURVEY_COLUMNS + C]``; ``bits`` and ``reach`` are free."""
    sums[:] = 0
    survey_block(rates, people, sums, lo, hi)
    count_voices(rates, now, people, bits, sums, lo, hi)
    value_reach(channels, people, reach, sums, lo, hi)
    value_equity(rates, traits, people, reach, sums, lo, hi)


RATES = sum(kind is np.float32 for kind in Rates.__annotations__.values())
TICKS = len(Rates._fields) - RATES


def pack(rates: Rates, channels: Channels) -> Parameters:
    """Copy the parameters into few arrays, the inverse of ``unpack``."""
    c = channels
    reals = (c.calm, c.event, c.click, c.intrusiveness, c.awareness, c.recall, c.opt_out)
    codes = (c.cost, c.brand_cost, c.kind, c.number, c.pot, c.claim_window, c.view_window)
    return Parameters(
        np.array(rates[:RATES], np.float32),
        np.array(rates[RATES:], np.int32),
        np.column_stack([*reals, c.reach_value]),
        np.column_stack([*codes, c.loudness]),
    )


as_tuple: Any = to_fixed_tuple
"""The first values of an array; Numba has no other way from an array to a named tuple."""


@stage
def unpack(parameters: Any) -> Any:
    """The parameters by name."""
    rates, ticks, reals, codes = parameters
    channels = Channels(
        codes[:, 10], codes[:, 11], codes[:, 12], reals[:, :5], reals[:, 5:10], codes[:, :5],
        codes[:, 5:10], reals[:, 10], reals[:, 11], reals[:, 12], reals[:, 13], reals[:, 14],
        codes[:, 13], codes[:, 14], reals[:, 15], codes[:, 15],
    )  # fmt: skip
    return Rates(*(as_tuple(rates, RATES) + as_tuple(ticks, TICKS))), channels


TERMS = list(Rules.__annotations__.values()).index(I64)
LAG_TICKS, LAG_RACE, BURST_MASK, REGRET_TICKS = map(
    Rules._fields.index, ("lag", "race", "burst", "regret")
)


@stage
def read_rules(rulebook: Any) -> Any:
    """The coordination layer by name."""
    terms, by_channel, quiet, said, history, held_out = rulebook
    rows = (by_channel[0], by_channel[1], by_channel[2], by_channel[3], by_channel[4])
    arrays = (by_channel[5], quiet, said, history, held_out)
    return Rules(*(as_tuple(terms, TERMS) + rows + arrays))


def make_state(n_channels: int, n: int) -> State:
    """Room for ``n`` customers."""
    return State(
        np.zeros((7, n), np.float32), np.zeros((n_channels, n), np.float32),
        np.zeros((7, n), np.uint8), np.zeros((3, n_channels, n), np.uint8),
        np.zeros((2, n), np.uint16), np.zeros((2, n_channels, n), np.uint16),
    )  # fmt: skip


def split_state(state: Any) -> tuple[Traits, Customers]:
    """Traits and customers by name, views of the state; for Python and for kernels."""
    reals, tastes, codes, memory, stamps, touches = state
    traits = Traits(codes[5], codes[6], reals[4], reals[5], reals[6], tastes)
    people = Customers(
        codes[0], codes[1], codes[2], codes[3], reals[0], reals[1], reals[2], reals[3], stamps[0],
        codes[4], stamps[1], memory[0], memory[1], memory[2], touches[0], touches[1],
    )  # fmt: skip
    return traits, people


customers_by_name = stage(split_state)


class Memory(NamedTuple):
    """``Scratch`` and the sums beside it in few arrays, so that calls are quick."""

    reals: F32  # [19, K]
    chances: F32  # [2, C, K]
    near: F32  # [C, K]
    near_codes: U8  # [3, C, K]
    codes: U8  # [13, K]
    touch: U8  # [C, K]
    words: U32  # [2, K]
    stamps: U16  # [2, K]
    prices: I32  # [2, K]
    places: U32  # [C + 2, K]
    counts: I64  # [C + 2]
    weights: F32  # [2, C, P]
    choices: U8  # [3, C, P]
    costs: I32  # [2, C, P]
    money: I64  # [P, C] wants
    known: U64  # [2, C]
    wishing: I64  # [3, C + 1]


def make_memory(n_channels: int, n: int, parts: int) -> Memory:
    """Working memory for blocks of up to ``n`` customers; flags are read 64 at a time."""
    n = 64 * (n // 64 + 1)
    return Memory(
        np.zeros((19, n), np.float32), np.empty((2, n_channels, n), np.float32),
        np.zeros((n_channels, n), np.float32), np.empty((3, n_channels, n), np.uint8),
        np.empty((13, n), np.uint8), np.empty((n_channels, n), np.uint8),
        np.empty((2, n), np.uint32), np.empty((2, n), np.uint16), np.empty((2, n), np.int32),
        np.empty((n_channels + 2, n), np.uint32), np.empty(n_channels + 2, np.int64),
        np.empty((2, n_channels, parts), np.float32), np.empty((3, n_channels, parts), np.uint8),
        np.empty((2, n_channels, parts), np.int32), np.empty((parts, n_channels), np.int64),
        np.empty((2, n_channels), np.uint64), np.empty((3, n_channels + 1), np.int64),
    )  # fmt: skip


@stage
def work_of(memory: Any) -> Any:
    """The working memory by name."""
    (
        reals, chances, fade, spoken, codes, touch, words, stamps, prices, places, counts, weights,
        choices, costs, _, known, wishing,
    ) = memory  # fmt: skip
    near = Near(
        spoken[0], spoken[1], spoken[2], fade, reals[0], reals[1], reals[2], reals[3], reals[4],
        reals[5], reals[6], reals[7], reals[8], reals[9], reals[10], reals[11], reals[12],
        codes[6], codes[7], codes[8], codes[9], codes[10], stamps[0],
    )  # fmt: skip
    talk = Talk(
        words[0], reals[13], reals[14], reals[15], reals[16], reals[17], reals[18], codes[11],
        codes[12],
    )  # fmt: skip
    voices = Voices(
        choices[0], choices[1], choices[2], costs[0], costs[1], weights[0], weights[1],
    )  # fmt: skip
    work = Scratch(
        words[1], codes[0], codes[1], codes[2], codes[3], codes[4], codes[5], prices[0],
        prices[1], stamps[1], chances[0], chances[1], touch, places, counts,
    )  # fmt: skip
    docket = Docket(known[0], known[1], wishing[0], wishing[1], wishing[2])
    return near, talk, voices, work, docket


@entry
def advance(
    parts: Any, blocks: Any, lanes: Any, population: Any, start: Any, clocks: Any, ticks: Any,
    plan: Any, parameters: Any, markets: Any, orders: Any, state: Any, slices: Any, rulebook: Any,
    tallies: Any, totals: Any, layers: Any, sums: Any, memory: Any,
) -> None:  # fmt: skip
    """Take every block of the lanes through all ticks of a decision and survey who is left.

    The blocks of a lane follow each other, from a start that changes from decision to decision,
    and pay from one slice of the purses: what one block leaves, the next may spend. Named tuples
    come as plain ones, which cost a call less.

    Args:
        parts: rows of environment, segment, first and end customer, int64 ``[parts, 4]``.
        blocks: rows of first and end part, int64 ``[blocks, 2]``.
        lanes: rows of first and end block, int64 ``[lanes, 2]``.
        population: customers per environment.
        start: clock number of tick 0.
        clocks: ticks already lived, int64 ``[B]``.
        ticks: ticks of this decision; with 0 there is only the survey.
        plan: the actions, as ``Plan``.
        parameters: as ``Parameters``.
        markets: as ``Markets``.
        orders: quantiles of the order value, float32 ``[1024]``.
        state: the customers, as ``State``, changed in place.
        slices: the lanes' slices of the purses, int64 ``[lanes, pots]``, reduced in place.
        rulebook: as ``Rulebook``, its history changed in place; None, which compiles to a kernel
            without a coordination layer, if there is none.
        tallies: channel tallies, int64 ``[parts, C, CHANNEL_COLUMNS]``, added to.
        totals: system tallies, int64 ``[parts, SYSTEM_COLUMNS]``, added to.
        layers: the layer's tallies, int64 ``[parts, C + 1, LAYER_COLUMNS]``, added to; without
            rules ``[parts, 0, LAYER_COLUMNS]``.
        sums: surveys, int64 ``[parts, SURVEY_COLUMNS + C]``, written.
        memory: as ``Memory``, for the widest block.
    """
    rates, channels = unpack(parameters)
    traits, people = customers_by_name(state)
    world = World(rates, channels, orders, bonds_of(traits, people))
    plan, markets, wanted = Plan(*plan), Markets(*markets), memory[14]
    near, talk, voices, work, docket = work_of(memory)
    for lane in range(len(lanes)):
        begin, count = lanes[lane, 0], lanes[lane, 1] - lanes[lane, 0]
        first_env = parts[blocks[begin, 0], 0]
        turn = lane_turn(markets.seeds[first_env], clocks[first_env])
        for step in range(count):
            b = begin + (turn + step) % count
            first, end = blocks[b, 0], blocks[b, 1]
            env, lo, hi = parts[first, 0], parts[first, 2], parts[end - 1, 3]
            block = Block(
                plan.audience[env], plan.cap[env], markets.odds[env], parts[first:end], lo, hi,
                lo - env * population,
            )  # fmt: skip
            desk = Desk(
                wanted, slices[lane], tallies[first:end], totals[first:end], layers[first:end]
            )
            if hi > lo and ticks > 0:
                prepare(
                    rates, channels, markets, plan, env, block.parts, voices, work.part, work.calm,
                    work.stirred,
                )  # fmt: skip
                advance_block(
                    world, block, crowd_of(traits, people, lo, hi), voices, talk, near, work, desk,
                    rulebook, docket, markets.seeds[env], markets.season[env], start, clocks[env],
                    ticks,
                )  # fmt: skip
            for p in range(first, end):
                take_stock(
                    rates, channels, traits, people, work.visit, near.load, sums[p],
                    start + clocks[env] + ticks - 1, parts[p, 2], parts[p, 3],
                )  # fmt: skip


@entry
def add_up(
    parts: Any, tallies: Any, totals: Any, layers: Any, sums: Any, channels: Any, system: Any,
    coordination: Any, states: Any, subscribed: Any,
) -> None:  # fmt: skip
    """Add the sums of parts of blocks to those of their environment and segment.

    Args:
        parts: rows as in ``advance``.
        tallies: int64 ``[parts, C, CHANNEL_COLUMNS]``.
        totals: int64 ``[parts, SYSTEM_COLUMNS]``.
        layers: int64 ``[parts, C + 1, LAYER_COLUMNS]``.
        sums: int64 ``[parts, SURVEY_COLUMNS + C]``.
        channels: int64 ``[B, C, S, CHANNEL_COLUMNS]``, added to.
        system: int64 ``[B, S, SYSTEM_COLUMNS]``, added to.
        coordination: int64 ``[B, C + 1, S, LAYER_COLUMNS]``, added to.
        states: int64 ``[B, S, SURVEY_COLUMNS]``, added to.
        subscribed: int64 ``[B, C, S]``, added to.
    """
    for p in range(len(parts)):
        env, segment = parts[p, 0], parts[p, 1]
        for c in range(tallies.shape[1]):
            for x in range(CHANNEL_COLUMNS):
                channels[env, c, segment, x] += tallies[p, c, x]
            subscribed[env, c, segment] += sums[p, SURVEY_COLUMNS + c]
        for x in range(SYSTEM_COLUMNS):
            system[env, segment, x] += totals[p, x]
        for c in range(layers.shape[1]):
            for x in range(LAYER_COLUMNS):
                coordination[env, c, segment, x] += layers[p, c, x]
        for x in range(SURVEY_COLUMNS):
            states[env, segment, x] += sums[p, x]


# The company: what it may do and spend, what it sees, and what it is rewarded with.


@entry
def read_actions(actions: Any, options: Any, percents: Any, plan: Any) -> Any:
    """Sort a joint action into ``plan``; returns the flat index of an illegal part, or -1.

    Args:
        actions: int64 ``[B, A, K]``, the channels' first.
        options: choices of each part, int64 ``[A, K]``.
        percents: discount of each offer, uint8 ``[O]``.
        plan: as ``Plan``, written but for the cap.
    """
    pressure, message, offer, audience, _ = plan
    envs, agents, parts = actions.shape
    for b in range(envs):
        for c in range(agents):
            for k in range(parts):
                if actions[b, c, k] < 0 or actions[b, c, k] >= options[c, k]:
                    return (b * agents + c) * parts + k
        for c in range(pressure.shape[1]):
            for segment in range(pressure.shape[2]):
                k = 3 * segment
                pressure[b, c, segment] = actions[b, c, k]
                message[b, c, segment] = actions[b, c, k + 1]
                offer[b, c, segment] = percents[actions[b, c, k + 2]]
            audience[b, c] = actions[b, c, 3 * pressure.shape[2]]
    return -1


@entry
def direct(actions: Any, loads: Any, largest: Any, said: Any, cap: Any) -> None:
    """Carry out an orchestrator's directives, see ``directives``.

    Args:
        actions: int64 ``[B, A, K]``, the orchestrator's last.
        loads: of each cap to choose from, int64.
        largest: number of the largest offer.
        said: the same actions, messages and offers changed in place.
        cap: load that the global cap allows, int64 ``[B, S]``, written.
    """
    channels = actions.shape[1] - 1
    for b in range(len(actions)):
        orders = actions[b, channels]
        for segment in range(cap.shape[1]):
            k = 3 * segment
            cap[b, segment] = loads[orders[k + 1]]
            for c in range(channels):
                said[b, c, k + 1] = orders[k] - 1 if orders[k] > 0 else said[b, c, k + 1]
                said[b, c, k + 2] = min(said[b, c, k + 2], largest - orders[k + 2])


@scalar
def sum_weights(orders: Any, channels: Any, upto: Any) -> Any:
    """An orchestrator's weights of the first channels, added up; they are equal if all are 0."""
    some, whole = np.int64(0), np.int64(0)
    for c in range(channels):
        weight = orders[len(orders) - channels + c]
        some += weight if c < upto else 0
        whole += weight
    return some if whole > 0 else np.int64(upto)


@entry
def share_out(found: Any, actions: Any, shares: Any) -> None:
    """Split what may be spent over the channels by an orchestrator's weights.

    Args:
        found: money units, int64 ``[B, 1]``.
        actions: int64 ``[B, A, K]``, the orchestrator's last.
        shares: int64 ``[B, C]``, written; each row adds up to what is found.
    """
    channels = shares.shape[1]
    for b in range(len(found)):
        orders, given = actions[b, channels], np.int64(0)
        whole = sum_weights(orders, channels, channels)
        for c in range(channels):
            total = found[b, 0] * sum_weights(orders, channels, c + 1) // whole
            shares[b, c] = total - given
            given = total


@scalar
def months_lived(decisions: Any, hours: Any) -> Any:
    """Months of 28 days since the episode began."""
    return round(decisions * hours / MONTH_HOURS, 9)


@entry
def pay(spend: Any, pots: Any, hours: Any, monthly: Any, left: Any, decisions: Any) -> None:
    """Take what a decision cost out of the purses and turn the calendar.

    Args:
        spend: money units by channel and segment, int64 ``[B, C, S]``.
        pots: which purse pays for each channel, int32 ``[C]``.
        hours: hours of a decision.
        monthly: what a month brings, int64 ``[B, pots]``.
        left: what is left, int64 ``[B, pots]``, changed in place.
        decisions: decisions lived, int64 ``[B]``, one added.
    """
    for b in range(len(left)):
        before = np.floor(months_lived(decisions[b], hours))
        decisions[b] += 1
        refill = np.floor(months_lived(decisions[b], hours)) > before
        for c in range(len(pots)):
            for segment in range(spend.shape[2]):
                left[b, pots[c]] -= spend[b, c, segment]
        for pot in range(left.shape[1]):
            left[b, pot] = monthly[b, pot] if refill else left[b, pot]


@entry
def available(left: Any, decisions: Any, hours: Any, paced: Any, found: Any) -> None:
    """What the next decision may spend at most, int64 ``[B, pots]`` written to ``found``.

    Everything that is left, or if ``paced`` an even share of it for each decision that remains of
    the month.
    """
    for b in range(len(left)):
        elapsed = months_lived(decisions[b], hours) % 1.0
        remaining = max(int(np.ceil((1.0 - elapsed) * (MONTH_HOURS / hours) - 1e-6)), 1)
        for pot in range(left.shape[1]):
            found[b, pot] = left[b, pot] // remaining if paced else left[b, pot]


@entry
def sum_up(
    channels: Any, system: Any, coordination: Any, by_channel: Any, in_all: Any, by_rule: Any,
    decisions: Any,
) -> None:  # fmt: skip
    """Add the tally of a decision to an episode's sums.

    Args:
        channels: int64 ``[B, C, S, CHANNEL_COLUMNS]``.
        system: int64 ``[B, S, SYSTEM_COLUMNS]``.
        coordination: int64 ``[B, C + 1, S, LAYER_COLUMNS]``; without rules ``[B, 0, S, ...]``.
        by_channel: int64 ``[B, C, CHANNEL_COLUMNS]``, added to.
        in_all: int64 ``[B, SYSTEM_COLUMNS]``, added to.
        by_rule: int64 ``[B, C + 1, LAYER_COLUMNS]``, added to.
        decisions: int64 ``[B]``, one added.
    """
    envs, n_channels, segments, _ = channels.shape
    for b in range(envs):
        decisions[b] += 1
        for segment in range(segments):
            for c in range(n_channels):
                for x in range(CHANNEL_COLUMNS):
                    by_channel[b, c, x] += channels[b, c, segment, x]
            for x in range(SYSTEM_COLUMNS):
                in_all[b, x] += system[b, segment, x]
            for c in range(coordination.shape[1]):
                for x in range(LAYER_COLUMNS):
                    by_rule[b, c, x] += coordination[b, c, segment, x]


@scalar
def squash(x: Any, scale: Any) -> Any:
    """An unbounded quantity in [0, 1); the scale reads 0.5."""
    return x / (x + scale)


@phase
def show(counts: Any, per_day: Any, figures: Any) -> None:
    """A platform's five figures of one decision in a segment, ``[5]`` of 64-bit floats."""
    touches = float(counts[TOUCHES])
    some = max(touches, 1.0)
    figures[0] = squash(touches / per_day, TOUCH_SCALE)
    figures[1] = counts[ENGAGEMENTS] / some
    figures[2] = counts[CLICKS] / some
    figures[3] = squash(counts[CLAIMED] / MONEY * 1000.0 / per_day, CLAIM_SCALE)
    figures[4] = squash(counts[OPT_OUTS] * 1000.0 / per_day, OPT_OUT_SCALE)


@phase
def moods(states: Any, context: Any) -> None:
    """Mean pressure and trust of those who are left in a segment."""
    left = max(states[ALIVE], 1) * float(FIXED)
    context[0] = squash(states[PRESSURE] / left, PRESSURE_SCALE)
    context[1] = states[TRUST] / left


@entry
def start_context(states: Any, context: Any) -> None:
    """Write the moods of a survey ``[B, S, SURVEY_COLUMNS]`` to ``context``, ``[B, S, 3 + M]``."""
    for b in range(len(states)):
        for segment in range(states.shape[1]):
            moods(states[b, segment], context[b, segment])


@entry
def watch(
    channels: Any, states: Any, actions: Any, sizes: Any, days: Any, weight: Any, offers: Any,
    last: Any, average: Any, responses: Any, contexts: Any,
) -> None:  # fmt: skip
    """Take one decision into the dashboards and the shared context.

    Args:
        channels: tally, int64 ``[B, C, S, CHANNEL_COLUMNS]``.
        states: survey after it, int64 ``[B, S, SURVEY_COLUMNS]``.
        actions: as customers met them, int64 ``[B, A, K]``, the channels' first.
        sizes: customers by segment at the start, int64 ``[S]``.
        days: length of the decision.
        weight: of the last decision in the moving averages.
        offers: number of the largest offer, 1 at least.
        last: figures of the last decision, float64 ``[B, C, S, 5]``, written.
        average: their moving averages, likewise, moved.
        responses: touches and engagements by message, int64 ``[B, C, S, M, 2]``, added to.
        contexts: shared context, oldest first, float64 ``[L, B, S, 3 + M]``; the oldest leaves.
    """
    envs, n_channels, segments, _ = channels.shape
    newest = len(contexts) - 1
    for b in range(envs):
        for segment in range(segments):
            for age in range(newest):
                for x in range(contexts.shape[3]):
                    contexts[age, b, segment, x] = contexts[age + 1, b, segment, x]
            context, total = contexts[newest, b, segment], 0
            context[2:] = 0.0
            moods(states[b, segment], context)
            for c in range(n_channels):
                figures = last[b, c, segment]
                show(channels[b, c, segment], sizes[segment] * days, figures)
                for x in range(len(figures)):
                    average[b, c, segment, x] += weight * (figures[x] - average[b, c, segment, x])
                touches, k = channels[b, c, segment, TOUCHES], 3 * segment
                response = responses[b, c, segment, actions[b, c, k + 1]]
                response[0] += touches
                response[1] += channels[b, c, segment, ENGAGEMENTS]
                total += touches
                context[2] += touches * actions[b, c, k + 2]
                context[3 + actions[b, c, k + 1]] += touches
            context[2] = context[2] / max(total, 1) / offers
            for x in range(3, len(context)):
                context[x] = context[x] / max(total, 1)


@scalar
def place(row: Any, f: Any, value: Any) -> Any:
    """Write a number limited to [0, 1] and return the next free place."""
    row[f] = np.float32(min(max(value, 0.0), 1.0))
    return f + 1


@scalar
def place_choice(row: Any, f: Any, choice: Any, options: Any) -> Any:
    """Write a choice as one 1 among zeros and return the next free place."""
    for option in range(options):
        row[f + option] = ONE if choice == option else ZERO
    return f + options


@scalar
def place_own(row: Any, f: Any, parts: Any, segment: Any, offers: Any, many: Any) -> Any:
    """Write pressure, offer and message of an action in a segment."""
    f = place(row, f, parts[3 * segment] / MOST_PRESSURE)
    f = place(row, f, parts[3 * segment + 2] / offers)
    return place_choice(row, f, parts[3 * segment + 1], many)


@entry
def read_purse(
    left: Any, monthly: Any, pots: Any, decisions: Any, hours: Any, shares: Any, elapsed: Any
) -> None:
    """Share of the month's money left to each channel ``[B, C]``, and of the month lived ``[B]``.

    Args:
        left: int64 ``[B, pots]``.
        monthly: what a month brings, likewise.
        pots: which purse pays for each channel, int32 ``[C]``.
        decisions: decisions lived, int64 ``[B]``.
        hours: hours of a decision.
        shares: float64 ``[B, C]``, written.
        elapsed: float64 ``[B]``, written.
    """
    for b in range(len(left)):
        elapsed[b] = months_lived(decisions[b], hours) % 1.0
        for c in range(len(pots)):
            shares[b, c] = left[b, pots[c]] / max(monthly[b, pots[c]], 1)


@scalar
def place_purse(row: Any, f: Any, share: Any, month: Any) -> Any:
    """Write what is left in a purse, and whether it lasts: on an even pace the second reads 0.5."""
    f = place(row, f, share)
    return place(row, f, squash(share, 1.0 - month))


@scalar
def place_time(row: Any, f: Any, month: Any, elapsed: Any) -> Any:
    """Write the calendar; the last number falls to 0 at the end of the episode."""
    f = place(row, f, month)
    f = place(row, f, elapsed)
    return place(row, f, squash(1.0 - elapsed, FINAL_SHARE))


@scalar
def resonance(touches: Any, engagements: Any, usual: Any) -> Any:
    """How well a message went down so far beside the usual share that engages, which reads 0.5.

    It is logistic in twice the logarithm of their ratio.
    """
    found, wanted = engagements + PRIOR_ENGAGEMENTS, usual * touches + PRIOR_ENGAGEMENTS
    return squash(found * found, wanted * wanted)


@scalar
def place_resonances(row: Any, f: Any, responses: Any, usual: Any) -> Any:
    """Write how well each message went down in a channel; responses are ``[S, M, 2]``."""
    segments, messages, _ = responses.shape
    for m in range(messages):
        seen, found = np.int64(0), np.int64(0)
        for segment in range(segments):
            seen += responses[segment, m, 0]
            found += responses[segment, m, 1]
        f = place(row, f, resonance(seen, found, usual))
    return f


@entry
def observe(
    subscribed: Any, actions: Any, sizes: Any, offers: Any, audiences: Any, last: Any,
    average: Any, responses: Any, usual: Any, context: Any, shared: Any, shares: Any, month: Any,
    elapsed: Any, rows: Any,
) -> None:  # fmt: skip
    """Write what each channel sees, in the order of ``observation.feature_names``.

    Args:
        subscribed: int64 ``[B, C, S]``.
        actions: the last ones, int64 ``[B, A, K]``, the channels' first.
        sizes: customers by segment at the start, int64 ``[S]``.
        offers: number of the largest offer, 1 at least.
        audiences: how many there are to choose from.
        last: figures of the last decision, float64 ``[B, C, S, 5]``.
        average: their moving averages, likewise.
        responses: touches and engagements by message so far, int64 ``[B, C, S, M, 2]``.
        usual: share of the touches that engage in each channel, float64 ``[C]``.
        context: what channels may share, float64 ``[B, S, 3 + M]``.
        shared: whether they do.
        shares: what is left in each channel's purse, float64 ``[B, C]``.
        month: share of the month that has passed, float64 ``[B]``.
        elapsed: share of the episode that has passed, float64 ``[B]``.
        rows: float32 ``[B, A, F]``, written for the channels as far as they see themselves.
    """
    envs, n_channels, segments = subscribed.shape
    for b in range(envs):
        for c in range(n_channels):
            f, row, parts = np.int64(0), rows[b, c], actions[b, c]
            for segment in range(segments):
                f = place(row, f, subscribed[b, c, segment] / sizes[segment])
                for x in range(last.shape[3]):
                    f = place(row, f, last[b, c, segment, x])
                for x in range(last.shape[3]):
                    f = place(row, f, average[b, c, segment, x])
                for m in range(responses.shape[3]):
                    response = responses[b, c, segment, m]
                    f = place(row, f, resonance(response[0], response[1], usual[c]))
                f = place_own(row, f, parts, segment, offers, context.shape[2] - 3)
            f = place_choice(row, f, parts[3 * segments], audiences)
            f = place_resonances(row, f, responses[b, c], usual[c])
            f = place_purse(row, f, shares[b, c], month[b])
            f = place_time(row, f, month[b], elapsed[b])
            if shared:
                for segment in range(segments):
                    for x in range(context.shape[2]):
                        f = place(row, f, context[b, segment, x])


@scalar
def place_directive(row: Any, f: Any, orders: Any, segment: Any, options: Any) -> Any:
    """Write an orchestrator's lead, cap and ceiling for a segment."""
    k = 3 * segment
    f = place_choice(row, f, orders[k], options[0])
    f = place(row, f, orders[k + 1] / max(options[1] - 1, 1))
    return place(row, f, orders[k + 2] / max(options[2] - 1, 1))


@scalar
def place_split(row: Any, f: Any, orders: Any, channels: Any, c: Any) -> Any:
    """Write a channel's share of the split of the purse."""
    whole = sum_weights(orders, channels, channels)
    upto, before = sum_weights(orders, channels, c + 1), sum_weights(orders, channels, c)
    return place(row, f, (upto - before) / whole)


@entry
def observe_directives(actions: Any, options: Any, first: Any, rows: Any) -> None:
    """Write what the channels see of an orchestrator's directives behind what else they see.

    Args:
        actions: the last ones, int64 ``[B, A, K]``, the orchestrator's last.
        options: of lead, cap and ceiling, int64 ``[3]``.
        first: where in a row it begins.
        rows: float32 ``[B, A, F]``, written for the channels.
    """
    envs, agents, parts = actions.shape
    channels = agents - 1
    for b in range(envs):
        orders = actions[b, channels]
        for c in range(channels):
            f, row = first, rows[b, c]
            for segment in range((parts - channels) // 3):
                f = place_directive(row, f, orders, segment, options)
            place_split(row, f, orders, channels, c)


@entry
def observe_company(
    subscribed: Any, actions: Any, options: Any, sizes: Any, average: Any, responses: Any,
    usual: Any, context: Any, shares: Any, month: Any, elapsed: Any, rows: Any,
) -> None:  # fmt: skip
    """Write what an orchestrator sees, in the order of ``observation.feature_names``.

    Args:
        subscribed: int64 ``[B, C, S]``.
        actions: the last ones, int64 ``[B, A, K]``, the orchestrator's last.
        options: of lead, cap and ceiling, int64 ``[3]``.
        sizes: as in ``observe``, like the arguments from ``average`` to ``elapsed``.
        average: moving averages of the dashboards, float64 ``[B, C, S, 5]``.
        responses: touches and engagements by message so far, int64 ``[B, C, S, M, 2]``.
        usual: share of the touches that engage in each channel, float64 ``[C]``.
        context: what is shared, float64 ``[B, S, 3 + M]``.
        shares: what is left in the purse, float64 ``[B, C]``.
        month: share of the month that has passed, float64 ``[B]``.
        elapsed: share of the episode that has passed, float64 ``[B]``.
        rows: float32 ``[B, A, F]``, the last of each written.
    """
    envs, channels, segments = subscribed.shape
    for b in range(envs):
        f, row, orders = np.int64(0), rows[b, channels], actions[b, channels]
        for segment in range(segments):
            for x in range(context.shape[2]):
                f = place(row, f, context[b, segment, x])
            for m in range(responses.shape[3]):
                wanted, found = 0.0, 0.0
                for c in range(channels):
                    wanted += usual[c] * responses[b, c, segment, m, 0]
                    found += responses[b, c, segment, m, 1]
                f = place(row, f, resonance(wanted, found, 1.0))
            f = place_directive(row, f, orders, segment, options)
        for c in range(channels):
            for segment in range(segments):
                reach = subscribed[b, c, segment] / sizes[segment]
                f = place(row, f, reach)
                for x in range(average.shape[3]):
                    f = place(row, f, average[b, c, segment, x])
            f = place_resonances(row, f, responses[b, c], usual[c])
            f = place_split(row, f, orders, channels, c)
        f = place_purse(row, f, shares[b, 0], month[b])
        place_time(row, f, month[b], elapsed[b])


@entry
def state_directives(actions: Any, options: Any, first: Any, rows: Any) -> None:
    """Write an orchestrator's directives behind the rest of the state.

    Args:
        actions: the last ones, int64 ``[B, A, K]``, the orchestrator's last.
        options: of lead, cap and ceiling, int64 ``[3]``.
        first: where in a row it begins.
        rows: float32 ``[B, Z]``, written.
    """
    envs, agents, parts = actions.shape
    channels = agents - 1
    for b in range(envs):
        f, row, orders = first, rows[b], actions[b, channels]
        for segment in range((parts - channels) // 3):
            f = place_directive(row, f, orders, segment, options)
        for c in range(channels):
            f = place_split(row, f, orders, channels, c)


@scalar
def place_people(row: Any, f: Any, states: Any, size: Any, conflicts: Any) -> Any:
    """Write how the customers of a segment are."""
    alive = max(states[ALIVE], 1)
    left = alive * float(FIXED)
    f = place(row, f, states[ALIVE] / size)
    f = place(row, f, states[IN_MARKET] / alive)
    f = place(row, f, states[AWARENESS] / left)
    f = place(row, f, states[TRUST] / left)
    f = place(row, f, squash(states[PRESSURE] / left, PRESSURE_SCALE))
    f = place(row, f, states[DEPTH] / left)
    return place(row, f, squash(conflicts, CONFLICT_SCALE))


@entry
def observe_all(
    states: Any, system: Any, actions: Any, sizes: Any, days: Any, offers: Any, audiences: Any,
    needs: Any, shares: Any, month: Any, elapsed: Any, rows: Any,
) -> None:  # fmt: skip
    """Write the global state, in the order of ``observation.state_names``.

    Args:
        states: survey, int64 ``[B, S, SURVEY_COLUMNS]``.
        system: tally of the last decision, int64 ``[B, S, SYSTEM_COLUMNS]``.
        actions: as in ``observe``, like ``sizes``, ``offers``, ``audiences`` and the last four.
        sizes: customers by segment at the start, int64 ``[S]``.
        days: length of a decision.
        offers: number of the largest offer, 1 at least.
        audiences: how many there are to choose from.
        needs: share of customers per need, float64 ``[B, S, M]``.
        shares: what is left in each channel's purse, float64 ``[B, C]``.
        month: share of the month that has passed, float64 ``[B]``.
        elapsed: share of the episode that has passed, float64 ``[B]``.
        rows: float32 ``[B, Z]``, written.
    """
    envs, n_channels = shares.shape
    segments, messages = len(sizes), needs.shape[2]
    for b in range(envs):
        f, row = np.int64(0), rows[b]
        for segment in range(segments):
            conflicts = system[b, segment, CONFLICTS] / sizes[segment] / days
            f = place_people(row, f, states[b, segment], sizes[segment], conflicts)
            for m in range(messages):
                f = place(row, f, needs[b, segment, m])
        for c in range(n_channels):
            for segment in range(segments):
                f = place_own(row, f, actions[b, c], segment, offers, messages)
        for c in range(n_channels):
            f = place_choice(row, f, actions[b, c, 3 * segments], audiences)
        for c in range(n_channels):
            f = place_purse(row, f, shares[b, c], month[b])
        f = place_time(row, f, month[b], elapsed[b])


@entry
def value_decision(
    channels: Any, system: Any, before: Any, after: Any, margin: Any, expected: Any, people: Any,
    values: Any,
) -> None:  # fmt: skip
    """Margin - spend + change of customer equity, $ per 1,000 customers; see ``outcome``.

    Args:
        channels: tally, int64 ``[B, C, S, CHANNEL_COLUMNS]``.
        system: int64 ``[B, S, SYSTEM_COLUMNS]``.
        before: survey before the decision, int64 ``[B, S, SURVEY_COLUMNS]``.
        after: survey after it, likewise.
        margin: share of an order's list value.
        expected: whether purchases and departures count with their probability.
        people: customers of an environment.
        values: float64 ``[B, S]``, written.
    """
    envs, n_channels, segments, _ = channels.shape
    for b in range(envs):
        for segment in range(segments):
            totals, profit = system[b, segment], 0.0
            change = after[b, segment, EQUITY] - before[b, segment, EQUITY]
            if expected:
                profit += totals[EXPECTED_MARGIN]
                change += totals[CHURN_LUCK]
            else:
                profit += totals[REVENUE] - (1.0 - margin) * totals[LIST_VALUE]
            for c in range(n_channels):
                change -= channels[b, c, segment, SPEND]
            values[b, segment] = (profit + change) / MONEY * 1000.0 / people


@entry
def value_claims(channels: Any, engagement: Any, people: Any, values: Any) -> None:
    """Claimed revenue - own spend + $ ``engagement`` each, $ per 1,000 customers ``[B, C, S]``."""
    envs, n_channels, segments, _ = channels.shape
    for b in range(envs):
        for c in range(n_channels):
            for segment in range(segments):
                counts = channels[b, c, segment]
                money = (counts[CLAIMED] - counts[SPEND]) / MONEY
                earned = money + engagement * counts[ENGAGEMENTS]
                values[b, c, segment] = earned * 1000.0 / people


@entry
def mix_team(credit: Any, spirit: Any, parts: Any, rewards: Any) -> None:
    """Mix the channels' mean credit into each one's own, and add up its segments.

    Args:
        credit: float64 ``[B, C, S]``.
        spirit: share of the mean.
        parts: float32 ``[B, C, S]``, written.
        rewards: their sums over segments, float32 ``[B, C]``, written.
    """
    envs, n_channels, segments = credit.shape
    for b in range(envs):
        for c in range(n_channels):
            total = 0.0
            for segment in range(segments):
                mean = 0.0
                for other in range(n_channels):
                    mean += credit[b, other, segment] / n_channels
                mixed = (1.0 - spirit) * credit[b, c, segment] + spirit * mean
                parts[b, c, segment] = np.float32(mixed)
                total += mixed
            rewards[b, c] = np.float32(total)


@entry
def find_ends(states: Any, steps: Any, most: Any, terminated: Any, truncated: Any) -> Any:
    """Which episodes end, no customer being left or the days being over, bool ``[B]``; any?"""
    some = False
    for b in range(len(states)):
        alive = np.int64(0)
        for segment in range(states.shape[1]):
            alive += states[b, segment, ALIVE]
        terminated[b] = alive == 0
        truncated[b] = alive > 0 and steps[b] >= most
        some |= terminated[b] | truncated[b]
    return some


@scalar
def part(above: Any, below: Any) -> Any:
    """A ratio; nan where there is nothing to divide by."""
    return above / below if below > 0 else np.nan


@entry
def report(
    by_channel: Any, in_all: Any, states: Any, equity: Any, decisions: Any, hours: Any,
    margin: Any, budget: Any, people: Any, figures: Any,
) -> None:  # fmt: skip
    """Write the metrics of an episode so far, in the order of ``metrics.names``.

    Args:
        by_channel: sums of the episode, int64 ``[B, C, CHANNEL_COLUMNS]``.
        in_all: int64 ``[B, SYSTEM_COLUMNS]``.
        states: survey, int64 ``[B, S, SURVEY_COLUMNS]``.
        equity: at the start, money units, int64 ``[B]``.
        decisions: decisions lived, int64 ``[B]``.
        hours: hours of a decision.
        margin: share of an order's list value.
        budget: what the scenario gives a month in all, money units.
        people: customers of an environment.
        figures: float64 ``[names, B]``, written.
    """
    envs, n_channels, _ = by_channel.shape
    for b in range(envs):
        f, spend, claimed, opt_outs = 0, np.int64(0), np.int64(0), np.int64(0)
        for c in range(n_channels):
            counts = by_channel[b, c]
            spend += counts[SPEND]
            claimed += counts[CLAIMED]
            opt_outs += counts[OPT_OUTS]
            figures[f, b], figures[f + 1, b] = counts[TOUCHES], counts[ENGAGEMENTS]
            figures[f + 2, b] = part(counts[ENGAGEMENTS], counts[TOUCHES])
            figures[f + 3, b] = counts[CLICKS]
            figures[f + 4, b], figures[f + 5, b] = counts[CLAIMED] / MONEY, counts[SPEND] / MONEY
            figures[f + 6, b] = counts[OPT_OUTS]
            figures[f + 7, b] = part(counts[CLAIMED], counts[SPEND])
            f += CHANNEL_COLUMNS
        alive, trust, awareness, worth = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
        for segment in range(states.shape[1]):
            alive += states[b, segment, ALIVE]
            trust += states[b, segment, TRUST]
            awareness += states[b, segment, AWARENESS]
            worth += states[b, segment, EQUITY]
        left, totals = max(float(alive), 1.0) * float(FIXED), in_all[b]
        days = max(decisions[b] * hours / 24.0, 1e-9)
        months = max(np.ceil(days * 24.0 / MONTH_HOURS - 1e-9), 1.0)
        profit = (totals[REVENUE] - (1.0 - margin) * totals[LIST_VALUE]) / MONEY
        value = profit - spend / MONEY + (worth - equity[b]) / MONEY
        figures[f, b] = value * 1000.0 / people * (MONTH_HOURS / 24.0) / days
        figures[f + 1, b], figures[f + 2, b] = totals[REVENUE] / MONEY, profit
        figures[f + 3, b], figures[f + 4, b] = spend / MONEY, totals[ORDERS]
        figures[f + 5, b], figures[f + 6, b] = totals[CHURNED] / people, opt_outs / people
        figures[f + 7, b], figures[f + 8, b] = trust / left, awareness / left
        figures[f + 9, b], figures[f + 10, b] = totals[CONFLICTS] / people, totals[AWARE_CLICKS]
        figures[f + 11, b] = part(claimed, totals[REVENUE])
        figures[f + 12, b] = part(spend, budget * months)
        figures[f + 13, b] = worth / MONEY
