"""The first use compiles, says so, and leaves a cache; every processor gives the same numbers."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import onevoice
from onevoice.envs import population

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
        [sys.executable, "-B", "-c", DIGEST], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(package.parent), **environment},
    )  # fmt: skip


def test_first_use_of_a_locked_installation_on_a_narrow_processor(tmp_path: Path) -> None:
    """It says that it compiles, caches in the user's folder and computes the same bits.

    A file in place of ``__pycache__`` keeps even root from writing into the package. The processor
    has 128-bit vectors and no fused multiply-add.
    """
    here, package = Path(onevoice.__file__).parent, tmp_path / "site" / "onevoice"
    shutil.copytree(here, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "envs" / "__pycache__").touch()
    narrow = {"NUMBA_CPU_NAME": "x86-64-v2", "NUMBA_CPU_FEATURES": "+sse4.2"}
    user = {"NUMBA_CACHE_DIR": "", "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "user")}
    first = run(package, **narrow, **user)
    assert first.stderr.splitlines() == [population.COMPILING]
    assert list((tmp_path / "user").rglob("kernels.advance*.nbc"))
    assert first.stdout == run(here).stdout


def test_patience_is_silent_where_nothing_is_compiled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(population, "PATIENCE", 0.01)
    with population.patience():
        pass
    time.sleep(0.05)
    assert capsys.readouterr().err == ""
    with population.patience():
        time.sleep(0.05)
    assert capsys.readouterr().err == f"{population.COMPILING}\n"
