"""The ETA, the bars on a terminal and the lines elsewhere."""

import io

import pytest
from rich.console import Console

from onevoice.experiments.core.progress import Display, Meter, duration
from onevoice.experiments.core.workers import FINISHED

COSTS = {"silent": {"evaluation": 1.0}, "shared_reward": {"training": 2.0, "evaluation": 1.0}}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock to be set by hand."""
    now = [0.0]
    monkeypatch.setattr("onevoice.experiments.core.progress.time.monotonic", lambda: now[0])
    return now


def shown(*, terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100)
    with Display(COSTS, console) as display:
        display.report("shared_reward", "training", 1, 4)
        display.report("shared_reward", "training", 4, 4)
        display.report("silent", "evaluation", 5, 5)
        display.report("silent", FINISHED, 1, 1)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_share_weighs_stages_by_their_cost() -> None:
    meter = Meter(COSTS)
    meter.update("shared_reward", "training", 0.5)
    assert meter.share == pytest.approx(0.25)
    meter.update("shared_reward", FINISHED, 1.0)
    assert meter.share == pytest.approx(0.75)


def test_eta_leaves_out_what_came_before_the_first_progress(clock: list[float]) -> None:
    meter = Meter(COSTS)
    assert meter.remaining is None
    clock[0] = 100.0  # loading and compiling
    meter.update("silent", "evaluation", 0.0)
    meter.update("shared_reward", "training", 0.5)
    assert meter.remaining is None
    clock[0] = 110.0
    meter.update("shared_reward", "training", 1.0)
    assert meter.remaining == pytest.approx(20.0)
    assert meter.elapsed == 110.0


def test_nothing_to_do_is_all_done() -> None:
    assert Meter({}).share == 1.0


def test_lines_where_there_is_no_terminal() -> None:
    lines = shown(terminal=False).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("[ 50%] 0:00 shared_reward: training done")
    assert lines[1].startswith("[ 75%] 0:00 silent: evaluation done")


def test_a_long_stage_speaks_up_at_times(clock: list[float]) -> None:
    console = Console(file=io.StringIO(), force_terminal=False)
    with Display(COSTS, console) as display:
        for second in range(0, 100, 10):
            clock[0] = float(second)
            display.report("shared_reward", "training", second, 1000)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().count("shared_reward: training") == 2


def test_bars_on_a_terminal() -> None:
    text = shown(terminal=True)
    assert "ETA" in text
    assert "shared_reward · training" in text


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0:00"), (185.0, "3:05"), (3600.0, "60:00")])
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text
