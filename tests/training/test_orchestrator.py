"""An orchestrator learns beside the channels, or alone beside partners that play them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from onevoice.configs.loader import load_config
from onevoice.envs import load_scenario, make_vec
from onevoice.envs.interface.directives import AGENT
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.crossplay.config import Config
from onevoice.experiments.crossplay.run import GREEDY, LEAVING, SELF, play_task
from onevoice.policies import Policy, load
from onevoice.policies import make as make_policy
from onevoice.policies.checkpoint import read
from onevoice.training.config import MODES, TrainingConfig
from onevoice.training.sb3 import ChannelsVecEnv
from onevoice.training.trainer import train
from tests.training.test_resume import Stopped, assert_same, stop_at

ErrorLine = Callable[[Callable[[], object]], str]


def company(**fields: Any) -> Scenario:
    """Two channels and an orchestrator for a fortnight."""
    small: dict[str, Any] = {"population": 128, "coordination": "orchestrator"}
    return load_scenario("smoke", **small | fields)


def numbers(**changes: Any) -> TrainingConfig:
    return load_config(TrainingConfig, "training", "smoke", changes)


def play(policy: Policy, decisions: int = 5) -> list[np.ndarray[Any, Any]]:
    """Actions ``[B, A, E]`` in two validation markets."""
    env = make_vec(policy.scenario, 2, market_split="validation")
    observations, actions = env.reset([1, 2]), []
    policy.reset(2, 3)
    for _ in range(decisions):
        actions.append(policy.act_batch(observations))
        observations = env.step(actions[-1]).observations
    return actions


@pytest.mark.parametrize("mode", MODES)
def test_it_learns_in_every_mode_beside_the_channels(mode: str, tmp_path: Path) -> None:
    train(company(), mode, numbers(n_steps=7), tmp_path / "run")
    joint = play(load(tmp_path / "run", deterministic=False))
    assert joint[0].shape == (2, 3, 8)
    assert all(actions[:, row].any() for actions in joint for row in range(3))


@pytest.mark.parametrize("mode", ["shared_reward", "incremental"])
def test_alone_it_is_played_with_the_partners_it_learned_beside(mode: str, tmp_path: Path) -> None:
    train(company(), mode, numbers(partners="manual"), tmp_path / "run")
    names = {name.split("/")[0] for name in read(tmp_path / "run" / "checkpoint").arrays}
    assert AGENT in names
    assert not names & {"email_0", "search_0", "all"}
    joint = np.stack(play(load(tmp_path / "run", deterministic=False)))
    manual = np.stack(play(make_policy("manual", company())))
    np.testing.assert_array_equal(joint[:, :, :-1], manual[:, :, :-1])
    assert joint[:, :, -1].any()


@pytest.mark.parametrize("fields", [{"partners": "greedy"}, {"partners": "random"}, {}])
def test_resumed_equals_uninterrupted(fields: dict[str, Any], tmp_path: Path) -> None:
    config = numbers(**fields, n_steps=14, total_steps=448)
    train(company(), "central_critic", config, tmp_path / "whole")
    with pytest.raises(Stopped):
        train(company(), "central_critic", config, tmp_path / "parts", progress=stop_at(112 * 3))
    train(company(), "central_critic", config, tmp_path / "parts", resume=True)
    assert_same(tmp_path / "whole", tmp_path / "parts")


def test_teams_swap_their_orchestrators(tmp_path: Path) -> None:
    runs = tuple(
        tmp_path / name for name in ("shared_reward-0", "shared_reward-1", "independent-0")
    )
    for seed, run in enumerate(runs):
        mode = run.name.split("-")[0]
        train(company(), mode, numbers(seed=seed % 2, learning_rate=0.05), run)
    config = Config(scenario=company(), runs=runs, markets=2, day=4.0, resamples=50)
    found = play_task(config, "shared_reward-0", lambda *_: None)
    assert all(values.shape == (3, 2) for name, values in found.items() if name != SELF)
    for guest in ("shared_reward", "independent", GREEDY, LEAVING):
        assert (found[guest][2] != found[SELF]).any(), guest


@pytest.mark.parametrize(
    ("scenario", "fields", "told"),
    [
        (
            {"coordination": "full"},
            {"partners": "greedy"},
            "training.partners is 'greedy', but there is no orchestrator to learn beside them; set "
            "partners to null, or the scenario's coordination to orchestrator",
        ),
        (
            {},
            {"partners": "greedy", "n_steps": 7},
            "training.n_steps is 7, but partners begin anew with every episode of 14 decisions; "
            "give a multiple of that",
        ),
        (
            {},
            {"parameter_sharing": True},
            "training.parameter_sharing is true, but an orchestrator does not do what channels do; "
            "set it to false",
        ),
    ],
)
def test_what_cannot_learn_is_refused(
    scenario: dict[str, Any], fields: dict[str, Any], told: str, tmp_path: Path,
    error_line: ErrorLine,
) -> None:  # fmt: skip
    run = tmp_path / "run"
    line = error_line(lambda: train(company(**scenario), "shared_reward", numbers(**fields), run))
    assert line == told
    assert not run.exists()


def test_slots_that_must_be_alike_are_refused(error_line: ErrorLine) -> None:
    told = "coordination.kind is orchestrator, but slots must have the same spaces; "
    assert error_line(lambda: ChannelsVecEnv(company(), 1)).startswith(told)
