"""``onevoice attribution``: the revenue that channels claim, are credited with, and cause."""

from pathlib import Path

from onevoice.experiments.attribution.config import Config
from onevoice.experiments.report.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> Study:
    """Measure every market, or the rest of a stopped study, and compare claims with causes.

    Raises:
        OneVoiceError: if the policy does not fit the scenario, or ``out`` cannot be used.
    """
    from onevoice.experiments.attribution.estimates import Estimates
    from onevoice.experiments.attribution.report import make_study
    from onevoice.experiments.attribution.run import run

    return make_study(Estimates.of(config, run(config, out)))
