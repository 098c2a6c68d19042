"""The scenes that the claims are judged by, for one world: a market and its random numbers.

All scenes branch from the same month of warm-up under the team's manual plan, with the same random
numbers, so that differences between them are effects.
"""

from collections.abc import Callable
from copy import deepcopy
from itertools import combinations

import numpy as np

from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.channel import CATALOGUE
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.claims.config import Config
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.statistics import divide
from onevoice.experiments.core.trajectories import Course, Episodes, Moment, Played, play
from onevoice.experiments.core.workers import Tell
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.baselines import Coordinated, Manual
from onevoice.policies.greedy import Greedy
from onevoice.policies.replay import Replay
from onevoice.policies.rule_bound import RuleBound

CHANNELS_PART = "channels"
UNLIMITED = 50_000.0
"""$ per 1,000 customers per 28 days: nobody is stopped by the budget."""
PLAYED_MONTHS = 27.5
"""Months of simulation in one world, over all scenes."""
CUTS = ("cut_one", "cut_two")
RAISES = ("raised_one", "raised_two")
RAISE = 1.2
"""What a month's budget is multiplied by while its channel's platform claims more than it costs."""
Notch = Callable[[RuleBound], None]


def part_costs(config: Config) -> dict[str, float]:
    """Customer-months of simulation by part: one part a world, and one for claim C4."""
    world = PLAYED_MONTHS * config.scenario.population
    growth = 2.0 * 120 * config.seeds * config.growth_population
    return {CHANNELS_PART: growth, **{f"world-{i}": world for i in range(config.seeds)}}


def play_part(config: Config, name: str, tell: Tell) -> Arrays:
    """The courses of one world by scene, or conflicts by set of channels."""
    if name == CHANNELS_PART:
        return conflicts_by_channels(config, tell)
    return World(config, int(name.removeprefix("world-")), tell).scenes()


class World:
    """One market with its customers, from whose first months all scenes branch."""

    def __init__(self, config: Config, index: int, tell: Tell, threads: int = 1) -> None:
        self._scenario, self.month, self._tell, self._done = config.scenario, config.month, tell, 0
        self._seed = episode_seeds(config.seed, index + 1)[index]
        market = config.market_ids[index]
        self._episodes = Episodes(self._scenario, [market], [self._seed], threads)
        self.arrays = audience_facts(self._episodes)

    def level_scenes(self) -> Arrays:
        """Play the team, the agents, and the agents without a channel: what levels are read from.

        Returns:
            Arrays of a course by name, ``<scene>/<field>``.
        """
        manual, greedy = self._hired(Manual), self._hired(Greedy)
        self._keep("warm_up", manual, 1)
        self._start = self._episodes.mark()
        self._plan = self._keep("manual", manual, 3).actions
        first = self._branch(self._start, "greedy_first", greedy, 1)
        self._takeover, self._agents, self._shown = self._episodes.mark(), deepcopy(greedy), first
        later = self._keep("greedy_later", greedy, 2)
        actions = np.concatenate([first.actions, later.actions])
        self._branch(self._start, "no_search", self._without(actions, "search"), 1)
        self._branch(self._start, "no_social", self._without(actions, "social"), 3)
        return self.arrays

    def scenes(self) -> Arrays:
        """Play all scenes; arrays as ``level_scenes`` returns them."""
        self.level_scenes()
        self._branch(self._start, "no_email", self._without(self._plan, "email"), 3)
        self._branch(self._start, "more_email", self._hired(MoreEmail, since=self.month), 3)
        self._branch(self._start, "coordinated", self._hired(Coordinated, since=self.month), 3)
        self._cut()
        self._raise()
        self._loosen()
        return self.arrays

    def _branch(self, moment: Moment, name: str, policy: Policy, months: float) -> Played:
        self._episodes.back(moment)
        return self._keep(name, policy, months)

    def _keep(self, name: str, policy: Policy, months: float) -> Played:
        """Play on and keep the course."""
        decisions = round(months * self.month)
        played = self._episodes.play(policy, decisions, progress=self._progress)
        self.arrays |= {f"{name}/{k}": v for k, v in played.course._asdict().items()}
        return played

    def _hired(self, kind: type[Policy], since: int = 0) -> Policy:
        """A policy ready to play, its calendar at decision ``since``."""
        policy = kind(self._scenario)
        policy.reset(1, self._seed)
        if isinstance(policy, Manual):
            policy.start_at(since)
        return policy

    def _without(self, actions: Actions, channel: str) -> Policy:
        return Replay(self._scenario, actions, (channel,))

    def _cut(self) -> None:
        """Claim C11: after each month cut the channel whose clicks cost most."""
        team, month = RuleBound(deepcopy(self._agents)), self._shown.course
        self._episodes.back(self._takeover)
        for name in CUTS:
            row = dearest_clicks(month)
            team.caps[row] = 0
            self.arrays[f"{name}/channel"] = np.array(row)
            month = self._keep(name, team, 1).course

    def _raise(self) -> None:
        """Claim C13: after each month raise every budget whose platform claims more than it cost."""
        agents, month = deepcopy(self._agents), self._shown.course
        self._episodes.back(self._takeover)
        for name in RAISES:
            budget = self._episodes.env.budget
            factors = np.where(pays_by_claims(month), RAISE, 1.0)
            budget.revise(np.round(budget.monthly * factors).astype(np.int64))
            month = self._keep(name, agents, 1).course

    def _loosen(self) -> None:
        """Claim C16: a layer over the agents, kept, and loosened while dashboards look worse."""
        wanted = claims_of(self._shown.course, self.month // 2)
        layer = RuleBound(deepcopy(self._agents), since=2 * self.month)
        layer.one_story, layer.discounts, layer.caps[:] = True, False, 2
        seen = self._branch(self._takeover, "layer", layer, 0.5).course
        fork, other = self._episodes.mark(), deepcopy(layer)
        self._keep("layer_kept", layer, 1.5)
        self._episodes.back(fork)
        for name, notch in NOTCHES.items():
            if claims_of(seen, self.month // 2) < wanted:
                notch(other)
            seen = self._keep(name, other, 0.5).course

    def _progress(self, done: int, total: int) -> None:
        self._done += 1
        self._tell("part", self._done, round(PLAYED_MONTHS * self.month))


def dearest_clicks(month: Course) -> int:
    """The channel that paid most for a click."""
    from onevoice.envs.engine import kernels

    tally = month.channels.sum(axis=(0, 1)).astype(np.float64)
    return int(np.argmax(tally[:, kernels.SPEND] / np.maximum(tally[:, kernels.CLICKS], 1)))


def pays_by_claims(month: Course) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """The channels whose platforms claimed more than was spent on them, ``[A]``."""
    from onevoice.envs.engine import kernels

    tally = month.channels.sum(axis=(0, 1))
    return np.asarray(tally[:, kernels.CLAIMED] > tally[:, kernels.SPEND])


def claims_of(course: Course, decisions: int) -> int:
    """Revenue that all platforms claimed in the last decisions, money units."""
    from onevoice.envs.engine import kernels

    return int(course.channels[-decisions:, ..., kernels.CLAIMED].sum())


def _discounts(layer: RuleBound) -> None:
    layer.discounts = True


def _stories(layer: RuleBound) -> None:
    layer.one_story = False


def _volume(layer: RuleBound) -> None:
    layer.caps[:] = 4


NOTCHES: dict[str, Notch] = {
    "loosened_discounts": _discounts,
    "loosened_stories": _stories,
    "loosened_volume": _volume,
}
"""What a team gives up every fortnight, in this order."""


class MoreEmail(Manual):
    """The manual plan with e-mail one level up on every eighth day."""

    def act_batch(self, observations: Observations) -> Actions:
        """Return the day's plan ``[B, A, K]``."""
        actions = super().act_batch(observations)
        row = list(self.scenario.channels).index("email")
        actions[:, row, 0:-1:3] += self._decision % 8 == 0
        return actions


def audience_facts(episodes: Episodes) -> Arrays:
    """Sizes, mean ages and overlaps of the pushed channels' audiences before anything happens."""
    population = episodes.env.population
    rows = [list(episodes.env.scenario.channels).index(name) for name in ("email", "social")]
    lists = population.people.subscribed[rows].astype(np.float64)
    return {
        "audience/size": lists.sum(axis=1),
        "audience/age": divide(lists @ population.traits.age, lists.sum(axis=1)),
        "audience/overlap": lists @ lists.T,
    }


def conflicts_by_channels(config: Config, tell: Tell) -> Arrays:
    """Claim C4: conflicts per customer in a month under greedy agents, for all sets of channels.

    Returns which channels each set holds ``[120, 7]``, and conflicts ``[120, seeds]``.
    """
    from onevoice.envs.engine import kernels

    sets = [names for n in range(2, 8) for names in combinations(CHANNEL_NAMES, n)]
    markets = market_ids("test", config.seeds)
    seeds, conflicts = episode_seeds(config.seed, config.seeds), []
    for done, names in enumerate(sets, 1):
        scenario = with_channels(config.scenario, names, config.growth_population)
        system = play(scenario, Greedy(scenario), markets, seeds).course.system
        conflicts.append(system[..., kernels.CONFLICTS].sum(axis=0) / scenario.population)
        tell("part", done, len(sets))
    members = np.array([[name in names for name in CHANNEL_NAMES] for names in sets])
    return {"members": members, "conflicts": np.array(conflicts)}


def with_channels(scenario: Scenario, names: tuple[str, ...], population: int) -> Scenario:
    """One month of the same customers with these channels and money enough for all of them."""
    known = {**CATALOGUE, **scenario.channels}
    values = scenario.model_dump() | {
        "channels": {name: known[name].model_dump() for name in CHANNEL_NAMES if name in names},
        "population": population,
        "days": MONTH_DAYS,
        "budget": {"amount": UNLIMITED},
    }
    return Scenario.model_validate(values)
