"""``onevoice benchmark``: every row of the table on the same held-out markets, and its statistics.

The protocol is described in ``docs/benchmark.md``.
"""

from pathlib import Path

from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.report.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> Study:
    """Play the cells that are asked for and missing, and compare all that are there."""
    from onevoice.experiments.benchmark.raw import RAW, read_raw
    from onevoice.experiments.benchmark.report import make_study
    from onevoice.experiments.benchmark.run import play_cells

    if config.raw is None:
        play_cells(config, out)
    return make_study(config, read_raw(config.raw or out / RAW))
