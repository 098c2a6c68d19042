"""``onevoice validate``: replays of published experiments, compared with their measurements."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.validation.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.report.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Run every replay that ``out`` does not hold yet, and judge the results."""
    from onevoice.experiments.validation.report import make_study
    from onevoice.experiments.validation.run import run

    return make_study(config, run(config, out))
