"""The study of simulations built by hand: order, headline, notes, files and figures."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot

from onevoice.experiments.claims.estimates import MET, MISSED, REPORTED, Row
from onevoice.experiments.claims.report import headline, make_study, notes
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.files import write_study
from onevoice.experiments.report.study import Study
from tests.experiments.claims.builders import config, simulations

NUMBER = Estimate(1.0, 0.5, 1.5)
PNG = b"\x89PNG\r\n\x1a\n"


def row(claim: str, measure: str, verdict: str) -> Row:
    return Row(claim, measure, "", "", NUMBER, verdict)


@pytest.fixture(scope="module")
def study() -> Study:
    built = simulations({"greedy_first": {"social/CLICKS": 0, "search/CLICKS": 0}})
    return make_study(built)


def test_the_headline_counts_what_was_judged_and_names_the_claims_that_missed() -> None:
    rows = [row("C1", "a", MET), row("C2", "b", MISSED), row("C7", "c", REPORTED)]
    assert headline(rows) == "1 of 2 targets are met; the others belong to C2."
    more = [*rows, row("C2", "d", MISSED), row("C9", "e", MISSED)]
    assert headline(more) == "1 of 4 targets are met; the others belong to C2, C9."
    assert headline(rows[:1]) == "1 of 1 targets are met."


def test_rows_are_sorted_by_claim_and_every_claim_is_there(study: Study) -> None:
    claims = [int(str(one["claim"])[1:]) for one in study.tables[0].rows]
    assert claims == sorted(claims)
    assert set(claims) == {1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16}


def test_the_headline_fits_the_rows(study: Study) -> None:
    rows = study.tables[0].rows
    verdicts = [one["verdict"] for one in rows]
    met, missed = verdicts.count(MET), verdicts.count(MISSED)
    said, others = study.headline.split("; the others belong to ")
    assert said == f"{met} of {met + missed} targets are met"
    expected = {one["claim"] for one in rows if one["verdict"] == MISSED}
    assert set(others.rstrip(".").split(", ")) == expected


def test_figures_are_figures_and_leave_nothing_open(study: Study) -> None:
    assert [figure.name for figure in study.figures] == [
        "c1_dashboards", "c2_customers", "c10_social", "c11_spiral", "c12_email", "c13_erosion",
        "c16_relaxation", "c4_conflicts",
    ]  # fmt: skip
    for figure in study.figures:
        assert figure.png.startswith(PNG)
        image = pyplot.imread(io.BytesIO(figure.png))
        assert min(image.shape[:2]) > 200
        assert np.ptp(image[..., :3]) > 0.5
        assert figure.caption.endswith(".")
    assert not pyplot.get_fignums()


def test_notes_say_where_the_simulations_are() -> None:
    assert "in one market" in notes(config())[0]
    assert "each in a held-out market of its own" in notes(config(markets="many"))[0]
    assert "80 % percentile" in notes(config(confidence=0.8))[0]


def test_files_hold_every_row(study: Study, tmp_path: Path) -> None:
    write_study(study, "onevoice claims hand", tmp_path)
    values = json.loads((tmp_path / "claims.json").read_text())
    with (tmp_path / "claims.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    rows = study.tables[0].rows
    assert len(values["tables"]["claims"]) == len(table) == len(rows)
    for plain, line, one in zip(values["tables"]["claims"], table, rows, strict=True):
        assert plain["measure"] == line["measure"] == one["measure"]
        assert isinstance(one["ours"], Estimate)
        known = plain["ours"]["value"]
        assert line["ours"] == ("" if known is None else str(known))
    assert any(line["ours"] == "" for line in table)  # no click in the first month, no price
    page = (tmp_path / "report.html").read_text()
    assert page.count("<img") == len(list((tmp_path / "figures").glob("*.png"))) == 8
    assert "onevoice claims hand" in page
