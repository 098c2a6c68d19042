"""What the tests of training share: a scenario for the stubs, a small configuration, a folder."""

from pathlib import Path
from typing import Any

import pytest

from onevoice.envs.spec.scenario import Scenario
from onevoice.training.config import TrainingConfig
from tests.training.fakes import MakeConfig


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """Two channels; the stub environments use nothing but their names and the reward."""
    return Scenario.model_validate({"channels": {"email": {}, "search": {}}})


@pytest.fixture(scope="session")
def config() -> MakeConfig:
    """Make a small training configuration."""

    def make(**changes: Any) -> TrainingConfig:
        small = {
            "num_envs": 8,
            "n_steps": 8,
            "batch_size": 32,
            "n_epochs": 2,
            "total_steps": 6 * 64,
            "hidden_actor": (8,),
            "hidden_critic": (8,),
            "checkpoint_every": 2,
            "pictures": False,
        }
        return TrainingConfig.model_validate(small | changes)

    return make


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder for a run that does not exist yet."""
    return tmp_path / "run"
