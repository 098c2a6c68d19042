"""Kernel modules are small, import one another one way, and the key of the cache covers them."""

import ast
from graphlib import TopologicalSorter

import pytest

from onevoice.envs.engine.kernels import columns
from onevoice.envs.engine.kernels.cache import kernel_sources
from onevoice.envs.interface.actions import choices
from onevoice.envs.interface.observation_kernels import MOST_INTENSE
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.coordination import RULES
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.spec.scenario import MESSAGES, MONTH_DAYS
from tests.envs.kernel_sources import imports, kernel_modules, kernel_names, trees

MOST_LINES, MOST_ARGUMENTS = 400, 10
OTHERS = {"onevoice.envs.typing"}
"""What kernel modules may import beside one another: no number of it reaches a kernel."""
PLAIN = {
    0.0: "nothing",
    1.0: "all",
    24.0: "hours of a day",
    1000.0: "customers whom money is told for",
    1e-6: "rounding",
    1e-9: "rounding",
}
"""Floats that a kernel may hold without a name; what the model assumes stands in the scenario."""
NAMED = ("arithmetic", "columns", "draws", "notice")
"""Modules of the customer's kernels that name floats: coefficients, units and seconds to wait."""
TREES = trees()


def floats(tree: ast.AST) -> set[float]:
    nodes = ast.walk(tree)
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, float)}


def test_every_dispatcher_lies_in_a_module_that_the_key_of_the_cache_covers() -> None:
    places = {
        one.py_func.__module__
        for module in kernel_modules()
        for one in vars(module).values()
        if hasattr(one, "py_func")
    }
    assert places <= set(kernel_names())


@pytest.mark.parametrize("name", TREES)
def test_a_kernel_module_imports_kernel_modules_alone(name: str) -> None:
    assert imports(TREES[name]) <= {*TREES, *OTHERS}


def test_kernel_modules_import_one_another_without_a_circle() -> None:
    TopologicalSorter({name: imports(tree) for name, tree in TREES.items()}).prepare()


@pytest.mark.parametrize("path", kernel_sources())
def test_a_kernel_module_is_short(path: str) -> None:
    source = kernel_sources()[path].decode()
    assert source.count("\n") <= MOST_LINES
    assert "fmt: skip" not in source


@pytest.mark.parametrize("name", TREES)
def test_only_entries_take_many_arguments(name: str) -> None:
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.FunctionDef):
            marks = [mark.id for mark in node.decorator_list if isinstance(mark, ast.Name)]
            assert "entry" in marks or len(node.args.args) <= MOST_ARGUMENTS, node.name


@pytest.mark.parametrize("name", TREES)
def test_a_kernel_holds_no_number_of_the_model(name: str) -> None:
    functions = [node for node in ast.walk(TREES[name]) if isinstance(node, ast.FunctionDef)]
    assert {value for node in functions for value in floats(node)} <= set(PLAIN)
    if ".engine.kernels" in name and not name.endswith(NAMED):
        assert not floats(TREES[name])


def test_numbers_that_kernels_hold_are_those_of_the_scenario() -> None:
    assert len(MESSAGES) == columns.MESSAGES <= 8
    assert columns.MONTH_HOURS == 24 * MONTH_DAYS
    assert INTENSITIES - 1 == MOST_INTENSE
    assert len(RULES) == columns.RULES
    assert [RULES.index(rule) for rule in RULES] == [getattr(columns, r.upper()) for r in RULES]
    assert len(CHANNEL_NAMES) == 7
    scenario = load_scenario("quartet")
    assert len(choices(scenario)) == columns.PER_SEGMENT * scenario.segments.count + 1
