"""The vectorised environment: ``num_envs`` environments as arrays; all others wrap it.

Letters: ``B`` environments, ``A`` agents (the channels and, last, an orchestrator), ``E`` entries
of an action, ``F`` features of an observation, ``Z`` entries of the global state, ``S`` segments.
Where agents differ, rows of actions and observations end with zeros.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.company import reward
from onevoice.envs.company.budget import Budget
from onevoice.envs.company.metrics import EpisodeMetrics
from onevoice.envs.company.reward_kernels import find_ends
from onevoice.envs.company.transition import Transition, net_value
from onevoice.envs.engine.market import draw_market_id
from onevoice.envs.engine.population import Population, Survey, Tally, no_tally
from onevoice.envs.engine.seeds import check_numbers, episode_key
from onevoice.envs.engine.thinning import scaled, thinned_scenario
from onevoice.envs.interface.action_decoder import ActionDecoder, DecodedActions
from onevoice.envs.interface.actions import (
    CHANNEL,
    agent_choices,
    choices,
    entry_segments,
    ordered_entries,
    silence,
)
from onevoice.envs.interface.observation import (
    ObservationInputs,
    Observer,
    feature_counts,
    feature_names,
    no_actions,
    state_names,
)
from onevoice.envs.interface.step import Counterfactual, Step
from onevoice.envs.spec.coordination import Coordination
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F32, F64, I64, U64, Arrays, Bools


class ChannelsVectorEnv:
    """``num_envs`` environments of one scenario, stepped together.

    Args:
        scenario: the configuration; its ``action_type`` does not matter here.
        num_envs: number of environments ``B``.
        auto_reset: start the next episode in the step that ends one.
        threads: threads that share the customers' work; never changes a result.
    """

    def __init__(
        self, scenario: Scenario, num_envs: int, *, auto_reset: bool = True, threads: int = 1
    ) -> None:
        if num_envs < 1:
            raise OneVoiceError(f"num_envs is {num_envs}; expected at least 1")
        self.scenario, self.num_envs, self.auto_reset = scenario, num_envs, auto_reset
        self.agents = scenario.agents
        self.max_steps = scenario.decisions
        self.population = Population(scenario, num_envs, threads)
        self._decoder = ActionDecoder(scenario, num_envs)
        self.budget = Budget(scenario, num_envs, self.population.account_of_channel)
        self._metrics = EpisodeMetrics(scenario, num_envs)
        self._observer = Observer(
            scenario, num_envs, self.population.sizes, self.population.needs()
        )
        self.feature_counts = feature_counts(scenario)
        self.observation_size, self.state_size = (
            max(self.feature_counts),
            len(state_names(scenario)),
        )
        self.single_observation_space = spaces.Box(0.0, 1.0, (self.observation_size,), np.float32)
        self.single_action_space = spaces.MultiDiscrete(choices(scenario))
        self.agent_choices = agent_choices(scenario)
        self.segments, self.entry_segments = scenario.segments.count, entry_segments(scenario)
        self.ordered_entries = ordered_entries(scenario)
        self._seeds = np.zeros(num_envs, np.uint64)
        self._episodes = np.zeros(num_envs, np.int64)
        self._steps = np.zeros(num_envs, np.int64)
        self._over = np.ones(num_envs, np.bool_)
        self._actions = no_actions(scenario, num_envs)
        self._survey = self.population.survey()
        self._tally = no_tally(scenario, num_envs)
        self._revised: Coordination | None = None

    def reset(self, seeds: Sequence[int], markets: Sequence[int] | None = None) -> F32:
        """Start episode 0 of every environment.

        Args:
            seeds: one seed per environment, ``[B]``; the same seed gives the same episodes.
            markets: market ids, ``[B]``; by default drawn from the seed within the scenario's
            split.

        Returns:
            Observations, float32 ``[B, A, F]``.
        """
        for what, given in (("seeds", seeds), ("markets", markets)):
            if given is not None:
                check_numbers(what, given, self.num_envs)
        self._seeds[:], self._episodes[:] = seeds, 0
        self._begin(range(self.num_envs), markets)
        return self._observer.observe(self._inputs())

    def step(self, actions: npt.ArrayLike) -> Step:
        """Take one decision in every environment.

        Args:
            actions: whole numbers ``[B, A, E]``, see ``onevoice.envs.interface.actions``.

        Raises:
            OneVoiceError: on a wrong shape, type or value, and before ``reset`` or after the end.
        """
        if np.count_nonzero(self._over):
            env = int(np.argmax(self._over))
            raise OneVoiceError(
                f"environment {env} has no running episode; call reset() before step()"
            )
        segment_rewards, rewards, counterfactual = self._decide(self._decoder.decode(actions))
        terminated, truncated = np.empty(self.num_envs, np.bool_), np.empty(self.num_envs, np.bool_)
        ended = find_ends(self._survey.states, self._steps, self.max_steps, terminated, truncated)
        observations = self._observer.observe(self._inputs())
        if not ended:
            going_on = (terminated, truncated, None, None, None)
            return Step(observations, rewards, segment_rewards, *going_on, counterfactual)
        self._over = terminated | truncated
        final = (observations, self.states(), self.metrics())
        if self.auto_reset:
            self._begin(np.flatnonzero(self._over).tolist(), None, next_episode=True)
            observations = self._observer.observe(self._inputs())
        return Step(
            observations, rewards, segment_rewards, terminated, truncated, *final, counterfactual
        )

    def states(self) -> F32:
        """The global state of each environment, float32 ``[B, Z]``."""
        return self._observer.states(self._inputs())

    @property
    def tally(self) -> Tally:
        """Counts and money of the last decision."""
        return self._tally

    @property
    def survey(self) -> Survey:
        """Sums over the remaining customers."""
        return self._survey

    def metrics(self) -> dict[str, F64]:
        """Dashboard and truth of the running episodes so far; see ``EpisodeMetrics.figures``."""
        return self._metrics.report(self._survey)

    def metric_figures(self) -> F64:
        """The same as an array, float64 ``[metrics, B]`` in the order of ``metric_names``."""
        return self._metrics.figures(self._survey)

    @property
    def metric_names(self) -> list[str]:
        """Names of all metrics."""
        return self._metrics.names

    def snapshot(self) -> Arrays:
        """A copy of the exact state as a flat dict of arrays."""
        return {name: array.copy() for name, array in self._state().items()}

    def restore(self, snapshot: Arrays) -> None:
        """Take back a state that ``snapshot`` returned.

        Raises:
            OneVoiceError: if an array is missing or does not fit this scenario and ``num_envs``.
        """
        mine = self._state()
        for name, array in mine.items():
            given = snapshot.get(name)
            if given is None or given.shape != array.shape or given.dtype != array.dtype:
                raise OneVoiceError(
                    f"snapshot does not fit this environment: {name} is missing or of another kind"
                )
        for name, array in mine.items():
            array[...] = snapshot[name]

    @property
    def keys(self) -> U64:
        """Keys of the running episodes' random numbers, uint64 ``[B]``; see ``fork``."""
        return self.population.keys.copy()

    @property
    def steps(self) -> I64:
        """Decisions of the running episodes so far, int64 ``[B]``."""
        return self._steps.copy()

    def fork(
        self,
        copies: int,
        seeds: Sequence[int] | U64,
        *,
        env: int = 0,
        population: int | None = None,
    ) -> "ChannelsVectorEnv":
        """Copy one environment, to try decisions on its copies; nothing here changes.

        The copies stand where environment ``env`` stands, in the same market, under the same rules;
        what is still to happen to them is drawn from their own keys. A copy with the key of the
        original, ``keys[env]``, goes on as the original does under the same actions, bit for bit.
        Copies do not start another episode after this one.

        Args:
            copies: number of copies ``K``.
            seeds: keys of the random numbers to come, one 64-bit whole number per copy, ``[K]``;
                the same keys give the same copies.
            env: which environment is copied.
            population: customers of a copy, by default all. Fewer are an even sample of every
                segment, and money and counts, those of the past included, are scaled to them.

        Returns:
            ``K`` environments with as many threads as these, ready for ``step``.

        Raises:
            OneVoiceError: if a number is out of range, environment ``env`` has no running episode,
                or a segment of the copies has customers and that of the original has none.
        """
        self._check_fork(copies, seeds, env)
        scenario = thinned_scenario(self.scenario, population)
        threads = self.population.threads
        fork = ChannelsVectorEnv(scenario, copies, auto_reset=False, threads=threads)
        fork._copy_from(self, env, seeds)
        return fork

    def revise_rules(self, coordination: Coordination) -> None:
        """Change the rules of every environment from the next decision on.

        Touches of the past count under the new rules, too. Customers stay held out, or not, until
        their episode ends, the budget is reallocated as before, and metrics keep their names. Rules
        are not in a snapshot.

        Raises:
            OneVoiceError: if the rules do not fit the scenario, or need more of the past than those
                that the environment was made with: a lock, a longer window, any layer at all.
        """
        revised = load_scenario(self.scenario, coordination=coordination.model_dump())
        self.population.revise_rules(revised)
        self._decoder.revise_rules(revised)
        self._revised = coordination

    def feature_names(self, agent: str = CHANNEL) -> list[str]:
        """Name of every entry of an agent's observation; all channels see the same."""
        return feature_names(self.scenario, agent)

    def state_names(self) -> list[str]:
        """Name of every entry of the global state, ``Z`` of them."""
        return state_names(self.scenario)

    def limit_steps(self, steps: int) -> None:
        """Truncate episodes after ``steps`` decisions, at most the scenario's own number."""
        self.max_steps = min(max(int(steps), 1), self.scenario.decisions)

    def affordable(self) -> Bools:
        """Whether each channel can pay for its cheapest touch, bool ``[B, A]``.

        Before an orchestrator splits the budget. Its own actions cost nothing: True.
        """
        budgets = self.budget.available()[:, self.budget.account_of_channel]
        can = np.asarray(budgets >= self.population.cheapest_touch)
        others = len(self.agents) - can.shape[1]
        return np.pad(can, ((0, 0), (0, others)), constant_values=True) if others else can

    def _check_fork(self, copies: int, seeds: Sequence[int] | U64, env: int) -> None:
        if copies < 1:
            raise OneVoiceError(f"copies is {copies}; expected at least 1")
        check_numbers("seeds", seeds, copies)
        if not 0 <= env < self.num_envs:
            raise OneVoiceError(f"env is {env}; expected 0 to {self.num_envs - 1}")
        if self._over[env]:
            raise OneVoiceError(
                f"environment {env} has no running episode; call reset() before fork()"
            )

    def _copy_from(self, source: "ChannelsVectorEnv", env: int, seeds: Sequence[int] | U64) -> None:
        """Put every environment where environment ``env`` of ``source`` stands."""
        if source._revised is not None:
            self.revise_rules(source._revised)
        self.max_steps = source.max_steps
        self.population.copy_from(source.population, env, seeds)
        self.budget.copy_from(source.budget, env)
        self._metrics.copy_from(source._metrics, env, self.population.held_out())
        self._observer.copy_from(source._observer, env)
        self._survey = self.population.survey()
        for mine, theirs in zip(self._tally, source._tally, strict=True):
            mine[...] = scaled(theirs[env], self.scenario.population, source.scenario.population)
        self._actions[...], self._steps[...] = source._actions[env], source._steps[env]
        self._seeds[...], self._episodes[...] = seeds, source._episodes[env]
        self._over[...] = False

    def _begin(
        self, envs: Sequence[int], markets: Sequence[int] | None, next_episode: bool = False
    ) -> None:
        if next_episode:
            self._episodes[list(envs)] += 1
        seeds = [episode_key(int(self._seeds[env]), int(self._episodes[env])) for env in envs]
        split = self.scenario.market_split
        ids = markets if markets is not None else [draw_market_id(split, seed) for seed in seeds]
        self.population.reset(envs, seeds, ids)
        survey, rows = self.population.survey(), list(envs)
        held_out = self.population.held_out()
        self.budget.reset(envs, held_out)
        _copy_rows(self._survey, survey, rows)
        _copy_rows(self._tally, no_tally(self.scenario, self.num_envs), rows)
        self._metrics.reset(envs, survey, held_out)
        self._observer.reset(envs, self.population.needs(), survey)
        self._actions[rows], self._steps[rows], self._over[rows] = 0, 0, False

    def _decide(self, decision: DecodedActions) -> tuple[F32, F32, Counterfactual | None]:
        """Simulate one decision; return rewards by segment, rewards and the counterfactual."""
        chosen, effective, plan = decision
        rule = self.scenario.reward.credit
        without = self._without_each(chosen) if rule == "incremental" else []
        tally, survey = self.population.advance(plan, self.budget.available(chosen))
        transition = Transition(self._survey, tally, survey)
        self.budget.pay(tally)
        self._metrics.add(tally)
        self._observer.watch(transition.after, tally, effective)
        self._survey, self._tally, self._actions = transition.after, tally, chosen
        self._steps += 1
        counterfactual = None
        if rule == "claimed":
            credit = reward.claimed(self.scenario, transition)
        elif rule == "team":
            credit = reward.team(self.scenario, transition)
        else:
            values, states = zip(*without, strict=True)
            counterfactual = Counterfactual(
                net_value(self.scenario, transition),
                np.stack(values, axis=1),
                np.stack(states, axis=1),
            )
            channels = counterfactual.value_without[:, : len(self.scenario.channels)]
            credit = reward.incremental(counterfactual.value, channels)
        segment_rewards, rewards = reward.mix_team(credit, self.scenario.reward.team_spirit)
        if self.scenario.coordination.orchestrated:
            company = reward.of_company(self.scenario, transition)
            segment_rewards = np.concatenate([segment_rewards, company[0]], axis=1)
            rewards = np.concatenate([rewards, company[1]], axis=1)
        return segment_rewards, rewards, counterfactual

    def _without_each(self, chosen: I64) -> list[tuple[F64, F32]]:
        """Simulate the same decision, with the same random numbers, without each agent.

        Returns the change of NCV ``[B, S]`` and the state that would follow ``[B, Z]``.
        """
        changing, found = self.population.changing(), []
        before = [array.copy() for array in changing]
        elapsed = (self._steps + 1) / self.max_steps
        for agent in range(len(self.agents)):
            actions = chosen.copy()
            silence(self.scenario, actions, agent)
            plan = self._decoder.decode(actions).plan
            tally, survey = self.population.advance(plan, self.budget.available(actions))
            left = self.budget.view_after(tally)
            inputs = ObservationInputs(survey, tally, actions, left, elapsed)
            value = net_value(self.scenario, Transition(self._survey, tally, survey))
            found.append((value, self._observer.states(inputs)))
            for array, saved in zip(changing, before, strict=True):
                array[...] = saved
        return found

    def _inputs(self) -> ObservationInputs:
        return ObservationInputs(
            self._survey,
            self._tally,
            self._actions,
            self.budget.view(),
            self._steps / self.max_steps,
        )

    def _state(self) -> Arrays:
        return {
            **{f"population/{name}": array for name, array in self.population.state().items()},
            **self.budget.state(),
            **self._metrics.state(),
            **self._observer.state_arrays(),
            "env/seeds": self._seeds,
            "env/episodes": self._episodes,
            "env/steps": self._steps,
            "env/over": self._over,
            "env/actions": self._actions,
            "env/survey": self._survey.states,
            "env/subscribed": self._survey.subscribed,
            "env/tally_channels": self._tally.channels,
            "env/tally_system": self._tally.system,
            **(
                {"env/tally_layer": self._tally.coordination}
                if self.scenario.coordination.on
                else {}
            ),
        }


def compile_kernels() -> None:
    """Compile the kernels, or load them from the cache that their first use has filled."""
    for credit in ("claimed", "team"):
        scenario = Scenario.model_validate(
            {"channels": ["email"], "population": 1, "days": 1, "reward": {"credit": credit}}
        )
        env = ChannelsVectorEnv(scenario, 1)
        env.reset([0])
        env.states()
        env.step(no_actions(scenario, 1))


def _copy_rows(into: Survey | Tally, source: Survey | Tally, rows: list[int]) -> None:
    for target, values in zip(into, source, strict=True):
        target[rows] = values[rows]
