"""The numbers of the trainer: what fits together, what a mode changes, what the YAML files hold."""

from typing import Any

import pytest
from pydantic import ValidationError

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.loader import config_names, load_config
from onevoice.envs.spec.scenario import Scenario
from onevoice.training.config import MODES, TrainingConfig


@pytest.mark.parametrize("name", config_names("training"))
def test_every_file_loads(name: str) -> None:
    config = load_config(TrainingConfig, "training", name)
    assert config.rollout_steps % config.batch_size == 0


def test_every_number_says_what_it_is() -> None:
    for name, field in TrainingConfig.model_fields.items():
        assert field.description, name


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_size": 24}, "batch_size 24 must divide num_envs x n_steps = 64"),
        ({"batch_size": 128}, "batch_size 128 exceeds a rollout of num_envs x n_steps = 64"),
        ({"batch_size": 1}, "greater than or equal to 2"),
        ({"gamma": 1.0}, "less than 1"),
        ({"gamma": float("nan")}, "gamma"),
        ({"learning_rate": 0.0}, "greater than 0"),
        ({"n_steps": 0}, "greater than or equal to 1"),
        ({"hidden_actor": (0,)}, "greater than or equal to 1"),
        ({"seed": -1}, "greater than or equal to 0"),
        ({"lr": 1.0}, "Extra inputs"),
    ],
)
def test_numbers_out_of_range(changes: dict[str, Any], message: str) -> None:
    small = {"num_envs": 8, "n_steps": 8, "batch_size": 32}
    with pytest.raises(ValidationError, match=message):
        TrainingConfig.model_validate(small | changes)


def test_a_loaded_mistake_is_one_line() -> None:
    with pytest.raises(OneVoiceError, match="batch_size 999 must divide") as error:
        load_config(TrainingConfig, "training", "ppo", {"batch_size": 999})
    assert "\n" not in str(error.value)


def test_practice_is_never_larger_or_finer_than_the_scenario(scenario: Scenario) -> None:
    assert TrainingConfig(population=None, tick_hours=None).training_scenario(scenario) == scenario
    small = TrainingConfig(population=10, tick_hours=12.0).training_scenario(scenario)
    assert (small.population, small.tick_hours) == (10, 12.0)
    rest = {"population": scenario.population, "tick_hours": scenario.tick_hours}
    assert small.model_copy(update=rest) == scenario
    large = TrainingConfig(population=10**6, tick_hours=0.5).training_scenario(scenario)
    assert large == scenario
    longest = TrainingConfig(tick_hours=10**4).training_scenario(scenario)
    assert longest.tick_hours == scenario.decision_hours


def test_a_tick_that_does_not_divide_a_decision_is_one_line(scenario: Scenario) -> None:
    with pytest.raises(OneVoiceError, match=r"training\.tick_hours: decision_hours") as error:
        TrainingConfig(tick_hours=scenario.decision_hours / 1.5).training_scenario(scenario)
    assert "\n" not in str(error.value)


def test_iterations_cover_all_steps() -> None:
    config = TrainingConfig(num_envs=4, n_steps=5, batch_size=10, total_steps=41)
    assert config.iterations == 3


@pytest.mark.parametrize("name", MODES)
def test_a_mode_sets_the_reward_and_nothing_else(scenario: Scenario, name: str) -> None:
    held_out = scenario.model_copy(update={"market_split": "test"})
    applied = MODES[name].apply(held_out)
    assert applied.reward.credit == MODES[name].credit
    assert applied.reward.engagement_value == scenario.reward.engagement_value
    assert applied.market_split == "train"
    assert applied.model_copy(update={"reward": scenario.reward}) == scenario
