"""The parts of a report, the same for every study.

A study's package offers ``Config`` and ``study``, by which its command finds it; see
:class:`StudyPackage`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.wording import MISSING, number

Value = str | int | float | Estimate | None
"""One cell of a table."""


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    key: str
    label: str
    digits: int = 2
    meaning: str = ""
    """One sentence for the report, where the label does not say it all."""
    group: str = ""
    """Heading over neighbouring columns."""


@dataclass(frozen=True)
class Table:
    """One table."""

    name: str
    """File name, and key in the JSON file."""
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Value], ...]
    """By column key; ``digits``, where a row has it, overrides the columns' decimals."""
    note: str = ""
    stacked: bool = False
    """Whether the terminal shows intervals below their values, for tables of many columns."""

    def cell(self, row: Mapping[str, Value], column: Column) -> tuple[str, str]:
        """A cell's value and its interval, empty where it has none, as a reader sees them."""
        digits = row.get("digits")
        return cell_parts(row.get(column.key), digits if isinstance(digits, int) else column.digits)

    def groups(self) -> list[tuple[str, list[Column]]]:
        """Neighbouring columns with the same heading, but for the first column."""
        return [(name, list(own)) for name, own in groupby(self.columns[1:], lambda c: c.group)]


@dataclass(frozen=True)
class Figure:
    """One figure as a PNG file."""

    name: str
    caption: str
    png: bytes


@dataclass(frozen=True)
class Study:
    """The question, the configuration and the results of a study."""

    name: str
    title: str
    description: str
    findings: tuple[str, ...]
    """A sentence each, the headline first."""
    config: BaseModel
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    data: tuple[Table, ...] = ()
    """Further tables, written as CSV and not shown."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Further plain values for the JSON file."""

    @property
    def headline(self) -> str:
        """The first finding."""
        return self.findings[0]


class StudyPackage(Protocol):
    """The package of a study, as its command uses it."""

    @property
    def Config(self) -> type[BaseModel]:
        """The study's settings."""

    def study(self, config: Any, out: Path) -> Study:
        """Run the study, or the rest of a stopped one, in the folder ``out``."""


def cell_text(value: Value, digits: int = 2) -> str:
    """A cell as a reader sees it."""
    return " ".join(filter(None, cell_parts(value, digits)))


def cell_parts(value: Value, digits: int = 2) -> tuple[str, str]:
    """A cell's value and its interval, empty where it has none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING, ""
    if isinstance(value, Estimate):
        if not value.known:
            return MISSING, ""
        middle, low, high = (number(end, digits) for end in value)
        return middle, f"({low}, {high})"
    return number(value, digits) if isinstance(value, float) else str(value), ""


def plain(value: Value) -> Any:
    """A cell as JSON has it; a missing number is null."""
    if isinstance(value, Estimate):
        return {key: plain(end) for key, end in value._asdict().items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
