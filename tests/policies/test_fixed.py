"""Plans fitted once: found again from the same seed, kept on disk, played in every market."""

from pathlib import Path

import numpy as np
import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.channel import INTENSITIES
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.policies import fit, load, marginal, open_loop
from onevoice.policies.calendar import MODERATE, manual_plan
from onevoice.policies.cem import CemConfig
from onevoice.policies.checkpoint import write
from onevoice.policies.fixed import FITS, FixedPlan
from onevoice.policies.marginal import best_changes, changes
from onevoice.policies.simulator import Plans, SimulatedValue, Simulator
from tests.policies.test_baselines import blank

WORLD = Scenario.model_validate({"channels": ["email", "search"], "population": 60, "days": 14})
NAMES = sorted(FITS)


@pytest.fixture(autouse=True)
def _little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (marginal, open_loop):
        monkeypatch.setattr(module, "ROUNDS", 4)
        monkeypatch.setattr(module, "MARKETS", 8)
    monkeypatch.setattr(open_loop, "SEARCH", CemConfig(plans=16, elite=4, step_size=0.5))


def value(plans: Plans) -> F64:
    """Mean NCV ``[P]`` in training markets that no fit has seen, ``plans`` by day."""
    simulator = Simulator(WORLD, 64 * len(plans), 60)
    rng = np.random.Generator(np.random.PCG64(99))
    found = simulator.compare(plans, simulator.begin, rng, 1, WORLD.decisions)
    return np.asarray(found.value.sum(axis=1))


def manual() -> Plans:
    return np.stack([manual_plan(WORLD, day) for day in range(WORLD.decisions)])


@pytest.mark.parametrize("name", NAMES)
def test_what_was_fitted_is_loaded_and_played(name: str, tmp_path: Path) -> None:
    policy, again = fit(name, WORLD, tmp_path / "plan"), load(tmp_path / "plan")
    assert isinstance(again, FixedPlan)
    assert again.scenario == WORLD
    assert np.array_equal(again.plan, policy.plan)
    again.reset(2, 0)
    played = np.stack([again.act_batch(blank(WORLD, 2)) for _ in range(WORLD.decisions + 1)])
    assert np.array_equal(played[:-1, 0], policy.plan)
    assert np.array_equal(played[:, 0], played[:, 1])
    assert np.array_equal(played[-1], played[-2])  # the last day goes on


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_fits_the_same_plan(name: str, tmp_path: Path) -> None:
    plans = [fit(name, WORLD, tmp_path / str(n), seed=seed).plan for n, seed in enumerate((0, 0))]
    assert np.array_equal(plans[0], plans[1])


@pytest.mark.parametrize("name", NAMES)
def test_a_fit_is_worth_more_than_the_manual_plan_in_other_markets(
    name: str, tmp_path: Path
) -> None:
    fitted, by_hand = value(np.stack([fit(name, WORLD, tmp_path / "plan").plan, manual()]))
    assert fitted > by_hand


@pytest.mark.parametrize("name", NAMES)
def test_progress_rises_to_its_total(name: str, tmp_path: Path) -> None:
    heard = list[tuple[int, int]]()
    fit(name, WORLD, tmp_path / "plan", progress=lambda done, total: heard.append((done, total)))
    assert [done for done, _ in heard] == sorted({done for done, _ in heard})
    assert heard[-1][0] == heard[-1][1]


def test_marginal_changes_nothing_but_pressures(tmp_path: Path) -> None:
    plan, by_hand = fit("marginal", WORLD, tmp_path / "plan").plan, manual()
    assert not np.array_equal(plan, by_hand)
    plan[..., 0:-1:3] = by_hand[..., 0:-1:3] = 0
    assert np.array_equal(plan, by_hand)


def test_each_change_moves_one_channel_by_one_step_within_the_levels() -> None:
    levels = np.full((2, 3), MODERATE)
    levels[0], levels[1, 0] = 0, INTENSITIES - 1
    tried = changes(levels)
    assert np.array_equal(tried[0], levels)
    assert (np.abs(tried - levels).max(axis=2) > 0).sum(axis=1).tolist() == [0, 0, 1, 1, 1]
    assert tried.min() == 0
    assert tried.max() == INTENSITIES - 1


def test_the_change_that_brings_most_for_a_dollar_is_made() -> None:
    value = np.array([[10.0, 10.0, 10.0], [16.0, 9.0, 10.1], [14.0, 9.5, 13.0]])
    spend = np.array([[5.0, 5.0, 5.0], [9.0, 6.0, 5.0], [4.0, 4.0, 9.0]])
    assert best_changes(SimulatedValue(value, spend)).tolist() == [2, 0, 1]


def test_a_name_without_a_fit_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(OneVoiceError, match="did you mean 'open_loop'"):
        fit("openloop", WORLD, tmp_path / "plan")


def test_a_folder_with_anything_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OneVoiceError, match="holds no fitted plan; choose a new folder"):
        fit("marginal", WORLD, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_damage_is_one_line(tmp_path: Path) -> None:
    fit("marginal", WORLD, tmp_path / "plan")
    [arrays] = (tmp_path / "plan").glob("arrays-*")
    arrays.write_bytes(b"cut")
    with pytest.raises(OneVoiceError, match="damaged"):
        load(tmp_path / "plan")


def test_what_another_policy_keeps_is_no_fitted_plan(tmp_path: Path) -> None:
    write(tmp_path, {"plan": np.zeros((1, 1, 1), np.int64)}, {"policy": "mine"})
    with pytest.raises(OneVoiceError, match="holds no fitted plan; load it with what wrote it"):
        load(tmp_path)
