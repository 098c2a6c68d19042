"""Rules from strict to none, and the managers who revise them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevoice.envs import load_scenario
from onevoice.envs.spec.coordination import RULES, Coordination
from onevoice.experiments.rule_relaxation.run import (
    RuleManager,
    relaxed,
    rule_managers,
    schedule,
)
from tests.envs.builders import layers
from tests.experiments.rule_relaxation.builders import config

MANAGERS = rule_managers(config())
FULL = load_scenario("quartet", coordination="full").coordination


def test_the_ends_are_the_strict_rules_without_holdout_and_none() -> None:
    strict, *_, none = schedule(FULL, 6)
    assert strict == FULL.model_copy(update={"holdout": None})
    assert (none.on, none.rules) == (True, ())


def test_half_way_caps_are_doubled_and_hours_halved() -> None:
    half = relaxed(FULL, 0.5)
    assert half.rules == tuple(rule for rule in RULES if rule != "holdout")
    assert half.channel_cap
    assert half.global_cap
    assert half.at_risk
    assert half.channel_cap.touches == {
        "email": 6, "social": 14, "display": 28, "sms": 2, "push": 6,
    }  # fmt: skip
    assert (half.global_cap.load, half.at_risk.load) == (6.0, 5.0)
    for rule in (half.recent_purchase, half.exclusion, half.lock):
        assert rule
        assert rule.hours == 36.0
    assert half.gap
    assert half.gap.hours == 12.0
    assert half.quiet_hours == FULL.quiet_hours


@given(rules=layers(), steps=st.integers(2, 12))
def test_every_step_is_valid_and_no_cap_falls(rules: dict[str, object], steps: int) -> None:
    every = schedule(Coordination.model_validate(rules), steps)
    assert len(every) == steps
    for tight, loose in pairwise(every):
        assert set(loose.rules) <= set(tight.rules)
        if tight.global_cap and loose.global_cap:
            assert loose.global_cap.load > tight.global_cap.load
        if tight.gap and loose.gap:
            assert loose.gap.hours < tight.gap.hours
        if tight.channel_cap and loose.channel_cap:
            pairs = zip(
                tight.channel_cap.touches.values(), loose.channel_cap.touches.values(), strict=True
            )
            assert all(few <= many for few, many in pairs)


@given(
    seen=st.lists(st.floats(-1e6, 1e6), max_size=30),
    name=st.sampled_from(list(MANAGERS)),
    steps=st.integers(2, 9),
)
def test_a_manager_moves_one_step_at_most_and_never_leaves_the_schedule(
    seen: list[float], name: str, steps: int
) -> None:
    step = 0
    for week in range(len(seen) + 1):
        moved = MANAGERS[name].next_step(step, seen[:week], steps)
        assert 0 <= moved < steps
        assert abs(moved - step) <= 1
        step = moved


@pytest.mark.parametrize(
    ("name", "seen", "expected"),
    [
        ("kept", [2.0, 1.0], 3),
        ("dashboard", [1.0], 3),
        ("dashboard", [2.0, 1.0], 4),
        ("dashboard", [1.0, 1.0], 3),
        ("dashboard", [1.0, 2.0], 3),
        ("truth", [1.0], 3),
        ("truth", [2.0, 1.0], 2),
        ("truth", [1.0, 1.0], 4),
        ("patient", [1.0, 1.0], 3),
        ("patient", [2.0, 1.0, 1.0], 3),
        ("patient", [1.0, 1.0, 1.0], 4),
        ("patient", [1.0, 1.0, 0.0], 2),
    ],
)
def test_what_moves_a_manager(name: str, seen: list[float], expected: int) -> None:
    assert MANAGERS[name].next_step(3, seen, 6) == expected


def test_what_a_manager_watches() -> None:
    watched = {name: manager.watched for name, manager in MANAGERS.items()}
    assert watched["dashboard"] == "claims"
    assert watched["truth"] == watched["patient"] == "ncv"
    assert rule_managers(config(patience=5))["patient"] == RuleManager("ncv", -1, 1, 5)
    assert rule_managers(config(dashboard="engagements"))["dashboard"] == RuleManager(
        "engagements", 1, 0
    )
