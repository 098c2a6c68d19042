"""Raw results survive the way through text, and damage is one line that names the file."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from onevoice.experiments.benchmark.cells import Cell, Row
from onevoice.experiments.benchmark.raw import MARKET_COLUMNS, read_raw
from tests.experiments.benchmark.builders import MARKETS, cells, config, raw

ErrorLine = Callable[[Callable[[], object]], str]


def test_everything_comes_back_to_six_digits(tmp_path: Path) -> None:
    ncv = {"manual": 1234.5678, "shared_reward": 1 / 3}
    made, found = cells(config(), ncv), raw(tmp_path, ncv=ncv)
    assert found.config == config()
    assert found.seeds == {"manual": (0,), "shared_reward": (0, 1, 2)}
    for column in MARKET_COLUMNS:
        expected = np.stack([made[Cell(Row("shared_reward"), seed)][column] for seed in range(3)])
        assert found.markets["shared_reward"][column] == pytest.approx(
            expected, rel=1e-5, nan_ok=True
        )
    assert found.costs["shared_reward"]["env_steps"].tolist() == [10.0] * 3
    assert np.isnan(found.costs["manual"]["wall_seconds"]).all()
    assert found.curves["manual"] == []
    assert [list(one["steps"]) for one in found.curves["shared_reward"]] == [
        [0.0, 1000.0, 2000.0]
    ] * 3


def test_a_benchmark_of_the_quartets_size_takes_a_few_hundred_kilobytes(tmp_path: Path) -> None:
    raw(tmp_path)
    lines = (tmp_path / "markets.csv").read_text().splitlines()
    assert len(lines) == 1 + MARKETS * (2 + 2 * 3 + 1)
    assert max(map(len, lines)) * (5 * 10 + 7) * 64 < 400_000


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("markets.csv", "row,seed,market,ncv", "row,seed,market,value", "columns are not those"),
        ("markets.csv", "manual,0,0,480", "manual,0,0,x", "line 2 is damaged"),
        ("markets.csv", "manual,0,0,", "manual,0,0\n", "line 2 is damaged"),
        ("markets.csv", "manual,0,0,", "manual,1,0,", "do not agree on manual-"),
        ("runs.csv", "manual,0,,,,\n", "", "do not agree on manual-0"),
        ("runs.csv", "manual,0,", "silent,0,", "do not agree on silent-0"),
        ("curves.csv", "shared_reward,0,0,0", "shared_reward,zero,0,0", "is damaged"),
    ],
)
def test_damage_is_one_line(
    file: str, old: str, new: str, expected: str, tmp_path: Path, error_line: ErrorLine
) -> None:
    raw(tmp_path)
    change(tmp_path / file, old, new)
    assert expected in error_line(lambda: read_raw(tmp_path))


def test_what_is_missing_is_one_line(tmp_path: Path, error_line: ErrorLine) -> None:
    assert "holds no raw results" in error_line(lambda: read_raw(tmp_path))
    assert "holds no cell yet" in error_line(lambda: raw(tmp_path, ncv={}))
    raw(tmp_path)
    (tmp_path / "curves.csv").unlink()
    assert "curves.csv: cannot be read" in error_line(lambda: read_raw(tmp_path))
