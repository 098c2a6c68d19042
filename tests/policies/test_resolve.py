"""A name resolves to a baseline, or to a trained policy that fits the scenario."""

from typing import Any

import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies import resolve
from onevoice.policies.learned import Actors, LearnedPolicy


def scenario(*channels: str, **fields: Any) -> Scenario:
    return Scenario.model_validate({"channels": channels or ("email", "search"), **fields})


def trained_on(monkeypatch: pytest.MonkeyPatch, of: Scenario) -> None:
    """Let every folder hold a policy that was trained on this scenario."""
    actors = Actors(of.agents, 1, "separate", None, None, None)  # type: ignore[arg-type]
    monkeypatch.setattr("onevoice.policies.load", lambda run: LearnedPolicy(of, actors))


def test_a_baseline_is_made_for_the_scenario() -> None:
    assert resolve("manual", scenario("push")).agents == ("push_0",)


def test_a_policy_trained_on_other_channels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    trained_on(monkeypatch, scenario("email", "search"))
    with pytest.raises(OneVoiceError, match="trained on email, search, but the scenario's chan"):
        resolve("run", scenario("email", "social"))


def test_a_policy_trained_on_other_segments_or_offers_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trained_on(monkeypatch, scenario())
    one_segment = {"ages": [(18, 79)], "age_shares": [1.0], "values": [1.0], "value_shares": [1.0]}
    for other in (scenario(segments=one_segment), scenario(offers=[0.0, 0.5])):
        with pytest.raises(OneVoiceError, match="other segments, offers or observations"):
            resolve("run", other)
    assert resolve("run", scenario(population=10)).agents == scenario().agents
