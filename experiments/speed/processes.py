"""What only a fresh process can tell: how long it takes to start, to compile, and what it holds."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from typing import Any

from onevoice.configs.errors import OneVoiceError
from onevoice.experiments.speed.clock import quartiles
from onevoice.experiments.speed.estimates import Peak, Start

STARTS = 5
"""Processes of each kind whose median counts; the two kinds take turns."""
IMPORTS = """
import json, time
import gymnasium, numba, numpy, pettingzoo
found = {"time": time.time()}
"""
STEP = """
import json, time
import onevoice.envs
env = onevoice.envs.make("quartet")
env.reset(seed=0)
env.step({agent: env.action_space(agent).sample() for agent in env.agents})
found = {"time": time.time()}
"""
COUNT = """
from importlib import import_module
from onevoice.experiments.speed.machine_code import HOT_LOOPS, count
places = [loop.split(".") for loop in HOT_LOOPS]
modules = [import_module(f"onevoice.envs.engine.kernels.{module}") for module, _ in places]
names = [name for _, name in places]
loops = [getattr(x, name).inspect_asm().values() for x, name in zip(modules, names, strict=True)]
found["code"] = count("".join(text for loop in loops for text in loop))
"""
COMPILE = """
from onevoice.experiments.speed.calibration import compile_seconds
found["loop"] = compile_seconds()
"""
HOLD = """
import json, re, resource, sys
from pathlib import Path
from onevoice.envs import make_vec
from onevoice.envs.interface.vector_env import compile_kernels
from onevoice.experiments.speed.engine import walk
def peak():
    status = Path("/proc/self/status")
    if status.exists():  # other than getrusage, without what the process that started this one held
        return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
compile_kernels()
found = {"empty": peak()}
turn = walk(make_vec(sys.argv[1], 1, population=int(sys.argv[2])), 0)
for _ in range(7):
    turn()
found["full"] = peak()
"""
TELL = "\nprint(json.dumps(found))\n"


def start() -> Start:
    """Start processes with a full cache of compiled kernels, and one with an empty one."""
    imports, steps = zip(
        *((_seconds(IMPORTS)[0], _seconds(STEP)[0]) for _ in range(STARTS)), strict=True
    )
    with tempfile.TemporaryDirectory() as empty:
        cold, found = _seconds(STEP + COMPILE + COUNT, NUMBA_CACHE_DIR=empty)
    code = Counter({int(bits): number for bits, number in found["code"].items()})
    warm = quartiles(steps)
    return Start(warm, quartiles(imports), cold - warm.value, found["loop"], code)


def peak(name: str, population: int) -> Peak:
    """Memory of a process that plays a week."""
    return Peak(name, population, **_run(HOLD, name, str(population)))


def _seconds(code: str, **environment: str) -> tuple[float, dict[str, Any]]:
    """Seconds until a fresh process takes its time, and all that it found."""
    began = time.time()
    found = _run(code, **environment)
    return found["time"] - began, found


def _run(code: str, *words: str, **environment: str) -> dict[str, Any]:
    """Run Python code in a fresh process; returns its ``found``."""
    done = subprocess.run(
        [sys.executable, "-c", code + TELL, *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise OneVoiceError(f"a measuring process ended with {done.returncode}: {last}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
