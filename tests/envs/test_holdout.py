"""What a holdout says a channel is worth agrees with the truth: the same world without it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from onevoice.envs import make_vec
from onevoice.envs.engine import kernels
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.typing import F64
from tests.envs.builders import LIVELY

WORLDS, DAYS, PEOPLE = 32, 21, 4_000
TOGETHER = 2.81
"""Standard errors of an interval for each of the six comparisons that holds for all at 95 %."""
SHARES = {"all": 0.3, "channels": {"email": 0.4, "social": 0.3}}
COMPANY: dict[str, Any] = {
    "channels": {"email": {"click": 0.5}, "social": {"click": 0.4}, "search": {}, "content": {}},
    "population": PEOPLE,
    "days": DAYS + 1,
    "budget": {"amount": 1e6},
    "customers": {**LIVELY, "order_cv": 0.3, "churn": 0.02},
}


def world(rules: Mapping[str, Any]) -> ChannelsVectorEnv:
    """Worlds with a holdout, the same customers each time."""
    layer = {"kind": "rules", **rules, "holdout": SHARES}
    env = make_vec("quartet", WORLDS, coordination=layer, **COMPANY)
    env.reset(range(100, 100 + WORLDS))
    return env


def live(env: ChannelsVectorEnv, silent: tuple[str, ...] = ()) -> dict[str, F64]:
    """The metrics of three weeks of a plan that does not look, with some channels silent."""
    rng, shape = np.random.default_rng(0), (WORLDS, len(env.agents), 19)
    for _ in range(DAYS):
        actions = np.broadcast_to(rng.integers(0, 3, shape[1:]), shape).copy()
        actions[..., 0:-1:3], actions[..., -1] = 3, kernels.EVERYONE
        for name in silent:
            actions[:, env.agents.index(f"{name}_0"), 0:-1:3] = 0
        env.step(actions)
    return env.metrics()


@pytest.mark.parametrize("rules", [{}, {"gap": {"hours": 12}, "lock": {}}])
@pytest.mark.parametrize("channel", ["email", "social", ""])
def test_lift_agrees_with_ablation(channel: str, rules: Mapping[str, Any]) -> None:
    env = world(rules)
    metrics = live(env)
    names = tuple(env.scenario.channels)
    silent = live(world(rules), (channel,) if channel else names)
    prefix = f"{channel}/" if channel else ""
    held, lift = metrics[f"{prefix}held_out"], metrics[f"{prefix}lift"]
    others = PEOPLE - held - (metrics["held_out"] if channel else 0)
    truth = 1000 * (metrics["revenue"] - silent["revenue"]) / others
    off = lift - truth
    error = off.std(ddof=1) / np.sqrt(WORLDS)
    assert abs(off.mean()) < TOGETHER * error
    assert truth.mean() > 4 * error
    np.testing.assert_array_equal(silent[f"{prefix}held_out"], held)
