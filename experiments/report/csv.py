"""Tables as CSV: the same results give the same bytes."""

import csv
import io
from collections.abc import Iterable, Sequence

from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.study import Table, Value, plain


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A header and rows; lines end as on Unix."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def as_csv(table: Table) -> bytes:
    """A table; an estimate takes three columns, a missing value is an empty cell."""
    wide = {
        column.key
        for column in table.columns
        if any(isinstance(row.get(column.key), Estimate) for row in table.rows)
    }
    heads = [
        [c.key, f"{c.key}_low", f"{c.key}_high"] if c.key in wide else [c.key]
        for c in table.columns
    ]
    rows = (
        [cell for c in table.columns for cell in _cells(row.get(c.key), c.key in wide)]
        for row in table.rows
    )
    return csv_bytes([name for head in heads for name in head], rows)


def _cells(value: Value, wide: bool) -> list[object]:
    ends = list(value) if isinstance(value, Estimate) else [value, None, None][: 3 if wide else 1]
    return ["" if plain(end) is None else end for end in ends]
