"""``onevoice staleness``: what rules let through that know the customers of hours ago."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.staleness.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Play every lag with and without triggered sends, or the rest of a stopped study.

    Raises:
        OneVoiceError: if a policy does not fit the scenario, or ``out`` cannot be used.
    """
    from onevoice.experiments.attribution.players import make_player
    from onevoice.experiments.core.tasks import complete
    from onevoice.experiments.staleness.cells import part_costs, play_part
    from onevoice.experiments.staleness.leaks import Leaks
    from onevoice.experiments.staleness.report import make_study

    for policy in config.policies:
        make_player(policy, config.scenario)
    costs = part_costs(config)
    parts = complete(config, out, "study of stale data", costs, play_part, workers=config.workers)
    return make_study(Leaks(config, parts))
