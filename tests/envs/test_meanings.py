"""Every entry of actions, observations, state and infos has one meaning, and no meaning is left."""

from collections.abc import Iterator

import pytest

from onevoice.envs import Scenario, load_scenario, scenario_names
from onevoice.envs.company.coordination_metrics import company_names, own_names
from onevoice.envs.company.metrics import CHANNEL_METRICS, SYSTEM_METRICS
from onevoice.envs.interface import meanings
from onevoice.envs.interface.actions import choices
from onevoice.envs.interface.observation import feature_names, state_names


def scenarios() -> Iterator[Scenario]:
    for name in scenario_names():
        yield load_scenario(name)
    yield load_scenario("septet", coordination="orchestrator", observation={"scope": "siloed"})


def agents() -> Iterator[tuple[Scenario, str]]:
    for scenario in scenarios():
        for agent in scenario.agents:
            yield scenario, agent


def test_every_feature_of_every_scenario_has_a_meaning_and_no_other_is_listed() -> None:
    names = [name for scenario, agent in agents() for name in feature_names(scenario, agent)]
    assert all(meanings.feature_meaning(name).text for name in set(names))
    used = {meanings.pattern(name).removeprefix("<channel>/") for name in names}
    assert used == set(meanings.OBSERVATION)


def test_every_entry_of_every_state_has_a_meaning_and_no_other_is_listed() -> None:
    names = [name for scenario in scenarios() for name in state_names(scenario)]
    assert all(meanings.state_meaning(name).text for name in set(names))
    assert {meanings.pattern(name) for name in names} == set(meanings.STATE)


def test_every_entry_of_every_action_has_a_name_and_a_meaning() -> None:
    found = set()
    for scenario, agent in agents():
        names = meanings.action_names(scenario, agent)
        assert len(names) == len(set(names)) == len(choices(scenario, agent))
        found |= {meanings.pattern(name) for name in names}
    assert found == set(meanings.ACTIONS)


def test_every_metric_in_the_infos_has_a_meaning_in_order() -> None:
    layers = load_scenario("quartet", coordination={"base": "full", "holdout": {}})
    own = [*CHANNEL_METRICS, *dict.fromkeys(map(meanings.pattern, own_names(layers)))]
    assert own == list(meanings.CHANNEL_INFOS)
    assert [*SYSTEM_METRICS, *company_names(layers)] == list(meanings.SYSTEM_INFOS)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("segment_12/own_message/trial", "segment_<s>/own_message/<message>"),
        ("email_0/audience/in_story", "<channel>_0/audience/<audience>"),
        ("orchestrator_0/share/push", "orchestrator_0/share/<channel>"),
        ("blocked/quiet_hours", "blocked/<rule>"),
        ("calendar/left", "calendar/left"),
    ],
)
def test_a_pattern_replaces_numbers_and_listed_words_alone(name: str, pattern: str) -> None:
    assert meanings.pattern(name) == pattern


def test_a_scale_names_the_value_that_reads_one_half() -> None:
    assert meanings.feature_meaning("segment_0/claims/last").scale == "x / (x + 200)"
