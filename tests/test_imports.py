"""Imports run one way, those inside functions included."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("configs", "envs", "policies", "training", "experiments")
FLOORS = (
    "configs",
    "envs.typing",
    "envs.spec",
    "envs.engine",
    "envs.company",
    "envs.interface",
    "envs.reference",
    "policies",
    "training",
    "experiments",
)
"""From the ground up: a module may import its own floor and those below."""
FACE = "envs"
"""The package itself: everybody above it may use it, nobody inside it."""


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, modules: set[str]) -> Iterator[str]:
    """The project's modules that a file imports anywhere, types apart."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and getattr(block.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in typed:
            continue
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [
                name if name.removeprefix("onevoice.") in modules else node.module for name in below
            ]
        for name in names:
            if name.startswith("onevoice."):
                yield name.removeprefix("onevoice.")


FILES = {module_name(path): path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")}
GRAPH = {name: set(imported(path, set(FILES))) - {name} for name, path in FILES.items()}


def floor(module: str) -> str:
    if module == FACE:
        return FACE
    return next(one for one in FLOORS if module == one or module.startswith(f"{one}."))


def test_no_modules_import_each_other_in_a_circle() -> None:
    order = list(TopologicalSorter(GRAPH).static_order())
    assert set(FILES) <= set(order)


@pytest.mark.parametrize("module", sorted(FILES))
def test_a_module_imports_nothing_above_its_floor(module: str) -> None:
    mine = floor(module)
    if mine == FACE:
        allowed = set(FLOORS[: FLOORS.index("policies")])
    else:
        allowed = set(FLOORS[: FLOORS.index(mine) + 1])
        if FLOORS.index(mine) >= FLOORS.index("policies"):
            allowed.add(FACE)
    above = {name for name in GRAPH[module] if floor(name) not in allowed}
    assert not above, f"{module} imports {sorted(above)}"


def test_the_slow_model_is_imported_by_no_other_room() -> None:
    users = {
        name for name, found in GRAPH.items() if any(floor(f) == "envs.reference" for f in found)
    }
    assert {floor(user) for user in users} <= {"envs.reference", "experiments"}
