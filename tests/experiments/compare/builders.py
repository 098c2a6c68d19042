"""Comparisons made of chosen numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from onevoice.envs.typing import F64
from onevoice.experiments.compare.config import Config
from onevoice.experiments.compare.estimates import Estimates
from onevoice.experiments.core.rollout import Evaluation
from tests.experiments.core.fakes import scenario


def config(**changes: Any) -> Config:
    """Two baselines and two modes in four markets."""
    values: dict[str, Any] = {
        "scenario": scenario(),
        "policies": ("manual", "greedy"),
        "modes": ("independent", "shared_reward"),
        "evaluation": {"markets": 4, "resamples": 200},
        "workers": 1,
    }
    return Config.model_validate(values | changes)


def evaluation(name: str, *, ncv: float, open_rate: float, iroas: float = 1.0) -> Evaluation:
    """An evaluation of four markets around the given values."""
    noise = np.array([-1.0, 0.0, 0.5, 0.5])
    metrics: Mapping[str, F64] = {
        "ncv": ncv + noise,
        "churn": 0.05 + 0.001 * noise,
        "opt_outs": 0.1 + 0.001 * noise,
        "trust": 0.7 + 0.001 * noise,
        "conflicts": 5.0 + noise,
        "budget_used": 0.5 + 0.01 * noise,
        "revenue": 100.0 + noise,
        "claims": 150.0 + noise,
        "email/touches": np.full(4, 1000.0),
        "email/engagements": 1000.0 * open_rate + noise,
        "search/spend": np.full(4, 10.0),
        "search/claimed_revenue": 28.0 + noise,
        "search/incremental_revenue": 10.0 * iroas + noise,
    }
    steps = np.linspace(0.25, 1.0, 4)[:, None]
    rows = {"ncv": ncv * np.ones((4, 4)), "trust": 0.7 - 0.01 * steps + 0 * noise}
    rows["churn"] = 0.05 * steps + 0 * noise
    return Evaluation(name, dict(metrics), rows)


def estimates(**changes: Any) -> Estimates:
    """Greedy and independent: dashboards up, customers down; shared_reward: the other way round."""
    made = [
        evaluation("manual", ncv=100.0, open_rate=0.30),
        evaluation("greedy", ncv=60.0, open_rate=0.36),
        evaluation("independent", ncv=50.0, open_rate=0.36),
        evaluation("shared_reward", ncv=120.0, open_rate=0.28),
    ]
    return Estimates(config(**changes), {one.policy: one for one in made}, {"wall": 1.0})
