"""The loss of a team in which one channel is changed; the training run is the unit.

Letters: ``U`` runs of a mode, ``C`` channels, ``B`` held-out markets.
"""

from collections.abc import Mapping

import numpy as np

from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.core.statistics import Estimate, RunBootstrap, run_difference, run_mean
from onevoice.experiments.crossplay.config import Config
from onevoice.experiments.crossplay.run import CHANGES, SELF, Teams


class Estimates:
    """Estimates by mode of the team and by guest, a mode or one of ``CHANGES``."""

    def __init__(self, config: Config, teams: Teams, tasks: Mapping[str, Arrays]) -> None:
        """Take what ``play_task`` made of each task."""
        self.config, self._teams, self._tasks = config, teams, tasks
        self._bootstrap = RunBootstrap.of(config.markets, config)

    @property
    def modes(self) -> tuple[str, ...]:
        """Modes of the teams."""
        return tuple(self._teams)

    @property
    def guests(self) -> tuple[str, ...]:
        """Every change of a channel."""
        return (*self.modes, *CHANGES)

    def runs(self, mode: str) -> int:
        """Teams of a mode."""
        return len(self._teams[mode])

    def played(self, mode: str, guest: str) -> bool:
        """Whether there are results; a mode with a single run has no other seed to swap with."""
        return guest in self._tasks[self._teams[mode][0].name]

    def self_play(self, mode: str) -> Estimate:
        """NCV of the teams as they were trained."""
        return self._bootstrap.interval(run_mean, (mode, self._values(mode, SELF)))

    def value(self, mode: str, guest: str) -> Estimate:
        """NCV with a channel changed, averaged over channels."""
        return self._bootstrap.interval(run_mean, (mode, self._values(mode, guest).mean(axis=1)))

    def drop(self, mode: str, guest: str, channel: int | None = None) -> Estimate:
        """Self-play less the NCV with a channel changed; without ``channel`` their average."""
        alone, changed = self._values(mode, SELF), self._values(mode, guest)
        other = changed.mean(axis=1) if channel is None else changed[:, channel]
        return self._bootstrap.interval(run_difference, (mode, alone), (mode, other))

    def _values(self, mode: str, key: str) -> F64:
        """What every team of a mode came to: alone ``[U, B]``, with a guest ``[U, C, B]``."""
        found = [self._tasks[team.name][key] for team in self._teams[mode]]
        return np.stack(found).astype(np.float64)
