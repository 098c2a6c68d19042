"""Runs tasks in parallel in spawned processes that stop at once when the parent does.

A task is a name, and a function of the name and of a ``tell`` callback does it. Results stay on
disk, where the function puts them: only progress and errors travel back, so that no finished task
is lost when the parent is interrupted.
"""

import multiprocessing
import os
import queue
import signal
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess
from typing import Any

from onevoice.configs.errors import OneVoiceError

Tell = Callable[[str, int, int], None]
"""Reports ``(stage, done, total)`` of the running task."""
Work = Callable[[str, Tell], None]
"""Does the task of that name; must be a module-level function, or a partial of one."""
Report = Callable[[str, str, int, int], None]
"""Hears ``(task, stage, done, total)`` in the parent."""
FINISHED = "finished"
"""The stage that a task reports last, as 1 of 1."""
_FAILED = "failed"
_ONE_THREAD = (
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS",
)  # fmt: skip
_POLL_SECONDS = 0.2
_GRACE_SECONDS = 5.0


def run_tasks(work: Work, tasks: Sequence[str], workers: int, report: Report) -> None:
    """Do all tasks, ``workers`` at a time, each in a process with one thread.

    Tasks start in the given order. On an error, on Ctrl-C or when a process dies, all processes are
    stopped before this function raises.

    Raises:
        OneVoiceError: in one line, if a task failed.
        KeyboardInterrupt: on Ctrl-C.
    """
    if not tasks:
        return
    context = multiprocessing.get_context("spawn")
    todo, told = context.SimpleQueue(), context.Queue()
    count = min(workers, len(tasks))
    processes = [
        context.Process(target=_serve, args=(work, todo, told), daemon=True) for _ in range(count)
    ]
    try:
        _start(processes)
        for task in [*tasks, *[None] * count]:
            todo.put(task)
        _listen(processes, told, len(tasks), report)
    finally:
        _stop(processes)


def _start(processes: Sequence[BaseProcess]) -> None:
    """Start processes that run one thread each: the variables count only before libraries load."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        for process in processes:
            process.start()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _listen(processes: Sequence[BaseProcess], told: Any, tasks: int, report: Report) -> None:
    """Pass on what the processes tell until every task is finished."""
    finished = 0
    while finished < tasks:
        try:
            task, stage, done, total = told.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            _all_well(processes)
            continue
        if stage == _FAILED:
            raise OneVoiceError(f"{task}: {done}")
        report(task, stage, done, total)
        finished += stage == FINISHED


def _all_well(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        if process.exitcode:
            raise OneVoiceError(
                f"a worker process died with exit code {process.exitcode} (out of memory?); "
                "run the same command again to go on"
            )


def _stop(processes: Sequence[BaseProcess]) -> None:
    """End processes that still run: what they leave on disk is whole at any moment."""
    for process in processes:
        if process.is_alive():
            process.terminate()
    for process in processes:
        if process.pid is not None:
            process.join(_GRACE_SECONDS)
            if process.is_alive():
                process.kill()


def _serve(work: Work, todo: Any, told: Any) -> None:
    """Body of a process: do tasks until there are none; Ctrl-C is left to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while (task := todo.get()) is not None:
        try:
            work(task, _teller(task, told))
        except OneVoiceError as error:
            told.put((task, _FAILED, str(error), 0))
        except Exception as error:  # the parent must hear of everything, in one line
            lines = str(error).strip().splitlines() or [""]
            told.put((task, _FAILED, f"{type(error).__name__}: {lines[0]}", 0))
        else:
            told.put((task, FINISHED, 1, 1))


def _teller(task: str, told: Any) -> Tell:
    parent = multiprocessing.parent_process()

    def tell(stage: str, done: int, total: int) -> None:
        if parent is not None and not parent.is_alive():
            os._exit(1)  # killed without a chance to stop us
        told.put((task, stage, done, total))

    return tell
