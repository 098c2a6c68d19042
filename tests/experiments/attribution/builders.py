"""Small lively markets, and estimates from chosen numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from onevoice.envs.company.attribution import MODELS
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.attribution.config import Config
from onevoice.experiments.attribution.estimates import Estimates
from onevoice.experiments.attribution.run import HeldOutMarket
from tests.envs.builders import LIVELY

ONE_SEGMENT: dict[str, Any] = {
    "ages": [(18, 79)],
    "age_shares": [1.0],
    "values": [1.0],
    "value_shares": [1.0],
}


def scenario(*channels: str, **fields: Any) -> Scenario:
    """Three hundred customers to whom a lot happens within a week."""
    values = {
        "channels": list(channels) or ["email", "social", "search"],
        "population": 300,
        "days": 7,
        "tick_hours": 6,
        "segments": ONE_SEGMENT,
        "customers": LIVELY,
    }
    return Scenario.model_validate(values | fields)


def config(of: Scenario | None = None, **fields: Any) -> Config:
    """Few markets and resamples."""
    values = {"scenario": of or scenario(), "policy": "random", "markets": 2, "resamples": 200}
    return Config.model_validate(values | fields)


def held_out(of: Scenario) -> HeldOutMarket:
    """One held-out market."""
    return HeldOutMarket(of, 2**21, 7)


def estimates(
    revenue: Sequence[Sequence[float]], claimed: Sequence[Sequence[float]], **sums: Any
) -> Estimates:
    """Email and search in as many markets as there are rows; 1,000 customers, 28 days.

    Args:
        revenue: of silence, email alone, search alone and both, by market.
        claimed: by email and by search, by market.
        sums: other measurements; spend is $100 each and everything else 0 by default.
    """
    of = scenario("email", "search", population=1000, days=28)
    count = len(revenue)
    values: dict[str, F64] = {
        "claimed": np.array(claimed, float),
        "spend": np.full((count, 2), 100.0),
        "touches": np.full((count, 2), 1000.0),
        "credits": np.zeros((count, len(MODELS), 2)),
        "revenue": np.array(revenue, float),
        "net": np.zeros((count, 4)),
        **{f"step_{name}": np.zeros((count, 2, 2)) for name in ("revenue", "spend", "touches")},
    }
    values |= {name: np.array(value, float) for name, value in sums.items()}
    return Estimates(config(of, markets=count), values)
