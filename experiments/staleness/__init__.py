"""``onevoice staleness``: what rules miss when their data is hours old."""

from pathlib import Path

from onevoice.experiments.report.study import Study
from onevoice.experiments.staleness.config import Config

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> Study:
    """Play every lag with triggered and with spread sends, or the rest of a stopped study.

    Raises:
        OneVoiceError: if a policy does not fit the scenario, or ``out`` cannot be used.
    """
    from onevoice.experiments.staleness.estimates import Estimates
    from onevoice.experiments.staleness.report import make_study
    from onevoice.experiments.staleness.run import run

    return make_study(Estimates(config, run(config, out)))
