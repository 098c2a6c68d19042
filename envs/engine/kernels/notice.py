"""Explains the wait for the first use, which compiles, and shortens it."""

import gc
import sys
from threading import Timer

from numba.core.event import Event, Listener, register

PATIENCE = 2.0
"""Seconds after which a compilation is explained."""
COMPILING = "onevoice: compiling the customer model, once for this installation: about 20 seconds"


def explain_compilation() -> None:
    """Watch Numba from now on."""
    register("numba:compile", Wait())  # type: ignore[no-untyped-call]  # Numba's own has no types


class Wait(Listener):
    """Says once on the terminal what is going on, where kernels of this package compile for long.

    Meanwhile no garbage is collected, and what Numba made and keeps counts as old at once: it would
    be searched for garbage three times, which takes a tenth of the time.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._collects = False
        self._explained = False
        self._timer: Timer

    def on_start(self, event: Event) -> None:
        """A kernel begins to compile, perhaps for the sake of another."""
        if not _is_ours(event):
            return
        if self._depth == 0:
            self._collects = gc.isenabled()
            gc.disable()
            self._timer = Timer(PATIENCE, self._explain)
            self._timer.daemon = True
            self._timer.start()
        self._depth += 1

    def on_end(self, event: Event) -> None:
        """A kernel is compiled, or could not be."""
        if not _is_ours(event):
            return
        self._depth -= 1
        if self._depth == 0:
            self._timer.cancel()
            if gc.get_freeze_count() == 0:  # what somebody else froze stays so
                gc.freeze()
                gc.unfreeze()
            if self._collects:
                gc.enable()

    def _explain(self) -> None:
        if not self._explained:
            print(COMPILING, file=sys.stderr, flush=True)
        self._explained = True


def _is_ours(event: Event) -> bool:
    module: str = event.data["dispatcher"].py_func.__module__
    return module.split(".")[0] == __name__.split(".")[0]
