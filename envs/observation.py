"""What each channel sees, feature by feature, and the global state that a central critic sees.

Every number lies in [0, 1]: shares as they are, unbounded quantities as ``x / (x + scale)``.

Letters: ``B`` environments, ``A`` channels, ``S`` segments, ``M`` messages, ``F`` features,
``Z`` entries of the state.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onevoice.envs import kernels
from onevoice.envs.actions import choices
from onevoice.envs.parameters import MONEY
from onevoice.envs.population import Survey, Tally
from onevoice.envs.scenario import AUDIENCES, MESSAGES, PRESSURES, Scenario

F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[np.generic]]

DASHBOARD = ("touches", "engagement_rate", "click_rate", "claims", "opt_outs")
TOUCH_SCALE = 1.0
"""Touches per customer and day that read 0.5."""
CLAIM_SCALE = 200.0
"""Claimed $ per 1,000 customers and day that read 0.5."""
OPT_OUT_SCALE = 2.0
"""Opt-outs per 1,000 customers and day that read 0.5."""
PRESSURE_SCALE = 3.0
CONFLICT_SCALE = 1.0
"""Conflicts per customer and day that read 0.5."""


class Moment(NamedTuple):
    """All that observations and states are made of at one decision."""

    survey: Survey
    tally: Tally
    actions: I64
    purse_left: F64
    month_elapsed: F64
    elapsed: F64


class Observer:
    """Keeps the moving averages and the lagged context of ``B`` environments."""

    def __init__(self, scenario: Scenario, num_envs: int, sizes: I64, needs: F64) -> None:
        self._scenario, self._sizes = scenario, np.maximum(sizes, 1)
        self._agents, self._segments = len(scenario.channels), scenario.segments.count
        shape = (num_envs, self._agents, self._segments, len(DASHBOARD))
        self._average = np.zeros(shape)
        self._last = np.zeros(shape)
        lag = scenario.observation.sync_lag_hours / scenario.decision_hours
        self._contexts = np.zeros(
            (int(np.ceil(lag)) + 1, num_envs, self._segments, 3 + len(MESSAGES))
        )
        self.needs = needs

    def reset(self, envs: Sequence[int], needs: F64, survey: Survey) -> None:
        """Forget the past of some environments; ``needs`` and ``survey`` are where they start."""
        rows = list(envs)
        self._average[rows], self._last[rows] = 0.0, 0.0
        self.needs[rows] = needs[rows]
        start = np.zeros(self._contexts.shape[1:])
        start[..., :2] = self._moods(survey)
        self._contexts[:, rows] = start[rows]

    def watch(self, survey: Survey, tally: Tally, actions: I64) -> None:
        """Take in one decision."""
        self._last = self._dashboard(tally)
        weight = 1.0 / self._scenario.observation.average_decisions
        self._average += weight * (self._last - self._average)
        self._contexts[:-1] = self._contexts[1:]
        self._contexts[-1] = self._context(survey, tally, actions)

    def state_arrays(self) -> Arrays:
        """The arrays that define the observer, not copied."""
        return {
            "observer/average": self._average,
            "observer/last": self._last,
            "observer/contexts": self._contexts,
            "observer/needs": self.needs,
        }

    def observe(self, moment: Moment) -> F32:
        """Observations of all channels, float32 ``[B, A, F]``; the order is ``feature_names``."""
        batch = (len(moment.elapsed), self._agents)
        reach = moment.survey.subscribed / self._sizes
        own = self._own_actions(moment.actions)
        parts = [
            np.concatenate([reach[..., None], self._last, self._average, own], axis=3).reshape(
                *batch, -1
            ),
            _one_hot(moment.actions[..., -1], len(AUDIENCES)),
            moment.purse_left[..., None],
            np.broadcast_to(moment.month_elapsed[:, None, None], (*batch, 1)),
            np.broadcast_to(moment.elapsed[:, None, None], (*batch, 1)),
        ]
        if self._scenario.observation.scope == "shared":
            context = self._contexts[0].reshape(batch[0], 1, -1)
            parts.append(np.broadcast_to(context, (*batch, context.shape[2])))
        return np.concatenate(parts, axis=2).clip(0.0, 1.0).astype(np.float32)

    def states(self, moment: Moment) -> F32:
        """The global state, float32 ``[B, Z]``; the order is ``state_names``."""
        b = len(moment.elapsed)
        states, alive = (
            moment.survey.states,
            np.maximum(moment.survey.states[..., kernels.ALIVE], 1),
        )
        means = states[..., kernels.AWARENESS : kernels.DEPTH + 1] / (
            alive[..., None] * float(kernels.FIXED)
        )
        means[..., 2] = _squash(means[..., 2], PRESSURE_SCALE)
        days = self._scenario.decision_hours / 24
        conflicts = moment.tally.system[..., kernels.CONFLICTS] / self._sizes / days
        segment = [
            (states[..., kernels.ALIVE] / self._sizes)[..., None],
            (states[..., kernels.IN_MARKET] / alive)[..., None],
            means,
            _squash(conflicts, CONFLICT_SCALE)[..., None],
            self.needs,
        ]
        own = self._own_actions(moment.actions)
        audience = _one_hot(moment.actions[..., -1], len(AUDIENCES))
        parts = [np.concatenate(segment, axis=2), own, audience, moment.purse_left]
        flat = [part.reshape(b, -1) for part in parts]
        flat += [moment.month_elapsed[:, None], moment.elapsed[:, None]]
        return np.concatenate(flat, axis=1).clip(0.0, 1.0).astype(np.float32)

    def _dashboard(self, tally: Tally) -> F64:
        """The platforms' figures of one decision, in [0, 1], float64 ``[B, A, S, 5]``."""
        counts = tally.channels.astype(np.float64)
        days = self._scenario.decision_hours / 24
        touches = counts[..., kernels.TOUCHES]
        per_day = self._sizes * days
        claims = counts[..., kernels.CLAIMED] / MONEY * 1000 / per_day
        opt_outs = counts[..., kernels.OPT_OUTS] * 1000 / per_day
        shown = np.maximum(touches, 1)
        figures = [
            _squash(touches / per_day, TOUCH_SCALE),
            counts[..., kernels.ENGAGEMENTS] / shown,
            counts[..., kernels.CLICKS] / shown,
            _squash(claims, CLAIM_SCALE),
            _squash(opt_outs, OPT_OUT_SCALE),
        ]
        return np.stack(figures, axis=3)

    def _moods(self, survey: Survey) -> F64:
        """Mean pressure and trust of the customers left, float64 ``[B, S, 2]``."""
        left = np.maximum(survey.states[..., kernels.ALIVE], 1) * float(kernels.FIXED)
        pressure = _squash(survey.states[..., kernels.PRESSURE] / left, PRESSURE_SCALE)
        return np.stack([pressure, survey.states[..., kernels.TRUST] / left], axis=2)

    def _context(self, survey: Survey, tally: Tally, actions: I64) -> F64:
        """What channels may share: pressure, trust, offers and messages, ``[B, S, 3 + M]``."""
        touches = tally.channels[..., kernels.TOUCHES].astype(np.float64)
        total = np.maximum(touches.sum(axis=1), 1)
        message, offer = actions[..., 1:-1:3], actions[..., 2:-1:3]
        discount = (touches * offer).sum(axis=1) / total / max(len(self._scenario.offers) - 1, 1)
        flight = (touches[..., None] * _one_hot(message, len(MESSAGES))).sum(axis=1) / total[
            ..., None
        ]
        return np.concatenate([self._moods(survey), discount[..., None], flight], axis=2)

    def _own_actions(self, actions: I64) -> F64:
        """Each channel's last action per segment, float64 ``[B, A, S, 2 + M]``."""
        pressure = actions[..., 0:-1:3] / (PRESSURES - 1)
        offer = actions[..., 2:-1:3] / max(len(self._scenario.offers) - 1, 1)
        message = _one_hot(actions[..., 1:-1:3], len(MESSAGES))
        return np.concatenate([pressure[..., None], offer[..., None], message], axis=3)


def no_actions(scenario: Scenario, num_envs: int) -> I64:
    """The joint action before the first decision: silence, int64 ``[B, A, K]``."""
    return np.zeros((num_envs, len(scenario.channels), len(choices(scenario))), np.int64)


def feature_names(scenario: Scenario) -> list[str]:
    """Name of every entry of an observation, the same for all channels."""
    figures = [f"{name}/{when}" for when in ("last", "average") for name in DASHBOARD]
    own = ["own_pressure", "own_offer", *(f"own_message/{m}" for m in MESSAGES)]
    names = [
        f"segment_{s}/{x}"
        for s in range(scenario.segments.count)
        for x in ("reach", *figures, *own)
    ]
    names += [f"own_audience/{name}" for name in AUDIENCES]
    names += ["purse/left", "purse/month_elapsed", "calendar/elapsed"]
    if scenario.observation.scope == "shared":
        context = ("pressure", "trust", "discount", *(f"message/{m}" for m in MESSAGES))
        names += [
            f"segment_{s}/shared_{x}" for s in range(scenario.segments.count) for x in context
        ]
    return names


def state_names(scenario: Scenario) -> list[str]:
    """Name of every entry of the global state."""
    segments = range(scenario.segments.count)
    seen = ["alive", "in_market", "awareness", "trust", "pressure", "depth", "conflicts"]
    seen += [f"need/{m}" for m in MESSAGES]
    own = ["pressure", "offer", *(f"message/{m}" for m in MESSAGES)]
    names = [f"segment_{s}/{x}" for s in segments for x in seen]
    names += [
        f"{agent}/segment_{s}/{x}" for agent in scenario.agents for s in segments for x in own
    ]
    names += [f"{agent}/audience/{name}" for agent in scenario.agents for name in AUDIENCES]
    names += [f"{agent}/purse_left" for agent in scenario.agents]
    return [*names, "purse/month_elapsed", "calendar/elapsed"]


def _squash(x: F64, scale: float) -> F64:
    return np.asarray(x / (x + scale))


def _one_hot(choice: I64, options: int) -> F64:
    return np.asarray(choice[..., None] == np.arange(options), np.float64)
