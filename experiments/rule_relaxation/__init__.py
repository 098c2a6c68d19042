"""``onevoice rule-relaxation``: what looser rules cost, and managers who relax them."""

from pathlib import Path

from onevoice.experiments.report.study import Study
from onevoice.experiments.rule_relaxation.config import Config

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> Study:
    """Play every set of rules and every rule manager in each market, or the rest of them.

    Raises:
        OneVoiceError: if the policy does not fit the scenario, or ``out`` cannot be used.
    """
    from onevoice.experiments.rule_relaxation.estimates import Estimates
    from onevoice.experiments.rule_relaxation.report import make_study
    from onevoice.experiments.rule_relaxation.run import run

    return make_study(Estimates(config, run(config, out)))
