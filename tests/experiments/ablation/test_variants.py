"""Each variant changes the fields in its name, and nothing else."""

from typing import Any

import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs import load_scenario
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.customers import Mechanisms
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.ablation.config import COEFFICIENTS, SWITCHED_OFF, Coefficient
from onevoice.experiments.ablation.run import (
    changed,
    diagram_row,
    multiples,
    off_task,
    policies,
    task_costs,
    tasks,
    with_channels,
    without,
)
from tests.experiments.ablation.builders import config

QUARTET = load_scenario("quartet")


def differences(one: Scenario, other: Scenario) -> set[str]:
    def flat(value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            return {name: value}
        return {k: v for key in value for k, v in flat(value[key], f"{name}.{key}").items()}

    left, right = flat(one.model_dump(), ""), flat(other.model_dump(), "")
    return {name[1:] for name in left | right if left.get(name) != right.get(name)}


def test_every_mechanism_is_switched_off_once_by_itself() -> None:
    alone = [off for off in SWITCHED_OFF if len(off) == 1]
    assert alone == [(name,) for name in Mechanisms.model_fields]
    assert () in SWITCHED_OFF


@pytest.mark.parametrize("off", SWITCHED_OFF, ids=off_task)
def test_switching_off_changes_nothing_else(off: tuple[str, ...]) -> None:
    [variant] = without(config(), off).values()
    assert differences(QUARTET, variant) == {f"mechanisms.{name}" for name in off}
    assert {"greedy", "coordinated", "manual"} == set(policies(off_task(off)))


@pytest.mark.parametrize("coefficient", COEFFICIENTS, ids=lambda c: str(c.name))
def test_factors_multiply_the_coefficients_own_value(coefficient: Coefficient) -> None:
    setting = config(factors=(0.5, 1.0, 2.0))
    found = multiples(setting, coefficient)
    assert list(found) == ["0.5", "2"]
    for key, variant in found.items():
        assert differences(QUARTET, variant) == set(coefficient.fields)
        own = coefficient.values(QUARTET)
        assert coefficient.values(variant) == [float(key) * value for value in own]


def test_a_factor_out_of_bounds_is_left_out() -> None:
    found = {c.name: list(multiples(config(), c)) for c in COEFFICIENTS}
    assert found["tolerance"] == ["2"]
    assert found["trust_conflict"] == ["0", "2"]


def test_a_coefficient_that_the_scenario_does_not_use_is_left_out() -> None:
    unused = changed(QUARTET, {"customers.trust_conflict": 0.0})
    names = {c.name for c in config(scenario=unused).coefficients}
    assert {c.name for c in COEFFICIENTS} - names == {"trust_conflict", "trust_losses", "all_harms"}


def test_all_harms_are_those_of_trust_and_those_of_overload() -> None:
    fields = {c.name: set(c.fields) for c in COEFFICIENTS}
    overload = {"customers.churn_overload", "customers.opt_out_overload"}
    assert fields["all_harms"] == fields["trust_losses"] | overload


@pytest.mark.parametrize(("name", "count"), [("trust_losses", "three"), ("all_harms", "five")])
def test_several_fields_are_counted_in_words(name: str, count: str) -> None:
    [found] = [c for c in COEFFICIENTS if c.name == name]
    assert found.support == f"all {count}"
    assert len(found.fields) == {"three": 3, "five": 5}[count]


def test_changes_are_validated() -> None:
    with pytest.raises(OneVoiceError, match="narrative_gain"):
        changed(QUARTET, {"customers.narrative_gain": 1.5})


def test_the_diagram_meets_the_scenario_at_its_own_channels_and_overlap() -> None:
    count, overlap = len(QUARTET.channels), QUARTET.customers.overlap
    assert with_channels(QUARTET, count, overlap) == QUARTET


def test_the_diagram_adds_channels_in_the_fixed_order_with_the_same_purse_each() -> None:
    for count in (2, 7):
        [apart, _] = diagram_row(config(), count).values()
        assert tuple(apart.channels) == CHANNEL_NAMES[:count]
        assert apart.budget.amount / count == pytest.approx(QUARTET.budget.amount / 4)
        assert apart.customers.overlap == -1.0


def test_the_diagram_keeps_the_scenarios_own_channels_and_shares_their_purses() -> None:
    article = load_scenario("article")
    seven = with_channels(article, 7, 0.5)
    assert all(seven.channels[name] == channel for name, channel in article.channels.items())
    assert seven.budget.kind == "pooled"
    assert seven.budget.pacing == article.budget.pacing


def test_every_task_has_a_cost_and_a_plain_name() -> None:
    costs = task_costs(config())
    assert set(costs) == set(tasks(config()))
    assert len(costs) == len(SWITCHED_OFF) + len(COEFFICIENTS) + 6
    assert all(cost > 0 for cost in costs.values())
    assert not any("/" in name for name in costs)
