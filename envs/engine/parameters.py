"""Packs a scenario into what the kernels take: rates per tick, money in 1/10,000 dollar.

Each switch of ``scenario.mechanisms`` sets to zero the coefficients that carry its effect, so
that the random draws and the code path stay the same.

Letters: ``B`` environments, ``C`` channels, ``S`` segments, ``M`` messages, ``T`` ticks.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels
from onevoice.envs.engine.market import Market
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.channel import Channel
from onevoice.envs.spec.coordination import (
    BURST_HOURS,
    MOST_TICKS,
    REGRET_DAYS,
    WITHOUT_END,
    as_load,
)
from onevoice.envs.spec.scenario import MESSAGES, MONTH_DAYS, QUANTILES, Scenario
from onevoice.envs.typing import F32, I64

MONEY = kernels.MONEY
"""Money units per dollar."""
KINDS = {"push": kernels.PUSH, "search": kernels.SEARCH, "content": kernels.CONTENT}


def normal_quantiles() -> npt.NDArray[np.float64]:
    """Mid-point quantiles of the standard normal, float64 ``[1024]``."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((i + 0.5) / QUANTILES) for i in range(QUANTILES)])


def lognormal_quantiles(sigma: float) -> npt.NDArray[np.float64]:
    """Quantiles of a lognormal with median 1, float64 ``[1024]``."""
    return np.asarray(np.exp(sigma * normal_quantiles()))


def order_quantiles(scenario: Scenario) -> F32:
    """Quantiles of the order value in money units, with the configured mean, float32 ``[1024]``."""
    who = scenario.customers
    quantiles = lognormal_quantiles(float(np.sqrt(np.log1p(who.order_cv**2))))
    return np.asarray(who.order_value * MONEY * quantiles / quantiles.mean(), np.float32)


def odds(probability: float) -> float:
    """Odds of a probability, finite at 1."""
    return probability / max(1.0 - probability, 1e-6)


def pack_rates(scenario: Scenario) -> kernels.Rates:
    """The customers' parameters for one tick."""
    who, on = scenario.customers, scenario.mechanisms
    days = scenario.tick_hours / 24

    def keep(half_life: float) -> float:
        return float(0.5 ** (days / half_life))

    recapture = float(on.recapture)
    churn_day = who.churn / MONTH_DAYS * on.churn
    trust_days = who.trust_half_life_days / np.log(2)
    values = {
        "keep_awareness": keep(who.awareness_half_life_days),
        "keep_pressure": keep(who.pressure_half_life_days),
        "keep_depth": keep(who.narrative_half_life_days),
        "pull_trust": 1.0 - keep(who.trust_half_life_days),
        "trust_baseline": who.trust_baseline,
        "entry": who.market_entry * days,
        "entry_awareness": who.entry_awareness,
        "leave_market": 1.0 - float(np.exp(-days / who.market_days)),
        "brand": who.brand_queries * days,
        "brand_idle": who.brand_queries_idle * days,
        "generic": who.generic_queries * days,
        "direct": who.direct_visits * days,
        "direct_idle": who.direct_visits_idle * days,
        "query_floor": who.query_floor,
        "query_awareness": who.query_awareness,
        "generic_floor": who.generic_floor,
        "generic_awareness": who.generic_awareness,
        "brand_beside": who.brand_organic_beside_ad,
        "generic_beside": who.generic_organic_beside_ad,
        "brand_alone": who.brand_organic * recapture,
        "generic_alone": who.generic_organic * recapture,
        "brand_odds": _brand_odds(scenario),
        "need_match": who.need_match * on.relevance,
        "offer_response": who.offer_response * on.offers,
        "fatigue": who.fatigue * on.fatigue,
        "trust_response": who.trust_response * on.trust,
        "odds_in_market": odds(who.purchase_in_market),
        "odds_idle": odds(who.purchase_idle),
        "purchase_trust": who.purchase_trust * on.trust,
        "purchase_discount": who.purchase_discount * on.offers,
        "purchase_awareness": who.purchase_awareness,
        "purchase_narrative": who.purchase_narrative * on.narrative,
        "narrative_gain": who.narrative_gain,
        "narrative_loss": who.narrative_loss,
        "trust_conflict": who.trust_conflict * on.conflict,
        "trust_overload": who.trust_overload * on.fatigue,
        "trust_regret": who.trust_regret * on.regret,
        "trust_relevance": who.trust_relevance * on.relevance,
        "per_discount": 1.0 / (100 * who.discount_scale),
        "per_memory": 1.0 / scenario.memory_ticks,
        "memory_floor": who.conflict_floor,
        "opt_out_overload": who.opt_out_overload * on.fatigue,
        "opt_out_trust": who.opt_out_trust * on.trust,
        "relief": float(np.exp(-who.opt_out_relevance * on.relevance)),
        "churn": churn_day * days,
        "churn_overload": who.churn_overload * on.fatigue,
        "churn_trust": who.churn_trust * on.trust,
        "order": who.order_value * MONEY,
        "margin": who.margin,
        "awareness_ticks": 1.0 / (1.0 - keep(who.awareness_half_life_days)),
        "equity": scenario.equity_per_customer * MONEY,
        "equity_trust": churn_day * trust_days,
    }
    ticks = {
        "memory": scenario.memory_ticks,
        "regret": scenario.ticks_in(who.regret_days),
        "engager": scenario.ticks_in(who.engager_days),
        "sync_lag": scenario.ticks_in(scenario.observation.sync_lag_hours / 24),
        "shared_context": int(scenario.observation.scope == "shared"),
    }
    packed: dict[str, Any] = {name: np.float32(value) for name, value in values.items()}
    packed |= {name: np.int32(value) for name, value in ticks.items()}
    return kernels.Rates(**packed)


def _brand_odds(scenario: Scenario) -> float:
    search = scenario.channels.get("search")
    generic = odds(search.engagement) if search else 1.0
    return odds(scenario.customers.brand_paid_click) / max(generic, 1e-6)


def pack_channels(scenario: Scenario) -> kernels.Channels:
    """The channels' parameters."""
    channels, on = list(scenario.channels.values()), scenario.mechanisms
    days = scenario.tick_hours / 24

    def row(values: Sequence[float]) -> F32:
        return np.array(values, np.float32)

    def whole(values: Sequence[int]) -> npt.NDArray[np.int32]:
        return np.array(values, np.int32)

    def money(cost: str) -> npt.NDArray[np.int32]:
        rows = [[round(getattr(c, cost) * price * MONEY) for price in c.price] for c in channels]
        return np.array(rows, np.int32)

    intrusiveness = row([c.intrusiveness for c in channels])
    split = scenario.budget.kind == "split" or scenario.coordination.directs("split")
    return kernels.Channels(
        kind=whole([KINDS[c.kind] for c in channels]),
        number=whole([CHANNEL_NAMES.index(name) for name in scenario.channels]),
        account=whole([i if split else 0 for i in range(len(channels))]),
        base_chance=np.array([_contact(c, days, 0.0) for c in channels], np.float32),
        triggered_chance=np.array(
            [_contact(c, days, float(on.triggers), True) for c in channels], np.float32
        ),
        cost=money("cost"),
        brand_cost=money("brand_cost"),
        click=row([c.click for c in channels]),
        intrusiveness=intrusiveness,
        awareness=row([c.awareness * on.awareness for c in channels]),
        engagement_awareness=row([c.engagement_awareness * on.awareness for c in channels]),
        opt_out=row([c.opt_out * on.opt_out for c in channels]),
        claim_window=whole([scenario.ticks_in(c.engagement_window_days) for c in channels]),
        view_window=whole([scenario.ticks_in(c.view_window_days) for c in channels]),
        reach_value=row([c.reach_value for c in channels]),
        by_intrusiveness=np.argsort(intrusiveness, kind="stable").astype(np.int32),
    )


def _contact(channel: Channel, days: float, triggers: float, event: bool = False) -> list[float]:
    """Per pressure level: contact probability per tick, or of winning a query."""
    if channel.kind == "search":
        return list(channel.intensity)
    if channel.kind == "content":
        return list(channel.intensity) if event else [0.0] * len(channel.intensity)
    calm = [1.0 - float(np.exp(-rate * days)) for rate in channel.intensity]
    acts = [rate > 0 for rate in channel.intensity]
    return [
        1.0 - (1.0 - p) * (1.0 - triggers * channel.trigger * s)
        for p, s in zip(calm, acts, strict=True)
    ]


def pack_origin(scenario: Scenario, num_envs: int) -> kernels.Origin:
    """How customers are drawn; the needs are filled in per environment at each reset."""
    who, groups, days = scenario.customers, scenario.segments, scenario.tick_hours / 24
    first, last = np.repeat(np.array(groups.ages, np.float32), len(groups.values), axis=0).T
    value = lognormal_quantiles(who.value_sigma)
    leaving = 1.0 - float(np.exp(-days / who.market_days))
    entering = who.market_entry * days * (1 + who.entry_awareness * who.initial_awareness)
    channels = scenario.channels.values()
    return kernels.Origin(
        first_age=np.ascontiguousarray(first),  # kernels are compiled for contiguous arrays alone
        ages=last - first + 1,
        tier=np.tile(np.array(groups.values, np.float32), len(groups.ages)),
        needs=np.zeros((num_envs, groups.count, len(MESSAGES)), np.float32),
        reach=np.array([c.reach for c in channels], np.float32),
        reach_per_year=np.array([c.reach_per_decade / 10 for c in channels], np.float32),
        affinity_sd=np.array([c.affinity_sd for c in channels], np.float32),
        numbers=np.array([CHANNEL_NAMES.index(name) for name in scenario.channels], np.int32),
        normal=normal_quantiles().astype(np.float32),
        inverse_tolerance=(1.0 / (who.tolerance * lognormal_quantiles(who.tolerance_sigma))).astype(
            np.float32
        ),
        sensitivity=lognormal_quantiles(who.sensitivity_sigma).astype(np.float32),
        value=(value / value.mean()).astype(np.float32),
        in_market=np.float32(entering / (entering + leaving)),
        awareness=np.float32(who.initial_awareness),
        trust=np.float32(who.trust_baseline),
        trust_sd=np.float32(who.trust_sd),
        overlap=np.float32(who.overlap),
        reach_age=np.float32(who.reach_age),
        shift=_shifts(scenario),
    )


def reach_shares(scenario: Scenario) -> npt.NDArray[np.float64]:
    """Share of a segment's customers whom each channel is expected to reach, float64 ``[S, C]``."""
    channels = scenario.channels.values()
    reach = np.array([c.reach for c in channels])
    slope = np.array([c.reach_per_decade / 10 for c in channels])
    ages = [np.arange(first, last + 1)[:, None] for first, last in scenario.segments.ages]
    bands = [
        np.clip(reach + slope * (age - scenario.customers.reach_age), 0.0, 1.0).mean(axis=0)
        for age in ages
    ]
    return np.repeat(np.array(bands), len(scenario.segments.values), axis=0)


def _shifts(scenario: Scenario) -> F32:
    """Where each channel's range begins if the channels divide the customers up, ``[C]``."""
    partial = [c.reach if c.reach < 1.0 else 0.0 for c in scenario.channels.values()]
    return np.array((np.cumsum(partial) - partial) % 1.0, np.float32)


def empty_markets(scenario: Scenario, num_envs: int) -> kernels.Markets:
    """Room for the markets of ``num_envs`` environments."""
    channels, ticks = len(scenario.channels), scenario.decisions * scenario.ticks_per_decision
    return kernels.Markets(
        odds=np.zeros((num_envs, channels), np.float32),
        fit=np.zeros((num_envs, channels, len(MESSAGES)), np.float32),
        season=np.ones((num_envs, ticks), np.float32),
        seeds=np.zeros(num_envs, np.uint64),
    )


def write_market(
    scenario: Scenario, market: Market, env: int, into: kernels.Markets, origin: kernels.Origin
) -> None:
    """Write one market into row ``env`` of the kernels' tables."""
    on = scenario.mechanisms
    base = np.array([odds(c.engagement) for c in scenario.channels.values()])
    into.odds[env] = base * np.exp(market.response)
    into.fit[env] = market.fit * on.relevance
    into.season[env] = 1.0
    if on.seasonality:
        hours = np.arange(into.season.shape[1]) * scenario.tick_hours
        into.season[env] = market.season[(hours // 24).astype(np.int64)]
    origin.needs[env] = np.cumsum(market.needs, axis=1)


def pack_rules(scenario: Scenario, num_envs: int) -> kernels.Rules:
    """The coordination layer, with room for the history of ``num_envs`` environments."""
    layer, channels = scenario.coordination, len(scenario.channels)
    ticks, people = scenario.decisions * scenario.ticks_per_decision, num_envs * scenario.population
    ring = MOST_TICKS // scenario.ticks_per_decision + 2 if "lock" in layer.rules else 0
    return kernels.Rules(
        **_rule_terms(scenario),
        **_rule_columns(scenario),
        quiet=np.array(scenario.quiet_ticks if layer.on else [False] * ticks, np.uint8),
        said=np.zeros((num_envs, 2, ring, channels, scenario.segments.count), np.uint8),
        history=np.zeros((channels, people if layer.on else 0), np.uint64),
        held_out=np.zeros(people if layer.on else 0, np.uint8),
    )


def _rule_terms(scenario: Scenario) -> dict[str, Any]:
    """The numbers of the rules by name; a rule that is off has a window of no ticks."""
    layer, lag = scenario.coordination, scenario.observation.sync_lag_hours
    spans = layer.windows(layer.rules)
    at_risk, lock, holdout = layer.at_risk, layer.lock, layer.holdout

    def window(rule: str) -> int:
        return scenario.ticks_in(spans.get(rule, 0.0) / 24)

    def mask(rule: str) -> int:
        return int(2 ** window(rule) - 1)

    terms = {
        "lag": scenario.lag_ticks,
        "race": 0 if scenario.lag_ticks else _parts(lag / scenario.tick_hours),
        "purchase": window("recent_purchase"),
        "risk": mask("at_risk"),
        "risk_load": as_load(at_risk.load) if at_risk else WITHOUT_END,
        "cap": mask("channel_cap"),
        "pooled": mask("global_cap"),
        "gap": mask("gap"),
        "priority": int("priority" in layer.rules),
        "exclusion": window("exclusion"),
        "lock": mask("lock"),
        "lock_message": int(lock is not None and lock.message),
        "lock_offer": int(lock is not None and lock.offer),
        "burst": 2 ** min(scenario.ticks_in(BURST_HOURS / 24), MOST_TICKS) - 1,
        "regret": scenario.ticks_in(REGRET_DAYS),
        "ticks": scenario.ticks_per_decision,
        "held": _parts(holdout.all) if holdout else 0,
    }
    return {name: np.uint64(x % 2**64).view(np.int64) for name, x in terms.items()}


def _rule_columns(scenario: Scenario) -> dict[str, Any]:
    """What the rules say of each channel by name, int64 ``[C]``."""
    layer, names = scenario.coordination, list(scenario.channels)
    caps = layer.channel_cap.touches if layer.channel_cap else {}
    least = layer.global_cap.minimum if layer.global_cap else {}
    order = layer.priority.order if layer.priority else ()
    held = layer.holdout.channels if layer.holdout else {}
    quiet = layer.quiet_hours.channels if layer.quiet_hours else ()
    channels = scenario.channels.values()
    columns = {
        "weight": [as_load(c.intrusiveness) if c.kind == "push" else 0 for c in channels],
        "most": [caps.get(name, WITHOUT_END) for name in names],
        "least": [least.get(name, 0) for name in names],
        "rank": [order.index(name) if name in order else len(order) for name in names],
        "held_from": [_parts(held.get(name, 0.0)) for name in names],
        "sleeps": [int(name in quiet) for name in names],
    }
    return {name: np.array(values, np.int64) for name, values in columns.items()}


def standing_caps(scenario: Scenario, num_envs: int) -> I64:
    """The load of ``global_cap`` while nobody sets another, int64 ``[B, S]``."""
    return np.full((num_envs, scenario.segments.count), scenario.coordination.standing_load)


def _parts(share: float) -> int:
    """A share as random draws are compared with it; the least above nothing is 1."""
    return math.ceil(share * 2**24)
