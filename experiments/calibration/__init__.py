"""``onevoice calibrate``: the search for the parameters that reproduce the article's figures."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.calibration.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Search, or go on with a stopped search, and report every trial."""
    from onevoice.experiments.calibration.report import make_study
    from onevoice.experiments.calibration.search import search

    return make_study(config, search(config, out), out)
