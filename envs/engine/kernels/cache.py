"""Keeps compiled kernels on disk, under a key made of the sources of all kernels.

Numba's own cache looks at the file that holds the entry and misses a change in a module that the
entry calls (numba issue 1833). Here the name of a file says everything that its contents depend
on: the digest of all kernel sources, the argument types, the processor, Numba's version. So there
is no index that two processes could overwrite, and a file is either right or ignored.
"""

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numba
from numba.core import config
from numba.core.caching import FunctionCache
from numba.core.serialize import dumps

PACKAGE = "onevoice.envs"
FOLDER, SUFFIX = "kernels", "_kernels.py"
"""Kernels are the modules in a folder of this name, and those whose names end so."""
NO_CACHE = (
    "onevoice: no folder for compiled kernels can be written, so that every process compiles them "
    "anew; set NUMBA_CACHE_DIR to one that can"
)
DIGEST_BYTES = 32
Function = Callable[..., Any]


def cached(dispatcher: Any, sources: str | None = None) -> Any:
    """Let a dispatcher load what was compiled before and save what it compiles.

    Args:
        dispatcher: of a function at the top of a module, as Numba's ``njit`` makes it.
        sources: digest of all that the function depends on, by default of all kernels.
    """
    key = sources or sources_digest()
    try:
        dispatcher._cache = KernelCache(dispatcher.py_func, key)
    except RuntimeError:  # Numba's: there is no folder to write to
        _say_once(NO_CACHE)
    except (AttributeError, TypeError):  # Numba's private classes have changed
        _cache_by_folder(dispatcher, key)
    return dispatcher


@cache
def sources_digest() -> str:
    """SHA-256 over the names and sources of all kernel modules, hexadecimal."""
    return digest(kernel_sources())


def kernel_sources() -> dict[str, bytes]:
    """The source of every module that holds kernels, by its path in the package."""
    return dict(sorted(_kernel_modules(files(PACKAGE), "", inside=False)))


def _kernel_modules(folder: Traversable, path: str, inside: bool) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        name = f"{path}/{item.name}"
        if item.is_dir():
            yield from _kernel_modules(item, name, inside or item.name == FOLDER)
        elif name.endswith(SUFFIX) or (inside and name.endswith(".py")):
            yield name, item.read_bytes()


def digest(sources: dict[str, bytes]) -> str:
    """SHA-256 over names and contents, hexadecimal."""
    total = hashlib.sha256()
    for name, source in sources.items():
        total.update(f"{name} {len(source)} ".encode())
        total.update(source)
    return total.hexdigest()


class KernelCache(FunctionCache):
    """Numba's cache of one function, with files that are named by all they depend on.

    Raises:
        RuntimeError: if there is no folder to write to.
    """

    def __init__(self, function: Function, sources: str) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]  # Numba's own has no types
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        self._cache_file: Any = _Files(Path(self._cache_path), name, sources)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled code for a signature; None if there is none that can be used."""
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except Exception:  # whatever unpickling or linking raises, compiling anew mends it
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Save compiled code; a folder that cannot be written to any more is reported once."""
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        except OSError:
            _say_once(NO_CACHE)


class _Files:
    """The files of one function, each with the digest of its contents in front of them."""

    def __init__(self, folder: Path, name: str, sources: str) -> None:
        self._folder, self._name, self._sources = folder, name, sources

    def load(self, key: Any) -> Any:
        """What was saved under a key; None if nothing was, or if the file is damaged."""
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        check, data = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
        return pickle.loads(data) if hashlib.sha256(data).digest() == check else None

    def save(self, key: Any, value: Any) -> None:
        """Write a file whole or not at all, and remove those of other sources."""
        path, data = self._path(key), dumps(value)  # type: ignore[no-untyped-call]
        partial = path.with_suffix(f".{os.getpid()}-{id(self):x}.tmp")
        try:
            partial.write_bytes(hashlib.sha256(data).digest() + data)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        for other in self._folder.glob(f"{self._name}.*.nbc"):
            if other.name.split(".")[-3] != self._sources[:16]:
                with suppress(OSError):  # another process removes it, too
                    other.unlink()

    def flush(self) -> None:
        """Remove all files."""
        for path in self._folder.glob(f"{self._name}.*.nbc"):
            path.unlink(missing_ok=True)

    def _path(self, key: Any) -> Path:
        rest = repr((numba.__version__, sys.version_info, key)).encode()
        number = hashlib.sha256(rest).hexdigest()[:16]
        return self._folder / f"{self._name}.{self._sources[:16]}.{number}.nbc"


def _cache_by_folder(dispatcher: Any, sources: str) -> None:
    """Numba's own cache in a folder that belongs to the sources of today."""
    settings: Any = config
    given = settings.CACHE_DIR
    parent = Path(given or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    try:
        settings.CACHE_DIR = str(parent / f"onevoice-{sources[:16]}")
        dispatcher.enable_caching()
    except RuntimeError:
        _say_once(NO_CACHE)
    finally:
        settings.CACHE_DIR = given


@cache
def _say_once(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
