"""``onevoice crossplay``: channels of different training runs put together, as vendors are."""

from pathlib import Path

from onevoice.experiments.crossplay.config import Config
from onevoice.experiments.report.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> Study:
    """Play every run with a channel swapped in turn, or the rest of a stopped study."""
    from onevoice.experiments.crossplay.estimates import Estimates
    from onevoice.experiments.crossplay.report import make_study
    from onevoice.experiments.crossplay.run import find_teams, run

    teams = find_teams(config.runs)
    return make_study(Estimates(config, teams, run(config, out, teams)))
