"""Plays every training run with each of its channels swapped or silent in turn.

Letters: ``C`` channels, ``B`` held-out markets.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.engine.market import market_ids
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.benchmark.run import TRAINING
from onevoice.experiments.core.rollout import evaluate
from onevoice.experiments.core.tasks import complete
from onevoice.experiments.core.workers import Tell
from onevoice.experiments.crossplay.config import Config
from onevoice.policies import Policy, resolve
from onevoice.policies.mixed import Mixed, Silenced
from onevoice.training.run import is_run, load_run

SELF = "self"
GREEDY, LEAVING, JOINING = "greedy", "leaving", "joining"
CHANGES = (GREEDY, LEAVING, JOINING)
"""What may happen to a channel beside a swap with another team's."""


class Team(NamedTuple):
    """The channels of one training run."""

    mode: str
    seed: int
    run: Path

    @property
    def name(self) -> str:
        """Name of its task."""
        return f"{self.mode}-{self.seed}"


Teams = Mapping[str, Sequence[Team]]
"""By mode, in the order in which modes were given; seeds rising."""


def run(config: Config, out: Path, teams: Teams) -> dict[str, Arrays]:
    """Play the teams that ``out`` does not hold yet, and return the results of all."""
    costs = task_costs(config, teams)
    return complete(config, out, "study of cross-play", costs, play_task, workers=config.workers)


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


def task_costs(config: Config, teams: Teams) -> dict[str, float]:
    """Episodes to play by team, which are the tasks of the study."""
    every = [team for several in teams.values() for team in several]
    return {team.name: 1.0 + _count(config, teams, team) for team in every}


def play_task(config: Config, name: str, tell: Tell) -> Arrays:
    """Net customer value of the team that a task is named after.

    Returns:
        ``self``, float64 ``[B]``, and by guest, a mode or one of ``CHANGES``, ``[C, B]``: the
        value with each channel changed in turn.
    """
    teams = find_teams(config.runs)
    [team] = [one for several in teams.values() for one in several if one.name == name]
    host = resolve(str(team.run), config.scenario)
    play = partial(_play, config)
    found: dict[str, F64] = {SELF: play(host)}
    total = 1 + _count(config, teams, team)
    tell("task", 1, total)
    rows: dict[str, list[F64]] = {}
    for done, (guest, policy) in enumerate(_changed(config, teams, team, host), 2):
        rows.setdefault(guest, []).append(play(policy))
        tell("task", done, total)
    return {**found, **{guest: np.stack(several) for guest, several in rows.items()}}


def _play(config: Config, policy: Policy) -> F64:
    markets = market_ids("test", config.markets)
    played = evaluate("", policy, config.scenario, markets, config.seed, replay_search=False)
    return played.metrics["ncv"]


def _changed(
    config: Config, teams: Teams, team: Team, host: Policy
) -> Iterator[tuple[str, Policy]]:
    """Every change of a team, channel by channel."""
    scenario, end = config.scenario, config.scenario.decisions
    guests = {mode: partner(teams, team, mode) for mode in teams}
    players = {mode: resolve(str(g.run), scenario) for mode, g in guests.items() if g}
    players[GREEDY] = resolve(GREEDY, scenario)
    for channel in scenario.roles:
        for guest, player in players.items():
            yield (
                guest,
                Mixed(scenario, {**dict.fromkeys(scenario.roles, host), channel: player}),
            )
        yield LEAVING, Silenced(host, channel, config.turn, end)
        yield JOINING, Silenced(host, channel, 0, config.turn)


def _count(config: Config, teams: Teams, team: Team) -> int:
    guests = sum(partner(teams, team, mode) is not None for mode in teams)
    return (guests + len(CHANGES)) * len(config.scenario.roles)
