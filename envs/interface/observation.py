"""Observations, feature by feature, and the global state for central critics.

Every number lies in [0, 1]: shares as they are, unbounded quantities as ``x / (x + scale)``.

Letters: ``B`` environments, ``A`` agents, ``S`` segments, ``M`` messages, ``F`` features, ``Z``
entries of the state. An orchestrator is the last agent; shorter rows end with zeros.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from onevoice.envs.company.budget import BudgetView
from onevoice.envs.engine.population import Survey, Tally
from onevoice.envs.engine.thinning import scaled
from onevoice.envs.interface import dashboard_kernels, directives, observation_kernels
from onevoice.envs.interface.actions import CHANNEL, agent_choices
from onevoice.envs.spec.scenario import AUDIENCES, MESSAGES, Scenario
from onevoice.envs.typing import F32, F64, I64, Arrays

DASHBOARD = ("touches", "engagement_rate", "click_rate", "claims", "opt_outs")
CONTEXT = ("pressure", "trust", "discount", *(f"message/{m}" for m in MESSAGES))
CALENDAR = ("budget/month_elapsed", "calendar/elapsed", "calendar/left")


class ObservationInputs(NamedTuple):
    """Inputs of observations and states at one decision."""

    survey: Survey
    tally: Tally
    actions: I64
    budget: BudgetView
    elapsed: F64
    """Share of the episode that has passed, ``[B]``."""


class Observer:
    """Keeps the moving averages and the lagged context of ``B`` environments."""

    def __init__(self, scenario: Scenario, num_envs: int, sizes: I64, needs: F64) -> None:
        self._scenario, self._sizes = scenario, np.maximum(sizes, 1)
        channels, segments = len(scenario.channels), scenario.segments.count
        shape = (num_envs, channels, segments, len(DASHBOARD))
        self._average = np.zeros(shape)
        self._last = np.zeros(shape)
        self._responses = np.zeros((*shape[:3], len(MESSAGES), 2), np.int64)
        self._usual = np.array([channel.engagement for channel in scenario.channels.values()])
        lag = scenario.observation.sync_lag_hours / scenario.decision_hours
        self._contexts = np.zeros((int(np.ceil(lag)) + 1, num_envs, segments, 3 + len(MESSAGES)))
        self._days, self._offers = scenario.decision_hours / 24, max(len(scenario.offers) - 1, 1)
        self._weight = 1.0 / scenario.observation.average_decisions
        self._shared = scenario.observation.scope == "shared"
        self._rows = (num_envs, len(scenario.agents), max(feature_counts(scenario)))
        self._state_row = (num_envs, len(state_names(scenario)))
        self._directives: I64 | None = None
        if scenario.coordination.orchestrated:
            self._directives = np.array(directives.segment_options(scenario))
            self._first = len(_own_features(scenario)), len(_company_state(scenario))
        self.needs = needs

    def reset(self, envs: Sequence[int], needs: F64, survey: Survey) -> None:
        """Forget the past of some environments; ``needs`` and ``survey`` are where they start."""
        rows = list(envs)
        self._average[rows], self._last[rows], self._responses[rows] = 0.0, 0.0, 0
        self.needs[rows] = needs[rows]
        start = np.zeros(self._contexts.shape[1:])
        dashboard_kernels.start_context(survey.states, start)
        self._contexts[:, rows] = start[rows]

    def watch(self, survey: Survey, tally: Tally, actions: I64) -> None:
        """Update averages and context with one decision."""
        dashboard_kernels.update_dashboards(
            tally.channels,
            survey.states,
            actions,
            self._sizes,
            self._days,
            self._weight,
            self._offers,
            self._last,
            self._average,
            self._responses,
            self._contexts,
        )

    def copy_from(self, source: "Observer", env: int) -> None:
        """Copy what one environment's agents know into every environment here.

        Args:
            source: of a scenario that differs at most in its population; counts become those of as
                many customers.
            env: which of its environments.
        """
        few, whole = self._scenario.population, source._scenario.population
        self._average[...], self._last[...] = source._average[env], source._last[env]
        self._responses[...] = scaled(source._responses[env], few, whole)
        self._contexts[...] = source._contexts[:, env, None]
        self.needs[...] = source.needs[env]

    def state_arrays(self) -> Arrays:
        """The arrays that define the observer, not copied."""
        return {
            "observer/average": self._average,
            "observer/last": self._last,
            "observer/responses": self._responses,
            "observer/contexts": self._contexts,
            "observer/needs": self.needs,
        }

    def observe(self, inputs: ObservationInputs) -> F32:
        """Observations of all agents, float32 ``[B, A, F]``; the order is ``feature_names``."""
        empty = np.empty if self._directives is None else np.zeros
        rows = empty(self._rows, np.float32)
        observation_kernels.observe_channels(
            inputs.survey.subscribed,
            inputs.actions,
            self._sizes,
            self._offers,
            len(AUDIENCES),
            self._last,
            self._average,
            self._responses,
            self._usual,
            self._contexts[0],
            self._shared,
            *inputs.budget,
            inputs.elapsed,
            rows,
        )
        if self._directives is not None:
            observation_kernels.observe_directives(
                inputs.actions, self._directives, self._first[0], rows
            )
            observation_kernels.observe_company(
                inputs.survey.subscribed,
                inputs.actions,
                self._directives,
                self._sizes,
                self._average,
                self._responses,
                self._usual,
                self._contexts[0],
                *inputs.budget,
                inputs.elapsed,
                rows,
            )
        return rows

    def states(self, inputs: ObservationInputs) -> F32:
        """The global state, float32 ``[B, Z]``; the order is ``state_names``."""
        rows = np.empty(self._state_row, np.float32)
        observation_kernels.observe_state(
            inputs.survey.states,
            inputs.tally.system,
            inputs.actions,
            self._sizes,
            self._days,
            self._offers,
            len(AUDIENCES),
            self.needs,
            *inputs.budget,
            inputs.elapsed,
            rows,
        )
        if self._directives is not None:
            observation_kernels.state_directives(
                inputs.actions, self._directives, self._first[1], rows
            )
        return rows


def no_actions(scenario: Scenario, num_envs: int) -> I64:
    """The joint action before the first decision: silence, int64 ``[B, A, E]``."""
    return np.zeros((num_envs, *agent_choices(scenario).shape), np.int64)


def feature_names(scenario: Scenario, agent: str = CHANNEL) -> list[str]:
    """Name of every entry of an agent's observation, the same for all channels."""
    if agent == directives.AGENT:
        return _company_features(scenario)
    names = _own_features(scenario)
    if scenario.coordination.orchestrated:
        names += [*_by_segment(scenario, directives.NAMES), "budget/share"]
    return names


def feature_counts(scenario: Scenario) -> list[int]:
    """Number of entries of each agent's observation."""
    return [len(feature_names(scenario, agent)) for agent in scenario.agents]


def _company_features(scenario: Scenario) -> list[str]:
    """Features of an orchestrator."""
    resonances = [f"message_engagement/{m}" for m in MESSAGES]
    shared = [f"shared_{x}" for x in CONTEXT]
    names = _by_segment(scenario, [*shared, *resonances, *directives.NAMES])
    average = ["reach", *(f"{name}/average" for name in DASHBOARD)]
    own = [*_by_segment(scenario, average), *resonances, "share"]
    names += [f"{channel}/{name}" for channel in scenario.channels for name in own]
    return [*names, "budget/left", "budget/pace", *CALENDAR]


def _by_segment(scenario: Scenario, names: Iterable[str]) -> list[str]:
    return [f"segment_{s}/{name}" for s in range(scenario.segments.count) for name in names]


def _own_features(scenario: Scenario) -> list[str]:
    """Features of a channel, without directives."""
    figures = [f"{name}/{when}" for when in ("last", "average") for name in DASHBOARD]
    resonances = [f"message_engagement/{m}" for m in MESSAGES]
    own = ["own_intensity", "own_offer", *(f"own_message/{m}" for m in MESSAGES)]
    names = _by_segment(scenario, ["reach", *figures, *resonances, *own])
    names += [f"own_audience/{name}" for name in AUDIENCES]
    names += [*resonances, "budget/left", "budget/pace", *CALENDAR]
    if scenario.observation.scope == "shared":
        names += _by_segment(scenario, [f"shared_{x}" for x in CONTEXT])
    return names


def state_names(scenario: Scenario) -> list[str]:
    """Name of every entry of the global state."""
    names = _company_state(scenario)
    if scenario.coordination.orchestrated:
        shares = [f"share/{channel}" for channel in scenario.channels]
        own = [*_by_segment(scenario, directives.NAMES), *shares]
        names += [f"{directives.AGENT}/{name}" for name in own]
    return names


def _company_state(scenario: Scenario) -> list[str]:
    """Entries of the state, without directives."""
    agents = [f"{channel}_0" for channel in scenario.channels]
    seen = ["alive", "in_market", "awareness", "trust", "pressure", "depth", "conflicts"]
    seen += [f"need/{m}" for m in MESSAGES]
    own = ["intensity", "offer", *(f"message/{m}" for m in MESSAGES)]
    names = _by_segment(scenario, seen)
    names += [f"{agent}/{name}" for agent in agents for name in _by_segment(scenario, own)]
    names += [f"{agent}/audience/{name}" for agent in agents for name in AUDIENCES]
    names += [f"{agent}/budget_{x}" for agent in agents for x in ("left", "pace")]
    return [*names, *CALENDAR]
