"""Words that tables, sentences and figures share."""

from onevoice.experiments.rule_relaxation.config import Config
from onevoice.experiments.rule_relaxation.managers import DASHBOARD, KEPT, PATIENT, TRUTH


def manager_label(config: Config, line: str) -> str:
    """Who revises the rules."""
    words = {
        KEPT: "nobody",
        DASHBOARD: f"watches {config.dashboard}",
        TRUTH: "watches NCV",
        PATIENT: "patiently watches NCV",
    }
    return words[line]
