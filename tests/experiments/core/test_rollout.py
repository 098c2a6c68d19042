"""One policy on known markets: metrics, trajectories, the replay without search, files."""

from pathlib import Path

import numpy as np
import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.engine.market import market_ids
from onevoice.experiments.core.arrays import load_arrays, save_arrays
from onevoice.experiments.core.rollout import Evaluation, episode_seeds, evaluate
from onevoice.policies import make
from tests.experiments.core.fakes import FakeEnv, Loud, scenario


def play(markets: list[int], *channels: str) -> tuple[Evaluation, FakeEnv, list[tuple[int, int]]]:
    world, heard = scenario(*channels), list[tuple[int, int]]()
    env = FakeEnv(world, len(markets))
    evaluation = evaluate(
        "loud",
        Loud(world),
        world,
        markets,
        seed=3,
        progress=lambda done, total: heard.append((done, total)),
        make_env=lambda scenario, num_envs: env,  # type: ignore[arg-type]
    )
    return evaluation, env, heard


def test_metrics_of_the_whole_episode_per_market() -> None:
    evaluation, _, _ = play([0, 1])
    assert evaluation.metrics["email/spend"].tolist() == [16.0, 16.0]
    assert evaluation.metrics["revenue"].tolist() == [72.0, 76.0]
    assert evaluation.metrics["claims"].tolist() == [96.0, 96.0]


def test_silencing_search_shows_what_it_really_brought() -> None:
    evaluation, env, _ = play([0, 1])
    assert evaluation.metrics["search/incremental_revenue"].tolist() == [24.0, 24.0]
    assert env.resets[0] == env.resets[1]


def test_without_search_nothing_is_replayed() -> None:
    evaluation, env, heard = play([0], "email", "social")
    assert "search/incremental_revenue" not in evaluation.metrics
    assert len(env.resets) == 1
    assert heard[-1] == (4, 4)


def test_progress_counts_both_runs() -> None:
    _, _, heard = play([0])
    assert heard == [(done, 8) for done in range(1, 9)]


def test_trajectories_are_running_metrics() -> None:
    evaluation, _, _ = play([0, 1])
    assert evaluation.trajectories["ncv"][:, 1].tolist() == [19.0, 38.0, 57.0, 76.0]
    assert set(evaluation.trajectories) == {"ncv", "trust", "churn"}


def test_an_episode_that_ends_early_keeps_its_last_metrics() -> None:
    evaluation, _, _ = play([0, 99])
    assert evaluation.metrics["email/spend"].tolist() == [16.0, 8.0]
    assert evaluation.trajectories["churn"][:, 1].tolist() == [0.01, 0.02, 0.02, 0.02]


def test_seeds_differ_and_a_longer_list_starts_like_a_shorter() -> None:
    assert episode_seeds(0, 8)[:4] == episode_seeds(0, 4)
    assert len(set(episode_seeds(0, 64))) == 64
    assert episode_seeds(0, 4) != episode_seeds(1, 4)


def test_a_file_gives_back_what_was_saved(tmp_path: Path) -> None:
    evaluation, _, _ = play([0, 1])
    save_arrays(tmp_path / "loud.npz", evaluation.arrays())
    again = Evaluation.of("loud", load_arrays(tmp_path / "loud.npz"))
    for kind in ("metrics", "trajectories"):
        one, two = getattr(evaluation, kind), getattr(again, kind)
        assert one.keys() == two.keys()
        assert all(np.array_equal(one[key], two[key], equal_nan=True) for key in one)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"text"])
def test_a_damaged_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "loud.npz").write_bytes(content)
    with pytest.raises(OneVoiceError, match="damaged; remove the file"):
        load_arrays(tmp_path / "loud.npz")


def test_the_real_environment_twice_gives_the_same() -> None:
    world, markets = scenario("email", "search"), market_ids("test", 3)
    one, two = (evaluate("manual", make("manual", world), world, markets, 0) for _ in range(2))
    for key, value in one.metrics.items():
        assert np.array_equal(value, two.metrics[key], equal_nan=True), key
    assert (one.metrics["email/touches"] > 0).all()
