"""TensorBoard events: ``learning/<agent>/...``, ``dashboard/<channel>/...`` and ``truth/...``."""

import math
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from torch.utils.tensorboard import SummaryWriter


def grouped(metrics: Mapping[str, float]) -> dict[str, float]:
    """Name the environment's metrics: a channel's are on the dashboard, the rest is the truth."""
    return {f"dashboard/{k}" if "/" in k else f"truth/{k}": v for k, v in metrics.items()}


class Recorder:
    """Writes scalars by name; those of a run that is resumed are continued without repetition."""

    def __init__(self, folder: Path, done_steps: int) -> None:
        """Append to ``folder``; events after ``done_steps`` there count no more."""
        self._writer = SummaryWriter(str(folder), purge_step=done_steps + 1)

    def __enter__(self) -> Self:
        """Return the recorder."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is pending and close the file."""
        self._writer.close()

    def write(self, done_steps: int, values: Mapping[str, float]) -> None:
        """Record ``values`` at ``done_steps``; what is not finite is left out."""
        for name, value in values.items():
            if math.isfinite(value):
                self._writer.add_scalar(name, value, done_steps)

    def flush(self) -> None:
        """Write what is pending."""
        self._writer.flush()
