"""Studies as files and pages: estimates, what is missing, escapes, decimals."""

import csv
import io
import json
import math
from pathlib import Path

import pytest
from rich.console import Console

from onevoice.envs.spec.base import Model
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.csv import as_csv
from onevoice.experiments.report.files import as_json, write_study
from onevoice.experiments.report.html import as_page
from onevoice.experiments.report.study import Column, Figure, Study, Table, Value, cell_text
from onevoice.experiments.report.terminal import show_study
from tests.experiments.report.builders import Balance

MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"
UNKNOWN = Estimate(math.nan, math.nan, math.nan)
TABLE = Table(
    "findings",
    "What was <found>",
    (
        Column("claim", "claim"),
        Column("ours", "ours", 1, "what <we> measure"),
        Column("verdict", "verdict"),
        Column("count", "count"),
    ),
    (
        {"claim": "a (b) & <c>", "ours": Estimate(1.25, -0.5, 2.0), "verdict": "met", "count": 3},
        {"claim": "second", "ours": UNKNOWN, "verdict": "missed", "digits": 3},
        {"claim": "third", "ours": 1234.56789, "verdict": "reported", "digits": 3},
        {"claim": "fourth", "verdict": "in words (more)"},
    ),
    "a note & more",
)


class Settings(Model):
    scale: float = 1.5
    workers: int | None = 7


def study(**changes: object) -> Study:
    values = {
        "name": "tested",
        "title": "A & B",
        "description": "<b>bold</b>",
        "findings": ("one < two", "second & last"),
        "config": Settings(),
        "tables": (TABLE,),
        "figures": (Figure("curve_a", "a 'caption' <i>", b"png"),),
        "notes": ("mind the <gap>",),
        "extra": {"found": {"x": 1.5}},
    }
    return Study(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (None, 2, DASH),
        (math.nan, 2, DASH),
        (UNKNOWN, 2, DASH),
        (1234.5, 1, "1,234.5"),
        (-2.0, 0, f"{MINUS}2"),
        (-0.004, 2, "0.00"),
        (-0.4, 0, "0"),
        (-0.0, 1, "0.0"),
        (-0.005001, 2, f"{MINUS}0.01"),
        (1234, 2, "1234"),
        ("a-b", 2, "a-b"),
        (Estimate(-1.0, -2.0, 0.04), 1, f"{MINUS}1.0 ({MINUS}2.0, 0.0)"),
        (Estimate(0.2, -0.2, 1.4), 0, "0 (0, 1)"),
    ],
)
def test_a_cell_as_people_read_it(value: Value, digits: int, text: str) -> None:
    assert cell_text(value, digits) == text


def test_csv_has_three_columns_for_an_estimate_and_empty_cells_for_what_is_missing() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(TABLE).decode())))
    assert rows == [
        ["claim", "ours", "ours_low", "ours_high", "verdict", "count"],
        ["a (b) & <c>", "1.25", "-0.5", "2.0", "met", "3"],
        ["second", "", "", "", "missed", ""],
        ["third", "1234.56789", "", "", "reported", ""],
        ["fourth", "", "", "", "in words (more)", ""],
    ]


def test_json_holds_plain_values_without_the_worker_count() -> None:
    values = as_json(study())
    assert json.loads(json.dumps(values, allow_nan=False)) == values
    assert values["config"] == {"scale": 1.5}
    assert values["found"] == {"x": 1.5}
    assert values["findings"] == ["one < two", "second & last"]
    first, second, *_ = values["tables"]["findings"]
    assert first["ours"] == {"value": 1.25, "low": -0.5, "high": 2.0}
    assert second["ours"] == {"value": None, "low": None, "high": None}
    assert second["count"] is None
    assert "digits" not in second


def test_the_page_escapes_everything_and_closes_every_tag() -> None:
    page = as_page(study(), "onevoice claims '<x>'")
    balance = Balance()
    balance.feed(page)
    assert not balance.open
    for given in ("<b>bold", "<found>", "<we>", "<gap>", "<c>", "<x>", "<i>"):
        assert given not in page
        assert given.replace("<", "&lt;").replace(">", "&gt;") in page
    assert "a note &amp; more" in page
    assert '<p class="lead">one &lt; two</p>' in page
    assert "<ul><li>second &amp; last</li></ul>" in page
    assert 'src="data:image/png;base64,cG5n"' in page


def test_only_the_interval_of_an_estimate_is_small_print() -> None:
    page = as_page(study(), "")
    assert page.count("<small>") == page.count("</small>") == 1
    assert f"<td>1.2 <small>({MINUS}0.5, 2.0)</small></td>" in page
    assert "<th>a (b) &amp; &lt;c&gt;</th>" in page
    assert '<td class="words">in words (more)</td>' in page


def test_verdicts_have_their_colour_and_a_row_its_own_decimals() -> None:
    page = as_page(study(), "")
    assert '<td class="met">met</td>' in page
    assert '<td class="missed">missed</td>' in page
    assert '<td class="words">reported</td>' in page
    assert "<td>1,234.568</td>" in page
    assert f"<td>{DASH}</td>" in page


def test_files_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        write_study(study(), "onevoice x", folder)
    names = {"tested.json", "findings.csv", "figures/curve_a.png", "report.html"}
    files = [p for p in sorted(folders[0].rglob("*")) if p.is_file()]
    assert {str(p.relative_to(folders[0])) for p in files} == names
    for file in files:
        assert file.read_bytes() == (folders[1] / file.relative_to(folders[0])).read_bytes()


def test_the_terminal_shows_rows_headline_and_where_the_report_lies() -> None:
    console = Console(file=io.StringIO(), width=100)
    show_study(study(), Path("somewhere"), console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert f"1.2 ({MINUS}0.5, 2.0)" in text
    assert "1,234.568" in text
    assert "one < two\nsecond & last\n" in text
    assert "somewhere/report.html" in text
