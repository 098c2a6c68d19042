"""The package as others get it: what a wheel holds, where it works, what its import costs."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import onevoice
from onevoice.configs.loader import config_names

ROOT = Path(__file__).parents[1]
FOLDERS = ("envs", "policies", "training", "configs", "experiments")
HEAVY = ("torch", "numba", "pettingzoo", "gymnasium", "matplotlib", "stable_baselines3")


def python(code: str, cwd: Path, *options: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *options, "-c", code],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a build reads, so that nothing is left in the working tree."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / ".src", tree / ".src", symlinks=True, ignore=ignored)
    return tree


@pytest.fixture(scope="module")
def unlinked(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone without symbolic links."""
    origin, clone = (tmp_path_factory.mktemp(name) for name in ("origin", "clone"))
    shutil.copytree(tree, origin, symlinks=True, dirs_exist_ok=True)
    author = ("-c", "user.name=onevoice", "-c", "user.email=onevoice@example.org")
    git(origin, "init", "--quiet")
    git(origin, "add", "--all")
    git(origin, *author, "commit", "--quiet", "--no-gpg-sign", "--message", "everything")
    git(clone, "-c", "core.symlinks=false", "clone", "--quiet", str(origin), ".")
    return clone


def git(cwd: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=cwd, check=True, capture_output=True)


def build(kind: str, tree: Path, out: Path) -> Path:
    """Build a ``wheel``, an ``sdist`` or an ``editable`` wheel of a tree."""
    code = f"from setuptools import build_meta; build_meta.build_{kind}({str(out)!r})"
    assert "absent" not in python(code, tree)
    [path] = [file for file in out.iterdir() if file.is_file()]
    return path


def files_of(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def install(wheel: Path, target: Path) -> Path:
    """Install a wheel into an empty folder, and return the folder."""
    options = ["--no-deps", "--no-index", "--quiet", "--disable-pip-version-check"]
    where = ["--target", str(target), str(wheel)]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, *where], check=True, capture_output=True
    )
    return target


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a checkout with links."""
    return build("wheel", tree, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that holds nothing else."""
    return install(wheel, tmp_path_factory.mktemp("site"))


def test_sub_packages_are_committed_relative_links() -> None:
    for name in FOLDERS:
        link = ROOT / ".src" / "onevoice" / name
        assert link.is_symlink()
        assert str(link.readlink()) == f"../../{name}"


def test_wheel_holds_every_module_and_every_yaml_file(wheel: Path) -> None:
    packed = files_of(wheel)
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


def test_a_clone_without_links_holds_text_files_and_imports(unlinked: Path, tmp_path: Path) -> None:
    link = unlinked / ".src" / "onevoice" / "envs"
    assert link.read_text() == "../../envs"
    code = "import onevoice.envs as it, onevoice.configs; print(it.__file__, it.scenario_names())"
    where, names = python(code, tmp_path, PYTHONPATH=str(unlinked / ".src")).split(maxsplit=1)
    assert Path(where) == unlinked / "envs" / "__init__.py"
    assert names.strip() == str(config_names("scenarios"))


def test_a_wheel_built_without_links_holds_the_same_files(
    unlinked: Path, wheel: Path, tmp_path: Path
) -> None:
    assert files_of(build("wheel", unlinked, tmp_path)) == files_of(wheel)


@pytest.mark.parametrize("checkout", ["tree", "unlinked"])
def test_a_wheel_built_from_an_sdist_holds_the_same_files(
    checkout: str, wheel: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (dist := tmp_path / "dist").mkdir()
    sdist = build("sdist", request.getfixturevalue(checkout), dist)
    shutil.unpack_archive(sdist, tmp_path / "unpacked", filter="data")
    [source] = (tmp_path / "unpacked").iterdir()
    (again := tmp_path / "again").mkdir()
    assert files_of(build("wheel", source, again)) == files_of(wheel)


@pytest.mark.parametrize("checkout", ["tree", "unlinked"])
def test_an_editable_installation_imports_the_checkout(
    checkout: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(checkout)
    (dist := tmp_path / "dist").mkdir()
    target = install(build("editable", folder, dist), tmp_path / "site")
    code = (  # -S: no other installation is found
        f"import site, sys; sys.path.append({sysconfig.get_path('purelib')!r})\n"
        f"site.addsitedir({str(target)!r})\n"
        "import onevoice.configs.loader, onevoice.experiments.cli as it\n"
        "print(it.__file__, onevoice.configs.loader.config_names('scenarios'))"
    )
    where, names = python(code, tmp_path, "-S", PYTHONPATH="").split(maxsplit=1)
    assert Path(where).resolve() == folder / "experiments" / "cli.py"
    assert names.strip() == str(config_names("scenarios"))


def test_a_build_without_a_sub_package_fails_in_one_line(unlinked: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(unlinked, broken, ignore=shutil.ignore_patterns(".git", "envs"))
    code = "from setuptools import build_meta; build_meta.build_wheel('dist')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=broken, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "onevoice: can't build without envs/; get the whole repository"
    )
    assert not list(broken.rglob("*.whl"))


def test_the_module_is_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "onevoice", "--version"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / ".src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"onevoice {onevoice.__version__}\n"


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


@pytest.mark.parametrize("command", ["train", "evaluate", "compare", "benchmark", "speed"])
def test_the_fields_of_a_command_are_listed_without_compiler_and_networks(
    command: str, tmp_path: Path
) -> None:
    code = f"import onevoice.experiments.cli as cli\ncli.main(['{command}', '--help'])"
    check = f"import sys\n{code}\nprint({{'numba', 'torch', 'matplotlib'}} & set(sys.modules))"
    assert python(check, tmp_path, PYTHONPATH=str(ROOT / ".src")).splitlines()[-1] == "set()"
