"""Writes a study: the same study gives the same bytes."""

import json
from pathlib import Path
from typing import Any

from onevoice.experiments.report.csv import as_csv
from onevoice.experiments.report.html import as_page
from onevoice.experiments.report.study import Study, plain
from onevoice.policies.checkpoint import write_atomic


def write_study(study: Study, command: str, out: Path) -> None:
    """Write ``<name>.json``, a CSV file per table, ``figures/*.png`` and ``report.html``.

    Args:
        study: the results.
        command: the line that repeats the study.
        out: the folder.
    """
    text = json.dumps(as_json(study), indent=1, sort_keys=True, allow_nan=False) + "\n"
    write_atomic(out / f"{study.name}.json", text.encode())
    for table in (*study.tables, *study.data):
        write_atomic(out / f"{table.name}.csv", as_csv(table))
    for figure in study.figures:
        write_atomic(out / "figures" / f"{figure.name}.png", figure.png)
    write_atomic(out / "report.html", as_page(study, command).encode())


def as_json(study: Study) -> dict[str, Any]:
    """The study as plain JSON values."""
    return {
        "findings": list(study.findings),
        "config": study.config.model_dump(mode="json", exclude={"workers"}),
        "tables": {
            table.name: [
                {c.key: plain(row.get(c.key)) for c in table.columns} for row in table.rows
            ]
            for table in study.tables
        },
        **study.extra,
    }
