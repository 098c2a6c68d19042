"""Drops, sentences, tables and the matrix from chosen numbers."""

from collections.abc import Iterator

import numpy as np
import pytest

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.crossplay.figures import heat_map
from onevoice.experiments.crossplay.report import channels, findings, make_study, matrix
from onevoice.experiments.crossplay.run import GREEDY, JOINING, LEAVING
from onevoice.experiments.report.plotting import style
from tests.experiments.crossplay.builders import estimates, teams

LOST = {
    ("shared_reward", "independent"): 200.0,
    ("shared_reward", "shared_reward"): 20.0,
    ("shared_reward", GREEDY): 300.0,
    ("shared_reward", JOINING): -10.0,
    ("independent", "shared_reward"): -100.0,
}
MADE = estimates(teams(shared_reward=3, independent=1), LOST)


@pytest.fixture(autouse=True)
def styled() -> Iterator[None]:
    with style():
        yield


def test_a_drop_is_averaged_over_channels_and_paired() -> None:
    assert tuple(MADE.drop("shared_reward", "independent")) == pytest.approx((300.0,) * 3)
    assert MADE.drop("shared_reward", "independent", 0).value == pytest.approx(200.0)
    assert MADE.drop("shared_reward", "independent", 1).value == pytest.approx(400.0)
    assert MADE.self_play("shared_reward").value == pytest.approx(1001.0)
    assert MADE.value("shared_reward", "independent").value == pytest.approx(701.0)


def test_a_single_run_has_no_other_seed() -> None:
    assert MADE.played("shared_reward", "shared_reward")
    assert not MADE.played("independent", "independent")
    assert MADE.played("independent", GREEDY)


def test_sentences_follow_the_intervals() -> None:
    shared, independent = findings(MADE)
    assert shared == (
        "Teams of shared_reward reach $1,001; they lose $30 ($30 to $30) with one channel of "
        "another seed, $300 ($300 to $300) with one channel of independent and $450 ($450 to "
        "$450) with one channel replaced by greedy; they gain $15 ($15 to $15) with one channel "
        "joining on day 30; no difference is shown with one channel silent from day 30."
    )
    assert "they gain $150 ($150 to $150) with one channel of shared_reward;" in independent


def test_tables_have_a_line_for_each_guest() -> None:
    rows = matrix(MADE).rows
    assert [row["guest"] for row in rows if row["mode"] == "independent"] == [
        "its own (self-play)", "of shared_reward", "replaced by greedy", "silent from day 30",
        "joining on day 30",
    ]  # fmt: skip
    [swap] = [row for row in channels(MADE).rows if row["guest"] == "of independent"]
    assert swap["search"] == pytest.approx((400.0,) * 3)
    assert isinstance(swap["email"], Estimate)


def test_the_matrix_shows_self_play_on_the_diagonal() -> None:
    axes, bar = heat_map(MADE).axes
    texts = {(round(t.get_position()[0] - 0.5), round(t.get_position()[1] - 0.5), t.get_text())
             for t in axes.texts}  # fmt: skip
    shown = {(x, y): {text for a, b, text in texts if (a, b) == (x, y)}
             for x in range(5) for y in range(2)}  # fmt: skip
    assert shown[0, 0] == {"1,001", "other seed 30"}
    assert shown[1, 0] == {"701", "drop 300"}
    assert shown[1, 1] == {"1,000"}  # one run alone
    assert shown[0, 1] == {"1,150", "drop \N{MINUS SIGN}150"}
    colours = np.ma.getmaskarray(np.ma.asarray(axes.collections[0].get_array()))
    assert colours.reshape(2, 5).tolist() == [[False] * 5, [False, True, False, False, False]]
    assert bar.get_ylabel().startswith("drop")
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "shared_reward",
        "independent",
    ]


def test_a_day_names_when_a_channel_leaves() -> None:
    other = estimates(teams(shared_reward=2), {("shared_reward", LEAVING): 50.0}, day=7)
    assert "they lose $75 ($75 to $75) with one channel silent from day 7" in findings(other)[0]
    assert make_study(other).headline == findings(other)[0]
