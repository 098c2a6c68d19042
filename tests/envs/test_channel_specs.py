"""Channels are named, and completed from the catalogue in one fixed order."""

from collections.abc import Callable
from typing import Any

import pytest

from onevoice.envs import load_scenario
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.channel import CATALOGUE
from onevoice.envs.spec.scenario import Scenario

ErrorLine = Callable[[Callable[[], object]], str]


def test_the_catalogue_has_the_seven_channels_in_order() -> None:
    assert tuple(CATALOGUE) == CHANNEL_NAMES


def test_names_are_sorted_and_completed() -> None:
    scenario = Scenario.model_validate({"channels": ["push", "email"]})
    assert scenario.agents == ("email_0", "push_0")
    assert scenario.channels["push"] == CATALOGUE["push"]


def test_a_field_can_be_changed_and_the_rest_stays() -> None:
    given = {"email": {"reach": 0.5}, "push": None, "sms": CATALOGUE["sms"]}
    channels = Scenario.model_validate({"channels": given}).channels
    assert channels["email"] == CATALOGUE["email"].model_copy(update={"reach": 0.5})
    assert (channels["sms"], channels["push"]) == (CATALOGUE["sms"], CATALOGUE["push"])


@pytest.mark.parametrize(
    ("channels", "told"),
    [
        (["emial"], "did you mean 'email'?"),
        ([], "at least one channel"),
        (5, "mapping"),
        ({"email": {"intensity": [0.1, 0.2, 0.3, 0.4, 0.5]}}, "level 0 is silence"),
        ({"search": {"intensity": [0, 0.2, 0.3, 0.4, 1.5]}}, "at most 1"),
    ],
)
def test_channels_that_cannot_be(channels: Any, told: str, error_line: ErrorLine) -> None:
    assert told in error_line(lambda: load_scenario("smoke", channels=channels))


@pytest.mark.parametrize(
    ("segments", "told"),
    [
        ({"age_shares": [0.5, 0.4]}, "add up to 0.9"),
        ({"value_shares": [0.5, 0.5]}, "one share for each value group"),
        ({"ages": [[18, 44], [79, 45]]}, "must rise"),
    ],
)
def test_segments_that_cannot_be(segments: Any, told: str, error_line: ErrorLine) -> None:
    assert told in error_line(lambda: load_scenario("smoke", segments=segments))
