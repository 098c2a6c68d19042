"""Pictures of an episode."""

import numpy as np
import pytest

from onevoice.envs.company.metrics import EpisodeMetrics
from onevoice.envs.interface.render import COLOURS, HEIGHT, WIDTH, History, draw, tell
from onevoice.envs.spec.base import CHANNEL_NAMES
from tests.envs.builders import hand_scenario, hand_survey, hand_tally
from tests.envs.test_metrics import FIRST


def history(*ncv: float) -> History:
    past = History(hand_scenario())
    for value in ncv:
        past.add({name: np.array([value if name == "ncv" else 0.5]) for name in past.names})
    return past


def changed(left: History, right: History) -> tuple[bool, bool]:
    """Whether two pictures differ in their upper and in their lower half."""
    differ = (draw(left) != draw(right)).any(axis=2)
    return bool(differ[: HEIGHT // 2 - 20].any()), bool(differ[HEIGHT // 2 + 20 :].any())


def test_a_history_gives_every_metric_back() -> None:
    past = history(1.0, 3.0)
    days = past.scenario.decision_hours / 24
    assert past.curve("ncv").tolist() == [1.0 * days / 28, 3.0 * 2 * days / 28]
    assert past.curve("social/touches").tolist() == [0.5, 0.5]


def test_the_truth_is_drawn_below_the_dashboard() -> None:
    assert changed(history(0.0, 1.0), history(0.0, 1.0)) == (False, False)
    assert changed(history(0.0, 1.0, 4.0), history(0.0, 3.0, 4.0)) == (False, True)


def test_every_channel_has_its_own_colour() -> None:
    assert len(set(COLOURS.values())) == len(CHANNEL_NAMES)


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
        "truth: net customer value 1,260 $, trust 0.500, churn 5.0%, conflicts per customer 0.4"
    )


def test_a_channel_that_has_touched_nobody_has_no_rate() -> None:
    metrics = EpisodeMetrics(hand_scenario(), 1)
    metrics.reset([0], hand_survey())
    assert tell(history(), metrics.report(hand_survey())).splitlines()[3].split()[2] == "-"


def test_a_cleared_history_is_empty() -> None:
    past = history(1.0)
    past.clear()
    assert past.rows == []
