"""``onevoice calibrate``: the search for the parameters that reproduce the article's figures."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.calibration.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.report.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Search, or resume a stopped search, and report every trial."""
    from onevoice.experiments.calibration.report import make_study
    from onevoice.experiments.calibration.run import run

    return make_study(config, run(config, out), out)
