"""Random scenarios, actions and seeds for property tests."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from onevoice.envs.engine import kernels
from onevoice.envs.interface.action_decoder import ActionDecoder, DecodedActions
from onevoice.envs.interface.actions import agent_choices
from onevoice.envs.spec.base import CHANNEL_NAMES
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
    scenario: Scenario, pressure: int, message: int = 0, offer: int = 0, audience: int = 0
) -> kernels.Plan:
    """Every channel does the same in every segment of one environment."""
    segment = [pressure, message, offer] * scenario.segments.count
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
        "population": draw(st.integers(1, min(400, 60 * block))),  # the slow model goes by block
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
