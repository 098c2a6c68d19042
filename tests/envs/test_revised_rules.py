"""Rules that change during an episode."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings

from onevoice.envs import load_scenario, make_vec
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.coordination import RULES, Coordination
from tests.envs.builders import BUSY, layers, random_actions

ErrorLine = Callable[[Callable[[], object]], str]
Arrays = Mapping[str, npt.NDArray[np.generic]]
WITHOUT_HOLDOUT = tuple(rule for rule in RULES if rule != "holdout")
STRICT = {"kind": "rules", **{name: BUSY[name] for name in WITHOUT_HOLDOUT}}


def company(rules: Mapping[str, Any]) -> ChannelsVectorEnv:
    return make_vec("septet", 2, coordination=rules, population=120, days=8)


def live(env: ChannelsVectorEnv, revise: Callable[[int], None] = lambda day: None) -> Arrays:
    """Eight days of random actions: customers at the end, and the tallies of every day."""
    env.reset([3, 4])
    tallies = []
    for day in range(env.max_steps):
        revise(day)
        env.step(random_actions(env.scenario, 2, day))
        tallies.append(env.tally)
    state = env.population.snapshot()
    found = {name: array for name, array in state.items() if name.startswith("customers/")}
    for part in ("channels", "system", "coordination"):
        found[part] = np.stack([getattr(tally, part) for tally in tallies])
    return found


def assert_same(one: Arrays, other: Arrays) -> None:
    assert one.keys() == other.keys()
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name], name)


def test_the_same_rules_again_change_nothing() -> None:
    env, other = company({"kind": "rules", **BUSY}), company({"kind": "rules", **BUSY})
    assert_same(live(env), live(other, lambda day: other.revise_rules(env.scenario.coordination)))


@settings(max_examples=15)
@given(rules=layers(WITHOUT_HOLDOUT))
def test_rules_revised_before_the_first_decision_are_those_of_the_start(
    rules: dict[str, Any],
) -> None:
    env, revised = company(rules), company(STRICT)
    revised.reset([3, 4])
    revised.revise_rules(env.scenario.coordination)
    assert_same(live(env), live(revised))


def test_the_past_counts_under_rules_that_come_later() -> None:
    only_counting = Coordination(kind="rules")
    env, loose = company(STRICT), company(STRICT)

    def from_day_four(day: int) -> None:
        loose.revise_rules(env.scenario.coordination if day >= 4 else only_counting)

    strict, found = live(env), live(loose, from_day_four)
    touches = [run["channels"][..., 0].sum(axis=(1, 2, 3)) for run in (strict, found)]
    assert (touches[1][:4] > touches[0][:4]).all()
    assert touches[1][4] < touches[0][4]  # who was touched a lot has to wait
    assert found["coordination"][:4, ..., 1:11].sum() == 0
    assert found["coordination"][4:, ..., 1:11].sum() > 0


def test_customers_stay_held_out() -> None:
    env = company({"kind": "rules", **BUSY})
    env.reset([3, 4])
    held = env.population.held_out()
    env.revise_rules(load_scenario("septet", coordination=STRICT).coordination)
    np.testing.assert_array_equal(env.population.held_out(), held)


@pytest.mark.parametrize(
    ("began", "rules", "told"),
    [
        ("none", STRICT, "coordination.kind is none at first and rules later; keep one"),
        (STRICT, {"kind": "none"}, "coordination.kind is rules at first and none later; keep one"),
        (
            {"kind": "rules", "gap": {}},
            STRICT,
            "coordination.lock cannot be added later; begin with a lock",
        ),
        (
            STRICT,
            {"kind": "rules", "exclusion": {"hours": 2000}},
            "coordination looks back too far",
        ),
        (
            STRICT,
            {"kind": "orchestrator"},
            "coordination.kind is rules at first and orchestrator later; keep one",
        ),
        (
            {"kind": "orchestrator", "gap": {}},
            {"kind": "orchestrator", "orchestrator": {"caps": [1.0]}},
            "coordination.orchestrator differs from the one at first; keep it",
        ),
        (STRICT, {"kind": "rules", "gap": {"hours": 500}}, "coordination.gap looks back 500 hours"),
    ],
)
def test_what_the_start_cannot_serve_is_one_line(
    began: Any, rules: dict[str, Any], told: str, error_line: ErrorLine
) -> None:
    env = company({"kind": "none"} if began == "none" else began)
    env.reset([3, 4])
    assert told in error_line(lambda: env.revise_rules(Coordination.model_validate(rules)))
