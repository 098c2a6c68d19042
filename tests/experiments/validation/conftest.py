"""Every trial, played once on a handful of customers, the long ones shortened."""

from typing import Any

import pytest

from onevoice.envs.typing import Arrays
from onevoice.experiments.validation.config import Config
from onevoice.experiments.validation.trials import TRIALS, run_trial

PLAIN: dict[str, Any] = {
    "channels": {"email": {}, "search": {}},
    "budget": {"kind": "split", "amount": 100, "split": {"email": 0, "search": 100}},
}


@pytest.fixture(scope="session")
def config() -> Config:
    values = {"scenario": PLAIN, "markets": 2, "population": 40, "resamples": 50}
    return Config.model_validate(values)


@pytest.fixture(scope="session")
def parts(config: Config) -> dict[str, Arrays]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onevoice.experiments.validation.frequency.DAYS", 14)
        patch.setattr("onevoice.experiments.validation.pooled.DAYS", 14)
        patch.setattr("onevoice.experiments.validation.one_email.HALVINGS", 2)
        patch.setattr("onevoice.experiments.validation.complaints.LONG_MONTHS", 2)
        patch.setattr("onevoice.experiments.validation.relevance.WEEKS", 2)
        return {name: run_trial(config, name, lambda *_: None) for name in TRIALS}
