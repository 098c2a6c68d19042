"""Plays one team with each of its channels swapped or absent in turn.

Letters: ``A`` channels, ``B`` held-out markets.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from onevoice.envs.engine.market import market_ids
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.attribution.players import make_player
from onevoice.experiments.core.rollout import evaluate
from onevoice.experiments.core.workers import Tell
from onevoice.experiments.crossplay.config import Config
from onevoice.experiments.crossplay.teams import Team, Teams, find_teams, partner
from onevoice.policies import Policy
from onevoice.policies.mixed import Mixed, Silenced

SELF = "self"
GREEDY, LEAVING, JOINING = "greedy", "leaving", "joining"
CHANGES = (GREEDY, LEAVING, JOINING)
"""What may happen to a channel beside a swap with another team's."""


def part_costs(config: Config, teams: Teams) -> dict[str, float]:
    """Episodes to play by team, which are the parts of the study."""
    every = [team for several in teams.values() for team in several]
    return {team.name: 1.0 + _count(config, teams, team) for team in every}


def play_part(config: Config, name: str, tell: Tell) -> Arrays:
    """Net customer value of the team that a part is named after.

    Returns:
        ``self``, float64 ``[B]``, and by guest, a mode or one of ``CHANGES``, ``[A, B]``: the
        value with each channel changed in turn.
    """
    teams = find_teams(config.runs)
    [team] = [one for several in teams.values() for one in several if one.name == name]
    host = make_player(str(team.run), config.scenario)
    play = partial(_play, config)
    found: dict[str, F64] = {SELF: play(host)}
    total = 1 + _count(config, teams, team)
    tell("part", 1, total)
    rows: dict[str, list[F64]] = {}
    for done, (guest, policy) in enumerate(_changed(config, teams, team, host), 2):
        rows.setdefault(guest, []).append(play(policy))
        tell("part", done, total)
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
    players = {mode: make_player(str(g.run), scenario) for mode, g in guests.items() if g}
    players[GREEDY] = make_player(GREEDY, scenario)
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
