"""The page and the files: whole, self-contained, following the numbers."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from onevoice.experiments.compare.report import dashboards, findings, make_study, notes
from onevoice.experiments.report.files import as_json, write_study
from onevoice.experiments.report.html import as_page
from onevoice.experiments.report.study import Figure
from tests.experiments.compare.builders import estimates
from tests.experiments.report.builders import Balance


@pytest.fixture
def page(tmp_path: Path) -> str:
    made = make_study(estimates(name="x", description="<b>not bold</b> & safe"))
    drawn = replace(made, figures=(Figure("learning", "", b"png"),))
    write_study(drawn, "onevoice compare x", tmp_path)
    return (tmp_path / "report.html").read_text()


def test_page_is_balanced_and_nothing_is_left_to_fill_in(page: str) -> None:
    balance = Balance()
    balance.feed(page)
    assert not balance.open
    assert not re.search(r"\$[a-z]", page)


def test_page_fetches_nothing(page: str) -> None:
    assert not re.search(r"https?://|<script|<link|url\(", page)
    assert 'src="data:image/png;base64,cG5n"' in page


def test_page_holds_findings_command_configuration_and_escaped_text(page: str) -> None:
    for sentence in findings(estimates()):
        assert sentence.replace("'", "&#x27;") in page
    assert "onevoice compare x" in page
    assert "name: x" in page
    assert "&lt;b&gt;not bold" in page


def test_notes_admit_one_training_seed_only_where_something_was_trained() -> None:
    assert any("training seed" in note for note in notes(estimates()))
    assert not any("training seed" in note for note in notes(estimates(modes=())))


def test_table_shows_every_policy_and_measure() -> None:
    found = estimates()
    shown = [column.key for table in make_study(found).tables for column in table.columns[1:]]
    assert set(shown) == {measure.key for measure in found.measures()} | {"index", "difference"}
    table = as_page(replace(make_study(found), tables=(dashboards(found),)), "")
    measures = found.measures("dashboard") + found.measures("truth")
    assert table.count("<tr>") == 2 + 4
    assert table.count("<td") == 4 * len(measures)
    assert [f'colspan="{len(found.measures(side))}"' in table for side in ("dashboard", "truth")]


def test_json_is_strict_and_csv_is_tidy(tmp_path: Path) -> None:
    found = estimates()
    made = make_study(found)
    write_study(made, "", tmp_path)
    values = json.loads((tmp_path / "results.json").read_text())
    assert values == json.loads(json.dumps(as_json(made)))
    assert values["policies"]["greedy"]["minus_reference"]["ncv"]["value"] == pytest.approx(-40.0)
    assert "workers" not in values["config"]
    with (tmp_path / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    (row,) = (r for r in rows if (r["policy"], r["measure"]) == ("manual", "ncv"))
    assert float(row["value"]) == 100.0
    with (tmp_path / "markets.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 4 * 4 * len(found.measures())
