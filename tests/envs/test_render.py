"""Pictures of an episode."""

import numpy as np
import pytest

from onevoice.envs.metrics import EpisodeMetrics
from onevoice.envs.render import COLOURS, HEIGHT, PANELS, WIDTH, History, draw, tell
from tests.envs.hand import hand_scenario, hand_survey, hand_tally
from tests.envs.test_metrics import FIRST


def history(*ncv: float) -> History:
    past = History(hand_scenario())
    for value in ncv:
        metrics = {name: np.array([value if name == "ncv" else 0.5]) for name, _ in PANELS}
        past.add(np.array([1.0, 2.0], np.float32), metrics)
    return past


def inked(past: History, panel: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of a panel's curve, counted within its quarter of the picture."""
    top, left = panel // 2 * HEIGHT // 2, panel % 2 * WIDTH // 2
    quarter = draw(past)[top : top + HEIGHT // 2, left : left + WIDTH // 2]
    return np.nonzero((quarter == COLOURS[panel]).all(axis=2))  # type: ignore[return-value]  # two axes


def test_a_rising_quantity_is_a_rising_curve() -> None:
    rows, columns = inked(history(0.0, 1.0, 2.0), 0)
    assert rows[columns == columns.min()].max() > rows[columns == columns.max()].max() + 80


def test_a_constant_quantity_is_a_level_curve() -> None:
    rows, _ = inked(history(0.0, 1.0), 1)
    assert rows.max() - rows.min() == 1  # two pixels thick


def test_the_curve_is_as_long_as_the_episode_has_been() -> None:
    ends = [inked(history(*range(days)), 0)[1].max() for days in (2, 4, 7)]
    assert ends[0] < ends[1] < ends[2]


@pytest.mark.parametrize("days", [0, 1, 30])
def test_any_number_of_decisions_can_be_drawn(days: int) -> None:
    picture = draw(history(*range(days)))
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.dtype == np.uint8


def test_the_text_sets_the_dashboard_beside_the_truth() -> None:
    metrics = EpisodeMetrics(hand_scenario(), 1)
    metrics.reset([0], hand_survey(equity=1000.0))
    metrics.add(FIRST)
    metrics.add(hand_tally())
    page = tell(history(0.0, 1.0), metrics.report(hand_survey(equity=995.0))).splitlines()
    assert page[0] == "day 4 of 14, 100 customers"
    assert page[3].split() == ["email", "100", "30.0%", "90", "2"]
    assert page[4].split() == ["social", "50", "0.0%", "60", "0"]
    assert page[-1] == (
        "truth: net customer value 1.26e+03, trust 0.5, churn 0.05, conflicts per customer 0.4"
    )


def test_a_channel_that_has_touched_nobody_has_no_rate() -> None:
    metrics = EpisodeMetrics(hand_scenario(), 1)
    metrics.reset([0], hand_survey())
    assert tell(history(), metrics.report(hand_survey())).splitlines()[3].split()[2] == "-"


def test_a_cleared_history_is_empty() -> None:
    past = history(1.0)
    past.clear()
    assert (past.rows, past.rewards) == ([], [])
