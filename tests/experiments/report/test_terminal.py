"""The table on the terminal: both sides where they fit, and in any case everything."""

import io

import pytest
from rich.console import Console

from onevoice.experiments.compare.report import make_study
from onevoice.experiments.report.terminal import show_study
from tests.experiments.compare.builders import estimates


def shown(width: int, *, terminal: bool = True) -> str:
    file = io.StringIO()
    show_study(
        make_study(estimates()),
        None,
        Console(file=file, force_terminal=terminal, width=width, no_color=True),
    )
    return file.getvalue()


def test_dashboard_stands_beside_the_truth() -> None:
    text = shown(120)
    assert "The dashboard beside the truth " in text
    assert "│" in text
    (row,) = (
        line for line in text.splitlines() if "│" in line and "2.8" in line and "manual" in line
    )
    assert "30.0" in row
    assert "100" in row


@pytest.mark.parametrize("width", [80, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    tables, _ = shown(width, terminal=False).split("95 % bootstrap")
    for line in tables.splitlines():
        assert len(line) <= max(width, 120)


def test_a_narrow_terminal_gets_one_above_the_other() -> None:
    text = shown(70)
    assert "│" not in text
    assert text.index("The dashboard") < text.index("The truth")


def test_differences_to_the_reference_and_what_intervals_mean() -> None:
    text = shown(120)
    assert "Beside manual, on the same markets" in text
    assert "\N{MINUS SIGN}40" in text
    assert "95 % bootstrap intervals over 4 held-out markets; one training seed per mode" in text
