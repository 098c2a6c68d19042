"""The directive ``{generated} NAME ARGUMENTS``: Markdown that a function of ``WRITERS`` returns."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

import numpy.typing
from docutils import nodes
from pydantic import BaseModel
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, stringify_annotation

from onevoice_docs import reference, tables

WRITERS: dict[str, Callable[..., tables.Lines]] = {
    function.__name__: function
    for function in (
        reference.api,
        reference.study,
        tables.actions,
        tables.baselines,
        tables.fields,
        tables.infos,
        tables.modes,
        tables.observation,
        tables.scenarios,
        tables.state,
        tables.summary,
    )
}
"""By the name that a page uses."""
ARRAY = r"~numpy\.ndarray\[tuple\[~typing\.Any, \.\.\.\], ~numpy\.dtype\[~\w+\.(\w+)\]\]"
"""A type of array in a signature of autodoc; the group is its element."""
INTERVAL = re.compile(r"\(\S+ to \S+\)")
ARRAY_LIKE = stringify_annotation(numpy.typing.ArrayLike, "smart")


class Generated(SphinxDirective):
    """Writes Markdown that is made from the package's own objects."""

    required_arguments: ClassVar[int] = 1
    optional_arguments: ClassVar[int] = 99

    def run(self) -> list[nodes.Node]:
        """Return the nodes of what the first argument names."""
        name, *arguments = self.arguments
        return self.parse_text_to_nodes("\n".join(WRITERS[name](*arguments)))


def shorten_signature(
    app: Sphinx,
    what: str,
    name: str,
    found: Any,
    options: Any,
    signature: str | None,
    returns: str | None,
) -> tuple[str, str] | None:
    """Name array types as NumPy's users do; leave the fields of a model to its table."""
    if isinstance(found, type) and issubclass(found, BaseModel):
        return "(**fields)", ""
    return None if signature is None else (_short(signature), _short(returns or ""))


def _short(types: str) -> str:
    arrays = re.sub(ARRAY, r"ndarray[\1]", types)
    return arrays.replace(ARRAY_LIKE, "ArrayLike")


def keep_intervals(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Keep an interval in a cell of a table on one line."""
    for cell in doctree.findall(nodes.entry):
        for text in list(cell.findall(nodes.Text)):
            kept = INTERVAL.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)
            if kept != text:
                text.parent.replace(text, nodes.Text(kept))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, and the changes to signatures and tables."""
    app.add_directive("generated", Generated)
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("doctree-resolved", keep_intervals)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
