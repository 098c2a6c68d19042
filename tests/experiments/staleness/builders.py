"""Tasks of the study with chosen numbers instead of played ones."""

from typing import Any

import numpy as np

from onevoice.envs import load_scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.staleness import Config
from onevoice.experiments.staleness.estimates import Estimates
from onevoice.experiments.staleness.run import (
    SENDS,
    SUMMED,
    TRIGGERED,
    WHOLE,
    leaky_rules,
    task_name,
    variant_key,
)

MARKETS = 3


def config(**changes: Any) -> Config:
    """Two rules for 500 customers in four weeks; data fresh, 30 minutes and 6 hours old."""
    rules = {"kind": "rules", "gap": {}, "lock": {}, "quiet_hours": {}}
    values: dict[str, Any] = {
        "scenario": load_scenario("duet", population=500, days=28, coordination=rules),
        "lags": (0.0, 0.5, 6.0),
        "markets": MARKETS,
        "resamples": 100,
    }
    return Config.model_validate(values | changes)


def estimates() -> Estimates:
    """Each rule leaks 10 times an hour of age, triggered sends 5 times more wherever data are old.

    NCV falls by $10 an hour under greedy and stays under manual; markets differ by $100.
    """
    setting = config()
    return Estimates(setting, {task_name(setting, p): _task(setting, p) for p in setting.policies})


def _task(setting: Config, policy: str) -> Arrays:
    task, market = Arrays(), np.arange(float(MARKETS))
    for sends in SENDS:
        for lag in setting.lags:
            more = 5.0 * (sends == TRIGGERED and lag > 0.0)
            found = dict.fromkeys((*SUMMED, *WHOLE), 1000.0 + 0.0 * market)
            for rule in leaky_rules(setting.scenario):
                found[f"leaks/{rule}"] = 10.0 * lag + more + 0.0 * market
            found["ncv"] = 100.0 * market - (10.0 * lag if policy == "greedy" else 0.0)
            found |= {"opt_outs": 0.5 + 0.0 * market, "churn": 0.25 + 0.0 * market}
            task |= {f"{variant_key(sends, lag)}/{name}": x for name, x in found.items()}
    return task
