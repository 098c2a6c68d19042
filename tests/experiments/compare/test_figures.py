"""Figures: drawn, the right size, the same bytes, and absent where there is nothing to draw."""

import struct
from pathlib import Path

import numpy as np
import pytest

from onevoice.experiments.benchmark.cells import ROWS
from onevoice.experiments.compare.figures import CURVE, draw, read_curve
from onevoice.experiments.report.labels import spread
from onevoice.experiments.report.plotting import COLOURS, OTHER, colour
from onevoice.policies.baselines import BASELINES
from onevoice.training.config import MODES
from tests.experiments.compare.builders import estimates


@pytest.fixture
def run_with_curve(tmp_path: Path) -> Path:
    """An output folder in which one mode kept its learning curve."""
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(tmp_path / "training" / "shared_reward-0" / "tensorboard"))
    for step in (100, 200):
        writer.add_scalar(CURVE, step / 2, step)
    writer.close()
    return tmp_path


def test_figures_are_pngs_of_900_pixels(run_with_curve: Path) -> None:
    figures = draw(estimates(), run_with_curve)
    assert [figure.name for figure in figures] == [
        "dashboard_and_truth",
        "net_customer_value",
        "trajectories",
        "learning",
    ]
    for figure in figures:
        assert figure.caption
        assert figure.png[:4] == b"\x89PNG"
        assert struct.unpack(">I", figure.png[16:20]) == (900,)


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    assert draw(estimates(), tmp_path / "a") == draw(estimates(), tmp_path / "b")


def test_without_curves_no_learning_figure(tmp_path: Path) -> None:
    assert "learning" not in [figure.name for figure in draw(estimates(), tmp_path)]


def test_without_dashboards_no_collapse_figure(tmp_path: Path) -> None:
    found = estimates()
    for evaluation in found.evaluations.values():
        for key in ("email/engagements", "search/claimed_revenue"):
            evaluation.metrics[key] = np.zeros(4)
    assert "dashboard_and_truth" not in [figure.name for figure in draw(found, tmp_path)]


def test_curve_is_read_and_missing_ones_are_empty(run_with_curve: Path) -> None:
    folder = run_with_curve / "training" / "shared_reward-0" / "tensorboard"
    assert read_curve(folder, CURVE).tolist() == [[100.0, 200.0], [50.0, 100.0]]
    assert read_curve(folder, "no such scalar").size == 0
    assert read_curve(run_with_curve / "nowhere", CURVE).size == 0


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ([0.0, 5.0], [0.0, 5.0]),
        ([1.0, 1.0], [0.5, 1.5]),
        ([0.0, 0.0, 0.0], [-1.0, 0.0, 1.0]),
        ([0.0, 0.5, 9.0], [-0.25, 0.75, 9.0]),
        ([], []),
    ],
)
def test_labels_are_spread_as_little_as_possible(wanted: list[float], places: list[float]) -> None:
    assert spread(wanted, 1.0) == pytest.approx(places)


def test_every_policy_has_its_own_colour() -> None:
    assert set(COLOURS) == set(BASELINES) | set(MODES) | set(ROWS)
    assert len(set(COLOURS.values())) == len(COLOURS)
    assert colour("something else") == OTHER
