"""The modules that hold kernels, for tests that go through all of them."""

import ast
from importlib import import_module
from types import ModuleType

from onevoice.envs.engine.kernels.cache import PACKAGE, kernel_sources


def kernel_names() -> list[str]:
    """Names of all kernel modules."""
    return [
        PACKAGE + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in kernel_sources()
    ]


def kernel_modules() -> list[ModuleType]:
    """All kernel modules."""
    return [import_module(name) for name in kernel_names()]


def trees() -> dict[str, ast.Module]:
    """Syntax trees by module name."""
    return dict(zip(kernel_names(), map(ast.parse, kernel_sources().values()), strict=True))


def imports(tree: ast.Module) -> set[str]:
    """Modules of this project that a module imports at its top or inside a function."""
    return {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("onevoice")
        if node.module
    }
