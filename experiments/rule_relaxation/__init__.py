"""``onevoice rule-relaxation``: what looser rules cost, and managers who relax them."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.rule_relaxation.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Play every step and every manager in each market, or the rest of a stopped study.

    Raises:
        OneVoiceError: if the policy does not fit the scenario, or ``out`` cannot be used.
    """
    from onevoice.experiments.attribution.players import make_player
    from onevoice.experiments.core.tasks import complete
    from onevoice.experiments.rule_relaxation.courses import part_costs, play_part
    from onevoice.experiments.rule_relaxation.report import make_study
    from onevoice.experiments.rule_relaxation.results import Results

    make_player(config.policy, config.scenario)
    costs = part_costs(config)
    parts = complete(
        config, out, "study of loosened rules", costs, play_part, workers=config.workers
    )
    return make_study(Results(config, list(parts.values())))
