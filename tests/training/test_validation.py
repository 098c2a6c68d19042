"""Validation at intervals: the curve, the best actors, and stopping when nothing improves."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.loader import load_config
from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies import load
from onevoice.policies.checkpoint import read
from onevoice.training.config import MODES, TrainingConfig
from onevoice.training.curve import COLUMNS, CURVE, read_curve
from onevoice.training.trainer import train
from onevoice.training.validation import Best, Validator
from tests.training.fakes import MakeConfig, MatrixGame, StubEnv
from tests.training.test_resume import Stopped, stop_at

STEADY = ("steps", "ncv", "claims", "trust", "churned", "conflicts", "reward")
"""Columns of the curve that hold no times."""


class Judged(StubEnv):
    """What the validation episodes are worth is written down beforehand."""

    worths: Sequence[float] = ()
    played: list[Sequence[int] | None]

    def __init__(self, scenario: Scenario, num_envs: int, threads: int) -> None:
        super().__init__(scenario, num_envs, threads)
        self.played = []

    def reset(
        self, seeds: Sequence[int], markets: Sequence[int] | None = None
    ) -> npt.NDArray[np.float32]:
        self.played.append(markets)
        if markets is not None:
            self.worth = self.worths[len(self.played) - 1]
        return super().reset(seeds, markets)

    def reward(self, actions: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        return np.full(actions.shape[:2], self.worth, np.float32)


def judged(*worths: float) -> type[Judged]:
    return type("JudgedSo", (Judged,), {"worths": worths})


def test_a_row_per_validation(scenario: Scenario, config: MakeConfig, run: Path) -> None:
    numbers = config(validate_every=4, validation_markets=3)
    train(scenario, "shared_reward", numbers, run, make_env=judged(5.0, 7.0))
    curve = read_curve(run)
    assert tuple(curve) == COLUMNS
    np.testing.assert_array_equal(curve["steps"], [4 * 64, 6 * 64])
    for name in ("ncv", "trust", "churned", "conflicts"):
        np.testing.assert_array_equal(curve[name], [5.0, 7.0])
    np.testing.assert_array_equal(curve["claims"], [10.0, 14.0], "two channels claim")
    np.testing.assert_array_equal(curve["reward"], [25.0, 35.0], "in each of five steps")
    for name in ("env_seconds", "learner_seconds"):
        assert 0.0 < curve[name][0] < curve[name][1]


def test_it_plays_the_first_validation_markets(
    scenario: Scenario, config: MakeConfig, run: Path
) -> None:
    made: list[Judged] = []

    def make_env(one: Scenario, num_envs: int, threads: int) -> Judged:
        made.append(judged(1.0, 1.0)(one, num_envs, threads))
        return made[-1]

    train(
        scenario,
        "shared_reward",
        config(validate_every=3, validation_markets=2),
        run,
        make_env=make_env,
    )
    [validating] = [env for env in made if env.scenario.market_split == "validation"]
    assert validating.num_envs == 2
    assert validating.played == [market_ids("validation", 2)] * 2


@pytest.mark.parametrize(
    ("worths", "patience", "stops_at"),
    [((1, 2, 3, 4, 5, 6), 2, 6), ((3, 2, 1, 9, 9, 9), 2, 3), ((1, 3, 3, 3, 9, 9), 2, 4)],
)
def test_it_stops_when_nothing_improves(
    scenario: Scenario,
    config: MakeConfig,
    run: Path,
    worths: tuple[float, ...],
    patience: int,
    stops_at: int,
) -> None:
    seen: list[tuple[int, int]] = []
    numbers, env = config(validate_every=1, patience=patience), judged(*worths)
    train(scenario, "shared_reward", numbers, run, make_env=env, progress=lambda *s: seen.append(s))
    assert seen[-1] == (64 * stops_at, 64 * stops_at)
    assert read(run / "checkpoint").metadata_value("iteration") == stops_at
    train(scenario, "shared_reward", numbers, run, make_env=env, resume=True)
    assert len(read_curve(run)["ncv"]) == stops_at


def test_the_best_actors_are_played_and_the_last_are_kept(
    scenario: Scenario, config: MakeConfig, tmp_path: Path
) -> None:
    name, weights = "email_0/policy/actor.2.weight", {}
    for stop, worths in ((2, (1.0, 2.0)), (6, (1.0, 2.0, 1.0, 0.0, 1.0, 0.0))):
        numbers = config(validate_every=1, total_steps=64 * 6)
        with pytest.raises(Stopped):
            train(
                scenario, "shared_reward", numbers, tmp_path / str(stop),
                make_env=judged(*worths), progress=stop_at(64 * stop),
            )  # fmt: skip
        weights[stop] = read(tmp_path / str(stop) / "checkpoint").arrays
    np.testing.assert_array_equal(weights[6][f"best/{name}"], weights[2][name])
    assert not np.array_equal(weights[6][f"best/{name}"], weights[6][name])
    played = load(tmp_path / "6").actors.networks.weights[-1]  # type: ignore[attr-defined]
    np.testing.assert_array_equal(played[0].numpy().T, weights[2][name])


@pytest.mark.parametrize("mode", ["shared_reward", "single_controller"])
def test_a_resumed_run_has_the_same_curve(
    scenario: Scenario, config: MakeConfig, tmp_path: Path, mode: str
) -> None:
    numbers = config(validate_every=1, checkpoint_every=2)
    train(scenario, mode, numbers, tmp_path / "whole", make_env=MatrixGame)
    for stop in (64 * 3, 64 * 5):
        with pytest.raises(Stopped):
            train(
                scenario, mode, numbers, tmp_path / "parts",
                resume=stop > 64 * 3, make_env=MatrixGame, progress=stop_at(stop),
            )  # fmt: skip
    train(scenario, mode, numbers, tmp_path / "parts", resume=True, make_env=MatrixGame)
    whole, parts = read_curve(tmp_path / "whole"), read_curve(tmp_path / "parts")
    for column in STEADY:
        np.testing.assert_array_equal(parts[column], whole[column])
    assert (np.diff(parts["env_seconds"]) > 0).all()


def test_validation_changes_nothing_that_is_learned(tmp_path: Path) -> None:
    scenario = load_config(Scenario, "scenarios", "smoke")
    runs = []
    for every in (1, 100):
        changes = {"total_steps": 224, "validate_every": every}
        numbers = load_config(TrainingConfig, "training", "smoke", changes)
        train(scenario, "shared_reward", numbers, tmp_path / str(every))
        runs.append(read(tmp_path / str(every) / "checkpoint").arrays)
    for name, array in runs[0].items():
        if not name.startswith(("best/", "validation/")):
            np.testing.assert_array_equal(array, runs[1][name], err_msg=name)


def test_a_damaged_curve(scenario: Scenario, config: MakeConfig, run: Path) -> None:
    train(scenario, "shared_reward", config(), run, make_env=StubEnv)
    path = run / CURVE
    intact = path.read_text()
    for text in ("rubbish", "steps\n1\n", intact.replace("3.0", "three")):
        path.write_text(text)
        with pytest.raises(OneVoiceError, match=r"validation.csv: damaged"):
            read_curve(run)
    path.unlink()
    with pytest.raises(OneVoiceError, match=r"validation.csv: cannot be read"):
        read_curve(run)


@pytest.mark.parametrize(
    ("mode", "credit"),
    [
        ("independent", "claimed"),
        ("shared_reward", "team"),
        ("incremental", "team"),
    ],
)
def test_the_best_are_chosen_by_what_their_mode_is_rewarded_for(
    scenario: Scenario, mode: str, credit: str
) -> None:
    made: list[Scenario] = []

    def make_env(one: Scenario, num_envs: int, threads: int) -> StubEnv:
        made.append(one)
        return StubEnv(one, num_envs, threads)

    Validator(scenario, MODES[mode], [1, 2], TrainingConfig(), make_env)
    assert [one.reward.credit for one in made] == [credit]


@given(st.lists(st.integers(-5, 5), min_size=1))
def test_the_best_is_the_first_of_the_highest(worths: list[int]) -> None:
    best = Best({"weight": np.array(-1)})
    for place, worth in enumerate(worths):
        best.update(worth, {"weight": np.array(place)})
    first = worths.index(max(worths))
    assert best.actors["weight"] == first
    assert best.waiting == len(worths) - 1 - first
