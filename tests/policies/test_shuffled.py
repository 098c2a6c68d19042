"""Nobody sees its own observations, all channels of a market see the same other market's."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from onevoice.envs.spec.scenario import Scenario
from onevoice.policies import make
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.shuffled import Shuffled

SCENARIO = Scenario.model_validate({"channels": ["email", "search"], "population": 10})


class Echo(Policy):
    """Does what it sees."""

    resets = 0

    def reset(self, num_envs: int, seed: int) -> None:
        super().reset(num_envs, seed)
        self.resets += 1

    def act_batch(self, observations: Observations) -> Actions:
        return observations.astype(np.int64)


def numbered(envs: int) -> Observations:
    """Each channel of each environment sees the environment's number and its own."""
    found = np.zeros((envs, 2, 2), dtype=np.float32)
    found[..., 0], found[..., 1] = np.arange(envs)[:, None], np.arange(2)
    return found


@given(st.integers(2, 40), st.integers(0, 99))
def test_every_environment_sees_another_one_and_all_are_seen(envs: int, seed: int) -> None:
    policy = Shuffled(Echo(SCENARIO))
    policy.reset(envs, seed)
    for _ in range(3):
        seen = policy.act_batch(numbered(envs))
        assert (seen[:, 0, 0] == seen[:, 1, 0]).all()
        assert (seen[..., 1] == [0, 1]).all()
        assert (seen[:, 0, 0] != np.arange(envs)).all()
        assert sorted(seen[:, 0, 0]) == list(range(envs))


def test_who_is_seen_changes_with_every_decision_and_repeats_with_the_seed() -> None:
    inner = Echo(SCENARIO)
    policy, rounds = Shuffled(inner), []
    for _ in range(2):
        policy.reset(16, 5)
        rounds.append([policy.act_batch(numbered(16))[:, 0, 0].tolist() for _ in range(4)])
    assert rounds[0] == rounds[1]
    assert len({str(seen) for seen in rounds[0]}) == 4
    assert inner.resets == 2


def test_a_single_environment_sees_itself_and_a_blind_policy_does_not_care() -> None:
    alone = Shuffled(Echo(SCENARIO))
    alone.reset(1, 0)
    assert (alone.act_batch(numbered(1)) == numbered(1)).all()
    plan, blind = make("manual", SCENARIO), Shuffled(make("manual", SCENARIO))
    for policy in (plan, blind):
        policy.reset(3, 0)
    observations = np.zeros((3, 2, 4), dtype=np.float32)
    assert (plan.act_batch(observations) == blind.act_batch(observations)).all()
