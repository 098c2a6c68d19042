"""The first use compiles, says so, and leaves a cache; every processor gives the same numbers."""

import gc
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numba
import pytest
from numba.core.event import Event, EventStatus, Listener

import onevoice
from onevoice.envs.engine import kernels
from onevoice.envs.engine.kernels import notice
from onevoice.envs.engine.kernels.draws import mix

DIGEST = """
import hashlib
import numpy as np
from onevoice.envs import make_vec

env = make_vec("quartet", 2, population=700)
env.reset([0, 1])
parts = len(env.single_action_space.nvec)
for decision in range(3):
    actions = np.random.default_rng(decision).integers(0, 3, (2, len(env.agents), parts))
    step = env.step(actions)
arrays = [step.observations, step.rewards, *env.snapshot().values()]
print(hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest())
"""


def run(package: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Play a little with the package in a process of its own."""
    return subprocess.run(
        [sys.executable, "-B", "-c", DIGEST],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(package.parent), **environment},
    )


def test_first_use_of_a_locked_installation_on_a_narrow_processor(tmp_path: Path) -> None:
    """It says that it compiles, caches in the user's folder and computes the same bits.

    A file in place of ``__pycache__`` keeps even root from writing into the package. The processor
    has 128-bit vectors and no fused multiply-add.
    """
    here, package = Path(onevoice.__file__).parent, tmp_path / "site" / "onevoice"
    shutil.copytree(here, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in {path.parent for path in package.rglob("*.py")}:
        (folder / "__pycache__").touch()
    narrow = {"NUMBA_CPU_NAME": "x86-64-v2", "NUMBA_CPU_FEATURES": "+sse4.2"}
    user = {"NUMBA_CACHE_DIR": "", "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "user")}
    first = run(package, **narrow, **user)
    assert first.stderr.splitlines() == [notice.COMPILING]
    assert list((tmp_path / "user").rglob("decision.advance*.nbc"))
    assert first.stdout == run(here).stdout


def tell(wait: Listener, status: EventStatus, function: object = kernels.advance) -> None:
    """Send what Numba sends, whose own functions have no types."""
    event = Event("numba:compile", status, {"dispatcher": function})  # type: ignore[no-untyped-call]
    wait.notify(event)  # type: ignore[no-untyped-call]


def test_only_a_long_compilation_is_explained_and_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A kernel compiles the functions that it calls first, and they are a part of its wait."""
    monkeypatch.setattr(notice, "PATIENCE", 0.01)
    wait = notice.Wait()
    tell(wait, EventStatus.START)
    tell(wait, EventStatus.END)
    time.sleep(0.05)
    assert capsys.readouterr().err == ""
    for _ in range(2):
        tell(wait, EventStatus.START)
        for _ in range(2):
            tell(wait, EventStatus.START, mix)
            tell(wait, EventStatus.END, mix)
        time.sleep(0.05)
        tell(wait, EventStatus.END)
    assert capsys.readouterr().err == f"{notice.COMPILING}\n"


def test_garbage_waits_while_this_package_compiles() -> None:
    wait, foreign = notice.Wait(), numba.njit(abs_of)
    tell(wait, EventStatus.START, foreign)
    assert gc.isenabled()
    tell(wait, EventStatus.END, foreign)
    tell(wait, EventStatus.START)
    assert not gc.isenabled()
    tell(wait, EventStatus.END)
    assert gc.isenabled()
    gc.disable()
    try:
        tell(wait, EventStatus.START)
        tell(wait, EventStatus.END)
        assert not gc.isenabled(), "whoever switched it off wants it off"
    finally:
        gc.enable()


def abs_of(x: int) -> int:
    """A function of somebody else's."""
    return abs(x)
