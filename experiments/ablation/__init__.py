"""``onevoice ablate``: which mechanisms, coefficients and audiences the collapse needs."""

from pathlib import Path

from onevoice.experiments.ablation.config import Config
from onevoice.experiments.report.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> Study:
    """Play every variant of the scenario, or the rest of a stopped study, and compare."""
    from onevoice.experiments.ablation.estimates import Estimates
    from onevoice.experiments.ablation.report import make_study
    from onevoice.experiments.ablation.run import run

    return make_study(Estimates(config, run(config, out)))
