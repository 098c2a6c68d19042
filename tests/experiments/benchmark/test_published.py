"""What was published is what the code of today does."""

from pathlib import Path

import numpy as np
import pytest

from onevoice.configs.loader import load_config
from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.benchmark.raw import MARKET_COLUMNS, read_raw
from onevoice.experiments.benchmark.run import play_cell

PUBLISHED = Path(__file__).parents[3] / "docs" / "benchmark"
NAMES = ("quartet", "quartet-layers", "duet", "sextet", "septet", "septet-layers")


@pytest.mark.parametrize("name", NAMES)
def test_a_row_that_is_played_again_agrees_with_the_published_one(
    name: str, tmp_path: Path
) -> None:
    if not (PUBLISHED / name).is_dir():
        pytest.skip(f"docs/benchmark/{name}: no raw results are published yet")
    published = read_raw(PUBLISHED / name).markets["manual"]
    config = load_config(Config, "benchmarks", name, {"markets": 2})
    found = play_cell(tmp_path, config, "manual-0", lambda stage, done, total: None)
    for column in MARKET_COLUMNS:
        again = np.asarray(found[column], np.float64)
        assert published[column][0, :2] == pytest.approx(again, rel=1e-5, nan_ok=True), column


@pytest.mark.parametrize("name", NAMES)
def test_the_published_results_are_those_of_the_packaged_benchmark(name: str) -> None:
    if not (PUBLISHED / name).is_dir():
        pytest.skip(f"docs/benchmark/{name}: no raw results are published yet")
    packaged = load_config(Config, "benchmarks", name)
    assert read_raw(PUBLISHED / name).config == packaged
