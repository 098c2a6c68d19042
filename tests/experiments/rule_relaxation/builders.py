"""Tasks of the study with chosen numbers instead of played ones."""

from typing import Any

import numpy as np

from onevoice.envs import load_scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.rule_relaxation import Config
from onevoice.experiments.rule_relaxation.estimates import Estimates
from onevoice.experiments.rule_relaxation.run import DASHBOARD, MANAGERS, TOTALS, variants

MARKETS = 3
MEASURES = (*TOTALS, "churn", "trust", "ncv")


def config(**changes: Any) -> Config:
    """Three sets of rules, four weeks."""
    values: dict[str, Any] = {
        "scenario": load_scenario("duet", days=28), "markets": MARKETS, "steps": 3,
        "resamples": 100,
    }  # fmt: skip
    return Config.model_validate(values | changes)


def estimates() -> Estimates:
    """Claims double with each step and NCV falls by $100; engagements stay as they are.

    Markets differ by $10 of NCV. The manager of the dashboard relaxes rules every other week; the
    others never do.
    """
    setting = config()
    return Estimates(setting, [_task(setting, market) for market in range(MARKETS)])


def _task(setting: Config, market: int) -> Arrays:
    steps = {
        name: np.full(setting.weeks, float(place)) for place, name in enumerate(variants(setting))
    }
    steps |= {name: np.zeros(setting.weeks) for name in MANAGERS}
    steps[DASHBOARD] = np.array([0.0, 0.0, 1.0, 2.0])
    task: Arrays = {}
    for variant, step in steps.items():
        found = dict.fromkeys(MEASURES, 10.0 + 0.0 * step)
        found |= {
            "looseness": step / 2.0,
            "touches": 1000.0 * (1.0 + step),
            "claims": 500.0 * 2.0**step,
            "ncv": 300.0 - 100.0 * step + 10.0 * market,
            "trust": 0.7 - 0.01 * step,
        }
        task |= {f"{variant}/{name}": values for name, values in found.items()}
    return task
