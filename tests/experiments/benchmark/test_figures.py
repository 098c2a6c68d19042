"""Figures show the numbers, and are left out where there is nothing to show."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from onevoice.experiments.benchmark.figures import draw, final, learning, on_common_steps, profiles
from onevoice.experiments.report.plotting import style
from tests.experiments.benchmark.builders import estimates


@pytest.fixture(autouse=True)
def styled() -> Iterator[None]:
    with style():
        yield


def test_rows_stand_by_value_with_the_gap_beside(tmp_path: Path) -> None:
    values, gaps = final(estimates(tmp_path)).axes
    names = [label.get_text() for label in values.get_yticklabels()]
    assert names == ["independent", "greedy", "manual", "shared_reward", "planner"]
    points = [line.get_xdata()[0] for line in gaps.lines if line.get_marker() == "o"]  # type: ignore[index]
    assert points[1] == 0.0
    assert points[-1] == pytest.approx(100.0)


def test_without_the_reference_there_is_no_gap_to_draw(tmp_path: Path) -> None:
    assert len(final(estimates(tmp_path, ncv={"manual": 1.0, "greedy": 0.0})).axes) == 1


def test_profiles_fall_from_all_to_none(tmp_path: Path) -> None:
    [axes] = profiles(estimates(tmp_path)).axes
    for line in axes.lines:
        shares = np.asarray(line.get_ydata())
        assert (np.diff(shares) <= 0.0).all()
        assert shares[-1] == 0.0
    assert axes.lines[0].get_label() == "planner"


def test_runs_that_stopped_early_stay_where_they_were() -> None:
    curves = [
        {"steps": np.array([0.0, 10.0, 20.0]), "ncv": np.array([1.0, 2.0, 3.0])},
        {"steps": np.array([0.0, 10.0]), "ncv": np.array([5.0, 7.0])},
    ]
    steps, values = on_common_steps(curves, "ncv")
    assert steps.tolist() == [0.0, 10.0, 20.0]
    assert values.tolist() == [[1.0, 2.0, 3.0], [5.0, 7.0, 7.0]]


def test_learning_has_a_line_and_a_band_for_each_mode(tmp_path: Path) -> None:
    found = estimates(tmp_path)
    figure = learning(found)
    assert figure is not None
    for axes in figure.axes:
        assert len(axes.lines) == len(axes.collections) == 2
        assert {text.get_text() for text in axes.texts} == {"independent", "shared_reward"}
    ends = [np.asarray(line.get_ydata())[-1] for line in figure.axes[0].lines]
    assert ends == pytest.approx([-1198.0, 902.0])


def test_what_cannot_be_drawn_is_left_out(tmp_path: Path) -> None:
    assert [figure.name for figure in draw(estimates(tmp_path))] == [
        "final", "profiles", "learning",
    ]  # fmt: skip
    few = estimates(tmp_path, ncv={"manual": 1.0})
    assert [figure.name for figure in draw(few)] == ["final", "profiles"]
