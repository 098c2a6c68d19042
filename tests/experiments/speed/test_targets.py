"""Targets: when one is met, and how it shows."""

import pytest

from onevoice.experiments.speed.targets import Target


@pytest.mark.parametrize(
    ("target", "value", "verdict"),
    [
        (Target(25), 25.0, "met"),
        (Target(25), 25.1, "missed"),
        (Target(15, at_least=True), 15.0, "met"),
        (Target(15, at_least=True), 14.9, "missed"),
    ],
)
def test_a_target_is_met_up_to_its_bound(target: Target, value: float, verdict: str) -> None:
    assert target.verdict(value) == verdict


def test_a_target_shows_its_side() -> None:
    assert str(Target(1.5)) == "\N{LESS-THAN OR EQUAL TO} 1.5"
    assert str(Target(300, at_least=True)) == "\N{GREATER-THAN OR EQUAL TO} 300"
