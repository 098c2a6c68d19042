"""Shows the progress of tasks: bars with an ETA on a terminal, quiet lines elsewhere."""

import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from onevoice.experiments.core.workers import FINISHED

TRAINING_COST = 2.0
"""Time of a training step in evaluation steps of one environment, for the ETA only."""
QUIET_SECONDS = 30.0
"""A line at least so often where no bar can be shown."""


def duration(seconds: float) -> str:
    """``3:05`` for 185 seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


class Meter:
    """Adds up the progress of tasks and estimates the end; costs are in any unit of time."""

    def __init__(self, costs: Mapping[str, Mapping[str, float]]) -> None:
        """Take the expected cost by task and stage; start the clock."""
        self.costs = costs
        self.done = {(task, stage): 0.0 for task, stages in costs.items() for stage in stages}
        self.started = time.monotonic()
        self._first: tuple[float, float] | None = None

    def update(self, task: str, stage: str, share: float) -> None:
        """Note that ``share`` of a stage is done; a finished task has done all its stages."""
        for name in self.costs[task] if stage == FINISHED else (stage,):
            self.done[task, name] = max(share, self.done.get((task, name), 0.0))
        if self._first is None and self.share > 0.0:  # loading and compiling happen once
            self._first = (time.monotonic(), self.share)

    @property
    def share(self) -> float:
        """Done share of all tasks' cost."""
        total = sum(sum(stages.values()) for stages in self.costs.values())
        if total == 0.0:
            return 1.0
        return (
            sum(self.costs[task].get(stage, 0.0) * s for (task, stage), s in self.done.items())
            / total
        )

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def remaining(self) -> float | None:
        """Seconds to go at the speed so far; none while nothing is known."""
        if self._first is None:
            return None
        since, at = self._first
        gained = self.share - at
        return (time.monotonic() - since) * (1.0 - self.share) / gained if gained > 0.0 else None


class Display:
    """A context in which ``report`` shows progress on ``stderr``."""

    def __init__(
        self, costs: Mapping[str, Mapping[str, float]], console: Console | None = None
    ) -> None:
        """Prepare for tasks with the given cost by stage."""
        self.meter = Meter(costs)
        self.console = console or Console(file=sys.stderr)
        self._bars = _bars(self.meter, self.console) if self.console.is_terminal else None
        self._ids: dict[str, TaskID] = {}
        self._told = time.monotonic()
        if self._bars is not None:
            names = ["all", *costs] if len(costs) > 1 else list(costs)
            self._ids = {name: self._bars.add_task(name, total=1.0) for name in names}

    def __enter__(self) -> Self:
        """Start to show."""
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        if self._bars is not None:
            self._bars.stop()

    def say(self, text: str) -> None:
        """Print a line above the bars."""
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def report(self, task: str, stage: str, done: int, total: int) -> None:
        """Note ``(done, total)`` of a task's stage."""
        self.meter.update(task, stage, done / max(total, 1))
        if self._bars is not None:
            self._show(self._bars, task, stage)
        elif stage != FINISHED and (done >= total or time.monotonic() - self._told > QUIET_SECONDS):
            self._line(task, stage, done, total)

    def _show(self, bars: Progress, task: str, stage: str) -> None:
        costs = self.meter.costs[task]
        share = sum(cost * self.meter.done[task, s] for s, cost in costs.items()) / sum(
            costs.values()
        )
        word = "done" if stage == FINISHED else stage
        bars.update(self._ids[task], completed=share, description=f"{task} · {word}")
        if "all" in self._ids:
            bars.update(self._ids["all"], completed=self.meter.share)

    def _line(self, task: str, stage: str, done: int, total: int) -> None:
        self._told = time.monotonic()
        left = self.meter.remaining
        ahead = f", about {duration(left)} to go" if left and self.meter.share < 1.0 else ""
        what = f"{stage} done" if done >= total else f"{stage} {done / total:.0%}"
        self.say(f"[{self.meter.share:4.0%}] {duration(self.meter.elapsed)} {task}: {what}{ahead}")


class _Eta(ProgressColumn):
    """Elapsed time and ETA of all tasks, on the first bar."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter

    def render(self, task: Task) -> Text:
        if task.id != 0:
            return Text("")
        left = self.meter.remaining
        eta = "ETA -:--" if left is None else f"ETA {duration(left)}"
        return Text(f"{duration(self.meter.elapsed)} {eta}", style="progress.remaining")


def _bars(meter: Meter, console: Console) -> Progress:
    percent = TextColumn("{task.percentage:>3.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), percent, _Eta(meter))
    return Progress(*columns, console=console, transient=True)
