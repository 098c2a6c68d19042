"""``onevoice ablate``: which mechanisms, coefficients and audiences the collapse needs."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.ablation.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Play every variant of the scenario, or the rest of a stopped study, and compare."""
    from onevoice.experiments.ablation.losses import Losses
    from onevoice.experiments.ablation.outcomes import play_part
    from onevoice.experiments.ablation.report import make_study
    from onevoice.experiments.ablation.variants import part_costs
    from onevoice.experiments.core.tasks import complete

    parts = complete(
        config, out, "study of mechanisms", part_costs(config), play_part, workers=config.workers
    )
    return make_study(Losses(config, parts))
