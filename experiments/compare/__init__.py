"""``onevoice compare``: baselines and one run of each mode, the dashboards beside the truth.

A comparison is a benchmark in which every row has one run, see ``Config.benchmark``; it is reported
by what each team sees and by what it does not.
"""

from pathlib import Path

from onevoice.experiments.compare.config import Config
from onevoice.experiments.report.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> Study:
    """Do a comparison, or the rest of one that was stopped."""
    from onevoice.experiments.compare.report import make_study
    from onevoice.experiments.compare.run import play_cells

    return make_study(play_cells(config, out), out)
