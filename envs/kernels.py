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

# LLVM inlines what is called often; Numba itself inlines the stages that only call phases.
scalar = njit(error_model="numpy", forceinline=True)
phase = njit(error_model="numpy", nogil=True, forceinline=True)
stage = njit(error_model="numpy", nogil=True, inline="always")
entry = njit(error_model="numpy", nogil=True, cache=True)

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
DRAW_AWARENESS, DRAW_TRUST = 69, 70
DRAW_REACH, DRAW_AFFINITY = 80, 96
SETUP_TICK = np.uint64(0xFFFFFFFF)

# Columns of the tallies: counts, and money in units of 1/10,000 dollar.
TOUCHES, ENGAGEMENTS, CLICKS, CLAIMS, CLAIMED, OPT_OUTS, SPEND, REFUSED = range(8)
CHANNEL_COLUMNS = 8
ORDERS, REVENUE, LIST_VALUE, VISITS, BRAND, GENERIC, AWARE_CLICKS, CONFLICTS, CHURNED, REGRETS = (
    range(10)
)
EXPECTED_MARGIN, CHURN_LUCK = (
    10,
    11,
)  # margin of purchases at their probability; equity of leavers, less expected
SYSTEM_COLUMNS = 12
# Columns of a survey: counts, sums of states in 1/65,536, equity in 1/10,000 dollar.
ALIVE, IN_MARKET, AWARENESS, TRUST, PRESSURE, DEPTH, EQUITY = range(7)
SURVEY_COLUMNS = 7


class Traits(NamedTuple):
    """What never changes about a customer; ``[N]``, or ``[C, N]``."""

    age: U8
    need: U8
    value: F32
    sensitivity: F32
    strain: F32  # 1 / tolerance
    affinity: F32


class Customers(NamedTuple):
    """What changes about a customer; ``[N]``, the last four ``[C, N]``. Ticks are clock numbers."""

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
    shown: U8
    paid: U8
    price: I32
    mood: F32
    overload: F32
    leave: F32
    load: F32
    exposure: F32
    touches: F32
    relevant: F32
    agree: F32
    differ: F32
    top_offer: U8
    best_offer: U8
    mismatch: F32
    gap: F32
    weight: F32
    touch: U8
    fade: F32


class Rates(NamedTuple):
    """The customers' parameters per tick; see ``population.pack_rates``."""

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
def salt(purpose: Any) -> Any:
    """The word that separates the draws of one purpose from those of all others."""
    return mix(np.uint32(np.uint32(purpose + 1) * np.uint32(0x9E3779B9)))


@scalar
def uniform(base: Any, purpose_salt: Any) -> Any:
    """A float32 in [0, 1) with 24 random bits."""
    return np.float32(mix(base ^ purpose_salt) >> np.uint32(8)) * UNIT_24


@scalar
def exponential(x: Any) -> Any:
    """``e**x`` for |x| <= 8 by a polynomial: multiplications and additions only, hence exact."""
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


@phase
def start_tick(
    first: Any,
    key: Any,
    season: Any,
    rates: Any,
    traits: Any,
    people: Any,
    work: Any,
    lo: Any,
    hi: Any,
) -> Any:
    """Drift and demand: decay, market entry and exit, queries, direct visits, the tick's mood."""
    alive, in_market = people.alive[lo:hi], people.in_market[lo:hi]
    awareness, pressure = people.awareness[lo:hi], people.pressure[lo:hi]
    low, high = np.uint32(key), np.uint32(key >> np.uint64(32))
    market, brand_s, generic_s, direct_s = (
        salt(DRAW_MARKET),
        salt(DRAW_BRAND),
        salt(DRAW_GENERIC),
        salt(DRAW_DIRECT),
    )
    base, visit, brand, generic = work.base, work.visit, work.brand, work.generic
    entry_rate = rates.entry * season
    for q in range(len(alive)):
        word = mix(mix(np.uint32(first + q) + low) ^ high)
        base[q] = word
        a = awareness[q] * rates.keep_awareness
        awareness[q] = a
        pressure[q] = pressure[q] * rates.keep_pressure
        inside = in_market[q]
        enter = hazard(entry_rate * (ONE + rates.entry_awareness * a))
        moves = flag(uniform(word, market) < (rates.leave_market if inside != NO else enter))
        inside = inside ^ moves
        in_market[q] = inside
        wants = ONE if inside != NO else ZERO
        recall = rates.query_floor + rates.query_awareness * a
        brand_rate = (rates.brand * wants + rates.brand_idle) * recall
        generic_rate = rates.generic * wants * (rates.generic_floor + rates.generic_awareness * a)
        direct_rate = (rates.direct * wants + rates.direct_idle) * recall
        brand[q] = flag(uniform(word, brand_s) < hazard(brand_rate)) & alive[q]
        generic[q] = flag(uniform(word, generic_s) < hazard(generic_rate)) & alive[q]
        visit[q] = flag(uniform(word, direct_s) < hazard(direct_rate)) & alive[q]
    return set_mood(rates, traits, people, work, lo, hi)


@phase
def set_mood(rates: Any, traits: Any, people: Any, work: Any, lo: Any, hi: Any) -> None:
    """What every response of this tick depends on, and an empty sheet for its consequences."""
    trust, pressure, depth = people.trust[lo:hi], people.pressure[lo:hi], people.depth[lo:hi]
    strain = traits.strain[lo:hi]
    mood, overload, leave = work.mood, work.overload, work.leave
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
    n = len(trust)
    for sheet in (work.load, work.exposure, work.touches, work.relevant, work.agree, work.differ):
        sheet[:n] = ZERO
    for ledger in (work.mismatch, work.gap, work.weight):
        ledger[:n] = ZERO
    work.top_offer[:n] = NO
    work.best_offer[:n] = NO


@phase
def contact(
    c: Any, calm: Any, after_event: Any, audience: Any, message: Any, now: Any, number: Any,
    rates: Any,
    people: Any, work: Any, lo: Any, hi: Any,
) -> Any:  # fmt: skip
    """Whom channel ``c`` wants to touch in this tick; returns how many."""
    alive, subscribed = people.alive[lo:hi], people.subscribed[c][lo:hi]
    event, engaged = people.event[lo:hi], people.engaged[c][lo:hi]
    if rates.shared_context != 0:
        last, last_message = people.touched_any[lo:hi], people.story[lo:hi]
    else:
        last, last_message = people.touched[c][lo:hi], people.heard[c][lo:hi]
    touch, base = work.touch[c], work.base
    contact_salt = salt(CHANNEL_DRAWS + 4 * number + DRAW_CONTACT)
    count = np.int32(0)
    for q in range(len(alive)):
        age = np.int32(now) - np.int32(last[q])
        rested = (age >= rates.memory) | (age < rates.sync_lag)
        told = (last_message[q] == message) & (age >= rates.sync_lag)
        fan = (np.int32(now) - np.int32(engaged[q])) < rates.engager
        inside = fan if audience == ENGAGERS else (rested if audience == RESTED else told)
        chosen = flag(inside | (audience == EVERYONE)) & alive[q] & subscribed[q]
        p = calm if event[q] == NOTHING else after_event
        touch[q] = flag(uniform(base[q], contact_salt) < p) & chosen
        count = np.int32(count + np.int32(touch[q]))
    return count


@phase
def query(
    c: Any, win: Any, odds: Any, fit: Any, message: Any, discount: Any, cost: Any, brand_cost: Any,
    number: Any, rates: Any, traits: Any, people: Any, work: Any, lo: Any, hi: Any,
) -> Any:  # fmt: skip
    """Search: who asks, is shown the ad (already in ``touch``) and clicks it; returns the cost."""
    need, affinity, sensitivity = (
        traits.need[lo:hi],
        traits.affinity[c][lo:hi],
        traits.sensitivity[lo:hi],
    )
    touch, brand, generic, paid, price = (
        work.touch[c],
        work.brand,
        work.generic,
        work.paid,
        work.price,
    )
    base, mood = work.base, work.mood
    click_salt = salt(CHANNEL_DRAWS + 4 * number + DRAW_ENGAGE)
    offer = rates.offer_response * discount
    total = np.int64(0)
    for q in range(len(need)):
        shown = touch[q] & (brand[q] | generic[q])
        touch[q] = shown
        x = (
            mood[q]
            + affinity[q]
            + fit
            + (rates.need_match if need[q] == message else ZERO)
            + offer * sensitivity[q]
        )
        p = logistic(odds * rates.brand_odds if brand[q] != NO else odds, x)
        clicks = flag(uniform(base[q], click_salt) < p) & shown
        paid[q] = clicks
        price[q] = (brand_cost if brand[q] != NO else cost) if clicks != NO else np.int32(0)
        total += np.int64(price[q])
    return total


@phase
def ration(
    pot: Any, turn: Any, n: Any, costs: Any, channels: Any, work: Any, slice_: Any, tally: Any
) -> None:
    """The rare case that a purse runs dry: grant one touch at a time, from a start that rotates."""
    n_channels = len(costs)
    for step in range(n):
        q = (turn + step) % n
        for place in range(n_channels):
            c = (turn + step + place) % n_channels
            if work.touch[c, q] == NO or channels.pot[c] != pot:
                continue
            search = channels.kind[c] == SEARCH
            price = np.int64(work.price[q] if search else costs[c])
            if price <= slice_[pot]:
                slice_[pot] -= price
                tally[c, SPEND] += price
                continue
            tally[c, REFUSED] += 1
            work.touch[c, q] = NO
            if search:
                work.paid[q] = NO


@phase
def grant(
    turn: Any, n: Any, costs: Any, wanted: Any, channels: Any, work: Any, slice_: Any, tally: Any
) -> None:
    """Pay for this tick's touches out of the block's slices, never more than they hold."""
    for pot in range(len(slice_)):
        total = np.int64(0)
        for c in range(len(wanted)):
            total += wanted[c] if channels.pot[c] == pot else np.int64(0)
        if total > slice_[pot]:
            ration(pot, turn, n, costs, channels, work, slice_, tally)
            continue
        slice_[pot] -= total
        for c in range(len(wanted)):
            tally[c, SPEND] += wanted[c] if channels.pot[c] == pot else np.int64(0)


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
    c: Any, now: Any, rates: Any, people: Any, work: Any, tally: Any, lo: Any, hi: Any
) -> None:
    """Clicks on the queries: where the ad does not run, organic results recapture."""
    alive, engaged = people.alive[lo:hi], people.engaged[c][lo:hi]
    touch, paid, brand, generic, visit = (
        work.touch[c],
        work.paid,
        work.brand,
        work.generic,
        work.visit,
    )
    base, organic_salt = work.base, salt(DRAW_ORGANIC)
    clicks = np.int32(0)
    for q in range(len(alive)):
        brand_p = rates.brand_beside if touch[q] != NO else rates.brand_alone
        generic_p = rates.generic_beside if touch[q] != NO else rates.generic_alone
        p = brand_p if brand[q] != NO else generic_p
        organic = flag(uniform(base[q], organic_salt) < p) & (brand[q] | generic[q])
        visit[q] = visit[q] | paid[q] | organic
        engaged[q] = now if paid[q] != NO else engaged[q]
        clicks = np.int32(clicks + np.int32(paid[q]))
    tally[c, ENGAGEMENTS] += clicks
    tally[c, CLICKS] += clicks


@phase
def organic_only(rates: Any, work: Any, n: Any) -> None:
    """Queries where the company runs no search ads at all."""
    brand, generic, visit = work.brand[:n], work.generic[:n], work.visit[:n]
    base, organic_salt = work.base, salt(DRAW_ORGANIC)
    for q in range(len(visit)):
        p = rates.brand_alone if brand[q] != NO else rates.generic_alone
        found = flag(uniform(base[q], organic_salt) < p) & (brand[q] | generic[q])
        visit[q] = visit[q] | found


@phase
def count_aware(
    c: Any, now: Any, n_channels: Any, rates: Any, people: Any, work: Any, lo: Any, hi: Any
) -> Any:
    """Paid clicks by customers whom another channel engaged within the memory."""
    warm, paid = work.shown, work.paid
    for q in range(hi - lo):
        warm[q] = NO
    for k in range(n_channels):
        if k == c:
            continue
        engaged = people.engaged[k][lo:hi]
        for q in range(len(engaged)):
            warm[q] = warm[q] | flag((np.int32(now) - np.int32(engaged[q])) < rates.memory)
    count = np.int32(0)
    for q in range(hi - lo):
        count = np.int32(count + np.int32(warm[q] & paid[q]))
    return count


@phase
def respond(
    c: Any, odds: Any, fit: Any, message: Any, discount: Any, click: Any, opt_out: Any, now: Any,
    number: Any, rates: Any, traits: Any, people: Any, work: Any, tally: Any, lo: Any, hi: Any,
) -> None:  # fmt: skip
    """Open or engage, click through to a visit, or opt out of the channel."""
    need, affinity, sensitivity = (
        traits.need[lo:hi],
        traits.affinity[c][lo:hi],
        traits.sensitivity[lo:hi],
    )
    subscribed, engaged = people.subscribed[c][lo:hi], people.engaged[c][lo:hi]
    touch, base, mood, leave = work.touch[c], work.base, work.mood, work.leave
    visit, relevant = work.visit, work.relevant
    first = CHANNEL_DRAWS + 4 * number
    engage_salt, click_salt, leave_salt = (
        salt(first + DRAW_ENGAGE),
        salt(first + DRAW_CLICK),
        salt(first + DRAW_OPT_OUT),
    )
    offer = rates.offer_response * discount
    engagements, clicks, opt_outs = np.int32(0), np.int32(0), np.int32(0)
    for q in range(len(need)):
        match = need[q] == message
        x = (
            mood[q]
            + affinity[q]
            + fit
            + (rates.need_match if match else ZERO)
            + offer * sensitivity[q]
        )
        opens = flag(uniform(base[q], engage_salt) < logistic(odds, x)) & touch[q]
        goes = flag(uniform(base[q], click_salt) < click) & opens
        leaves = flag(uniform(base[q], leave_salt) < opt_out * leave[q]) & touch[q]
        engaged[q] = now if opens != NO else engaged[q]
        subscribed[q] = NO if leaves != NO else subscribed[q]
        visit[q] = visit[q] | goes
        relevant[q] = relevant[q] + (ONE if match & (opens != NO) else ZERO)
        engagements = np.int32(engagements + np.int32(opens))
        clicks = np.int32(clicks + np.int32(goes))
        opt_outs = np.int32(opt_outs + np.int32(leaves))
    tally[c, ENGAGEMENTS] += engagements
    tally[c, CLICKS] += clicks
    tally[c, OPT_OUTS] += opt_outs


@phase
def remember(
    c: Any, message: Any, offer: Any, intrusiveness: Any, awareness: Any, now: Any, people: Any,
    work: Any, lo: Any, hi: Any,
) -> None:  # fmt: skip
    """Write the touch into the customer's memory and add up what it will do."""
    heard, offered, touched = (
        people.heard[c][lo:hi],
        people.offered[c][lo:hi],
        people.touched[c][lo:hi],
    )
    story, touch = people.story[lo:hi], work.touch[c]
    load, exposure, touches = work.load, work.exposure, work.touches
    agree, differ, top = work.agree, work.differ, work.top_offer
    for q in range(len(heard)):
        hit = touch[q] != NO
        heard[q] = message if hit else heard[q]
        offered[q] = offer if hit else offered[q]
        touched[q] = now if hit else touched[q]
        weight = ONE if hit else ZERO
        load[q] = load[q] + intrusiveness * weight
        exposure[q] = exposure[q] + awareness * weight
        touches[q] = touches[q] + weight
        same = ONE if story[q] == message else ZERO
        agree[q] = agree[q] + weight * same
        differ[q] = differ[q] + weight * (ONE - same)
        top[q] = offer if hit & (offer > top[q]) else top[q]


@phase
def recall(c: Any, now: Any, rates: Any, people: Any, work: Any, lo: Any, hi: Any) -> None:
    """How fresh channel ``c`` is in memory, and the best discount the customer remembers."""
    touched, offered = people.touched[c][lo:hi], people.offered[c][lo:hi]
    fade, best = work.fade[c], work.best_offer
    for q in range(len(touched)):
        left = ONE - np.float32(np.int32(now) - np.int32(touched[q])) * rates.per_memory
        left = ZERO if left < ZERO else left
        fade[q] = left
        best[q] = offered[q] if (left > ZERO) & (offered[q] > best[q]) else best[q]


@phase
def compare(c: Any, k: Any, rates: Any, people: Any, work: Any, lo: Any, hi: Any) -> Any:
    """Hold what channels ``c`` and ``k`` said against each other; returns the pairs in conflict."""
    heard_c, heard_k = people.heard[c][lo:hi], people.heard[k][lo:hi]
    offered_c, offered_k = people.offered[c][lo:hi], people.offered[k][lo:hi]
    touch_c, touch_k, fade_c, fade_k = work.touch[c], work.touch[k], work.fade[c], work.fade[k]
    mismatch, gap, weight = work.mismatch, work.gap, work.weight
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
def decide(rates: Any, traits: Any, people: Any, work: Any, tally: Any, lo: Any, hi: Any) -> Any:
    """Who buys on a visit, and the event the tick leaves behind; returns the number of orders."""
    sensitivity, value = traits.sensitivity[lo:hi], traits.value[lo:hi]
    in_market, event = people.in_market[lo:hi], people.event[lo:hi]
    trust, awareness, depth = people.trust[lo:hi], people.awareness[lo:hi], people.depth[lo:hi]
    base, visit, best, buy_salt = work.base, work.visit, work.best_offer, salt(DRAW_PURCHASE)
    orders, visits, expected = np.int32(0), np.int32(0), np.int64(0)
    for q in range(len(sensitivity)):
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
    tally[EXPECTED_MARGIN] += expected
    tally[ORDERS] += orders
    tally[VISITS] += visits
    return orders


@phase
def charge(
    now: Any, quantiles: Any, traits: Any, people: Any, work: Any, tally: Any, lo: Any, hi: Any
) -> None:
    """Price the few orders of this tick: order value times (1 - best discount seen)."""
    value, event = traits.value[lo:hi], people.event[lo:hi]
    bought, bought_offer = people.bought[lo:hi], people.bought_offer[lo:hi]
    order_salt = salt(DRAW_ORDER)
    for q in range(len(value)):
        work.price[q] = 0
        if event[q] != BOUGHT:
            continue
        full = value[q] * quantiles[mix(work.base[q] ^ order_salt) >> np.uint32(22)]
        discount = np.float32(work.best_offer[q]) * PERCENT
        work.price[q] = np.int32(full * (ONE - discount))
        bought[q], bought_offer[q] = now, work.best_offer[q]
        tally[REVENUE] += np.int64(work.price[q])
        tally[LIST_VALUE] += np.int64(np.int32(full))


@phase
def claim(
    c: Any, now: Any, window: Any, view: Any, people: Any, work: Any, tally: Any, lo: Any, hi: Any
) -> None:
    """The platform of channel ``c`` credits itself with every order inside its lookback window."""
    engaged, touched = people.engaged[c][lo:hi], people.touched[c][lo:hi]
    price, event = work.price, people.event[lo:hi]
    count, total = np.int32(0), np.int64(0)
    for q in range(len(engaged)):
        seen = (np.int32(now) - np.int32(touched[q])) < view
        mine = ((np.int32(now) - np.int32(engaged[q])) < window) | seen
        claims = flag(mine & (event[q] == BOUGHT))
        count = np.int32(count + np.int32(claims))
        total += np.int64(price[q] if claims != NO else np.int32(0))
    tally[c, CLAIMS] += count
    tally[c, CLAIMED] += total


@phase
def judge(now: Any, rates: Any, people: Any, work: Any, tally: Any, lo: Any, hi: Any) -> None:
    """How far the channels contradicted each other (``mismatch``), and who regrets a purchase."""
    bought, bought_offer = people.bought[lo:hi], people.bought_offer[lo:hi]
    mismatch, gap, weight, top, regretted = (
        work.mismatch,
        work.gap,
        work.weight,
        work.top_offer,
        work.shown,
    )
    regrets = np.int32(0)
    for q in range(len(bought)):
        counted = weight[q] > rates.memory_floor
        share = HALF / (weight[q] if counted else ONE)
        mismatch[q] = (mismatch[q] + gap[q]) * share if counted else ZERO
        recent = (np.int32(now) - np.int32(bought[q])) < rates.regret
        regret = flag(recent & (top[q] > bought_offer[q]))
        regretted[q] = regret
        regrets = np.int32(regrets + np.int32(regret))
    tally[REGRETS] += regrets


@phase
def lose_trust(
    rates: Any, traits: Any, people: Any, work: Any, tally: Any, lo: Any, hi: Any
) -> None:
    """Trust after the tick; who leaves the company."""
    alive, trust, value = people.alive[lo:hi], people.trust[lo:hi], traits.value[lo:hi]
    base, clash, touches, overload = work.base, work.mismatch, work.touches, work.overload
    relevant, regretted, churn_salt = work.relevant, work.shown, salt(DRAW_CHURN)
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
        lost = touches[q] * (rates.trust_conflict * clash[q] + rates.trust_overload * over)
        lost = lost + (rates.trust_regret if regretted[q] != NO else ZERO)
        trust[q] = clip01(t - lost + rates.trust_relevance * relevant[q] * (ONE - clash[q]))
        alive[q] = NO if leaves != NO else alive[q]
        churned = np.int32(churned + np.int32(leaves))
    tally[CHURNED] += churned
    tally[CHURN_LUCK] += luck


@phase
def sink_in(rates: Any, people: Any, work: Any, lo: Any, hi: Any) -> None:
    """Awareness, pressure and narrative depth after the tick."""
    awareness, pressure, depth = (
        people.awareness[lo:hi],
        people.pressure[lo:hi],
        people.depth[lo:hi],
    )
    exposure, load, agree, differ = work.exposure, work.load, work.agree, work.differ
    for q in range(len(awareness)):
        awareness[q] = awareness[q] + (ONE - awareness[q]) * hazard(exposure[q])
        pressure[q] = pressure[q] + load[q]
        d = depth[q]
        gained = rates.narrative_gain * agree[q] * (ONE - d)
        depth[q] = clip01(d + gained - rates.narrative_loss * differ[q] * d)


@phase
def retell(c: Any, message: Any, now: Any, people: Any, work: Any, lo: Any, hi: Any) -> None:
    """The last message heard; called from the least to the most intrusive channel."""
    story, last, touch = people.story[lo:hi], people.touched_any[lo:hi], work.touch[c]
    for q in range(len(story)):
        story[q] = message if touch[q] != NO else story[q]
        last[q] = now if touch[q] != NO else last[q]


class Plan(NamedTuple):
    """What the channels do in this decision; ``[B, C, S]``, the last ``[B, C]``."""

    pressure: I32
    message: U8
    offer: U8  # percent
    audience: I32


class Ledger(NamedTuple):
    """Per channel, ``[C]``: what a touch costs, what is wanted, how many were touched."""

    costs: I32
    wanted: I64
    touched: I32


@phase
def make_scratch(n_channels: Any, n: Any) -> Any:
    """Working memory for blocks of up to ``n`` customers."""
    u8, f32 = np.uint8, np.float32
    return Scratch(
        np.empty(n, np.uint32), np.empty(n, u8), np.empty(n, u8), np.empty(n, u8), np.empty(n, u8),
        np.empty(n, u8), np.empty(n, np.int32), np.empty(n, f32), np.empty(n, f32), np.empty(n,
        f32),
        np.empty(n, f32), np.empty(n, f32), np.empty(n, f32), np.empty(n, f32), np.empty(n, f32),
        np.empty(n, f32), np.empty(n, u8), np.empty(n, u8), np.empty(n, f32), np.empty(n, f32),
        np.empty(n, f32), np.empty((n_channels, n), u8), np.empty((n_channels, n), f32),
    )  # fmt: skip


@stage
def make_contacts(
    env: Any, segment: Any, now: Any, turn: Any, plan: Any, rates: Any, channels: Any, markets: Any,
    traits: Any, people: Any, work: Any, ledger: Any, slice_: Any, tally: Any, lo: Any, hi: Any,
) -> None:  # fmt: skip
    """Contact: every channel chooses on the same state, then the purse pays for what it can."""
    n = hi - lo
    for c in range(len(ledger.costs)):
        level = plan.pressure[env, c, segment]
        message = plan.message[env, c, segment]
        cost = channels.cost[c, level]
        ledger.costs[c], ledger.wanted[c] = cost, 0
        if level == 0:
            work.touch[c][:n] = NO
            if channels.kind[c] == SEARCH:
                work.paid[:n] = NO
            continue
        count = contact(
            c, channels.calm[c, level], channels.event[c, level], plan.audience[env, c], message,
            now,
            channels.number[c], rates, people, work, lo, hi,
        )  # fmt: skip
        ledger.wanted[c] = np.int64(count) * np.int64(cost)
        if channels.kind[c] == SEARCH:
            ledger.wanted[c] = query(
                c, channels.calm[c, level], markets.odds[env, c], markets.fit[env, c, message],
                message,
                np.float32(plan.offer[env, c, segment]) * PERCENT, cost, channels.brand_cost[c,
                level],
                channels.number[c], rates, traits, people, work, lo, hi,
            )  # fmt: skip
    grant(turn, n, ledger.costs, ledger.wanted, channels, work, slice_, tally)
    for c in range(len(ledger.costs)):
        ledger.touched[c] = count_flags(work.touch[c], n)
        tally[c, TOUCHES] += ledger.touched[c]


@stage
def make_responses(
    env: Any, segment: Any, now: Any, plan: Any, rates: Any, channels: Any, markets: Any,
    traits: Any,
    people: Any, work: Any, ledger: Any, tally: Any, totals: Any, lo: Any, hi: Any,
) -> None:  # fmt: skip
    """Response: what the touched customers do, and what all customers find by searching."""
    searched = False
    for c in range(len(ledger.costs)):
        if channels.kind[c] == SEARCH:
            searched = True
            if count_flags(work.paid, hi - lo) > 0:
                totals[AWARE_CLICKS] += count_aware(
                    c, now, len(ledger.costs), rates, people, work, lo, hi
                )
            search_results(c, now, rates, people, work, tally, lo, hi)
    if not searched:
        organic_only(rates, work, hi - lo)
    totals[BRAND] += count_flags(work.brand, hi - lo)
    totals[GENERIC] += count_flags(work.generic, hi - lo)
    for c in range(len(ledger.costs)):
        if ledger.touched[c] == 0:
            continue
        message, offer = plan.message[env, c, segment], plan.offer[env, c, segment]
        if channels.kind[c] != SEARCH:
            respond(
                c, markets.odds[env, c], markets.fit[env, c, message], message,
                np.float32(offer) * PERCENT,
                channels.click[c], channels.opt_out[c], now, channels.number[c], rates, traits,
                people,
                work, tally, lo, hi,
            )  # fmt: skip
        remember(
            c,
            message,
            offer,
            channels.intrusiveness[c],
            channels.awareness[c],
            now,
            people,
            work,
            lo,
            hi,
        )


@stage
def make_judgements(
    env: Any, segment: Any, now: Any, plan: Any, rates: Any, channels: Any, people: Any, work: Any,
    ledger: Any, totals: Any, lo: Any, hi: Any,
) -> None:  # fmt: skip
    """Conflict: every pair of channels of which one has just spoken."""
    n_channels = len(ledger.costs)
    for c in range(n_channels):
        recall(c, now, rates, people, work, lo, hi)
    for c in range(n_channels):
        for k in range(c + 1, n_channels):
            if ledger.touched[c] + ledger.touched[k] > 0:
                totals[CONFLICTS] += compare(c, k, rates, people, work, lo, hi)
    for place in range(n_channels):
        c = channels.loudness[place]
        if ledger.touched[c] > 0:
            retell(c, plan.message[env, c, segment], now, people, work, lo, hi)


@stage
def advance_block(
    env: Any, segment: Any, lo: Any, hi: Any, first: Any, start: Any, tick: Any, ticks: Any,
    plan: Any,
    rates: Any, channels: Any, markets: Any, orders: Any, traits: Any, people: Any, work: Any,
    ledger: Any,
    slice_: Any, tally: Any, totals: Any,
) -> None:  # fmt: skip
    """All ticks of one decision for one block of customers."""
    for t in range(tick, tick + ticks):
        now = np.uint16(start + t)
        key = tick_key(markets.seeds[env], np.uint64(t))
        start_tick(first, key, markets.season[env, t], rates, traits, people, work, lo, hi)
        make_contacts(
            env, segment, now, np.int64(key >> np.uint64(33)), plan, rates, channels, markets,
            traits,
            people, work, ledger, slice_, tally, lo, hi,
        )  # fmt: skip
        make_responses(
            env, segment, now, plan, rates, channels, markets, traits, people, work, ledger, tally,
            totals, lo, hi,
        )  # fmt: skip
        make_judgements(
            env, segment, now, plan, rates, channels, people, work, ledger, totals, lo, hi
        )
        judge(now, rates, people, work, totals, lo, hi)
        if decide(rates, traits, people, work, totals, lo, hi) > 0:
            charge(now, orders, traits, people, work, totals, lo, hi)
            for c in range(len(ledger.costs)):
                claim(
                    c,
                    now,
                    channels.claim_window[c],
                    channels.view_window[c],
                    people,
                    work,
                    tally,
                    lo,
                    hi,
                )
        lose_trust(rates, traits, people, work, totals, lo, hi)
        sink_in(rates, people, work, lo, hi)


@entry
def advance(
    blocks: Any, population: Any, start: Any, clocks: Any, ticks: Any, plan: Any, rates: Any,
    channels: Any, markets: Any, orders: Any, traits: Any, people: Any, slices: Any, tallies: Any,
    totals: Any,
) -> None:  # fmt: skip
    """Take every block through all ticks of a decision.

    Args:
        blocks: rows of environment, segment, first and end customer, int64 ``[blocks, 4]``.
        population: customers per environment.
        start: clock number of tick 0.
        clocks: ticks already lived, int64 ``[B]``.
        ticks: ticks of this decision.
        plan: the channels' actions.
        rates: the customers' parameters.
        channels: the channels' parameters.
        markets: what differs between environments.
        orders: quantiles of the order value in 1/10,000 dollar, float32 ``[1024]``.
        traits: static state.
        people: dynamic state, changed in place.
        slices: the blocks' slices of the purses, int64 ``[blocks, pots]``, reduced in place.
        tallies: channel tallies, int64 ``[blocks, C, CHANNEL_COLUMNS]``, added to.
        totals: system tallies, int64 ``[blocks, SYSTEM_COLUMNS]``, added to.
    """
    widest = 0
    for b in range(len(blocks)):
        widest = max(widest, blocks[b, 3] - blocks[b, 2])
    n_channels = len(channels.kind)
    work = make_scratch(n_channels, widest)
    ledger = Ledger(
        np.empty(n_channels, np.int32),
        np.empty(n_channels, np.int64),
        np.empty(n_channels, np.int32),
    )
    for b in range(len(blocks)):
        env, segment, lo, hi = blocks[b, 0], blocks[b, 1], blocks[b, 2], blocks[b, 3]
        advance_block(
            env, segment, lo, hi, lo - env * population, start, clocks[env], ticks, plan, rates,
            channels,
            markets, orders, traits, people, work, ledger, slices[b], tallies[b], totals[b],
        )  # fmt: skip


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


@scalar
def quantile(table: Any, base: Any, purpose: Any) -> Any:
    """A draw from the distribution whose 1,024 quantiles the table holds."""
    return table[mix(base ^ salt(purpose)) >> np.uint32(22)]


@phase
def settle_block(
    env: Any,
    segment: Any,
    lo: Any,
    hi: Any,
    first: Any,
    key: Any,
    origin: Any,
    traits: Any,
    people: Any,
) -> None:
    """Draw the traits and the starting state of one block of customers."""
    low, high = np.uint32(key), np.uint32(key >> np.uint64(32))
    middle_age = np.float32(45.0)
    for i in range(lo, hi):
        base = mix(mix(np.uint32(first + i - lo) + low) ^ high)
        age = np.uint8(
            origin.first_age[segment] + uniform(base, salt(DRAW_AGE)) * origin.ages[segment]
        )
        traits.age[i] = age
        u = uniform(base, salt(DRAW_NEED))
        need = 0
        for m in range(origin.needs.shape[2] - 1):
            need += 1 if u >= origin.needs[env, segment, m] else 0
        traits.need[i] = need
        traits.value[i] = origin.tier[segment] * quantile(origin.value, base, DRAW_VALUE)
        traits.sensitivity[i] = quantile(origin.sensitivity, base, DRAW_SENSITIVITY)
        traits.strain[i] = quantile(origin.strain, base, DRAW_TOLERANCE)
        people.alive[i] = YES
        people.in_market[i] = flag(uniform(base, salt(DRAW_MARKET)) < origin.in_market)
        people.event[i], people.story[i] = NOTHING, np.uint8(255)
        people.awareness[i] = clip01(
            origin.awareness * (HALF + uniform(base, salt(DRAW_AWARENESS)))
        )
        people.trust[i] = clip01(
            origin.trust + origin.trust_sd * quantile(origin.normal, base, DRAW_TRUST)
        )
        people.pressure[i], people.depth[i] = ZERO, ZERO
        people.bought[i], people.bought_offer[i], people.touched_any[i] = 0, 0, 0
        for c in range(len(origin.reach)):
            years = np.float32(age) - middle_age
            reach = origin.reach[c] + origin.reach_per_year[c] * years
            number = origin.numbers[c]
            people.subscribed[c, i] = flag(uniform(base, salt(DRAW_REACH + number)) < reach)
            traits.affinity[c, i] = origin.affinity_sd[c] * quantile(
                origin.normal, base, DRAW_AFFINITY + number
            )
            people.heard[c, i], people.offered[c, i] = np.uint8(255), np.uint8(0)
            people.touched[c, i], people.engaged[c, i] = 0, 0


@entry
def settle(blocks: Any, population: Any, seeds: Any, origin: Any, traits: Any, people: Any) -> None:
    """Draw the customers of the given blocks, rows as in ``advance``, from the seeds ``[B]``."""
    for b in range(len(blocks)):
        env, segment, lo, hi = blocks[b, 0], blocks[b, 1], blocks[b, 2], blocks[b, 3]
        key = tick_key(seeds[env], SETUP_TICK)
        settle_block(env, segment, lo, hi, lo - env * population, key, origin, traits, people)


@scalar
def orders_ahead(in_market: Any, awareness: Any, trust: Any, depth: Any, rates: Any) -> Any:
    """Orders that demand created so far still brings if no channel ever speaks again.

    A customer in the market orders before leaving it with probability ``v / (v + exit rate)``,
    where ``v`` is the rate of unpaid visits times the purchase probability; awareness brings
    further entries
    until it has decayed.
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
        subscribed, worth = people.subscribed[c][lo:hi], channels.reach_value[c]
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


@entry
def survey(blocks: Any, rates: Any, channels: Any, traits: Any, people: Any, sums: Any) -> None:
    """Sum the customers' states by block into int64 ``[blocks, SURVEY_COLUMNS + C]``, exactly."""
    widest = 0
    for b in range(len(blocks)):
        widest = max(widest, blocks[b, 3] - blocks[b, 2])
    reach = np.empty(widest, np.float32)
    for b in range(len(blocks)):
        lo, hi = blocks[b, 2], blocks[b, 3]
        survey_block(rates, people, sums[b], lo, hi)
        value_reach(channels, people, reach, sums[b], lo, hi)
        value_equity(rates, traits, people, reach, sums[b], lo, hi)
