"""The frame of ``report.html``: one file, no script, nothing fetched; light and dark."""

import base64
from collections.abc import Iterable
from html import escape

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
th.dashboard { color: var(--board); } th.truth { color: var(--truth); }
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


def bullets(sentences: Iterable[str]) -> str:
    """Sentences as a list, nothing where there are none."""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<ul>{items}</ul>" if items else ""


def figure(name: str, caption: str, png: bytes) -> str:
    """A picture inside the page, with its caption."""
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    image = f'<img alt="{escape(name.replace("_", " "))}" src="{source}">'
    return f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>"
