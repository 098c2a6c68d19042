"""The page and the files: whole, self-contained, following the numbers."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from onevoice.experiments.export import as_json, write_results
from onevoice.experiments.findings import findings
from onevoice.experiments.report import html_table, notes, write_report
from tests.experiments.fakes import results

VOID = {"meta", "img", "br", "link"}


class Balance(HTMLParser):
    """Checks that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def page(tmp_path: Path) -> str:
    found = results(description="<b>not bold</b> & safe")
    write_report(found, {"learning": b"png"}, "onevoice compare x", "name: x\n", tmp_path)
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
    for sentence in findings(results()):
        assert sentence.replace("'", "&#x27;") in page
    assert "onevoice compare x" in page
    assert "name: x" in page
    assert "&lt;b&gt;not bold" in page


def test_notes_admit_one_training_seed_only_where_something_was_trained() -> None:
    assert any("training seed" in note for note in notes(results()))
    assert not any("training seed" in note for note in notes(results(modes=())))


def test_table_shows_every_policy_and_measure() -> None:
    table = html_table(results())
    assert table.count("<tr>") == 2 + 4
    assert table.count("<td") == 4 * len(results().measures())


def test_json_is_strict_and_csv_is_tidy(tmp_path: Path) -> None:
    found = results()
    write_results(found, tmp_path)
    values = json.loads((tmp_path / "results.json").read_text())
    assert values == json.loads(json.dumps(as_json(found)))
    assert values["policies"]["greedy"]["minus_reference"]["ncv"]["value"] == pytest.approx(-40.0)
    assert "workers" not in values["experiment"]
    with (tmp_path / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    (row,) = (r for r in rows if (r["policy"], r["measure"]) == ("manual", "ncv"))
    assert float(row["value"]) == 100.0
    with (tmp_path / "markets.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 4 * 4 * len(found.measures())
