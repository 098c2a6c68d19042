"""The whole command: pieces, going on, the report made again from raw results, mistakes."""

import csv
import json
from pathlib import Path

import pytest

from onevoice.experiments.cli import main
from tests.experiments.benchmark.builders import raw, smoke
from tests.experiments.mistakes import Capture, error_line

FIELDS = ["--scenario.population", "256", "--scenario.days", "7", "--markets", "2"]
SMOKE = ["benchmark", "smoke", *FIELDS, "--workers", "1"]
FILES = ("benchmark.json", "table.csv", "pairs.csv", "figures/final.png", "figures/profiles.png")


def test_a_benchmark_is_made_in_pieces_and_again_from_its_raw_results(
    tmp_path: Path, capsys: Capture
) -> None:
    out, again = tmp_path / "out", tmp_path / "again"
    assert main([*SMOKE, "--only", "manual", "--out", str(out)]) == 0
    assert "Not made yet: silent, greedy, independent, shared_reward." in capsys.readouterr().out
    made = (out / "tasks" / "manual-0.npz").stat().st_mtime_ns
    assert main([*SMOKE, "--only", "greedy,manual", "--out", str(out)]) == 0
    assert (out / "tasks" / "manual-0.npz").stat().st_mtime_ns == made
    with (out / "table.csv").open(newline="") as file:
        assert [row["row"] for row in csv.DictReader(file)] == ["manual", "greedy"]
    assert main([*SMOKE, "--raw", str(out / "raw"), "--out", str(again)]) == 0
    for name in FILES:
        assert (out / name).read_bytes() == (again / name).read_bytes(), name
    assert not (again / "tasks").exists()
    found = json.loads((out / "benchmark.json").read_text())
    assert found["findings"][-1] == "Not made yet: silent, independent, shared_reward."
    assert set(found["tables"]) == {"table", "customers", "pairs"}


def test_raw_results_of_another_benchmark_are_refused(tmp_path: Path, capsys: Capture) -> None:
    raw(tmp_path / "raw", smoke(markets=8, rows=["manual"]), {"manual": 1.0})
    words = [*SMOKE, "--raw", str(tmp_path / "raw"), "--out", str(tmp_path / "out")]
    assert main(words) == 2
    assert "holds raw results of another benchmark" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["benchmark", "quartt"], "unknown benchmark 'quartt'; did you mean 'quartet'?"),
        ([*SMOKE, "--only", "gredy"], "only: unknown row 'gredy'; did you mean 'greedy'?"),
        ([*SMOKE, "--seeds", "2"], "seeds hold 2, but runs are 0 to 1"),
        ([*SMOKE, "--raw", "nowhere"], "nowhere: holds no raw results (no config.yaml)"),
    ],
)
def test_a_mistake_is_one_line(
    words: list[str], expected: str, capsys: Capture, tmp_path: Path
) -> None:
    assert error_line([*words, "--out", str(tmp_path / "out")], capsys).startswith(expected)
