"""Every compiled kernel: random numbers, one tick of a block of customers, surveys.

One module, and every number an argument: Numba's on-disk cache does not notice a change elsewhere.

The tick reads like section "A customer" of ``docs/model.md``: each phase is a loop over the
customers of one block, all channels decide on the state at the start of the tick, and their effects
are applied together. The loops hold selects instead of branches and no float sums, so that LLVM
turns them into SIMD code without any fast-math flag: every result is the IEEE one, whatever the
vector width.

Letters: ``C`` channels, ``N`` customers of all environments, ``K`` customers of the widest block,
``B`` environments, ``S`` segments, ``M`` messages, ``O`` offers.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
U32 = npt.NDArray[np.uint32]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]

Compiler = Callable[[Callable[..., Any]], Any]
# No kernel allocates, so none needs Numba's reference counts (``_nrt``): without them compilation
# and small blocks took a quarter less time. LLVM inlines what is called often; Numba itself inlines
# the stages that only call phases.
OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True, "_nrt": False}
scalar: Compiler = njit(forceinline=True, **OPTIONS)
phase: Compiler = njit(forceinline=True, **OPTIONS)
stage: Compiler = njit(inline="always", **OPTIONS)
entry: Compiler = njit(cache=True, **OPTIONS)

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
NOTHING, BROWSED, ABANDONED, BOUGHT = np.uint8(0), np.uint8(1), np.uint8(2), np.uint8(3)
PUSH, SEARCH, CONTENT = 0, 1, 2
EVERYONE, ENGAGERS, RESTED = 0, 1, 2

# Purposes of random draws; a channel adds CHANNEL_DRAWS + 4 x its number among the seven.
DRAW_MARKET, DRAW_BRAND, DRAW_GENERIC, DRAW_DIRECT, DRAW_ORGANIC = 0, 1, 2, 3, 4
DRAW_PURCHASE, DRAW_ORDER, DRAW_CHURN = 5, 6, 7
CHANNEL_DRAWS = 16
DRAW_CONTACT, DRAW_ENGAGE, DRAW_CLICK, DRAW_OPT_OUT = 0, 1, 2, 3
DRAW_AGE, DRAW_NEED, DRAW_VALUE, DRAW_SENSITIVITY, DRAW_TOLERANCE = 64, 65, 66, 67, 68
DRAW_AWARENESS, DRAW_TRUST, DRAW_TIED, DRAW_COMMON = 69, 70, 71, 72
DRAW_REACH, DRAW_AFFINITY = 80, 96
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


class Scratch(NamedTuple):
    """Working memory of one block and tick; ``[K]``, the last two ``[C, K]``."""

    base: U32
    visit: U8
    brand: U8
    generic: U8
    warm: U8
    regretted: U8
    paid: U8
    price: I32
    mood: F32
    overload: F32
    leave: F32
    load: F32
    exposure: F32
    relevant: F32
    agree: F32
    differ: F32
    top_offer: U8
    best_offer: U8
    mismatch: F32
    gap: F32
    weight: F32
    clash: F32
    touch: U8
    fade: F32


class Rates(NamedTuple):
    """The customers' parameters per tick; see ``parameters.pack_rates``."""

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
    memory: np.int32
    per_memory: np.float32
    memory_floor: np.float32
    regret: np.int32
    engager: np.int32
    sync_lag: np.int32
    shared_context: np.int32
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


@scalar
def mix(x: Any) -> Any:
    """A 32-bit mixing hash (lowbias32 by C. Wellons): a bijection without visible structure."""
    x = np.uint32(x)
    x = np.uint32(x ^ (x >> np.uint32(16)))
    x = np.uint32(x * np.uint32(0x7FEB352D))
    x = np.uint32(x ^ (x >> np.uint32(15)))
    x = np.uint32(x * np.uint32(0x846CA68B))
    return np.uint32(x ^ (x >> np.uint32(16)))


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


@scalar
def lane_turn(seed: Any, tick: Any) -> Any:
    """Decides which block of a lane comes first in the decision that begins at a tick."""
    return np.int64(tick_key(seed, np.uint64(tick)) >> np.uint64(33))


@scalar
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
    """What the channels do in this decision; ``[B, C, S]``, the last ``[B, C]``."""

    pressure: I32
    message: U8
    offer: U8  # percent
    audience: I32


class World(NamedTuple):
    """All that a decision depends on; only ``people`` changes."""

    plan: Plan
    rates: Rates
    channels: Channels
    markets: Markets
    orders: F32  # [1024] quantiles of the order value in 1/10,000 dollar
    traits: Traits
    people: Customers


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
    """What one channel does to one block in this decision."""

    number: np.int32
    message: np.uint8
    offer: np.uint8
    discount: np.float32
    audience: np.int32
    calm: np.float32
    event: np.float32
    cost: np.int32
    brand_cost: np.int32
    odds: np.float32
    fit: np.float32
    click: np.float32
    recall: np.float32
    opt_out: np.float32


class Desk(NamedTuple):
    """Where a block's decision is worked out and written down."""

    work: Scratch
    costs: I32  # [C] of a touch
    wanted: I64  # [C] money for the touches wanted in this tick
    touched: I32  # [C] touches granted in this tick
    purse: I64  # [pots] the block's slices
    tally: I64  # [C, CHANNEL_COLUMNS]
    totals: I64  # [SYSTEM_COLUMNS]


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
def voice_of(world: Any, env: Any, segment: Any, c: Any) -> Any:
    """What channel ``c`` does to a segment of an environment."""
    plan, channels, markets = world.plan, world.channels, world.markets
    level, message = plan.pressure[env, c, segment], plan.message[env, c, segment]
    offer = plan.offer[env, c, segment]
    return Voice(
        channels.number[c], message, offer, np.float32(offer) * PERCENT, plan.audience[env, c],
        channels.calm[c, level], channels.event[c, level], channels.cost[c, level],
        channels.brand_cost[c, level], markets.odds[env, c], markets.fit[env, c, message],
        channels.click[c], channels.recall[c], channels.opt_out[c],
    )  # fmt: skip


@scalar
def channel_salt(number: Any, draw: Any) -> Any:
    """The salt of one draw of the channel with this number among the seven."""
    return salt(CHANNEL_DRAWS + 4 * number + draw)


@scalar
def ticks_since(now: Any, stamp: Any) -> Any:
    """Ticks since a time stamp."""
    return np.int32(now) - np.int32(stamp)


@scalar
def appeal(mood: Any, affinity: Any, fit: Any, match: Any, offer: Any, rates: Any) -> Any:
    """Log odds of a response: mood, taste, fit, need match and the discount's weight."""
    return mood + affinity + fit + (rates.need_match if match else ZERO) + offer


@phase
def start_tick(
    rates: Any, entry: Any, key: Any, first: Any, alive: Any, in_market: Any, awareness: Any,
    pressure: Any, base: Any, visit: Any, brand: Any, generic: Any,
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
        brand[q] = flag(uniform(word, brand_salt) < hazard(brand_rate)) & alive[q]
        generic[q] = flag(uniform(word, generic_salt) < hazard(generic_rate)) & alive[q]
        visit[q] = flag(uniform(word, direct_salt) < hazard(direct_rate)) & alive[q]


@phase
def set_mood(
    rates: Any, trust: Any, pressure: Any, depth: Any, strain: Any, mood: Any, overload: Any,
    leave: Any,
) -> None:  # fmt: skip
    """What every response of this tick depends on."""
    for q in range(len(trust)):
        t = trust[q] + (rates.trust_baseline - trust[q]) * rates.pull_trust
        trust[q] = t
        depth[q] = depth[q] * rates.keep_depth
        distrust = rates.trust_baseline - t
        over = pressure[q] * strain[q] - ONE
        over = ZERO if over < ZERO else over
        mood[q] = -rates.fatigue * pressure[q] - rates.trust_response * distrust
        overload[q] = over
        leave[q] = exponential(rates.opt_out_overload * over + rates.opt_out_trust * distrust)


@phase
def clear(work: Any, n: Any) -> None:
    """An empty sheet for what this tick will cause."""
    for sheet in (work.load, work.exposure, work.relevant, work.agree, work.differ):
        sheet[:n] = ZERO
    for sheet in (work.mismatch, work.gap, work.weight):
        sheet[:n] = ZERO
    work.top_offer[:n] = NO
    work.best_offer[:n] = NO


@phase
def contact(
    rates: Any, voice: Any, now: Any, alive: Any, subscribed: Any, event: Any, engaged: Any,
    last: Any, last_message: Any, base: Any, touch: Any,
) -> Any:  # fmt: skip
    """Whom a channel wants to touch in this tick, or would win a query of; returns how many."""
    message, audience = voice.message, voice.audience
    contact_salt = channel_salt(voice.number, DRAW_CONTACT)
    count = np.int32(0)
    for q in range(len(alive)):
        age = ticks_since(now, last[q])
        rested = (age >= rates.memory) | (age < rates.sync_lag)
        told = (last_message[q] == message) & (age >= rates.sync_lag)
        fan = ticks_since(now, engaged[q]) < rates.engager
        inside = fan if audience == ENGAGERS else (rested if audience == RESTED else told)
        chosen = flag(inside | (audience == EVERYONE)) & alive[q] & subscribed[q]
        p = voice.calm if event[q] == NOTHING else voice.event
        touch[q] = flag(uniform(base[q], contact_salt) < p) & chosen
        count = np.int32(count + np.int32(touch[q]))
    return count


@phase
def query(
    rates: Any, voice: Any, need: Any, sensitivity: Any, affinity: Any, brand: Any, generic: Any,
    base: Any, mood: Any, touch: Any, paid: Any, price: Any,
) -> Any:  # fmt: skip
    """Search: who asks, is shown the ad and clicks it; returns what the clicks cost."""
    offer, click_salt = (
        rates.offer_response * voice.discount,
        channel_salt(voice.number, DRAW_ENGAGE),
    )
    brand_odds = voice.odds * rates.brand_odds
    total = np.int64(0)
    for q in range(len(need)):
        shown = touch[q] & (brand[q] | generic[q])
        touch[q] = shown
        match = need[q] == voice.message
        x = appeal(mood[q], affinity[q], voice.fit, match, offer * sensitivity[q], rates)
        p = logistic(brand_odds if brand[q] != NO else voice.odds, x)
        clicks = flag(uniform(base[q], click_salt) < p) & shown
        paid[q] = clicks
        cost = voice.brand_cost if brand[q] != NO else voice.cost
        price[q] = cost if clicks != NO else np.int32(0)
        total += np.int64(price[q])
    return total


@phase
def grant(channels: Any, desk: Any, turn: Any, n: Any) -> None:
    """Pay for this tick's touches out of the block's slices, never more than they hold."""
    for pot in range(len(desk.purse)):
        total = np.int64(0)
        for c in range(len(desk.wanted)):
            total += desk.wanted[c] if channels.pot[c] == pot else np.int64(0)
        if total > desk.purse[pot]:
            ration(channels, desk, pot, turn, n)
            continue
        desk.purse[pot] -= total
        for c in range(len(desk.wanted)):
            desk.tally[c, SPEND] += desk.wanted[c] if channels.pot[c] == pot else np.int64(0)


@phase
def ration(channels: Any, desk: Any, pot: Any, turn: Any, n: Any) -> None:
    """The rare case that a purse runs dry: grant one touch at a time, from a start that rotates."""
    n_channels = len(desk.costs)
    for step in range(n):
        q = (turn + step) % n
        for place in range(n_channels):
            c = (turn + step + place) % n_channels
            if desk.work.touch[c, q] == NO or channels.pot[c] != pot:
                continue
            search = channels.kind[c] == SEARCH
            price = np.int64(desk.work.price[q] if search else desk.costs[c])
            if price <= desk.purse[pot]:
                desk.purse[pot] -= price
                desk.tally[c, SPEND] += price
                continue
            desk.tally[c, REFUSED] += 1
            desk.work.touch[c, q] = NO
            if search:
                desk.work.paid[q] = NO


@phase
def count_flags(flags: Any, n: Any) -> Any:
    """Sum of the first ``n`` bytes."""
    head = flags[:n]
    count = np.int32(0)
    for q in range(len(head)):
        count = np.int32(count + np.int32(head[q]))
    return count


@phase
def search_results(
    rates: Any, now: Any, engaged: Any, touch: Any, paid: Any, base: Any, brand: Any, generic: Any,
    visit: Any,
) -> Any:  # fmt: skip
    """Clicks on the queries: without the ad, organic results recapture; returns the paid ones."""
    organic_salt = salt(DRAW_ORGANIC)
    clicks = np.int32(0)
    for q in range(len(engaged)):
        brand_p = rates.brand_beside if touch[q] != NO else rates.brand_alone
        generic_p = rates.generic_beside if touch[q] != NO else rates.generic_alone
        p = brand_p if brand[q] != NO else generic_p
        organic = flag(uniform(base[q], organic_salt) < p) & (brand[q] | generic[q])
        visit[q] = visit[q] | paid[q] | organic
        engaged[q] = now if paid[q] != NO else engaged[q]
        clicks = np.int32(clicks + np.int32(paid[q]))
    return clicks


@phase
def organic_only(rates: Any, base: Any, brand: Any, generic: Any, visit: Any, n: Any) -> None:
    """Queries where the company runs no search ads at all."""
    found, organic_salt = visit[:n], salt(DRAW_ORGANIC)
    for q in range(len(found)):
        p = rates.brand_alone if brand[q] != NO else rates.generic_alone
        organic = flag(uniform(base[q], organic_salt) < p) & (brand[q] | generic[q])
        found[q] = found[q] | organic


@phase
def warm_up(rates: Any, now: Any, engaged: Any, warm: Any) -> None:
    """Mark the customers whom a channel engaged within the memory."""
    for q in range(len(engaged)):
        warm[q] = warm[q] | flag(ticks_since(now, engaged[q]) < rates.memory)


@phase
def count_both(left: Any, right: Any, n: Any) -> Any:
    """How many of the first ``n`` customers have both flags."""
    head = left[:n]
    count = np.int32(0)
    for q in range(len(head)):
        count = np.int32(count + np.int32(head[q] & right[q]))
    return count


@phase
def respond(
    rates: Any, voice: Any, now: Any, need: Any, sensitivity: Any, affinity: Any, base: Any,
    mood: Any, leave: Any, touch: Any, engaged: Any, subscribed: Any, visit: Any, relevant: Any,
    exposure: Any,
) -> Any:  # fmt: skip
    """Open or engage, click through to a visit, or opt out; returns how many did each."""
    engage_salt = channel_salt(voice.number, DRAW_ENGAGE)
    click_salt = channel_salt(voice.number, DRAW_CLICK)
    leave_salt = channel_salt(voice.number, DRAW_OPT_OUT)
    offer = rates.offer_response * voice.discount
    engagements, clicks, opt_outs = np.int32(0), np.int32(0), np.int32(0)
    for q in range(len(need)):
        match = need[q] == voice.message
        x = appeal(mood[q], affinity[q], voice.fit, match, offer * sensitivity[q], rates)
        opens = flag(uniform(base[q], engage_salt) < logistic(voice.odds, x)) & touch[q]
        goes = flag(uniform(base[q], click_salt) < voice.click) & opens
        risk = voice.opt_out * leave[q] * (rates.relief if match else ONE)
        leaves = flag(uniform(base[q], leave_salt) < risk) & touch[q]
        engaged[q] = now if opens != NO else engaged[q]
        subscribed[q] = NO if leaves != NO else subscribed[q]
        visit[q] = visit[q] | goes
        relevant[q] = relevant[q] + (ONE if match & (opens != NO) else ZERO)
        exposure[q] = exposure[q] + (voice.recall if opens != NO else ZERO)
        engagements = np.int32(engagements + np.int32(opens))
        clicks = np.int32(clicks + np.int32(goes))
        opt_outs = np.int32(opt_outs + np.int32(leaves))
    return engagements, clicks, opt_outs


@phase
def remember(
    voice: Any, now: Any, touch: Any, story: Any, heard: Any, offered: Any, touched: Any,
    agree: Any, differ: Any, top: Any,
) -> None:  # fmt: skip
    """Write the touch into the customer's memory; does it repeat the story or contradict it?"""
    message, offer = voice.message, voice.offer
    for q in range(len(heard)):
        hit = touch[q] != NO
        heard[q] = message if hit else heard[q]
        offered[q] = offer if hit else offered[q]
        touched[q] = now if hit else touched[q]
        one = ONE if hit else ZERO
        same = ONE if story[q] == message else ZERO
        agree[q] = agree[q] + one * same
        differ[q] = differ[q] + one * (ONE - same)
        top[q] = offer if hit & (offer > top[q]) else top[q]


@phase
def burden(intrusiveness: Any, effect: Any, touch: Any, load: Any, exposure: Any, n: Any) -> None:
    """Add up what the touches of a channel weigh on its customers."""
    head = touch[:n]
    for q in range(len(head)):
        one = ONE if head[q] != NO else ZERO
        load[q] = load[q] + intrusiveness * one
        exposure[q] = exposure[q] + effect * one


@phase
def recall(rates: Any, now: Any, touched: Any, offered: Any, fade: Any, best: Any) -> None:
    """How fresh a channel is in memory, and the best discount the customer remembers."""
    for q in range(len(touched)):
        left = ONE - np.float32(ticks_since(now, touched[q])) * rates.per_memory
        left = ZERO if left < ZERO else left
        fade[q] = left
        best[q] = offered[q] if (left > ZERO) & (offered[q] > best[q]) else best[q]


@phase
def compare(
    rates: Any, heard_c: Any, heard_k: Any, offered_c: Any, offered_k: Any, touch_c: Any,
    touch_k: Any, fade_c: Any, fade_k: Any, mismatch: Any, gap: Any, weight: Any,
) -> Any:  # fmt: skip
    """Hold what channels ``c`` and ``k`` said against each other; returns the pairs in conflict."""
    conflicts = np.int32(0)
    for q in range(len(heard_c)):
        fresh = (touch_c[q] | touch_k[q]) != NO
        w = fade_c[q] * fade_k[q] if fresh else ZERO
        other = ONE if heard_c[q] != heard_k[q] else ZERO
        points = np.float32(abs(np.int32(offered_c[q]) - np.int32(offered_k[q])))
        distance = points * rates.per_discount
        distance = ONE if distance > ONE else distance
        mismatch[q] = mismatch[q] + w * other
        gap[q] = gap[q] + w * distance
        weight[q] = weight[q] + w
        clash = flag((w > ZERO) & ((other > ZERO) | (points > ZERO)))
        conflicts = np.int32(conflicts + np.int32(clash))
    return conflicts


@phase
def retell(message: Any, now: Any, touch: Any, story: Any, last: Any) -> None:
    """The last message heard; called from the least to the most intrusive channel."""
    for q in range(len(story)):
        story[q] = message if touch[q] != NO else story[q]
        last[q] = now if touch[q] != NO else last[q]


@phase
def judge(
    rates: Any, now: Any, bought: Any, bought_offer: Any, mismatch: Any, gap: Any, weight: Any,
    top: Any, clash: Any, regretted: Any,
) -> Any:  # fmt: skip
    """How far the channels contradicted each other; returns how many regret a purchase."""
    regrets = np.int32(0)
    for q in range(len(bought)):
        counted = weight[q] > rates.memory_floor
        share = HALF / (weight[q] if counted else ONE)
        clash[q] = (mismatch[q] + gap[q]) * share if counted else ZERO
        recent = ticks_since(now, bought[q]) < rates.regret
        regret = flag(recent & (top[q] > bought_offer[q]))
        regretted[q] = regret
        regrets = np.int32(regrets + np.int32(regret))
    return regrets


@phase
def decide(
    rates: Any, value: Any, sensitivity: Any, trust: Any, awareness: Any, depth: Any, base: Any,
    visit: Any, best: Any, in_market: Any, event: Any,
) -> Any:  # fmt: skip
    """Who buys on a visit, and the event the tick leaves; returns orders, visits, and margin."""
    buy_salt = salt(DRAW_PURCHASE)
    orders, visits, expected = np.int32(0), np.int32(0), np.int64(0)
    for q in range(len(value)):
        discount = np.float32(best[q]) * PERCENT
        x = (
            rates.purchase_trust * (trust[q] - rates.trust_baseline)
            + rates.purchase_discount * discount * sensitivity[q]
            + rates.purchase_awareness * awareness[q]
            + rates.purchase_narrative * depth[q]
        )
        p = logistic(rates.odds_in_market if in_market[q] != NO else rates.odds_idle, x)
        buys = flag(uniform(base[q], buy_salt) < p) & visit[q]
        came = ABANDONED if in_market[q] != NO else BROWSED
        event[q] = BOUGHT if buys != NO else (came if visit[q] != NO else NOTHING)
        in_market[q] = NO if buys != NO else in_market[q]
        orders = np.int32(orders + np.int32(buys))
        visits = np.int32(visits + np.int32(visit[q]))
        margin = p * value[q] * rates.order * (rates.margin - discount)
        expected += np.int64(np.int32(margin) if visit[q] != NO else np.int32(0))
    return orders, visits, expected


@phase
def charge(
    quantiles: Any, now: Any, value: Any, event: Any, base: Any, best: Any, bought: Any,
    bought_offer: Any, price: Any,
) -> Any:  # fmt: skip
    """Price the few orders of this tick; returns revenue and its value before discounts."""
    order_salt = salt(DRAW_ORDER)
    revenue, list_value = np.int64(0), np.int64(0)
    for q in range(len(value)):
        price[q] = 0
        if event[q] != BOUGHT:
            continue
        full = value[q] * quantiles[mix(base[q] ^ order_salt) >> np.uint32(22)]
        discount = np.float32(best[q]) * PERCENT
        price[q] = np.int32(full * (ONE - discount))
        bought[q], bought_offer[q] = now, best[q]
        revenue += np.int64(price[q])
        list_value += np.int64(np.int32(full))
    return revenue, list_value


@phase
def claim(
    now: Any, window: Any, view: Any, engaged: Any, touched: Any, event: Any, price: Any
) -> Any:
    """A platform credits itself with every order in its lookback window; returns count and sum."""
    count, total = np.int32(0), np.int64(0)
    for q in range(len(engaged)):
        seen = ticks_since(now, touched[q]) < view
        mine = (ticks_since(now, engaged[q]) < window) | seen
        claims = flag(mine & (event[q] == BOUGHT))
        count = np.int32(count + np.int32(claims))
        total += np.int64(price[q] if claims != NO else np.int32(0))
    return count, total


@phase
def lose_trust(
    rates: Any, alive: Any, trust: Any, value: Any, base: Any, clash: Any, load: Any,
    overload: Any, relevant: Any, regretted: Any,
) -> Any:  # fmt: skip
    """Trust after the tick; returns who left the company, and their equity less the expected."""
    churn_salt = salt(DRAW_CHURN)
    churned, luck = np.int32(0), np.int64(0)
    for q in range(len(alive)):
        t, over = trust[q], overload[q]
        urge = rates.churn_overload * over + rates.churn_trust * (rates.trust_baseline - t)
        gone = hazard(rates.churn * exponential(urge))
        leaves = flag(uniform(base[q], churn_salt) < gone) & alive[q]
        worth = rates.equity * value[q]
        lost_worth = np.int32(worth) if leaves != NO else np.int32(0)
        expected = np.int32(gone * worth + HALF) if alive[q] != NO else np.int32(0)
        luck += np.int64(lost_worth - expected)
        lost = load[q] * (rates.trust_conflict * clash[q] + rates.trust_overload * over)
        lost = lost + (rates.trust_regret if regretted[q] != NO else ZERO)
        trust[q] = clip01(t - lost + rates.trust_relevance * relevant[q] * (ONE - clash[q]))
        alive[q] = NO if leaves != NO else alive[q]
        churned = np.int32(churned + np.int32(leaves))
    return churned, luck


@phase
def sink_in(
    rates: Any, awareness: Any, pressure: Any, depth: Any, exposure: Any, load: Any, agree: Any,
    differ: Any,
) -> None:  # fmt: skip
    """Awareness, pressure and narrative depth after the tick."""
    for q in range(len(awareness)):
        awareness[q] = awareness[q] + (ONE - awareness[q]) * hazard(exposure[q])
        pressure[q] = pressure[q] + load[q]
        d = depth[q]
        gained = rates.narrative_gain * agree[q] * (ONE - d)
        depth[q] = clip01(d + gained - rates.narrative_loss * differ[q] * d)


@stage
def make_contacts(world: Any, block: Any, crowd: Any, desk: Any, now: Any, turn: Any) -> None:
    """Contact: every channel chooses on the same state, then the purse pays for what it can."""
    env, segment, lo, hi, _ = block
    rates, channels, people, work = world.rates, world.channels, world.people, desk.work
    for c in range(len(channels.kind)):
        voice = voice_of(world, env, segment, c)
        desk.costs[c], desk.wanted[c] = voice.cost, 0
        if world.plan.pressure[env, c, segment] == 0:
            work.touch[c][: hi - lo] = NO
            if channels.kind[c] == SEARCH:
                work.paid[: hi - lo] = NO
            continue
        last, last_message = people.touched[c, lo:hi], people.heard[c, lo:hi]
        if rates.shared_context != 0:
            last, last_message = crowd.touched_any, crowd.story
        count = contact(
            rates, voice, now, crowd.alive, people.subscribed[c, lo:hi], crowd.event,
            people.engaged[c, lo:hi], last, last_message, work.base, work.touch[c],
        )  # fmt: skip
        desk.wanted[c] = np.int64(count) * np.int64(voice.cost)
        if channels.kind[c] == SEARCH:
            desk.wanted[c] = query(
                rates, voice, crowd.need, crowd.sensitivity, world.traits.affinity[c, lo:hi],
                work.brand, work.generic, work.base, work.mood, work.touch[c], work.paid,
                work.price,
            )  # fmt: skip
    grant(channels, desk, turn, hi - lo)
    for c in range(len(channels.kind)):
        desk.touched[c] = count_flags(work.touch[c], hi - lo)
        desk.tally[c, TOUCHES] += desk.touched[c]


@stage
def find(world: Any, block: Any, desk: Any, now: Any) -> None:
    """What customers find who search: paid results where there are any, and organic ones."""
    _, _, lo, hi, _ = block
    rates, channels, people, work = world.rates, world.channels, world.people, desk.work
    searched = False
    for c in range(len(channels.kind)):
        if channels.kind[c] == SEARCH:
            searched = True
            if count_flags(work.paid, hi - lo) > 0:
                work.warm[: hi - lo] = NO
                for k in range(len(channels.kind)):
                    if channels.kind[k] == PUSH:
                        warm_up(rates, now, people.engaged[k, lo:hi], work.warm)
                desk.totals[AWARE_CLICKS] += count_both(work.warm, work.paid, hi - lo)
            clicks = search_results(
                rates, now, people.engaged[c, lo:hi], work.touch[c], work.paid, work.base,
                work.brand, work.generic, work.visit,
            )  # fmt: skip
            desk.tally[c, ENGAGEMENTS] += clicks
            desk.tally[c, CLICKS] += clicks
    if not searched:
        organic_only(rates, work.base, work.brand, work.generic, work.visit, hi - lo)
    desk.totals[BRAND] += count_flags(work.brand, hi - lo)
    desk.totals[GENERIC] += count_flags(work.generic, hi - lo)


@stage
def answer(world: Any, block: Any, crowd: Any, desk: Any, now: Any) -> None:
    """Response: what the touched customers do and what they will remember."""
    env, segment, lo, hi, _ = block
    channels, people, work = world.channels, world.people, desk.work
    for c in range(len(channels.kind)):
        if desk.touched[c] == 0:
            continue
        voice = voice_of(world, env, segment, c)
        if channels.kind[c] != SEARCH:
            engagements, clicks, opt_outs = respond(
                world.rates, voice, now, crowd.need, crowd.sensitivity,
                world.traits.affinity[c, lo:hi], work.base, work.mood, work.leave, work.touch[c],
                people.engaged[c, lo:hi], people.subscribed[c, lo:hi], work.visit, work.relevant,
                work.exposure,
            )  # fmt: skip
            desk.tally[c, ENGAGEMENTS] += engagements
            desk.tally[c, CLICKS] += clicks
            desk.tally[c, OPT_OUTS] += opt_outs
        remember(
            voice, now, work.touch[c], crowd.story, people.heard[c, lo:hi],
            people.offered[c, lo:hi], people.touched[c, lo:hi], work.agree, work.differ,
            work.top_offer,
        )  # fmt: skip
        burden(
            channels.intrusiveness[c], channels.awareness[c], work.touch[c], work.load,
            work.exposure, hi - lo,
        )  # fmt: skip


@stage
def hold_together(world: Any, block: Any, crowd: Any, desk: Any, now: Any) -> None:
    """Conflict: every pair of channels of which one has just spoken."""
    env, segment, lo, hi, _ = block
    rates, people, work, n_channels = world.rates, world.people, desk.work, len(desk.costs)
    for c in range(n_channels):
        recall(
            rates, now, people.touched[c, lo:hi], people.offered[c, lo:hi], work.fade[c],
            work.best_offer,
        )  # fmt: skip
    for c in range(n_channels):
        for k in range(c + 1, n_channels):
            if desk.touched[c] + desk.touched[k] > 0:
                desk.totals[CONFLICTS] += compare(
                    rates, people.heard[c, lo:hi], people.heard[k, lo:hi], people.offered[c, lo:hi],
                    people.offered[k, lo:hi], work.touch[c], work.touch[k], work.fade[c],
                    work.fade[k], work.mismatch, work.gap, work.weight,
                )  # fmt: skip
    for place in range(n_channels):
        c = world.channels.loudness[place]
        if desk.touched[c] > 0:
            message = world.plan.message[env, c, segment]
            retell(message, now, work.touch[c], crowd.story, crowd.touched_any)
    desk.totals[REGRETS] += judge(
        rates, now, crowd.bought, crowd.bought_offer, work.mismatch, work.gap, work.weight,
        work.top_offer, work.clash, work.regretted,
    )  # fmt: skip


@stage
def buy(world: Any, block: Any, crowd: Any, desk: Any, now: Any) -> None:
    """Purchase, and the claims that every platform makes on it."""
    _, _, lo, hi, _ = block
    channels, people, work = world.channels, world.people, desk.work
    orders, visits, expected = decide(
        world.rates, crowd.value, crowd.sensitivity, crowd.trust, crowd.awareness, crowd.depth,
        work.base, work.visit, work.best_offer, crowd.in_market, crowd.event,
    )  # fmt: skip
    desk.totals[ORDERS] += orders
    desk.totals[VISITS] += visits
    desk.totals[EXPECTED_MARGIN] += expected
    if orders == 0:
        return
    revenue, list_value = charge(
        world.orders, now, crowd.value, crowd.event, work.base, work.best_offer, crowd.bought,
        crowd.bought_offer, work.price,
    )  # fmt: skip
    desk.totals[REVENUE] += revenue
    desk.totals[LIST_VALUE] += list_value
    for c in range(len(channels.kind)):
        count, total = claim(
            now, channels.claim_window[c], channels.view_window[c], people.engaged[c, lo:hi],
            people.touched[c, lo:hi], crowd.event, work.price,
        )  # fmt: skip
        desk.tally[c, CLAIMS] += count
        desk.tally[c, CLAIMED] += total


@stage
def settle_down(world: Any, crowd: Any, desk: Any) -> None:
    """Consequences: trust, departures, awareness, pressure and narrative depth."""
    work = desk.work
    churned, luck = lose_trust(
        world.rates, crowd.alive, crowd.trust, crowd.value, work.base, work.clash, work.load,
        work.overload, work.relevant, work.regretted,
    )  # fmt: skip
    desk.totals[CHURNED] += churned
    desk.totals[CHURN_LUCK] += luck
    sink_in(
        world.rates, crowd.awareness, crowd.pressure, crowd.depth, work.exposure, work.load,
        work.agree, work.differ,
    )  # fmt: skip


@stage
def advance_block(world: Any, block: Any, desk: Any, start: Any, tick: Any, ticks: Any) -> None:
    """All ticks of one decision for one block of customers."""
    env, _, lo, hi, first = block
    rates, work, crowd = world.rates, desk.work, crowd_of(world.traits, world.people, lo, hi)
    for t in range(tick, tick + ticks):
        now, key = np.uint16(start + t), tick_key(world.markets.seeds[env], np.uint64(t))
        start_tick(
            rates, rates.entry * world.markets.season[env, t], key, first, crowd.alive,
            crowd.in_market, crowd.awareness, crowd.pressure, work.base, work.visit, work.brand,
            work.generic,
        )  # fmt: skip
        set_mood(
            rates, crowd.trust, crowd.pressure, crowd.depth, crowd.strain, work.mood,
            work.overload, work.leave,
        )  # fmt: skip
        clear(work, hi - lo)
        make_contacts(world, block, crowd, desk, now, np.int64(key >> np.uint64(33)))
        find(world, block, desk, now)
        answer(world, block, crowd, desk, now)
        hold_together(world, block, crowd, desk, now)
        buy(world, block, crowd, desk, now)
        settle_down(world, crowd, desk)


def make_scratch(n_channels: int, n: int) -> tuple[Scratch, I32, I64, I32]:
    """Working memory for blocks of up to ``n`` customers; costs, wishes and touches ``[C]``."""
    dtypes = {F32: np.float32, U8: np.uint8, U32: np.uint32, I32: np.int32}
    wide = {"touch": (n_channels, n), "fade": (n_channels, n)}
    kinds = Scratch.__annotations__.items()
    work = Scratch(**{name: np.empty(wide.get(name, n), dtypes[kind]) for name, kind in kinds})
    money, count = np.empty(n_channels, np.int64), np.empty(n_channels, np.int32)
    return work, np.empty(n_channels, np.int32), money, count


@entry
def advance(
    blocks: Any, lanes: Any, population: Any, start: Any, clocks: Any, ticks: Any, world: Any,
    slices: Any, tallies: Any, totals: Any, scratch: Any,
) -> None:  # fmt: skip
    """Take every block of the lanes through all ticks of a decision.

    The blocks of a lane follow each other, from a start that changes from decision to decision,
    and pay from one slice of the purses: what one block leaves, the next may spend.

    Args:
        blocks: rows of environment, segment, first and end customer, int64 ``[blocks, 4]``.
        lanes: rows of first and end block, int64 ``[lanes, 2]``.
        population: customers per environment.
        start: clock number of tick 0.
        clocks: ticks already lived, int64 ``[B]``.
        ticks: ticks of this decision.
        world: actions, parameters and customers; ``world.people`` is changed in place.
        slices: the lanes' slices of the purses, int64 ``[lanes, pots]``, reduced in place.
        tallies: channel tallies, int64 ``[blocks, C, CHANNEL_COLUMNS]``, added to.
        totals: system tallies, int64 ``[blocks, SYSTEM_COLUMNS]``, added to.
        scratch: what ``make_scratch`` returned for the widest block.
    """
    work, costs, wanted, touched = scratch
    for lane in range(len(lanes)):
        begin, count = lanes[lane, 0], lanes[lane, 1] - lanes[lane, 0]
        first_env = blocks[begin, 0]
        turn = lane_turn(world.markets.seeds[first_env], clocks[first_env])
        for step in range(count):
            b = begin + (turn + step) % count
            env, segment, lo, hi = blocks[b, 0], blocks[b, 1], blocks[b, 2], blocks[b, 3]
            block = (env, segment, lo, hi, lo - env * population)
            desk = Desk(work, costs, wanted, touched, slices[lane], tallies[b], totals[b])
            advance_block(world, block, desk, start, clocks[env], ticks)


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


@scalar
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


@entry
def settle(blocks: Any, population: Any, seeds: Any, origin: Any, traits: Any, people: Any) -> None:
    """Draw the customers of the given blocks, rows as in ``advance``, from the seeds ``[B]``."""
    for b in range(len(blocks)):
        env, segment, lo, hi = blocks[b, 0], blocks[b, 1], blocks[b, 2], blocks[b, 3]
        key = tick_key(seeds[env], SETUP_TICK)
        for i in range(lo, hi):
            base = customer_word(i - env * population, key)
            draw_traits(origin, traits, env, segment, i, base)
            draw_state(origin, people, i, base)
            draw_reach(origin, traits, people, i, base)


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


@entry
def survey(
    blocks: Any, start: Any, clocks: Any, rates: Any, channels: Any, traits: Any, people: Any,
    sums: Any, reach: Any, voices: Any,
) -> None:  # fmt: skip
    """Sum the customers' states by block into int64 ``[blocks, SURVEY_COLUMNS + C]``, exactly."""
    for b in range(len(blocks)):
        env, lo, hi = blocks[b, 0], blocks[b, 2], blocks[b, 3]
        survey_block(rates, people, sums[b], lo, hi)
        count_voices(rates, start + clocks[env] - 1, people, voices, sums[b], lo, hi)
        value_reach(channels, people, reach, sums[b], lo, hi)
        value_equity(rates, traits, people, reach, sums[b], lo, hi)
