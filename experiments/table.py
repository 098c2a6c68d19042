"""The terminal's last word: per policy the dashboard beside the truth, with intervals."""

from collections.abc import Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from onevoice.experiments.measures import MISSING, Side, number
from onevoice.experiments.results import Results

COLOURS: dict[Side, str] = {"dashboard": "cyan", "truth": "green", "more": "yellow"}
Column = tuple[str, str, str, list[tuple[str, str]]]
"""Heading, unit, colour, and per policy a value and its interval."""


def show_table(results: Results, console: Console | None = None) -> None:
    """Print the results: one table where it fits, dashboard over truth on a narrow terminal."""
    console = console or Console()
    if not console.is_terminal:
        console = Console(file=console.file, width=120, no_color=True)
    names, sides = results.names, [columns(results, "dashboard"), columns(results, "truth")]
    whole = _table("The dashboard │ the truth", names, *sides)
    tables = [whole]
    if not _fits(console, whole):
        tables = [_table("The dashboard", names, sides[0]), _table("The truth", names, sides[1])]
    tables.append(
        _table(f"Beside {results.reference}, on the same markets", names, beside(results))
    )
    for table in tables:
        console.print(table)
    console.print(Text(note(results), style="dim"))


def columns(results: Results, *sides: Side) -> list[Column]:
    """One column for every measure of these sides."""
    found: list[Column] = []
    for side in sides:
        for measure in results.measures(side):
            estimates = [results.estimates[name][measure.key] for name in results.names]
            cells = [_cell(*map(measure.text, estimate)) for estimate in estimates]
            found.append((measure.label, measure.unit, COLOURS[side], cells))
    return found


def beside(results: Results) -> list[Column]:
    """Dashboard index and paired difference of NCV to the reference, and what is left to tell."""
    gaps = [results.versus(name, results.reference, "ncv") for name in results.names]
    index = [_cell(*map(number, results.index[name])) for name in results.names]
    values = [_cell(*map(number, gap)) for gap in gaps]
    own: list[Column] = [
        ("dashboard index", f"{results.reference} = 100", "cyan", index),
        ("NCV difference", f"$ to {results.reference}", "green", values),
    ]
    return own + columns(results, "more")


def note(results: Results) -> str:
    """What the intervals mean."""
    judge = results.experiment.evaluation
    seeds = "; one training seed per mode" if results.experiment.modes else ""
    return (
        f"{100 * judge.confidence:g} % bootstrap intervals over {judge.markets} held-out markets"
        f"{seeds}. NCV: $ per 1,000 customers per 28 days."
    )


def _table(title: str, names: Sequence[str], *groups: Sequence[Column]) -> Table:
    """Groups of columns beside each other, a line between them."""
    grid = Table(title=title, box=None, padding=(0, 1, 0, 0), pad_edge=False, title_justify="left")
    grid.add_column("policy", no_wrap=True, vertical="top")
    cells: list[list[Text]] = [[Text(name, style="bold")] for name in names]
    for place, group in enumerate(groups):
        if place > 0 and group:
            grid.add_column("│\n│\n│")
            cells = [[*row, Text("│\n│")] for row in cells]
        for label, unit, colour, shown in group:
            heading = Text(f"{label.replace(' ', chr(10), 1)}\n{unit}")
            grid.add_column(heading, justify="right", style=colour, no_wrap=True)
            for row, (value, span) in zip(cells, shown, strict=True):
                row.append(Text(value).append(f"\n{span}", style="dim"))
    for row in cells:
        grid.add_row(*row)
    return grid


def _fits(console: Console, table: Table) -> bool:
    unbounded = console.options.update(width=10_000)
    return Measurement.get(console, unbounded, table).maximum <= console.width


def _cell(value: str, low: str, high: str) -> tuple[str, str]:
    return value, "" if value == MISSING else f"{low}…{high}"
