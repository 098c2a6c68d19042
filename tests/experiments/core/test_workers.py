"""Jobs side by side: all done, errors in one line, nothing left running."""

import multiprocessing
import os
import signal
import threading
import time
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.experiments.core.workers import FINISHED, run_tasks

JOBS = """
import os, pathlib, signal, time

def write(folder, job, tell):
    tell("write", 1, 2)
    threads = os.environ["OMP_NUM_THREADS"]
    pathlib.Path(folder, job).write_text(threads)

def fail(folder, job, tell):
    if job == "bad":
        raise RuntimeError("first line\\nsecond line")
    write(folder, job, tell)
    time.sleep(60)

def die(folder, job, tell):
    os.kill(os.getpid(), signal.SIGKILL)

def sleep(folder, job, tell):
    write(folder, job, tell)
    time.sleep(60)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Job functions in a module that a spawned process can import."""
    name = f"jobs_of_{os.getpid()}"
    (tmp_path / f"{name}.py").write_text(JOBS)
    monkeypatch.syspath_prepend(tmp_path)
    return __import__(name)


def ignore(job: str, stage: str, done: int, total: int) -> None:
    """Hear nothing."""


def test_all_jobs_are_done_with_one_thread_each(module: ModuleType, tmp_path: Path) -> None:
    heard: list[tuple[str, str, int, int]] = []
    jobs = ["a", "b", "c"]
    run_tasks(partial(module.write, tmp_path), jobs, 2, lambda *told: heard.append(told))
    assert [(tmp_path / job).read_text() for job in jobs] == ["1", "1", "1"]
    assert sorted(told for told in heard if told[1] == FINISHED) == [
        (j, FINISHED, 1, 1) for j in jobs
    ]
    assert ("a", "write", 1, 2) in heard
    assert not multiprocessing.active_children()


def test_no_jobs_no_processes(module: ModuleType, tmp_path: Path) -> None:
    run_tasks(partial(module.write, tmp_path), [], 2, ignore)


def test_an_error_is_one_line_and_stops_the_others(module: ModuleType, tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(OneVoiceError, match=r"^bad: RuntimeError: first line$"):
        run_tasks(partial(module.fail, tmp_path), ["good", "bad"], 2, ignore)
    assert time.monotonic() - start < 30
    assert not multiprocessing.active_children()


def test_a_killed_process_is_noticed(module: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(OneVoiceError, match="exit code -9"):
        run_tasks(partial(module.die, tmp_path), ["a"], 1, ignore)


def test_ctrl_c_stops_everything_promptly(module: ModuleType, tmp_path: Path) -> None:
    def interrupt() -> None:
        while not (tmp_path / "a").exists():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    # a shell starts its background jobs with SIGINT ignored
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt, daemon=True).start()
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            run_tasks(partial(module.sleep, tmp_path), ["a", "b"], 2, ignore)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - start < 30
    assert not multiprocessing.active_children()
