"""What each channel's platform claims, what attribution models credit, and what it caused."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.attribution.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Measure every market, keeping finished ones in ``out``, and set claims beside causes.

    Raises:
        OneVoiceError: if the policy does not fit the scenario, or ``out`` cannot be used.
    """
    from onevoice.experiments.attribution.measure import expected_costs, measure_market
    from onevoice.experiments.attribution.players import make_player
    from onevoice.experiments.attribution.report import report
    from onevoice.experiments.attribution.results import stack
    from onevoice.experiments.core.tasks import complete

    make_player(config.policy, config.scenario)
    costs = expected_costs(config)
    parts = complete(
        config, out, "study of attribution", costs, measure_market, workers=config.workers
    )
    return report(stack(config, list(parts.values())))
