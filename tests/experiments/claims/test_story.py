"""Stories: stretches joined, windows by month, weeks, all worlds side by side."""

import numpy as np
import pytest

from onevoice.envs.engine import kernels
from tests.experiments.claims.told import WORLDS, config, story

TELLING = story(
    {
        "greedy_first": {"VISITS": 1, "TRUST": 0.75},
        "greedy_later": {"VISITS": 2, "TRUST": 0.5},
        "layer": {"VISITS": 10},
        "layer_kept": {"VISITS": 20},
        "loosened_discounts": {"VISITS": 30},
        "loosened_stories": {"VISITS": 40},
        "loosened_volume": {"VISITS": np.arange(WORLDS)[None]},
        "cut_one": {"VISITS": 3},
        "cut_two": {"VISITS": 4},
    }
)


@pytest.mark.parametrize(
    ("scene", "visits"),
    [
        ("greedy", [1] * 4 + [2] * 8),
        ("cut", [1] * 4 + [3] * 4 + [4] * 4),
        ("layer", [1] * 4 + [10] * 2 + [20] * 6),
        ("loosened", [1] * 4 + [10] * 2 + [30] * 2 + [40] * 2 + [1] * 2),
        ("no_search", [40] * 4),
    ],
)
def test_scenes_are_joined_from_the_takeover_on(scene: str, visits: list[int]) -> None:
    course = TELLING.course(scene)
    assert course.system[:, 1, kernels.VISITS].tolist() == visits
    assert course.survey.shape[0] == len(visits) + 1


def test_worlds_lie_side_by_side() -> None:
    last = TELLING.course("loosened").system[-1, :, kernels.VISITS]
    assert last.tolist() == list(range(WORLDS))


def test_windows_are_in_months() -> None:
    window = TELLING.window("greedy", 0.5, 2)
    assert (window.first, window.end, window.days) == (2, 8, 42)
    assert window.system("VISITS").tolist() == [2 * 1 + 4 * 2] * WORLDS
    assert TELLING.window("greedy", 0, 1).mean_state("TRUST") == pytest.approx(0.75)
    assert TELLING.window("greedy").mean_state("TRUST") == pytest.approx(0.5)


def test_weeks_cover_a_scene_without_a_gap() -> None:
    weeks = TELLING.weeks("layer")
    assert len(weeks) == 12
    assert [week.first for week in weeks[1:]] == [week.end for week in weeks[:-1]]
    assert (weeks[0].first, weeks[-1].end) == (0, 12)
    assert sum(week.system("VISITS")[0] for week in weeks) == 4 * 1 + 2 * 10 + 6 * 20


def test_facts_are_stacked_by_world() -> None:
    assert TELLING.fact("audience/overlap").shape == (WORLDS, 2, 2)
    assert TELLING.fact("cut_two/channel").tolist() == [2.0] * WORLDS


def test_the_bootstrap_is_that_of_the_configuration() -> None:
    bootstrap = TELLING.bootstrap
    assert (bootstrap.count, bootstrap.resamples) == (WORLDS, config().resamples)
    assert bootstrap is TELLING.bootstrap
