"""The customer of ``docs/model.md`` over whole columns, in the library that a table stands for.

Each step of a tick returns the columns that it changes; what later steps need more than once is a
column of its own, so that no library works it out twice. Beside the engine this leaves out: the
rationing of a budget that runs dry, limits that no customer reaches, tallies by segment and a few
others, and what follows the ticks of a decision (survey, observation, reward).
"""

from collections import Counter
from collections.abc import Callable

from onevoice.envs.engine import kernels as k
from onevoice.envs.engine.kernels import arithmetic
from onevoice.envs.typing import I64
from onevoice.experiments.speed.peers.table import Changes, Column, Table

Step = Callable[[Table], Changes]


def decide(t: Table, joint: I64) -> Counter[str]:
    """Take the customers through one decision; returns what happened in it.

    Args:
        t: the customers; changed in place.
        joint: the actions, ``[C, K]``.
    """
    t.spread(joint)
    counts: Counter[str] = Counter()
    for _ in range(t.crowd.scenario.ticks_per_decision):
        for step in STEPS:
            t.write(step(t))
        counts.update(t.totals(tally(t)))
        t.tick += 1
    return counts


def drift(t: Table) -> Changes:
    """States decay, trust returns to its baseline, customers enter and leave the market."""
    r = t.rates
    awareness = t["awareness"] * r.keep_awareness
    season = t.crowd.season[t.tick]
    enter = t.hazard(r.entry * season * (1.0 + r.entry_awareness * awareness))
    moves = t.draw(k.DRAW_MARKET) < t.where(t["in_market"], r.leave_market, enter)
    return {
        "awareness": awareness,
        "pressure": t["pressure"] * r.keep_pressure,
        "depth": t["depth"] * r.keep_depth,
        "trust": t["trust"] + (r.trust_baseline - t["trust"]) * r.pull_trust,
        "in_market": t["in_market"] ^ moves,
    }


def demand(t: Table) -> Changes:
    """Who searches or visits unasked; the mood in which this tick's touches are met."""
    r, wants, alive = t.rates, t.real(t["in_market"]), t["alive"]
    recall = r.query_floor + r.query_awareness * t["awareness"]
    brand = (r.brand * wants + r.brand_idle) * recall
    generic = r.generic * wants * (r.generic_floor + r.generic_awareness * t["awareness"])
    direct = (r.direct * wants + r.direct_idle) * recall
    distrust = r.trust_baseline - t["trust"]
    overload = t.most(t["pressure"] * t["strain"] - 1.0, 0.0)
    return {
        "brand": (t.draw(k.DRAW_BRAND) < t.hazard(brand)) & alive,
        "generic": (t.draw(k.DRAW_GENERIC) < t.hazard(generic)) & alive,
        "visit": (t.draw(k.DRAW_DIRECT) < t.hazard(direct)) & alive,
        "overload": overload,
        "mood": -r.fatigue * t["pressure"] - r.trust_response * distrust,
        "leave": t.exp(r.opt_out_overload * overload + r.opt_out_trust * distrust),
    }


def contact(t: Table) -> Changes:
    """Whom each channel touches: reachable, inside the audience, and by chance."""
    touches = {}
    for c in range(len(t.channels)):
        chance = t.where(t["came"], t[f"event{c}"], t[f"calm{c}"])
        hit = t.draw(k.DRAW_CONTACT, c) < chance
        touches[f"touch{c}"] = hit & audience(t, c) & t["alive"] & t[f"subscribed{c}"]
    return touches


def audience(t: Table, c: int) -> Column:
    """Customers inside the audience that channel ``c`` has chosen."""
    r, choice = t.rates, t.audience[c]
    if choice == k.EVERYONE:
        return True
    if choice == k.ENGAGERS:
        return t.age(f"engaged{c}") < r.engager
    shared = r.shared_context != 0
    age = t.age("touched_any" if shared else f"touched{c}")
    if choice == k.RESTED:
        return (age >= r.memory) | (age < r.sync_lag)
    last_message = t["last_message"] if shared else t[f"heard{c}"]
    return (last_message == t[f"message{c}"]) & (age >= r.sync_lag)


def appeal(t: Table, c: int) -> Column:
    """Log odds of a response: mood, taste, fit, need match and the discount's weight."""
    r = t.rates
    match = t.where(t["need"] == t[f"message{c}"], r.need_match, 0.0)
    offer = r.offer_response * (t[f"percent{c}"] * arithmetic.PERCENT.item())
    return t["mood"] + t[f"affinity{c}"] + t[f"fit{c}"] + match + offer * t["sensitivity"]


def query(t: Table) -> Changes:
    """Search needs a query; its ad costs what the click costs."""
    changes: Changes = {}
    for c in t.search:
        shown = t[f"touch{c}"] & (t["brand"] | t["generic"])
        odds = t.channels[c].odds
        here = t.where(t["brand"], odds * t.rates.brand_odds, odds)
        clicks = t.draw(k.DRAW_ENGAGE, c) < t.logistic(here, appeal(t, c))
        changes |= {f"touch{c}": shown, f"opens{c}": clicks & shown}
    return changes


def find(t: Table) -> Changes:
    """Queries end in a paid or an organic click, or in nothing."""
    r = t.rates
    brand, generic, visit = r.brand_alone, r.generic_alone, t["visit"]
    for c in t.search:
        brand = t.where(t[f"touch{c}"], r.brand_beside, brand)
        generic = t.where(t[f"touch{c}"], r.generic_beside, generic)
        visit = visit | t[f"opens{c}"]
    found = t.draw(k.DRAW_ORGANIC) < t.where(t["brand"], brand, generic)
    return {"visit": visit | (found & (t["brand"] | t["generic"]))}


def respond(t: Table) -> Changes:
    """Who opens or engages."""
    return {
        f"opens{c}": t[f"touch{c}"]
        & (t.draw(k.DRAW_ENGAGE, c) < t.logistic(t.channels[c].odds, appeal(t, c)))
        for c in t.others
    }


def follow(t: Table) -> Changes:
    """Who clicks through to a visit, or opts out of the channel."""
    changes: Changes = {}
    for c in t.others:
        relief = t.where(t["need"] == t[f"message{c}"], t.rates.relief, 1.0)
        risk = t.channels[c].opt_out * t["leave"] * relief
        changes |= {
            f"clicks{c}": (t.draw(k.DRAW_CLICK, c) < t.channels[c].click) & t[f"opens{c}"],
            f"leaves{c}": (t.draw(k.DRAW_OPT_OUT, c) < risk) & t[f"touch{c}"],
        }
    return changes


def remember(t: Table) -> Changes:
    """Write touches and engagements into the customers' memories."""
    changes: Changes = {"visit": t["visit"]}
    for c in range(len(t.channels)):
        touch = t[f"touch{c}"]
        changes |= {
            f"heard{c}": t.where(touch, t[f"message{c}"], t[f"heard{c}"]),
            f"offered{c}": t.where(touch, t[f"percent{c}"], t[f"offered{c}"]),
            f"touched{c}": t.where(touch, t.now, t[f"touched{c}"]),
            f"engaged{c}": t.where(t[f"opens{c}"], t.now, t[f"engaged{c}"]),
        }
    for c in t.others:
        changes["visit"] = changes["visit"] | t[f"clicks{c}"]
        changes[f"subscribed{c}"] = t[f"subscribed{c}"] & ~t[f"leaves{c}"]
    return changes


def add_up(t: Table) -> Changes:
    """What this tick's touches weigh together."""
    load = exposure = agree = differ = top = relevant = t["zero"]
    for c, channel in enumerate(t.channels):
        touch, message = t[f"touch{c}"], t[f"message{c}"]
        one = t.real(touch)
        if c in t.others:
            exposure = exposure + channel.engagement_awareness * t.real(t[f"opens{c}"])
            relevant = relevant + t.real(t[f"opens{c}"] & (t["need"] == message))
        load = load + channel.intrusiveness * one
        exposure = exposure + channel.awareness * one
        agree = agree + t.real(touch & (t["last_message"] == message))
        differ = differ + t.real(touch & (t["last_message"] != message))
        top = t.most(top, t[f"percent{c}"] * one)
    return {
        "load": load, "exposure": exposure, "agree": agree, "differ": differ, "top": top,
        "relevant": relevant,
    }  # fmt: skip


def fade(t: Table) -> Changes:
    """How fresh each channel is in memory; whose message was the last."""
    changes: Changes = {"last_message": t["last_message"], "touched_any": t["touched_any"]}
    for c in range(len(t.channels)):
        age = t.real(t.age(f"touched{c}"))
        changes[f"fade{c}"] = t.most(1.0 - age * t.rates.per_memory, 0.0)
    for c in (channel.by_intrusiveness for channel in t.channels):
        touch = t[f"touch{c}"]
        changes["last_message"] = t.where(touch, t[f"message{c}"], changes["last_message"])
        changes["touched_any"] = t.where(touch, t.now, changes["touched_any"])
    return changes


def contrast(t: Table) -> Changes:
    """How fresh each pair is of which one has just spoken; the best discount remembered."""
    best = t["zero"]
    for c in range(len(t.channels)):
        best = t.most(best, t.where(t[f"fade{c}"] > 0.0, t[f"offered{c}"], 0.0))
    fresh = {
        f"fresh{a}_{b}": t.where(
            t[f"touch{a}"] | t[f"touch{b}"], t[f"fade{a}"] * t[f"fade{b}"], 0.0
        )
        for a, b in t.pairs
    }
    return {"best": best, **fresh}


def compare(t: Table) -> Changes:
    """Hold what each pair said against each other, half message, half discount."""
    mismatch = gap = weight = t["zero"]
    conflicts = t.whole(t["zero"])
    for a, b in t.pairs:
        fresh, other = t[f"fresh{a}_{b}"], t[f"heard{a}"] != t[f"heard{b}"]
        points = abs(t[f"offered{a}"] - t[f"offered{b}"])
        mismatch = mismatch + fresh * t.real(other)
        gap = gap + fresh * t.share(points * t.rates.per_discount)
        weight = weight + fresh
        conflicts = conflicts + t.whole((fresh > 0.0) & (other | (points > 0.0)))
    return {"mismatch": mismatch, "gap": gap, "weight": weight, "conflicts": conflicts}


def judge(t: Table) -> Changes:
    """How far the channels contradicted each other, and who buys at the best price remembered."""
    r = t.rates
    counted = t["weight"] > r.memory_floor
    share = t.constant(0.5) / t.where(counted, t["weight"], 1.0)
    discount = t["best"] * arithmetic.PERCENT.item()
    urge = (
        r.purchase_trust * (t["trust"] - r.trust_baseline)
        + r.purchase_discount * discount * t["sensitivity"]
        + r.purchase_awareness * t["awareness"]
        + r.purchase_narrative * t["depth"]
    )
    odds = t.where(t["in_market"], r.odds_in_market, r.odds_idle)
    return {
        "clash": t.where(counted, (t["mismatch"] + t["gap"]) * share, 0.0),
        "regretted": (t.age("bought") < r.regret) & (t["top"] > t["bought_offer"]),
        "buys": (t.draw(k.DRAW_PURCHASE) < t.logistic(odds, urge)) & t["visit"],
    }


def order(t: Table) -> Changes:
    """Price the orders; each platform claims those inside its lookback windows."""
    buys = t["buys"]
    full = t["value"] * t.order_value()
    paid = t.whole(full * (1.0 - t["best"] * arithmetic.PERCENT.item()))
    changes = {
        "price": t.where(buys, paid, 0),
        "bought": t.where(buys, t.now, t["bought"]),
        "bought_offer": t.where(buys, t["best"], t["bought_offer"]),
        "in_market": t["in_market"] & ~buys,
        "came": t["visit"],
    }
    for c, channel in enumerate(t.channels):
        seen = t.age(f"touched{c}") < channel.view_window
        changes[f"claims{c}"] = buys & (seen | (t.age(f"engaged{c}") < channel.claim_window))
    return changes


def settle(t: Table) -> Changes:
    """Trust, departures, awareness, pressure and narrative depth after the tick."""
    r, trust, depth, load = t.rates, t["trust"], t["depth"], t["load"]
    urge = r.churn_overload * t["overload"] + r.churn_trust * (r.trust_baseline - trust)
    gone = t.draw(k.DRAW_CHURN) < t.hazard(r.churn * t.exp(urge))
    lost = load * (r.trust_conflict * t["clash"] + r.trust_overload * t["overload"])
    lost = lost + t.where(t["regretted"], r.trust_regret, 0.0)
    gained = r.trust_relevance * t["relevant"] * (1.0 - t["clash"])
    seen = t.hazard(t.least(t["exposure"], arithmetic.THREE.item()))
    deeper = r.narrative_gain * t["agree"] * (1.0 - depth)
    return {
        "churned": gone & t["alive"],
        "alive": t["alive"] & ~gone,
        "trust": t.share(trust - lost + gained),
        "awareness": t["awareness"] + (1.0 - t["awareness"]) * seen,
        "pressure": t["pressure"] + load,
        "depth": t.share(depth + deeper - r.narrative_loss * t["differ"] * depth),
    }


STEPS: tuple[Step, ...] = (
    drift, demand, contact, query, find, respond, follow, remember, add_up, fade, contrast, compare,
    judge, order, settle,
)  # fmt: skip


def tally(t: Table) -> Changes:
    """What is counted in a tick; by channel with its place in the name."""
    names = {"conflicts": "conflicts", "orders": "buys", "revenue": "price", "churned": "churned"}
    counts = {name: t[column] for name, column in names.items()}
    for c in range(len(t.channels)):
        price = t[f"cost{c}"]
        if c in t.search:
            price = t.where(t["brand"], t[f"brand_cost{c}"], price)
        paid = t[f"opens{c}"] if c in t.search else t[f"touch{c}"]
        counts |= {
            f"touches{c}": t[f"touch{c}"],
            f"engagements{c}": t[f"opens{c}"],
            f"clicks{c}": t[f"opens{c}" if c in t.search else f"clicks{c}"],
            f"spend{c}": t.where(paid, price, 0),
            f"claims{c}": t[f"claims{c}"],
            f"claimed{c}": t.where(t[f"claims{c}"], t["price"], 0),
        }
    return counts | {f"opt_outs{c}": t[f"leaves{c}"] for c in t.others}
