"""Estimates, tables, sentences and figures from numbers chosen by hand."""

import numpy as np
import pytest

from onevoice.envs.company.attribution import MODELS
from onevoice.experiments.attribution.estimates import (
    CLAIMS,
    LABELS,
    METHODS,
    TRUTH,
    WITHOUT,
    Estimates,
)
from onevoice.experiments.attribution.figures import draw
from onevoice.experiments.attribution.report import headline, make_study, tables
from onevoice.experiments.report.files import as_json
from onevoice.experiments.report.html import as_page
from tests.experiments.attribution.builders import estimates

REVENUE = [[100, 160, 180, 220], [100, 140, 180, 240]]
"""Leave-one-out 40 and 60, then 60 and 100; Shapley 50 and 70, then 50 and 90."""
CLAIMED = [[110, 130], [130, 110]]


def usual() -> Estimates:
    credits = np.zeros((2, len(MODELS), 2))
    credits[:, list(MODELS).index("last_touch")] = [[0, 200], [0, 200]]
    return estimates(REVENUE, CLAIMED, credits=credits)


def test_money_is_per_thousand_customers_and_28_days() -> None:
    found = usual()
    assert found.money(found.revenue).value == 230.0
    assert found.money(found.anyway).value == 100.0
    assert found.money(found.caused).value == 130.0


def test_both_truths() -> None:
    found = usual()
    assert found.credit(WITHOUT).tolist() == [[40, 60], [60, 100]]
    assert found.credit(TRUTH).tolist() == [[50, 70], [50, 90]]


def test_distance_is_the_sum_of_errors_over_what_was_caused() -> None:
    found = usual()
    assert found.distance(CLAIMS).value == pytest.approx((70 + 40) / 130)
    assert found.distance("last_touch").value == pytest.approx((50 + 120) / 130)
    assert found.distance(TRUTH).value == 0.0


def test_misplaced_is_the_share_on_the_wrong_channel() -> None:
    found = usual()
    assert found.misplaced("last_touch").value == pytest.approx(50 / 130)
    assert found.misplaced(CLAIMS).value == pytest.approx(0.5 - 50 / 130)
    assert not found.misplaced("markov").known  # credits nothing


def test_the_tables_by_hand() -> None:
    credit, returns, total = (
        {next(iter(row.values())): row for row in table.rows} for table in tables(usual())
    )
    assert list(credit) == [LABELS[method] for method in METHODS]
    assert credit["truth: leave one out"]["together"].value == 130.0  # type: ignore[union-attr]
    email, together = returns["email"], returns["together"]
    assert email["claimed_roas"].value == pytest.approx(1.2)  # type: ignore[union-attr]
    assert email["true_roas"].value == pytest.approx(0.5)  # type: ignore[union-attr]
    assert email["overclaim"].value == pytest.approx(2.4)  # type: ignore[union-attr]
    assert together["overclaim"].value == pytest.approx(240 / 130)  # type: ignore[union-attr]
    assert total["platforms' claims"]["share"].value == pytest.approx(24000 / 230)  # type: ignore[union-attr]


def test_every_method_has_a_label_of_its_own() -> None:
    assert sorted(LABELS) == sorted(METHODS)
    assert len(set(LABELS.values())) == len(LABELS)


def test_the_headline_names_the_widest_gap_that_can_be_told() -> None:
    line = headline(usual())
    assert line.startswith("Platforms together claim 1.85 (1.")
    assert "the widest gap is that of email, which claims 120 (110, 130)" in line


@pytest.mark.parametrize(
    ("revenue", "claimed", "words"),
    [
        ([[100, 100, 100, 100]] * 2, [[10, 10]] * 2, "is not distinguishable from zero"),
        ([[100, 100, 100, 90]] * 2, [[10, 10]] * 2, "zero: \N{MINUS SIGN}10"),
        ([[0, 60, 40, 100]] * 2, [[20, 20]] * 2, "claim only 0.40"),
        (
            [[0, 60, 40, 90], [0, 60, 40, 110]],
            [[50, 50]] * 2,
            "which is not distinguishable from 1",
        ),
        ([[0, 60, 40, 100]] * 2, [[20, 20]] * 2, "no single channel's claim"),
    ],
)
def test_the_headline_says_no_more_than_the_intervals(
    revenue: list[list[float]], claimed: list[list[float]], words: str
) -> None:
    assert words in headline(estimates(revenue, claimed))


def test_where_nothing_was_caused_there_is_no_figure_of_distances() -> None:
    names = [figure.name for figure in draw(estimates([[5, 5, 5, 5]] * 2, [[0, 0]] * 2))]
    assert names == ["claims_and_truth"]


def test_a_study_is_the_same_bytes_twice_and_fits_its_page() -> None:
    one, two = make_study(usual()), make_study(usual())
    assert as_json(one) == as_json(two)
    assert [p.png for p in one.figures] == [p.png for p in two.figures]
    assert [p.name for p in one.figures] == ["claims_and_truth", "distance_from_truth"]
    page = as_page(one, "onevoice attribution")
    assert one.headline in page
    assert all(label.replace("'", "&#x27;") in page for label in LABELS.values())
