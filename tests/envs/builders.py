"""Builds what tests start from: random scenarios and actions, rules, tallies written by hand.

Tallies and surveys written by hand are of two channels, two segments of 50, decisions of two days.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import MONEY
from onevoice.envs.engine.population import Survey, Tally
from onevoice.envs.interface.action_decoder import ActionDecoder, DecodedActions
from onevoice.envs.interface.actions import agent_choices
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.coordination import POWERS, RULES
from onevoice.envs.spec.customers import Mechanisms
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import I64

SEEDS = st.integers(0, 2**64 - 1)

LIVELY: dict[str, Any] = {
    "market_entry": 0.4,
    "brand_queries": 0.8,
    "generic_queries": 0.8,
    "direct_visits": 0.5,
    "purchase_in_market": 0.4,
    "purchase_idle": 0.1,
    "churn": 0.5,
    "trust_conflict": 0.03,
    "trust_regret": 0.1,
    "narrative_gain": 0.3,
    "tolerance": 1.0,
}
"""Customers of whom a few hundred show every event within days."""


def random_actions(scenario: Scenario, num_envs: int, seed: int) -> I64:
    """A joint action drawn evenly, int64 ``[B, A, E]``."""
    options = agent_choices(scenario)
    high = np.broadcast_to(options, (num_envs, *options.shape))
    return np.random.default_rng(seed).integers(high)


def make_plan(scenario: Scenario, actions: I64) -> kernels.Plan:
    """The plan of a joint action ``[B, A, E]``."""
    return ActionDecoder(scenario, len(actions)).decode(actions).plan


def random_decision(scenario: Scenario, num_envs: int, seed: int) -> DecodedActions:
    """A random joint action, checked and sorted."""
    return ActionDecoder(scenario, num_envs).decode(random_actions(scenario, num_envs, seed))


def random_plan(scenario: Scenario, num_envs: int, seed: int) -> kernels.Plan:
    """The plan of a random joint action."""
    return make_plan(scenario, random_actions(scenario, num_envs, seed))


def uniform_plan(
    scenario: Scenario, intensity: int, message: int = 0, offer: int = 0, audience: int = 0
) -> kernels.Plan:
    """Every channel does the same in every segment of one environment."""
    segment = [intensity, message, offer] * scenario.segments.count
    return make_plan(scenario, np.array([[[*segment, audience]] * len(scenario.channels)]))


@st.composite
def scenarios(draw: st.DrawFn, /, **fixed: Any) -> Scenario:
    """A small scenario in which anything may be switched, split or scarce."""
    names = draw(st.lists(st.sampled_from(CHANNEL_NAMES), min_size=1, unique=True))
    channel = draw(st.sampled_from([{}, {"opt_out": 0.1, "engagement_awareness": 1.0}]))
    tick, ticks, days = draw(
        st.sampled_from([(1.0, 6, 0.5), (3.0, 8, 2.0), (6.0, 2, 1.5), (24.0, 1, 3.0)])
    )
    off = draw(st.sets(st.sampled_from(list(Mechanisms.model_fields)), max_size=3))
    block = draw(st.sampled_from([1, 7, 32, 128, 1024]))
    values: dict[str, Any] = {
        "channels": dict.fromkeys(names, channel),
        "population": draw(st.integers(1, min(240, 40 * block))),  # the slow model goes by block
        "tick_hours": tick,
        "decision_hours": tick * ticks,
        "days": days,
        "block": block,
        "offers": draw(st.sampled_from([(0.0,), (0.0, 0.1, 0.25), (0.0, 0.5, 0.7, 1.0)])),
        "segments": draw(_segments()),
        "customers": {
            **draw(st.sampled_from([{}, LIVELY, LIVELY])),
            "overlap": draw(st.sampled_from([0.0, -1.0, -0.4, 0.7, 1.0])),
            "opt_out_relevance": draw(st.sampled_from([0.0, 1.5])),
        },
        "budget": draw(_budgets(names)) | {"pacing": draw(st.sampled_from(["none", "daily"]))},
        "observation": {
            "scope": draw(st.sampled_from(["shared", "siloed"])),
            "sync_lag_hours": draw(st.sampled_from([0.0, 3.0, 24.0])),
        },
        "mechanisms": dict.fromkeys(off, False),
    }
    return Scenario.model_validate(values | fixed)


def _segments() -> st.SearchStrategy[dict[str, Any]]:
    one = {"ages": [(18, 79)], "age_shares": [1.0], "values": [1.0], "value_shares": [1.0]}
    return st.sampled_from([{}, one, one | {"values": [0.5, 2.0], "value_shares": [0.1, 0.9]}])


def _budgets(names: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Ample, scarce and empty budgets, one or one each."""
    amounts = st.sampled_from([0.0, 0.3, 5.0, 60.0, 1000.0])
    split = st.lists(amounts, min_size=len(names), max_size=len(names)).map(
        lambda parts: {
            "kind": "split",
            "amount": sum(parts),
            "split": dict(zip(names, parts, strict=True)),
        }
    )
    return st.one_of(amounts.map(lambda amount: {"kind": "pooled", "amount": amount}), split)


TEN_MINUTES = 1 / 6
LAGS = (0.0, TEN_MINUTES, 3.0, 24.0)
HOURS = st.sampled_from([2.0, 3.0, 12.0, 24.0, 36.0])
COUNTS = st.dictionaries(st.sampled_from(CHANNEL_NAMES), st.integers(0, 3))
PARAMETERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "recent_purchase": st.fixed_dictionaries({"hours": HOURS}),
    "at_risk": st.fixed_dictionaries({"load": st.sampled_from([0.0, 0.25, 1.6]), "hours": HOURS}),
    "quiet_hours": st.builds(
        lambda hours, names: {**hours, "channels": names},
        st.sampled_from([{"start": 10, "end": 17}, {"start": 20, "end": 23.5}]),
        st.lists(st.sampled_from(CHANNEL_NAMES), unique=True),
    ),
    "channel_cap": st.fixed_dictionaries({"touches": COUNTS, "hours": HOURS}),
    "global_cap": st.fixed_dictionaries(
        {"load": st.sampled_from([0.3, 1.6, 2.4]), "hours": HOURS}, optional={"minimum": COUNTS}
    ),
    "gap": st.fixed_dictionaries({"hours": HOURS}),
    "priority": st.fixed_dictionaries(
        {"order": st.lists(st.sampled_from(CHANNEL_NAMES), max_size=3, unique=True)}
    ),
    "exclusion": st.fixed_dictionaries({"hours": HOURS}),
    "lock": st.builds(
        lambda what, hours: {**what, "hours": hours},
        st.sampled_from([{}, {"message": False}, {"offer": False}]),
        HOURS,
    ),
    "holdout": st.fixed_dictionaries(
        {
            "all": st.sampled_from([0.0, 0.1, 0.5]),
            "channels": st.dictionaries(
                st.sampled_from(CHANNEL_NAMES), st.sampled_from([0.0, 0.3, 0.9])
            ),
        }
    ),
}
"""Parameters of each rule."""
BUSY: dict[str, dict[str, Any]] = {
    "recent_purchase": {"hours": 24},
    "at_risk": {"load": 0.6, "hours": 24},
    "quiet_hours": {"start": 21, "end": 6, "channels": ["email", "social", "sms"]},
    "channel_cap": {"touches": {"email": 1, "display": 2}, "hours": 48},
    "global_cap": {"load": 1.0, "hours": 24, "minimum": {"social": 1}},
    "gap": {"hours": 6},
    "priority": {"order": ["sms", "email"]},
    "exclusion": {"hours": 72},
    "lock": {"hours": 48},
    "holdout": {"all": 0.1, "channels": {"email": 0.2, "search": 0.2, "content": 0.2}},
}
"""Rules of which each objects now and then, together too."""


@st.composite
def layers(draw: st.DrawFn, rules: tuple[str, ...] = RULES) -> dict[str, Any]:
    """A layer with some of the rules on, one at least."""
    names = draw(st.sets(st.sampled_from(rules), min_size=1))
    layer = {name: draw(PARAMETERS[name]) for name in sorted(names)}
    caps = layer.get("channel_cap", {}).get("touches", {})
    for name, least in layer.get("global_cap", {}).get("minimum", {}).items():
        layer["global_cap"]["minimum"][name] = min(least, caps.get(name, least))
    return {"kind": "rules", **layer}


@st.composite
def orchestrations(draw: st.DrawFn) -> dict[str, Any]:
    """An orchestrator with some of its powers, and some rules beside it or none."""
    powers = draw(st.lists(st.sampled_from(POWERS), min_size=1, unique=True))
    others = tuple(rule for rule in RULES if rule != "global_cap" or "cap" not in powers)
    rules: dict[str, Any] = draw(st.one_of(st.just({}), layers(others)))
    caps = draw(st.sampled_from([(1.6, 0.3), (4.0, 2.0, 1.0, 0.5), (0.8,)]))
    orchestrator = {"caps": caps, "hours": draw(HOURS), "powers": powers}
    return rules | {"kind": "orchestrator", "orchestrator": orchestrator}


@st.composite
def orchestrated(draw: st.DrawFn, /, **fixed: Any) -> Scenario:
    """A small scenario with an orchestrator."""
    amount = draw(st.sampled_from([0.0, 0.3, 5.0, 60.0, 1000.0]))
    pacing = draw(st.sampled_from(["none", "daily"]))
    budget = {"amount": amount, "pacing": pacing}
    return draw(scenarios(coordination=draw(orchestrations()), budget=budget, **fixed))


@st.composite
def coordinated(draw: st.DrawFn, /, rules: tuple[str, ...] = RULES, **fixed: Any) -> Scenario:
    """A small scenario with a layer of any age."""
    observation = {
        "scope": draw(st.sampled_from(["shared", "siloed"])),
        "sync_lag_hours": draw(st.sampled_from(LAGS)),
    }
    return draw(scenarios(coordination=draw(layers(rules)), observation=observation, **fixed))


EMAIL, SOCIAL = 0, 1
Columns = Mapping[int, float]
"""Numbers by the column that they stand in."""


def hand_scenario(**fields: Any) -> Scenario:
    """Email and social, 100 customers, two segments, seven decisions of two days."""
    values = {
        "channels": ["email", "social"],
        "population": 100,
        "days": 14,
        "decision_hours": 48,
        "tick_hours": 24,
        "segments": {
            "ages": [(18, 44), (45, 79)],
            "age_shares": [0.5, 0.5],
            "values": [1.0],
            "value_shares": [1.0],
        },
        "budget": {"amount": 500},
    }
    return Scenario.model_validate(values | fields)


def hand_tally(
    channels: Mapping[tuple[int, int], Columns] | None = None,
    system: Mapping[int, Columns] | None = None,
) -> Tally:
    """One environment: columns by (channel, segment), and by segment; nothing else happened."""
    tally = Tally(
        np.zeros((1, 2, 2, kernels.CHANNEL_COLUMNS), np.int64),
        np.zeros((1, 2, kernels.SYSTEM_COLUMNS), np.int64),
        np.zeros((1, 0, 2, kernels.LAYER_COLUMNS), np.int64),
    )
    for place, columns in (channels or {}).items():
        for column, value in columns.items():
            tally.channels[0, *place, column] = value
    for segment, columns in (system or {}).items():
        for column, value in columns.items():
            tally.system[0, segment, column] = value
    return tally


def hand_spend(spend: npt.ArrayLike) -> Tally:
    """Channels spent so many money units, ``[B, C]``, in one segment; nothing else happened."""
    amounts = np.asarray(spend, np.int64)
    tally = Tally(
        np.zeros((*amounts.shape, 1, kernels.CHANNEL_COLUMNS), np.int64),
        np.zeros((len(amounts), 1, kernels.SYSTEM_COLUMNS), np.int64),
        np.zeros((len(amounts), 0, 1, kernels.LAYER_COLUMNS), np.int64),
    )
    tally.channels[:, :, 0, kernels.SPEND] = amounts
    return tally


def hand_survey(
    alive: int = 40,
    in_market: int = 10,
    means: tuple[float, float, float, float] = (0.25, 0.5, 3.0, 0.125),
    equity: float = 0.0,
    subscribed: tuple[int, int] = (30, 20),
) -> Survey:
    """Both segments alike: means of awareness, trust, pressure and depth; equity in $."""
    sums = [alive * 65536 * mean for mean in means]
    row = np.array([alive, in_market, *sums, equity * MONEY, 0, 0, 0], np.int64)
    return Survey(np.tile(row, (1, 2, 1)), np.tile(np.array(subscribed)[:, None], (1, 1, 2)))


def dollars(amount: float) -> int:
    """Money units of an amount in $."""
    return round(amount * MONEY)
