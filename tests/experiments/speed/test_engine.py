"""The engine's figures: by what seconds are divided, and what stands beside them."""

from collections.abc import Mapping

import pytest

from onevoice.envs import load_scenario
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.speed import Config, calibration, engine
from onevoice.experiments.speed.clock import Turn

SMOKE = load_scenario("smoke")
CONFIG = Config(
    scenario=SMOKE, scenarios=("smoke",), populations=(20, 50), threads=(1,), num_envs=(1, 2)
)


def exact(value: float) -> Estimate:
    return Estimate(value, value, value)


def in_order(sides: Mapping[object, Turn], seconds: float) -> dict[object, Estimate]:
    """Takes 1 s for the first side, 2 s for the second, and so on; times nothing."""
    return {side: exact(float(place)) for place, side in enumerate(sides, 1)}


@pytest.fixture(autouse=True)
def nothing_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "side_by_side", in_order)


def test_the_loop_has_the_customers_channels_and_threads_of_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, int, int]] = []

    def loop(channels: int, customers: int, threads: int) -> Turn:
        asked.append((channels, customers, threads))
        return lambda: 0.0

    monkeypatch.setattr(calibration, "loop", loop)
    few, many = engine.speeds(CONFIG, "smoke")
    channels = len(SMOKE.channels)
    assert asked == [(channels, 20, 1), (channels, 50, 1)]
    assert few.nanoseconds.value == pytest.approx(1e9 / (20 * SMOKE.ticks_per_decision))
    assert many.nanoseconds.value == pytest.approx(3e9 / (50 * SMOKE.ticks_per_decision))
    assert few.loop.value == pytest.approx(2e9 / (20 * calibration.TICKS))
    assert many.loop.value == pytest.approx(4e9 / (50 * calibration.TICKS))


def test_every_call_stands_beside_the_same_calibration_calls() -> None:
    calls = engine.calls(CONFIG, "smoke")
    assert [(one.face, one.environments) for one in calls] == [
        ("arrays", 1), ("arrays", 2), ("PettingZoo", 1),
    ]  # fmt: skip
    assert [one.microseconds.value for one in calls] == pytest.approx([1e6, 2e6, 3e6])
    assert {one.fixed.value for one in calls} == {4e6}
    assert {one.channels for one in calls} == {len(SMOKE.channels)}
