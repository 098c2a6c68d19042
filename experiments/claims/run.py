"""Plays the branches that the claims are judged by: per simulation, one market and its customers.

All branches start from the same month of warm-up under the team's manual plan and use the same
random numbers, so that differences between them are effects.
"""

from copy import deepcopy
from itertools import combinations
from pathlib import Path

import numpy as np

from onevoice.envs.engine import kernels
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.channel import CATALOGUE, INTENSITIES
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import Arrays, Bools
from onevoice.experiments.claims.config import CHANNELS, Config
from onevoice.experiments.claims.estimates import CUTS, RAISES, Simulations
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.statistics import divide
from onevoice.experiments.core.tasks import complete
from onevoice.experiments.core.trajectories import Episodes, Moment, Played, Trajectory, play
from onevoice.experiments.core.workers import Tell
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.baselines import Coordinated, Manual
from onevoice.policies.greedy import Greedy
from onevoice.policies.replay import Replay
from onevoice.policies.rule_bound import RuleBound

CONFLICTS = "conflicts"
"""The task of claim C4; every other task is a simulation."""
UNLIMITED = 50_000.0
"""$ per 1,000 customers per 28 days: the budget never limits a channel."""
PLAYED_MONTHS = 27.5
"""Months in one simulation, over all branches."""
RAISE = 1.2
"""Factor on a month's budget of a channel whose platform claims more than the channel costs."""
RELAXATIONS: dict[str, tuple[str, object]] = {
    "relaxed_discounts": ("discounts", True),
    "relaxed_messages": ("one_story", False),
    "relaxed_volume": ("caps", np.full(len(CHANNELS), INTENSITIES - 1)),
}
"""The rule that the team gives up in each fortnight, by branch: a field and its new value."""


def run(config: Config, out: Path) -> Simulations:
    """Play every simulation that ``out`` does not hold yet."""
    costs = task_costs(config)
    tasks = complete(config, out, "study of claims", costs, run_task, workers=config.workers)
    conflicts = tasks.pop(CONFLICTS)
    return Simulations(config, list(tasks.values()), conflicts)


def task_costs(config: Config) -> dict[str, float]:
    """Customer-months by task: one task per simulation, and one for claim C4."""
    simulation = PLAYED_MONTHS * config.scenario.population
    conflicts = 2.0 * 120 * config.seeds * config.growth_population
    return {CONFLICTS: conflicts, **{f"simulation-{i}": simulation for i in range(config.seeds)}}


def run_task(config: Config, name: str, tell: Tell) -> Arrays:
    """The trajectories of one simulation by branch, or conflicts by set of channels."""
    if name == CONFLICTS:
        return conflicts_by_channels(config, tell)
    return Simulation(config, int(name.removeprefix("simulation-")), tell).play_all()


class Simulation:
    """One market with its customers, whose first month is the start of all branches."""

    def __init__(self, config: Config, index: int, tell: Tell, threads: int = 1) -> None:
        self._scenario, self.month, self._tell, self._done = config.scenario, config.month, tell, 0
        self._seed = episode_seeds(config.seed, index + 1)[index]
        market = config.market_ids[index]
        self._episodes = Episodes(self._scenario, [market], [self._seed], threads)
        self.arrays = audience_facts(self._episodes)

    def play_levels(self) -> Arrays:
        """Play the branches that levels are read from: the team, the agents, a channel silenced.

        Returns:
            Arrays of each branch's trajectory, ``<branch>/<field>``.
        """
        manual, greedy = self._new(Manual), self._new(Greedy)
        self._continue("warm_up", manual, 1)
        self._start = self._episodes.mark()
        self._plan = self._continue("manual", manual, 3).actions
        first = self._branch(self._start, "greedy_first", greedy, 1)
        self._takeover, self._agents, self._first = self._episodes.mark(), deepcopy(greedy), first
        later = self._continue("greedy_later", greedy, 2)
        actions = np.concatenate([first.actions, later.actions])
        self._branch(self._start, "no_search", self._without(actions, "search"), 1)
        self._branch(self._start, "no_social", self._without(actions, "social"), 3)
        return self.arrays

    def play_all(self) -> Arrays:
        """Play all branches; arrays as ``play_levels`` returns them."""
        self.play_levels()
        self._branch(self._start, "no_email", self._without(self._plan, "email"), 3)
        self._branch(self._start, "more_email", self._new(MoreEmail, since=self.month), 3)
        self._branch(self._start, "coordinated", self._new(Coordinated, since=self.month), 3)
        self._cut()
        self._raise()
        self._relax()
        return self.arrays

    def _branch(self, moment: Moment, name: str, policy: Policy, months: float) -> Played:
        self._episodes.back(moment)
        return self._continue(name, policy, months)

    def _continue(self, name: str, policy: Policy, months: float) -> Played:
        """Play on from the present moment and keep the trajectory."""
        decisions = round(months * self.month)
        played = self._episodes.play(policy, decisions, progress=self._progress)
        self.arrays |= {f"{name}/{k}": v for k, v in played.trajectory._asdict().items()}
        return played

    def _new(self, kind: type[Policy], since: int = 0) -> Policy:
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
        agents, month = RuleBound(deepcopy(self._agents)), self._first.trajectory
        self._episodes.back(self._takeover)
        for name in CUTS:
            channel = dearest_clicks(month)
            agents.caps[channel] = 0
            self.arrays[f"{name}/channel"] = np.array(channel)
            month = self._continue(name, agents, 1).trajectory

    def _raise(self) -> None:
        """Claim C13: after each month raise the budgets of channels that claim more than cost."""
        agents, month = deepcopy(self._agents), self._first.trajectory
        self._episodes.back(self._takeover)
        for name in RAISES:
            budget = self._episodes.env.budget
            factors = np.where(claims_exceed_spend(month), RAISE, 1.0)
            budget.revise(np.round(budget.monthly * factors).astype(np.int64))
            month = self._continue(name, agents, 1).trajectory

    def _relax(self) -> None:
        """Claim C16: rules over the agents, kept, and relaxed while dashboards look worse."""
        half = self.month // 2
        wanted = claims_of(self._first.trajectory, half)
        ruled = RuleBound(deepcopy(self._agents), since=2 * self.month)
        ruled.one_story, ruled.discounts, ruled.caps[:] = True, False, 2
        last = self._branch(self._takeover, "layer", ruled, 0.5).trajectory
        fork, relaxed = self._episodes.mark(), deepcopy(ruled)
        self._continue("layer_kept", ruled, 1.5)
        self._episodes.back(fork)
        for name, rule in RELAXATIONS.items():
            if claims_of(last, half) < wanted:
                setattr(relaxed, *rule)
            last = self._continue(name, relaxed, 0.5).trajectory

    def _progress(self, done: int, total: int) -> None:
        self._done += 1
        self._tell("task", self._done, round(PLAYED_MONTHS * self.month))


def dearest_clicks(month: Trajectory) -> int:
    """The channel that paid most for a click."""
    tally = month.channels.sum(axis=(0, 1)).astype(np.float64)
    return int(np.argmax(tally[:, kernels.SPEND] / np.maximum(tally[:, kernels.CLICKS], 1)))


def claims_exceed_spend(month: Trajectory) -> Bools:
    """Whether a channel's platform claimed more than was spent on the channel, ``[C]``."""
    tally = month.channels.sum(axis=(0, 1))
    return np.asarray(tally[:, kernels.CLAIMED] > tally[:, kernels.SPEND])


def claims_of(trajectory: Trajectory, decisions: int) -> int:
    """Revenue that all platforms claimed in the last decisions, money units."""
    return int(trajectory.channels[-decisions:, ..., kernels.CLAIMED].sum())


class MoreEmail(Manual):
    """The manual plan with e-mail one intensity higher on every eighth day."""

    def act_batch(self, observations: Observations) -> Actions:
        """Return the day's plan ``[B, A, E]``."""
        actions = super().act_batch(observations)
        row = list(self.scenario.channels).index("email")
        actions[:, row, 0:-1:3] += self._decision % 8 == 0
        return actions


def audience_facts(episodes: Episodes) -> Arrays:
    """Sizes, mean ages and overlap of the audiences of e-mail and social before the first day."""
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

    Returns:
        ``members``, the channels in each set, bool ``[120, 7]``, and ``conflicts``, float64
        ``[120, B]``.
    """
    sets = [names for n in range(2, 8) for names in combinations(CHANNEL_NAMES, n)]
    markets = market_ids("test", config.seeds)
    seeds, conflicts = episode_seeds(config.seed, config.seeds), []
    for done, names in enumerate(sets, 1):
        scenario = with_channels(config.scenario, names, config.growth_population)
        system = play(scenario, Greedy(scenario), markets, seeds).trajectory.system
        conflicts.append(system[..., kernels.CONFLICTS].sum(axis=0) / scenario.population)
        tell("task", done, len(sets))
    members = np.array([[name in names for name in CHANNEL_NAMES] for names in sets])
    return {"members": members, "conflicts": np.array(conflicts)}


def with_channels(scenario: Scenario, names: tuple[str, ...], population: int) -> Scenario:
    """One month of the same customers with these channels and enough money for all of them."""
    known = {**CATALOGUE, **scenario.channels}
    values = scenario.model_dump() | {
        "channels": {name: known[name].model_dump() for name in CHANNEL_NAMES if name in names},
        "population": population,
        "days": MONTH_DAYS,
        "budget": {"amount": UNLIMITED},
    }
    return Scenario.model_validate(values)
