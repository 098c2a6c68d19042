"""``report.html``: one file, no script, nothing fetched; light and dark."""

import base64
from collections.abc import Iterable, Mapping
from html import escape
from string import Template

from onevoice.experiments.core.tasks import config_text
from onevoice.experiments.report.study import Column, Study, Table, Value

VERDICTS = ("met", "inside", "missed", "outside")
"""Words that have a colour of their own."""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; --ink: #1c1c1c; --soft: #5c5c5c; --line: #dcdcdc;
  --paper: #fff; --wash: #f5f6f7; --board: #0b6583; --truth: #1e6b3a; --warn: #a3330b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9e9e9; --soft: #a8a8a8; --line: #3c3c3c;
    --paper: #161718; --wash: #202224; --board: #6cc3e0; --truth: #7ccf96; --warn: #ff9a73; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0;
  color: var(--ink); background: var(--paper); }
main { max-width: 1040px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .2em; }
h2 { font-size: 1.15rem; margin: 2.2em 0 .6em; }
.lead { font-size: 1.2rem; border-left: 4px solid var(--board); padding: 2px 0 2px 14px; }
.soft, figcaption, caption { color: var(--soft); font-size: .9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .8rem; font-variant-numeric: tabular-nums; }
table { width: 100%; }
caption { caption-side: bottom; text-align: left; padding-top: 8px; }
th, td { padding: 5px 6px; text-align: right; border-bottom: 1px solid var(--line); }
td, tbody th { white-space: nowrap; }
thead th { vertical-align: bottom; }
th:first-child { text-align: left; }
th.group1 { color: var(--board); } th.group2 { color: var(--truth); }
thead tr:first-child:not(:last-child) th, th.words { text-align: left; }
.edge { border-left: 1px solid var(--line); }
td small { display: block; color: var(--soft); font-size: .72rem; }
figure { margin: 1.2em 0 2em; }
figure img { max-width: min(100%, 900px); height: auto; border-radius: 4px; }
td.words { text-align: left; white-space: normal; min-width: 12ch; }
td.met, td.inside { color: var(--truth); font-weight: 600; }
td.missed, td.outside { color: var(--warn); font-weight: 600; }
pre, code { background: var(--wash); border-radius: 4px; font-size: .85rem; }
pre { padding: 12px; overflow-x: auto; } pre code { padding: 0; }
dt { font-weight: 600; } dd { margin: 0 0 .5em; color: var(--soft); }
</style>
</head>
<body>
<main>
<h1>$title</h1>
<p class="lead">$lead</p>
$body
<h2>Do it again</h2>
<pre><code>$command</code></pre>
<details><summary>The whole configuration</summary><pre><code>$config</code></pre></details>
</main>
</body>
</html>
"""


def as_page(study: Study, command: str) -> str:
    """The whole report of a study; ``command`` is the line that repeats it."""
    body = [f"<p>{escape(study.description)}</p>", bullets(study.findings[1:])]
    body += map(_table, study.tables)
    if study.figures:
        body += ["<h2>Figures</h2>", *(figure(f.name, f.caption, f.png) for f in study.figures)]
    if study.notes:
        body += ["<h2>How far to trust this</h2>", bullets(study.notes)]
    return Template(PAGE).substitute(
        title=escape(study.title), lead=escape(study.headline), body="\n".join(body),
        command=escape(command), config=escape(config_text(study.config)),
    )  # fmt: skip


def bullets(sentences: Iterable[str]) -> str:
    """Sentences as a list, nothing where there are none."""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<ul>{items}</ul>" if items else ""


def figure(name: str, caption: str, png: bytes) -> str:
    """A figure inside the page, with its caption."""
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    image = f'<img alt="{escape(name.replace("_", " "))}" src="{source}">'
    return f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>"


def _table(table: Table) -> str:
    heads = "".join(_head(table, column) for column in table.columns)
    groups = _groups(table) if any(column.group for column in table.columns) else ""
    rows = "".join(f"<tr>{''.join(_cells(table, row))}</tr>" for row in table.rows)
    note = f"<caption>{escape(table.note)}</caption>" if table.note else ""
    meanings = "".join(
        f"<dt>{escape(c.label)}</dt><dd>{escape(c.meaning)}</dd>"
        for c in table.columns
        if c.meaning
    )
    grid = f"<table>{note}<thead>{groups}<tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<h2>{escape(table.title)}</h2><div class="scroll">{grid}</div><dl>{meanings}</dl>'


def _groups(table: Table) -> str:
    """The row of headings over neighbouring columns."""
    heads = (
        f'<th class="group{place} edge" colspan="{len(columns)}">{escape(name)}</th>'
        for place, (name, columns) in enumerate(table.groups(), 1)
    )
    return f"<tr><th></th>{''.join(heads)}</tr>"


def _head(table: Table, column: Column) -> str:
    cells = [row.get(column.key) for row in table.rows]
    words = all(isinstance(cell, str | None) for cell in cells)
    return f"<th{' class=words' if words else ''}>{escape(column.label)}</th>"


def _cells(table: Table, row: Mapping[str, Value]) -> Iterable[str]:
    for place, column in enumerate(table.columns):
        value, (shown, interval) = row.get(column.key), map(escape, table.cell(row, column))
        if interval:
            shown += f" <small>{interval}</small>"
        kind = f' class="{escape(value)}"' if value in VERDICTS else ""
        kind = ' class="words"' if isinstance(value, str) and not kind else kind
        yield f"<th>{shown}</th>" if place == 0 else f"<td{kind}>{shown}</td>"
