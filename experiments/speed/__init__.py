"""``onevoice speed``: speed, memory and start time beside other simulators."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.speed.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.report.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Measure everything anew; ``out`` must be a new folder or that of an interrupted run."""
    from onevoice.experiments.core.tasks import prepare
    from onevoice.experiments.speed.report import make_study
    from onevoice.experiments.speed.run import run

    prepare(config, out, "benchmark")
    return make_study(config, run(config))
