"""The training runs that take part, and who is swapped into whose team."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from onevoice.configs.errors import OneVoiceError
from onevoice.experiments.benchmark.cells import TRAINING
from onevoice.training.run import is_run, load_run


class Team(NamedTuple):
    """The channels of one training run."""

    mode: str
    seed: int
    run: Path

    @property
    def name(self) -> str:
        """Name of its part."""
        return f"{self.mode}-{self.seed}"


Teams = Mapping[str, Sequence[Team]]
"""By mode, in the order in which modes were given; seeds rising."""


def find_teams(folders: Sequence[Path]) -> Teams:
    """The teams of training runs, and of benchmarks that hold training runs.

    Raises:
        OneVoiceError: if a folder holds none, or two runs have the same mode and seed.
    """
    runs = [run for folder in folders for run in _runs_in(folder)]
    found: dict[str, list[Team]] = {}
    names: dict[str, Path] = {}
    for run in runs:
        stored = load_run(run)
        team = Team(stored.mode, stored.training.seed, run)
        if team.name in names:
            raise OneVoiceError(
                f"runs: {names[team.name]} and {run} are both {team.mode} with seed {team.seed}; "
                "give one of them"
            )
        names[team.name] = run
        found.setdefault(team.mode, []).append(team)
    return {mode: sorted(several) for mode, several in found.items()}


def _runs_in(folder: Path) -> list[Path]:
    if is_run(folder):
        return [folder]
    inside = folder / TRAINING
    runs = sorted(run for run in inside.iterdir() if is_run(run)) if inside.is_dir() else []
    if not runs:
        raise OneVoiceError(f"runs: {folder}: holds no training run; give the folder of one")
    return runs


def partner(teams: Teams, host: Team, mode: str) -> Team | None:
    """Whose channel of ``mode`` joins ``host``: of the next seed; none if that is the host."""
    several = teams[mode]
    guest = several[(teams[host.mode].index(host) + 1) % len(several)]
    return None if guest == host else guest
