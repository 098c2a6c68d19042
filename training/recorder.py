"""TensorBoard events in groups.

``learning/<agent>``, ``dashboard/<channel>``, ``truth``, ``gap`` between those, ``validation``
with pictures, and ``time``.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
from torch.utils.tensorboard import SummaryWriter


def grouped(metrics: Mapping[str, float]) -> dict[str, float]:
    """Group metrics by name: those of channels under dashboard, all others under truth."""
    named = {f"dashboard/{k}" if "/" in k else f"truth/{k}": v for k, v in metrics.items()}
    return named | claims_beside_revenue(metrics)


def claims_beside_revenue(metrics: Mapping[str, float]) -> dict[str, float]:
    """Claimed revenue of all platforms and revenue of the company, per dollar spent."""
    claims = sum(value for key, value in metrics.items() if key.endswith("/claimed_revenue"))
    spend, revenue = metrics.get("spend", 0.0), metrics.get("revenue", 0.0)
    if not spend or not revenue:
        return {}
    return {
        "gap/claimed_roas": claims / spend,
        "gap/true_roas": revenue / spend,
        "gap/overclaim": claims / revenue,
    }


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
        """Record ``values`` at ``done_steps``; values that are not finite are left out."""
        for name, value in values.items():
            if math.isfinite(value):
                self._writer.add_scalar(name, value, done_steps)

    def write_picture(self, done_steps: int, name: str, pixels: npt.NDArray[np.uint8]) -> None:
        """Record a picture, uint8 ``[H, W, 3]``."""
        self._writer.add_image(name, pixels, done_steps, dataformats="HWC")

    def flush(self) -> None:
        """Write what is pending."""
        self._writer.flush()
