"""The slow, obvious model of a customer tick: whole-population arrays and ``np.where``.

One environment, no blocks, no scratch memory, no compiled code; each function is a step of section
"A customer" of ``docs/model.md``. The kernels must agree with it count for count and bit for bit.

Letters: ``C`` channels, ``N`` customers, ``S`` segments.
"""

import numpy as np

from onevoice.envs.engine import kernels as k
from onevoice.envs.typing import F32, I64, Bools
from tests.reference_draws import Draws, clip01, exponential, f32, hazard, logistic, tick_key
from tests.reference_money import pay, share_out
from tests.reference_rules import coordinate, count_held_out, look_back
from tests.reference_world import Counts, Loads, Tick, World, lanes, of_kind, purpose


def advance(world: World, plan: k.Plan, budgets: I64) -> Counts:
    """Take the customers through all ticks of one decision.

    Args:
        world: changed in place.
        plan: the actions, ``[1, C, S]``.
        budgets: what may be spent, int64 ``[accounts]``.
    """
    counts, slices = Counts(world), share_out(world, plan, budgets)
    for lane, budget in zip(lanes(world), slices, strict=True):
        turn = (tick_key(world.seed, world.ticks_lived) >> 33) % len(lane)
        for parts in lane[turn:] + lane[:turn]:
            block = world.part(parts[0][1], parts[-1][2])
            counts.take(live(block, plan, budget))
            world.take_back(block)
    world.ticks_lived += world.scenario.ticks_per_decision
    return counts


def live(world: World, plan: k.Plan, budget: I64) -> Counts:
    """Take the customers of one block through all ticks; what they cost goes out of ``budget``."""
    counts = Counts(world)
    for _ in range(world.scenario.ticks_per_decision):
        tick = begin(world, plan)
        drift(world, tick)
        demand(world, tick)
        contact(world, tick)
        query(world, tick)
        coordinate(world, tick, counts)
        pay(world, tick, budget, counts)
        look_back(world, tick, counts)
        search(world, tick, counts)
        respond(world, tick, counts)
        loads = remember(world, tick)
        compare(world, tick, counts)
        retell(world, tick)
        regret(world, tick, loads, counts)
        price = buy(world, tick, counts)
        count_held_out(world, price, counts)
        claim(world, tick, price, counts)
        leave(world, tick, loads, counts)
        sink_in(world, loads)
        world.ticks_lived += 1
    return counts


def begin(world: World, plan: k.Plan) -> Tick:
    """Spread the plan over the customers."""
    t, rows = world.ticks_lived, world.segment
    return Tick(
        now=world.scenario.clock_start + t,
        season=world.markets.season[0, t],
        draw=Draws(world.seed, t, world.first, world.first + world.people),
        message=plan.message[0][:, rows].astype(np.int64),
        percent=plan.offer[0][:, rows].astype(np.int64),
        level=plan.pressure[0][:, rows].astype(np.int64),
        cap=plan.cap[0][rows],
        audience=plan.audience[0].astype(np.int64),
    )


def drift(world: World, tick: Tick) -> None:
    """1. States decay, trust returns to its baseline, customers enter and leave the market."""
    r = world.rates
    world.awareness = world.awareness * r.keep_awareness
    world.pressure = world.pressure * r.keep_pressure
    world.depth = world.depth * r.keep_depth
    world.trust = world.trust + (r.trust_baseline - world.trust) * r.pull_trust
    enter = hazard(r.entry * tick.season * (f32(1) + r.entry_awareness * world.awareness))
    moves = tick.draw.uniform(k.DRAW_MARKET) < np.where(world.in_market, r.leave_market, enter)
    world.in_market = world.in_market ^ moves


def demand(world: World, tick: Tick) -> None:
    """2. Who searches or visits unasked; the mood in which this tick's touches are met."""
    r, wants, draw = world.rates, world.in_market.astype(np.float32), tick.draw
    recall = r.query_floor + r.query_awareness * world.awareness
    brand = (r.brand * wants + r.brand_idle) * recall
    generic = r.generic * wants * (r.generic_floor + r.generic_awareness * world.awareness)
    direct = (r.direct * wants + r.direct_idle) * recall
    tick.brand = (draw.uniform(k.DRAW_BRAND) < hazard(brand)) & world.alive
    tick.generic = (draw.uniform(k.DRAW_GENERIC) < hazard(generic)) & world.alive
    tick.visit = (draw.uniform(k.DRAW_DIRECT) < hazard(direct)) & world.alive
    distrust = r.trust_baseline - world.trust
    over = world.pressure * world.inverse_tolerance - f32(1)
    tick.overload = np.where(over < f32(0), f32(0), over)
    tick.mood = -r.fatigue * world.pressure - r.trust_response * distrust
    tick.leave = exponential(r.opt_out_overload * tick.overload + r.opt_out_trust * distrust)


def contact(world: World, tick: Tick) -> None:
    """3. Whom each channel wants to touch: reachable, inside the audience, and by chance."""
    channels, calm = world.channels, world.event == k.NOTHING
    tick.touch = np.zeros((world.n_channels, world.people), np.bool_)
    tick.price = np.zeros((world.n_channels, world.people), np.int64)
    for c in range(world.n_channels):
        level = tick.level[c]
        chance = np.where(calm, channels.base_chance[c][level], channels.triggered_chance[c][level])
        hit = tick.draw.uniform(purpose(world, c, k.DRAW_CONTACT)) < chance
        mine = audience(world, tick, c) & world.alive & world.subscribed[c]
        tick.touch[c] = hit & mine & (level > 0)
        tick.price[c] = channels.cost[c][level]


def audience(world: World, tick: Tick, c: int) -> Bools:
    """Customers inside the audience that channel ``c`` has chosen."""
    r, shared = world.rates, world.rates.shared_context != 0
    last = world.touched_any if shared else world.touched[c]
    last_message = world.last_message if shared else world.heard[c]
    age = tick.now - last
    return np.select(
        [tick.audience[c] == choice for choice in range(4)],
        [
            np.ones(world.people, np.bool_),
            tick.now - world.engaged[c] < r.engager,
            (age >= r.memory) | (age < r.sync_lag),
            (last_message == tick.message[c]) & (age >= r.sync_lag),
        ],
    )


def query(world: World, tick: Tick) -> None:
    """Search needs a query; the ad costs what its click costs."""
    r, channels = world.rates, world.channels
    tick.paid = np.zeros_like(tick.touch)
    for c in of_kind(world, k.SEARCH):
        tick.touch[c] &= tick.brand | tick.generic
        odds = world.markets.odds[0, c]
        odds_here = np.where(tick.brand, odds * r.brand_odds, odds)
        p = logistic(odds_here, appeal(world, tick, c))
        clicks = tick.draw.uniform(purpose(world, c, k.DRAW_ENGAGE)) < p
        tick.paid[c] = clicks & tick.touch[c]
        brand_cost = channels.brand_cost[c][tick.level[c]]
        tick.price[c] = np.where(tick.brand, brand_cost, tick.price[c]) * tick.paid[c]


def appeal(world: World, tick: Tick, c: int) -> F32:
    """Log odds of a response beside the market's: mood, liking, fit, need and offer."""
    r, message = world.rates, tick.message[c]
    match = np.where(world.need == message, r.need_match, f32(0))
    offer = r.offer_response * (tick.percent[c].astype(np.float32) * f32(0.01))
    return np.asarray(
        tick.mood
        + world.affinity[c]
        + world.markets.fit[0, c][message]
        + match
        + offer * world.sensitivity
    )


def search(world: World, tick: Tick, counts: Counts) -> None:
    """Queries end in a paid or an organic click, or in nothing."""
    r, found = world.rates, tick.draw.uniform(k.DRAW_ORGANIC)
    asked = tick.brand | tick.generic
    for c in of_kind(world, k.SEARCH):
        pushed = of_kind(world, k.PUSH)
        warm = (tick.now - world.engaged[pushed] < r.memory).any(axis=0)
        counts.add_system(k.AWARE_CLICKS, warm & tick.paid[c])
        counts.add(c, k.ENGAGEMENTS, tick.paid[c])
        counts.add(c, k.CLICKS, tick.paid[c])
        world.engaged[c] = np.where(tick.paid[c], tick.now, world.engaged[c])
        brand = np.where(tick.touch[c], r.brand_beside, r.brand_alone)
        generic = np.where(tick.touch[c], r.generic_beside, r.generic_alone)
        organic = (found < np.where(tick.brand, brand, generic)) & asked
        tick.visit = tick.visit | tick.paid[c] | organic
    if not of_kind(world, k.SEARCH):
        alone = np.where(tick.brand, r.brand_alone, r.generic_alone)
        tick.visit = tick.visit | ((found < alone) & asked)
    counts.add_system(k.BRAND, tick.brand)
    counts.add_system(k.GENERIC, tick.generic)


def respond(world: World, tick: Tick, counts: Counts) -> None:
    """4. Open or engage, click through to a visit, or opt out of the channel."""
    channels, draw = world.channels, tick.draw
    tick.relevant = np.zeros(world.people, np.float32)
    tick.opens = np.zeros_like(tick.touch)
    for c in (c for c in range(world.n_channels) if c not in of_kind(world, k.SEARCH)):
        p = logistic(world.markets.odds[0, c], appeal(world, tick, c))
        opens = (draw.uniform(purpose(world, c, k.DRAW_ENGAGE)) < p) & tick.touch[c]
        goes = (draw.uniform(purpose(world, c, k.DRAW_CLICK)) < channels.click[c]) & opens
        relief = np.where(world.need == tick.message[c], world.rates.relief, f32(1))
        risk = channels.opt_out[c] * tick.leave * relief
        leaves = (draw.uniform(purpose(world, c, k.DRAW_OPT_OUT)) < risk) & tick.touch[c]
        world.engaged[c] = np.where(opens, tick.now, world.engaged[c])
        world.subscribed[c] &= ~leaves
        tick.visit = tick.visit | goes
        tick.opens[c] = opens
        tick.relevant = tick.relevant + (opens & (world.need == tick.message[c])).astype(np.float32)
        for column, flags in ((k.ENGAGEMENTS, opens), (k.CLICKS, goes), (k.OPT_OUTS, leaves)):
            counts.add(c, column, flags)


def remember(world: World, tick: Tick) -> Loads:
    """Write the touches into the customers' memories and add up what they will do."""
    none, channels = np.zeros(world.people, np.float32), world.channels
    loads = Loads(none, none, none, none, np.zeros(world.people, np.int64))
    for c in range(world.n_channels):
        touch, message, percent = tick.touch[c], tick.message[c], tick.percent[c]
        world.heard[c] = np.where(touch, message, world.heard[c])
        world.offered[c] = np.where(touch, percent, world.offered[c])
        world.touched[c] = np.where(touch, tick.now, world.touched[c])
        one = touch.astype(np.float32)
        loads.pressure = loads.pressure + channels.intrusiveness[c] * one
        loads.exposure = loads.exposure + channels.engagement_awareness[c] * tick.opens[c].astype(
            np.float32
        )
        loads.exposure = loads.exposure + channels.awareness[c] * one
        loads.agree = loads.agree + (touch & (world.last_message == message)).astype(np.float32)
        loads.differ = loads.differ + (touch & (world.last_message != message)).astype(np.float32)
        loads.top_offer = np.where(touch, np.maximum(loads.top_offer, percent), loads.top_offer)
    return loads


def compare(world: World, tick: Tick, counts: Counts) -> None:
    """5. Hold what each pair of channels said against each other, half message, half discount."""
    r, zero = world.rates, np.zeros(world.people, np.float32)
    age = (tick.now - world.touched).astype(np.float32)
    fade = f32(1) - age * r.per_memory
    fade = np.where(fade < f32(0), f32(0), fade)
    tick.best_offer = np.where(fade > 0, world.offered, 0).max(axis=0)
    mismatch, gap, weight = zero, zero, zero
    for a in range(world.n_channels):
        for b in range(a + 1, world.n_channels):
            fresh = tick.touch[a] | tick.touch[b]
            w = np.where(fresh, fade[a] * fade[b], f32(0))
            other = world.heard[a] != world.heard[b]
            points = np.abs(world.offered[a] - world.offered[b]).astype(np.float32)
            distance = points * r.per_discount
            distance = np.where(distance > f32(1), f32(1), distance)
            mismatch = mismatch + w * other.astype(np.float32)
            gap = gap + w * distance
            weight = weight + w
            counts.add_system(k.CONFLICTS, (w > 0) & (other | (points > 0)))
    counted = weight > r.memory_floor
    share = f32(0.5) / np.where(counted, weight, f32(1))
    tick.clash = np.where(counted, (mismatch + gap) * share, f32(0))


def retell(world: World, tick: Tick) -> None:
    """The last message is that of the most intrusive channel of this tick."""
    for c in world.channels.by_intrusiveness:
        world.last_message = np.where(tick.touch[c], tick.message[c], world.last_message)
        world.touched_any = np.where(tick.touch[c], tick.now, world.touched_any)


def regret(world: World, tick: Tick, loads: Loads, counts: Counts) -> None:
    """Whoever bought a while ago and now sees a deeper discount regrets it."""
    recent = tick.now - world.bought < world.rates.regret
    tick.regretted = recent & (loads.top_offer > world.bought_offer)
    counts.add_system(k.REGRETS, tick.regretted)


def buy(world: World, tick: Tick, counts: Counts) -> I64:
    """6. Who buys on a visit, at the best price remembered; returns the prices ``[N]``."""
    r = world.rates
    discount = tick.best_offer.astype(np.float32) * f32(0.01)
    x = (
        r.purchase_trust * (world.trust - r.trust_baseline)
        + r.purchase_discount * discount * world.sensitivity
        + r.purchase_awareness * world.awareness
        + r.purchase_narrative * world.depth
    )
    p = logistic(np.where(world.in_market, r.odds_in_market, r.odds_idle), x)
    buys = (tick.draw.uniform(k.DRAW_PURCHASE) < p) & tick.visit
    came = np.where(world.in_market, k.ABANDONED, k.BROWSED)
    world.event = np.where(buys, k.BOUGHT, np.where(tick.visit, came, k.NOTHING)).astype(np.int64)
    world.in_market = world.in_market & ~buys
    full = world.value * tick.draw.quantile(world.orders, k.DRAW_ORDER)
    price = np.where(buys, (full * (f32(1) - discount)).astype(np.int64), 0)
    world.bought = np.where(buys, tick.now, world.bought)
    world.bought_offer = np.where(buys, tick.best_offer, world.bought_offer)
    counts.add_system(k.ORDERS, buys)
    counts.add_system(k.VISITS, tick.visit)
    counts.add_system(k.REVENUE, price)
    counts.add_system(k.LIST_VALUE, np.where(buys, full.astype(np.int64), 0))
    margin = p * world.value * r.order * (r.margin - discount)
    counts.add_system(k.EXPECTED_MARGIN, np.where(tick.visit, margin.astype(np.int64), 0))
    return price


def claim(world: World, tick: Tick, price: I64, counts: Counts) -> None:
    """Each platform credits itself with every order inside its lookback windows."""
    for c in range(world.n_channels):
        clicked = tick.now - world.engaged[c] < world.channels.claim_window[c]
        seen = tick.now - world.touched[c] < world.channels.view_window[c]
        mine = (clicked | seen) & (world.event == k.BOUGHT)
        counts.add(c, k.CLAIMS, mine)
        counts.add(c, k.CLAIMED, price * mine)


def leave(world: World, tick: Tick, loads: Loads, counts: Counts) -> None:
    """7. and 8. Trust falls and rises; who leaves the company."""
    r, over = world.rates, tick.overload
    urge = r.churn_overload * over + r.churn_trust * (r.trust_baseline - world.trust)
    gone = hazard(r.churn * exponential(urge))
    leaves = (tick.draw.uniform(k.DRAW_CHURN) < gone) & world.alive
    worth = r.equity * world.value
    expected = np.where(world.alive, (gone * worth + f32(0.5)).astype(np.int64), 0)
    counts.add_system(k.CHURN_LUCK, np.where(leaves, worth.astype(np.int64), 0) - expected)
    lost = loads.pressure * (r.trust_conflict * tick.clash + r.trust_overload * over)
    lost = lost + np.where(tick.regretted, r.trust_regret, f32(0))
    gained = r.trust_relevance * tick.relevant * (f32(1) - tick.clash)
    world.trust = clip01(world.trust - lost + gained)
    world.alive = world.alive & ~leaves
    counts.add_system(k.CHURNED, leaves)


def sink_in(world: World, loads: Loads) -> None:
    """7. Awareness, pressure and narrative depth after the tick."""
    r, depth = world.rates, world.depth
    world.awareness = world.awareness + (f32(1) - world.awareness) * hazard(loads.exposure)
    world.pressure = world.pressure + loads.pressure
    gained = r.narrative_gain * loads.agree * (f32(1) - depth)
    world.depth = clip01(depth + gained - r.narrative_loss * loads.differ * depth)
