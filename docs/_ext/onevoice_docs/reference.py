"""Entries of the API reference, as lines of Markdown that autodoc fills in."""

import sys
from functools import cache
from importlib import import_module
from inspect import isroutine
from typing import Any

from sphinx.pycode import ModuleAnalyzer

from onevoice_docs.tables import Lines, fields


def api(module: str, *names: str) -> Lines:
    """Named objects of a module, or all that are public: functions, classes, then data."""
    found = import_module(module)
    lines = ["```{eval-rst}"]
    for name in names or sorted(found.__all__, key=lambda name: _rank(getattr(found, name))):
        lines += _autodoc(f"{module}.{name}", getattr(found, name))
    return [*lines, "```"]


def _rank(value: Any) -> int:
    return 0 if isroutine(value) else 1 if isinstance(value, type) else 2


def _autodoc(name: str, value: Any) -> Lines:
    if isinstance(value, type):
        return [f".. autoclass:: {name}", "   :members:", ""]
    if isroutine(value):
        return [f".. autofunction:: {name}", ""]
    told = _data_docs()[name.rpartition(".")[2]]
    return [f".. py:data:: {name}", "", *(f"   {line}" for line in told), ""]


@cache
def _data_docs() -> dict[str, Lines]:
    """The sentences below module-level names of the package, by name."""
    found: dict[str, Lines] = {}
    for module in [name for name in sys.modules if name.startswith("onevoice.")]:
        for (owner, name), lines in ModuleAnalyzer.for_module(module).find_attr_docs().items():
            if not owner:
                found[name] = lines
    return found


def study(package: str) -> Lines:
    """A study: what it asks, the function that carries it out, and its fields."""
    module = f"onevoice.experiments.{package}"
    own = fields(f"{module}.Config", "scenario training", outside=True)
    return [*api(module, "study"), "", "Fields of `Config`:", "", *own]
