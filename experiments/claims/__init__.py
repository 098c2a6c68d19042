"""``onevoice claims``: whether the simulation reproduces the claims of the source article."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.claims.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.report.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Play every simulation that ``out`` does not hold yet, and judge the claims."""
    from onevoice.experiments.claims.report import make_study
    from onevoice.experiments.claims.run import run

    return make_study(run(config, out))
