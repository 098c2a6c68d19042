"""All simulations side by side: stretches joined, windows by month, weeks."""

import numpy as np
import pytest

from onevoice.envs.engine import kernels
from tests.experiments.claims.builders import SIMULATIONS, config, simulations

BUILT = simulations(
    {
        "greedy_first": {"VISITS": 1, "TRUST": 0.75},
        "greedy_later": {"VISITS": 2, "TRUST": 0.5},
        "layer": {"VISITS": 10},
        "layer_kept": {"VISITS": 20},
        "relaxed_discounts": {"VISITS": 30},
        "relaxed_messages": {"VISITS": 40},
        "relaxed_volume": {"VISITS": np.arange(SIMULATIONS)[None]},
        "cut_one": {"VISITS": 3},
        "cut_two": {"VISITS": 4},
    }
)


@pytest.mark.parametrize(
    ("branch", "visits"),
    [
        ("greedy", [1] * 4 + [2] * 8),
        ("cut", [1] * 4 + [3] * 4 + [4] * 4),
        ("layer", [1] * 4 + [10] * 2 + [20] * 6),
        ("relaxed", [1] * 4 + [10] * 2 + [30] * 2 + [40] * 2 + [1] * 2),
        ("no_search", [40] * 4),
    ],
)
def test_branches_are_joined_from_the_takeover_on(branch: str, visits: list[int]) -> None:
    trajectory = BUILT.trajectory(branch)
    assert trajectory.system[:, 1, kernels.VISITS].tolist() == visits
    assert trajectory.survey.shape[0] == len(visits) + 1


def test_simulations_lie_side_by_side() -> None:
    last = BUILT.trajectory("relaxed").system[-1, :, kernels.VISITS]
    assert last.tolist() == list(range(SIMULATIONS))


def test_windows_are_in_months() -> None:
    window = BUILT.window("greedy", 0.5, 2)
    assert (window.first, window.end, window.days) == (2, 8, 42)
    assert window.system("VISITS").tolist() == [2 * 1 + 4 * 2] * SIMULATIONS
    assert BUILT.window("greedy", 0, 1).mean_state("TRUST") == pytest.approx(0.75)
    assert BUILT.window("greedy").mean_state("TRUST") == pytest.approx(0.5)


def test_weeks_cover_a_branch_without_a_gap() -> None:
    weeks = BUILT.weeks("layer")
    assert len(weeks) == 12
    assert [week.first for week in weeks[1:]] == [week.end for week in weeks[:-1]]
    assert (weeks[0].first, weeks[-1].end) == (0, 12)
    assert sum(week.system("VISITS")[0] for week in weeks) == 4 * 1 + 2 * 10 + 6 * 20


def test_facts_are_stacked_by_simulation() -> None:
    assert BUILT.fact("audience/overlap").shape == (SIMULATIONS, 2, 2)
    assert BUILT.fact("cut_two/channel").tolist() == [2.0] * SIMULATIONS


def test_the_bootstrap_is_that_of_the_configuration() -> None:
    bootstrap = BUILT.bootstrap
    assert (bootstrap.count, bootstrap.resamples) == (SIMULATIONS, config().resamples)
    assert bootstrap is BUILT.bootstrap
