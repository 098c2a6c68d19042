"""Shows a study on the terminal."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import table as rich
from rich.console import Console
from rich.measure import Measurement
from rich.text import Text

from onevoice.experiments.report.study import Column, Study, Table

VERDICT_COLOURS = {"met": "green", "inside": "green", "missed": "red", "outside": "red"}
GROUP_COLOURS = ("cyan", "green", "yellow")
Group = tuple[str, Sequence[Column]]
"""A heading and its columns."""


def show_study(study: Study, out: Path | None, console: Console | None = None) -> None:
    """Print the tables, the findings and where the report lies, if it was written."""
    console = console or Console()
    if not console.is_terminal:
        console = Console(file=console.file, width=160, no_color=True)
    for table in study.tables:
        for grid in _grids(table, console):
            console.print(grid)
        if table.note:
            console.print(Text(table.note, style="dim"))
    for line in (*study.findings, *([f"Report: {out / 'report.html'}"] if out else ())):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _grids(table: Table, console: Console) -> Iterator[rich.Table]:
    """One grid, or one for each group of columns where they do not fit beside each other."""
    groups = table.groups()
    whole = _grid(table, table.title, groups)
    if len(groups) == 1 or _fits(whole, console):
        yield whole
    else:
        yield from (_grid(table, name, [(name, own)]) for name, own in groups)


def _fits(grid: rich.Table, console: Console) -> bool:
    unbounded = console.options.update(width=10_000)
    return Measurement.get(console, unbounded, grid).maximum <= console.width


def _grid(table: Table, title: str, groups: Sequence[Group]) -> rich.Table:
    grid = rich.Table(title=title, title_justify="left", box=None, pad_edge=False)
    grid.padding = (0, 1, 0, 0) if table.stacked else (0, 1)
    first = table.columns[0]
    grid.add_column(first.label)
    rows = [[_text(table.cell(row, first), table.stacked)] for row in table.rows]
    for place, (name, columns) in enumerate(groups):
        if place > 0:
            _rule(grid, rows)
        for column in columns:
            colour = GROUP_COLOURS[place] if name else ""
            grid.add_column(
                _heading(table, column), justify="right", style=colour, no_wrap=table.stacked
            )
            for cells, row in zip(rows, table.rows, strict=True):
                cells.append(_text(table.cell(row, column), table.stacked))
    for cells in rows:
        grid.add_row(*cells)
    return grid


def _rule(grid: rich.Table, rows: Sequence[list[Text]]) -> None:
    """A line between two groups of columns."""
    grid.add_column("│\n│")
    for cells in rows:
        cells.append(Text("│\n│"))


def _heading(table: Table, column: Column) -> str:
    return column.label.replace(", ", "\n") if table.stacked else column.label


def _text(cell: tuple[str, str], stacked: bool) -> Text:
    value, interval = cell
    shown = Text(value, style=VERDICT_COLOURS.get(value, ""))
    if stacked:
        return shown.append("\n" + interval.strip("()").replace(", ", "…"))
    return shown.append(f" {interval}" if interval else "")
