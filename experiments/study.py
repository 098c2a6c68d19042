"""A study: tables with intervals, pictures and sentences, shown and written as files.

``write_study`` leaves ``<name>.json``, one CSV file per table, ``figures/*.png`` and
``report.html`` in a folder; the same study gives the same bytes.
"""

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.core.tasks import config_text
from onevoice.experiments.page import PAGE, bullets, figure
from onevoice.policies.checkpoint import write_atomic

Cell = str | int | float | Estimate | None
MISSING = "\N{EN DASH}"
VERDICT_COLOURS = {"met": "green", "inside": "green", "missed": "red", "outside": "red"}


@dataclass(frozen=True)
class Column:
    """One column of a sheet."""

    key: str
    label: str
    digits: int = 2
    meaning: str = ""
    """One sentence for the report, where the label does not say it all."""


@dataclass(frozen=True)
class Sheet:
    """One table."""

    name: str
    """File name, and key in the JSON file."""
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    """By column key; ``digits``, where a row has it, overrides the columns' decimals."""
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """One figure as a PNG file."""

    name: str
    caption: str
    png: bytes


@dataclass(frozen=True)
class Study:
    """What was asked and what was found."""

    name: str
    title: str
    description: str
    findings: tuple[str, ...]
    """A sentence each, the headline first."""
    config: BaseModel
    sheets: tuple[Sheet, ...]
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Further plain values for the JSON file."""

    @property
    def headline(self) -> str:
        """The finding that stands above all others."""
        return self.findings[0]


def write_study(study: Study, command: str, out: Path) -> None:
    """Write everything into ``out``; ``command`` is the line that repeats the study."""
    text = json.dumps(as_json(study), indent=1, sort_keys=True, allow_nan=False) + "\n"
    write_atomic(out / f"{study.name}.json", text.encode())
    for sheet in study.sheets:
        write_atomic(out / f"{sheet.name}.csv", as_csv(sheet))
    for picture in study.pictures:
        write_atomic(out / "figures" / f"{picture.name}.png", picture.png)
    write_atomic(out / "report.html", as_page(study, command).encode())


def show_study(study: Study, out: Path, console: Console | None = None) -> None:
    """Print the tables and where the report lies."""
    console = console or Console()
    if not console.is_terminal:
        console = Console(file=console.file, width=160, no_color=True)
    for sheet in study.sheets:
        console.print(_table(sheet))
    for line in (*study.findings, f"Report: {out / 'report.html'}"):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def as_json(study: Study) -> dict[str, Any]:
    """The study as plain JSON values."""
    return {
        "findings": list(study.findings),
        "config": study.config.model_dump(mode="json", exclude={"workers"}),
        "sheets": {
            sheet.name: [
                {c.key: _plain(row.get(c.key)) for c in sheet.columns} for row in sheet.rows
            ]
            for sheet in study.sheets
        },
        **study.extra,
    }


def as_csv(sheet: Sheet) -> bytes:
    """A sheet; an estimate takes three columns, what is missing is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    wide = {c.key for c in sheet.columns for row in sheet.rows if _is_estimate(row.get(c.key))}
    heads = [
        [c.key, f"{c.key}_low", f"{c.key}_high"] if c.key in wide else [c.key]
        for c in sheet.columns
    ]
    writer.writerow([name for head in heads for name in head])
    for row in sheet.rows:
        cells = [_cells(row.get(c.key), c.key in wide) for c in sheet.columns]
        writer.writerow([cell for group in cells for cell in group])
    return text.getvalue().encode()


def as_page(study: Study, command: str) -> str:
    """The report: one HTML file without scripts."""
    body = [f"<p>{escape(study.description)}</p>", bullets(study.findings[1:])]
    body += map(_html_sheet, study.sheets)
    if study.pictures:
        body += ["<h2>Figures</h2>", *(figure(p.name, p.caption, p.png) for p in study.pictures)]
    if study.notes:
        body += ["<h2>How far to trust this</h2>", bullets(study.notes)]
    return Template(PAGE).substitute(
        title=escape(study.title), lead=escape(study.headline), body="\n".join(body),
        command=escape(command), config=escape(config_text(study.config)),
    )  # fmt: skip


def cell_text(value: Cell, digits: int = 2) -> str:
    """A cell as people read it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if isinstance(value, Estimate):
        if not value.known:
            return MISSING
        return "{} ({}, {})".format(*(_number(part, digits) for part in value))
    return _number(value, digits) if isinstance(value, float) else str(value)


def _number(value: float, digits: int) -> str:
    return f"{value:z,.{digits}f}".replace("-", "\N{MINUS SIGN}")  # z: zero has no sign


def _digits(row: Mapping[str, Cell], column: Column) -> int:
    own = row.get("digits")
    return own if isinstance(own, int) else column.digits


def _is_estimate(value: Cell) -> bool:
    return isinstance(value, Estimate)


def _plain(value: Cell) -> Any:
    if isinstance(value, Estimate):
        return {key: _plain(part) for key, part in value._asdict().items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _cells(value: Cell, wide: bool) -> list[Any]:
    parts = list(value) if isinstance(value, Estimate) else [value] + [None] * (2 if wide else 0)
    return ["" if _plain(part) is None else part for part in parts]


def _table(sheet: Sheet) -> Table:
    table = Table(title=sheet.title, title_justify="left", box=None, pad_edge=False)
    for place, column in enumerate(sheet.columns):
        table.add_column(column.label, justify="left" if place == 0 else "right")
    for row in sheet.rows:
        table.add_row(*(_text(row.get(c.key), _digits(row, c)) for c in sheet.columns))
    return table


def _text(value: Cell, digits: int) -> Text:
    shown = cell_text(value, digits)
    return Text(shown, style=VERDICT_COLOURS.get(shown, ""))


def _html_sheet(sheet: Sheet) -> str:
    heads = "".join(_html_head(sheet, column) for column in sheet.columns)
    rows = "".join(f"<tr>{''.join(_html_cells(sheet, row))}</tr>" for row in sheet.rows)
    note = f"<caption>{escape(sheet.note)}</caption>" if sheet.note else ""
    meanings = "".join(
        f"<dt>{escape(c.label)}</dt><dd>{escape(c.meaning)}</dd>"
        for c in sheet.columns
        if c.meaning
    )
    table = f"<table>{note}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<h2>{escape(sheet.title)}</h2><div class="scroll">{table}</div><dl>{meanings}</dl>'


def _html_head(sheet: Sheet, column: Column) -> str:
    cells = [row.get(column.key) for row in sheet.rows]
    words = all(isinstance(cell, str | None) for cell in cells)
    return f"<th{' class=words' if words else ''}>{escape(column.label)}</th>"


def _html_cells(sheet: Sheet, row: Mapping[str, Cell]) -> Iterable[str]:
    for place, column in enumerate(sheet.columns):
        value = row.get(column.key)
        shown = escape(cell_text(value, _digits(row, column)))
        if isinstance(value, Estimate) and value.known:
            shown = shown.replace(" (", " <small>(", 1) + "</small>"
        kind = f' class="{escape(value)}"' if value in VERDICT_COLOURS else ""
        kind = ' class="words"' if isinstance(value, str) and not kind else kind
        yield f"<th>{shown}</th>" if place == 0 else f"<td{kind}>{shown}</td>"
