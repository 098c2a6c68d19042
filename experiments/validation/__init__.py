"""Replays of published experiments inside the simulation, held against what was measured."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.validation.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Replay every experiment, going on from what ``out`` holds, and judge the results."""
    from onevoice.experiments.validation.report import validate

    return validate(config, out)
