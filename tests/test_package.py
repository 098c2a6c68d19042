"""The package as others get it: what a wheel holds, where it works, what its import costs."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from onevoice.configs.loader import config_names

ROOT = Path(__file__).parents[1]
FOLDERS = ("envs", "policies", "training", "configs", "experiments")
HEAVY = ("torch", "numba", "pettingzoo", "gymnasium", "matplotlib", "stable_baselines3")


def python(code: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy, so that nothing is left in the working tree."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / ".src", tree / ".src", symlinks=True, ignore=ignored)
    built = python("from setuptools.build_meta import build_wheel; build_wheel('dist')", tree)
    [path] = (tree / "dist").glob("*.whl")
    assert "absent" not in built
    return path


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that holds nothing else."""
    target = tmp_path_factory.mktemp("site")
    options = ["--no-deps", "--no-index", "--quiet", "--disable-pip-version-check"]
    where = ["--target", str(target), str(wheel)]
    command = [sys.executable, "-m", "pip", "install", *options, *where]
    subprocess.run(command, check=True, capture_output=True)
    return target


def test_sub_packages_are_committed_relative_links() -> None:
    for name in FOLDERS:
        link = ROOT / ".src" / "onevoice" / name
        assert link.is_symlink()
        assert str(link.readlink()) == f"../../{name}"


def test_wheel_holds_every_module_and_every_yaml_file(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    files = [
        path.relative_to(ROOT)
        for name in FOLDERS
        for pattern in ("*.py", "*.yaml")
        for path in (ROOT / name).rglob(pattern)
    ]
    assert {f"onevoice/{path}" for path in files} <= packed
    assert "onevoice/py.typed" in packed


def test_nothing_but_onevoice_is_installed(site: Path) -> None:
    names = {path.name for path in site.iterdir()}
    rest = {name for name in names if not name.endswith(".dist-info")}
    assert rest == {"onevoice", "bin"}
    assert [path.name for path in (site / "bin").iterdir()] == ["onevoice"]


def test_installed_command_works_in_another_folder(site: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, site / "bin" / "onevoice", "scenarios"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(name in done.stdout for name in config_names("scenarios"))
    where = python("import onevoice.envs as it; print(it.__file__)", tmp_path, PYTHONPATH=str(site))
    assert Path(where.strip()).is_relative_to(site)


@pytest.mark.parametrize(
    "code",
    [
        "import onevoice",
        "import onevoice.experiments.cli as cli\ncli.main([])",
    ],
)
def test_import_and_help_load_nothing_heavy(code: str, tmp_path: Path) -> None:
    check = f"import sys\n{code}\nprint('loaded', *sorted({set(HEAVY)} & set(sys.modules)))"
    source = str(ROOT / ".src")
    assert python(check, tmp_path, PYTHONPATH=source).splitlines()[-1] == "loaded"


@pytest.mark.parametrize("command", ["train", "evaluate", "compare", "benchmark", "bench"])
def test_the_fields_of_a_command_are_listed_without_compiler_and_networks(
    command: str, tmp_path: Path
) -> None:
    code = f"import onevoice.experiments.cli as cli\ncli.main(['{command}', '--help'])"
    check = f"import sys\n{code}\nprint({{'numba', 'torch', 'matplotlib'}} & set(sys.modules))"
    assert python(check, tmp_path, PYTHONPATH=str(ROOT / ".src")).splitlines()[-1] == "set()"
