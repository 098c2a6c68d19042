"""``onevoice claims``: does the simulation reproduce what the source article claims?"""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.claims.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Run every scene for every seed, or the rest of a stopped study, and judge the claims."""
    from onevoice.experiments.claims.report import make_study
    from onevoice.experiments.claims.scenes import CHANNELS_PART, part_costs, play_part
    from onevoice.experiments.claims.story import Story
    from onevoice.experiments.core.tasks import complete

    parts = complete(
        config, out, "study of claims", part_costs(config), play_part, workers=config.workers
    )
    growth = parts.pop(CHANNELS_PART)
    return make_study(config, Story(config, list(parts.values())), growth)
