"""Each channel's actions come from its own policy, and an absent channel says nothing."""

import numpy as np
import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.mixed import Mixed, Silenced

SCENARIO = Scenario.model_validate(
    {
        "channels": ["email", "social", "search"],
        "population": 10,
        "segments": {
            "ages": [(18, 79)],
            "age_shares": [1.0],
            "values": [0.5, 2.0],
            "value_shares": [0.5, 0.5],
        },
    }
)
SEEN = np.zeros((2, 3, 5), dtype=np.float32)


class Constant(Policy):
    """Every entry of every action is the same number."""

    def __init__(self, value: int) -> None:
        super().__init__(SCENARIO)
        self.value, self.resets, self.asked = value, 0, 0

    def reset(self, num_envs: int, seed: int) -> None:
        super().reset(num_envs, seed)
        self.resets += 1

    def act_batch(self, observations: Observations) -> Actions:
        self.asked += 1
        return np.full((2, 3, 7), self.value)


def test_each_channel_does_what_its_policy_says() -> None:
    one, two = Constant(1), Constant(2)
    policy = Mixed(SCENARIO, {"email": one, "social": two, "search": one})
    policy.reset(2, 0)
    assert policy.act_batch(SEEN)[:, :, 0].tolist() == [[1, 2, 1]] * 2
    assert (one.resets, two.resets, one.asked, two.asked) == (1, 1, 1, 1)


def test_a_channel_without_a_policy_is_refused() -> None:
    with pytest.raises(OneVoiceError, match="players: 'search' is missing"):
        Mixed(SCENARIO, {"email": Constant(1), "social": Constant(1)})


def test_an_absent_channel_has_no_pressure_for_its_time_and_keeps_the_rest() -> None:
    policy = Silenced(Constant(3), "social", 1, 3)
    for _ in range(2):
        policy.reset(2, 0)
        pressures = []
        for _ in range(4):
            actions = policy.act_batch(SEEN)
            assert (actions[:, [0, 2]] == 3).all()
            assert (actions[:, 1, [1, 2, 4, 5, 6]] == 3).all()
            pressures.append(actions[0, 1, [0, 3]].tolist())
        assert pressures == [[3, 3], [0, 0], [0, 0], [3, 3]]


def test_an_unknown_channel_is_refused() -> None:
    with pytest.raises(OneVoiceError, match="channel 'sms' is unknown"):
        Silenced(Constant(1), "sms", 0, 1)
