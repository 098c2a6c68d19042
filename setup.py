"""Finds the packages for a build; everything else stands in ``pyproject.toml``.

The sub-packages of ``.src/onevoice`` are symbolic links to the folders at the top level. A checkout
without symbolic links (``core.symlinks=false``, some zip tools) is built from those folders.
"""

import sys
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
SOURCE = ".src"
FOLDERS = ("configs", "envs", "experiments", "policies", "training")


def package_folders() -> dict[str, str]:
    """Return ``package_dir`` for setuptools.

    Raises:
        SystemExit: a sub-package is missing, which would give an incomplete wheel.
    """
    if all(_is_package(f"{SOURCE}/onevoice/{name}") for name in FOLDERS):
        return {"": SOURCE}
    if missing := [name for name in FOLDERS if not _is_package(name)]:
        sys.exit(f"onevoice: can't build without {', '.join(missing)}/; get the whole repository")
    return {"": SOURCE, **{f"onevoice.{name}": name for name in FOLDERS}}


def package_names(folders: dict[str, str]) -> list[str]:
    """Return every package below ``folders``."""
    names = find_packages(SOURCE)
    for package, folder in folders.items():
        if package:
            names += [package, *(f"{package}.{name}" for name in find_packages(folder))]
    return names


def _is_package(folder: str) -> bool:
    return (ROOT / folder / "__init__.py").is_file()


if __name__ == "__main__":
    FOUND = package_folders()
    setup(package_dir=FOUND, packages=package_names(FOUND))
