"""What an experiment accepts, and that every packaged one loads."""

from typing import Any

import pytest
from pydantic import ValidationError

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.loader import config_names, load_config
from onevoice.experiments.compare.config import Config
from tests.experiments.compare.builders import config


@pytest.mark.parametrize("name", config_names("experiments"))
def test_packaged_experiments_load_and_are_named_as_their_file(name: str) -> None:
    loaded = load_config(Config, "experiments", name)
    assert loaded.name == name
    assert loaded.description


@pytest.mark.parametrize("name", ["smoke", "quickstart"])
def test_the_main_job_compares_all_baselines_and_three_modes(name: str) -> None:
    loaded = load_config(Config, "experiments", name)
    assert loaded.policies == ("silent", "random", "manual", "greedy")
    assert loaded.modes == ("independent", "shared_reward", "central_critic")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"policies": ("manul",)}, "unknown policy 'manul'; did you mean 'manual'"),
        ({"modes": ("sharde",)}, "unknown mode 'sharde'; did you mean 'shared_reward'"),
        ({"policies": ("manual", "manual")}, "each policy may be named once"),
        ({"policies": (), "modes": ()}, "nothing to compare"),
        ({"name": "../up"}, "should match pattern"),
        ({"workers": 0}, "greater than or equal to 1"),
        ({"evaluation": {"confidence": 1.0}}, "less than 1"),
        ({"polices": ()}, "Extra inputs"),
    ],
)
def test_mistakes_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        config(**changes)


def test_flat_actions_are_refused() -> None:
    with pytest.raises(OneVoiceError, match="multi_discrete"):
        load_config(Config, "experiments", "smoke", {"scenario": "quartet-flat"})


def test_names_are_baselines_then_modes() -> None:
    assert config().names == ("manual", "greedy", "independent", "shared_reward")
