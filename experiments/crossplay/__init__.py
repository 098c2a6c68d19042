"""``onevoice crossplay``: channels of different training runs put together, as vendors are."""

from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.experiments.crossplay.config import Config

if TYPE_CHECKING:
    from onevoice.experiments.study import Study

__all__ = ["Config", "study"]


def study(config: Config, out: Path) -> "Study":
    """Play every run with a channel swapped in turn, or the rest of a stopped study."""
    from onevoice.experiments.core.tasks import complete
    from onevoice.experiments.crossplay.drops import Drops
    from onevoice.experiments.crossplay.matches import part_costs, play_part
    from onevoice.experiments.crossplay.report import make_study
    from onevoice.experiments.crossplay.teams import find_teams

    teams = find_teams(config.runs)
    parts = complete(
        config, out, "study of cross-play", part_costs(config, teams), play_part,
        workers=config.workers,
    )  # fmt: skip
    return make_study(Drops(config, teams, parts))
