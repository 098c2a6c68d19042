"""Every replay, played once on a handful of customers, the long ones shortened."""

from typing import Any

import pytest

from onevoice.envs.typing import Arrays
from onevoice.experiments.validation.config import Config
from onevoice.experiments.validation.replays import REPLAYS
from onevoice.experiments.validation.run import run_replay

PLAIN: dict[str, Any] = {
    "channels": {"email": {}, "search": {}},
    "budget": {"kind": "split", "amount": 100, "split": {"email": 0, "search": 100}},
}


@pytest.fixture(scope="session")
def config() -> Config:
    values = {"scenario": PLAIN, "markets": 2, "population": 40, "resamples": 50}
    return Config.model_validate(values)


@pytest.fixture(scope="session")
def arrays(config: Config) -> dict[str, Arrays]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onevoice.experiments.validation.replays.FREQUENCY_DAYS", 14)
        patch.setattr("onevoice.experiments.validation.replays.POOLED_DAYS", 14)
        patch.setattr("onevoice.experiments.validation.replays.HALVINGS", 2)
        patch.setattr("onevoice.experiments.validation.replays.LONG_MONTHS", 2)
        patch.setattr("onevoice.experiments.validation.replays.RELEVANCE_WEEKS", 2)
        return {name: run_replay(config, name, lambda *_: None) for name in REPLAYS}
