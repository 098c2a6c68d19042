"""Compiled kernels stay on disk until any kernel module changes, whatever happens to the folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from numba import njit
from numba.core import config

from onevoice.envs.engine.kernels import cache

LAW = "from numba import njit\nTWICE = 2\n@njit\ndef law(x):\n    return TWICE * x\n"
ENTRY = """
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from numba import njit
import toy.law

spec = spec_from_file_location("cache", {path!r})  # alone, which is quick
cache = module_from_spec(spec)
spec.loader.exec_module(cache)
FILES = sorted(Path(__file__).parent.glob("*.py"))


def apply(x):
    return toy.law.law(x)


apply = cache.cached(njit(apply), cache.digest(dict((p.name, p.read_bytes()) for p in FILES)))
"""
RUN = """
import toy.entry
print(toy.entry.apply(int(21)), sum(toy.entry.apply.stats.cache_hits.values()))
print(toy.entry.apply(1.5))
"""


class Toy:
    """A package of two modules, one of which calls the other's kernel."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.package, self.kept = folder, folder / "toy", folder / "kept"
        self.package.mkdir()
        (self.package / "__init__.py").touch()
        (self.package / "law.py").write_text(LAW)
        (self.package / "entry.py").write_text(ENTRY.format(path=cache.__file__))

    def start(self, **environment: str) -> "subprocess.Popen[str]":
        """A process that calls the kernel with a whole and with a broken number."""
        path = os.pathsep.join([str(self.folder), *sys.path])
        given = {"NUMBA_CACHE_DIR": str(self.kept), "PYTHONPATH": path, **environment}
        return subprocess.Popen(
            [sys.executable, "-B", "-c", RUN],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **given},
        )

    def run(self, **environment: str) -> tuple[list[str], str]:
        """Words printed and what was told on the way."""
        out, told = (process := self.start(**environment)).communicate()
        assert process.returncode == 0, told
        return out.split(), told

    @property
    def files(self) -> list[Path]:
        """What is kept, by name."""
        return sorted(self.folder.rglob("*.nbc"))


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy(tmp_path)


def test_what_was_compiled_once_is_loaded(toy: Toy) -> None:
    assert toy.run() == (["42", "0", "3.0"], "")
    assert len(toy.files) == 2
    assert toy.run() == (["42", "1", "3.0"], "")


def test_a_constant_changed_in_another_module_compiles_anew_and_leaves_no_old_file(
    toy: Toy,
) -> None:
    toy.run()
    before = toy.files
    (toy.package / "law.py").write_text(LAW.replace("TWICE = 2", "TWICE = 4"))
    assert toy.run() == (["84", "0", "6.0"], "")
    assert len(toy.files) == 2
    assert not set(before) & set(toy.files)


def test_processes_that_fill_an_empty_cache_at_once_all_get_their_own_numbers(toy: Toy) -> None:
    processes = [toy.start() for _ in range(3)]
    for process in processes:
        out, told = process.communicate()
        assert (out.split()[::2], told) == (["42", "3.0"], "")
    assert len(toy.files) == 2
    assert toy.run() == (["42", "1", "3.0"], "")


@pytest.mark.parametrize("damage", ["empty", "cut", "other bytes", "folder"])
def test_a_damaged_file_is_compiled_anew_and_mended(toy: Toy, damage: str) -> None:
    toy.run()
    for path in toy.files:
        whole = path.read_bytes()
        path.unlink()
        if damage == "folder":
            path.mkdir()
        else:
            left = {"empty": b"", "cut": whole[: len(whole) // 2]}.get(damage)
            path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if left is None else left)
    words, told = toy.run()
    assert words == ["42", "0", "3.0"]
    if damage == "folder":  # cannot be replaced by a file: no cache, and no traceback
        assert told.splitlines() == [cache.NO_CACHE]
    else:
        assert told == ""
        assert toy.run()[0] == ["42", "1", "3.0"]


def test_a_locked_installation_keeps_its_kernels_in_the_users_folder(toy: Toy) -> None:
    (toy.package / "__pycache__").touch()  # a file in its place keeps even root from writing
    user = {"NUMBA_CACHE_DIR": "", "XDG_CACHE_HOME": str(toy.folder / "user")}
    assert toy.run(**user) == (["42", "0", "3.0"], "")
    assert {path.relative_to(toy.folder).parts[0] for path in toy.files} == {"user"}
    assert toy.run(**user) == (["42", "1", "3.0"], "")


def test_without_any_folder_there_is_one_line_and_no_cache(toy: Toy) -> None:
    (toy.package / "__pycache__").touch()
    (toy.folder / "user").touch()
    user = {"NUMBA_CACHE_DIR": "", "XDG_CACHE_HOME": str(toy.folder / "user")}
    words, told = toy.run(**user)
    assert words == ["42", "0", "3.0"]
    assert told.splitlines() == [cache.NO_CACHE]
    assert not toy.files


def test_another_numba_gets_a_folder_for_each_digest(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(function: object, sources: str) -> None:
        raise AttributeError("a private name is gone")

    monkeypatch.setattr(cache, "KernelCache", changed)
    monkeypatch.setattr(config, "CACHE_DIR", str(toy.kept))
    assert cache.cached(njit(double))(2) == 4
    [folder] = toy.kept.iterdir()
    assert folder.name == f"onevoice-{cache.sources_digest()[:16]}"
    assert vars(config)["CACHE_DIR"] == str(toy.kept)
    assert toy.files


def double(x: int) -> int:
    return 2 * x


def test_the_key_holds_names_and_contents_of_all_kernel_modules() -> None:
    sources = cache.kernel_sources()
    assert {"/engine/kernels/columns.py", "/company/budget_kernels.py"} < set(sources)
    digests = {cache.digest(sources)}
    for name, source in sources.items():
        digests.add(cache.digest({**sources, name: source + b"\n"}))
    assert len(digests) == 1 + len(sources)
    moved = {name.replace("columns", "rows"): source for name, source in sources.items()}
    assert cache.digest(moved) not in digests
