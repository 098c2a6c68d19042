"""The main job with quick parts: what it writes, that it goes on, what it refuses."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from rich.console import Console

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.typing import Arrays
from onevoice.experiments.benchmark.cells import Cell
from onevoice.experiments.benchmark.config import Config as Benchmark
from onevoice.experiments.compare.config import Config
from onevoice.experiments.compare.run import compare, play_cell
from onevoice.experiments.core.tasks import config_text, prepare
from onevoice.experiments.core.workers import FINISHED, Report, Tell, Work
from tests.experiments.compare.builders import config, evaluation


def play(out: Path, config: Config, name: str, tell: Tell) -> Arrays:
    """Pretend to train and evaluate."""
    tell("task", 1, 1)
    row = str(Cell.parse(name).row)
    place = config.names.index(row)
    made = evaluation(row, ncv=100.0 - 10 * place, open_rate=0.3 + 0.02 * place)
    return {**made.arrays(), "seconds": np.array(1.5)}


class Inline:
    """Runs jobs in this process; stops after ``limit`` of them as Ctrl-C would."""

    def __init__(self, limit: int = 99) -> None:
        self.limit, self.done = limit, list[str]()

    def __call__(self, work: Work, jobs: Sequence[str], workers: int, report: Report) -> None:
        for name in jobs:
            if len(self.done) >= self.limit:
                raise KeyboardInterrupt
            work(name, lambda stage, done, total, name=name: report(name, stage, done, total))  # type: ignore[misc]
            report(name, FINISHED, 1, 1)
            self.done.append(name)


def quiet() -> Console:
    return Console(file=io.StringIO())


def run(out: Path, limit: int = 99, **changes: object) -> list[str]:
    inline = Inline(limit)
    compare(config(**changes), out, play=play, run=inline, console=quiet(), command="again")
    return inline.done


def test_everything_is_written(tmp_path: Path) -> None:
    run(tmp_path / "out")
    written = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.*")}
    assert {
        "config.yaml",
        "results.json",
        "results.csv",
        "markets.csv",
        "report.html",
        "figures/dashboard_and_truth.png",
        "figures/net_customer_value.png",
        "figures/trajectories.png",
        "tasks/shared_reward-0.npz",
    } <= written
    assert not [name for name in written if "tmp" in name]


def test_the_written_configuration_repeats_the_comparison(tmp_path: Path) -> None:
    run(tmp_path / "out")
    text = (tmp_path / "out" / "config.yaml").read_text()
    assert Config.model_validate(yaml.safe_load(text)) == config()


def test_results_are_the_same_bytes_wherever_they_are_made(tmp_path: Path) -> None:
    texts = []
    for name, workers in (("one", 1), ("two", 7)):
        run(tmp_path / name, workers=workers)
        values = json.loads((tmp_path / name / "results.json").read_text())
        assert values.pop("timing")
        texts.append(json.dumps(values))
    assert texts[0] == texts[1]
    assert str(tmp_path) not in texts[0]
    for file in ("results.csv", "markets.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_stopped_comparison_goes_on_where_it_was(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "out", limit=1)
    assert run(tmp_path / "out") == ["shared_reward-0", "greedy-0", "manual-0"]
    whole = json.loads((tmp_path / "out" / "results.json").read_text())
    run(tmp_path / "other")
    other = json.loads((tmp_path / "other" / "results.json").read_text())
    assert whole["policies"] == other["policies"]


def test_a_finished_comparison_only_writes_its_report_again(tmp_path: Path) -> None:
    run(tmp_path / "out")
    (tmp_path / "out" / "report.html").unlink()
    assert run(tmp_path / "out", workers=3) == []
    assert (tmp_path / "out" / "report.html").is_file()


def test_another_comparison_in_the_folder_is_refused(tmp_path: Path) -> None:
    run(tmp_path / "out")
    with pytest.raises(OneVoiceError, match="holds another comparison"):
        run(tmp_path / "out", policies=("manual",))


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(OneVoiceError, match="exists and holds no comparison"):
        run(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_or_an_unwritable_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OneVoiceError, match="exists and holds no comparison"):
        prepare(config(), tmp_path / "file", "comparison")
    with pytest.raises(OneVoiceError, match=r"cannot be written \(Not a directory\)"):
        prepare(config(), tmp_path / "file" / "below", "comparison")


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    prepare(config(), tmp_path, "comparison")
    assert (tmp_path / "config.yaml").read_text() == config_text(config())


def test_a_mode_is_trained_once_and_judged_the_same_again(tmp_path: Path) -> None:
    small = {"total_steps": 64, "num_envs": 8, "n_steps": 4, "batch_size": 16, "n_epochs": 1}
    heard, asked = list[tuple[str, int, int]](), config(training=small)
    found = [
        play_cell(tmp_path, asked, "shared_reward-0", lambda *told: heard.append(told))
        for _ in range(2)
    ]
    trained = [told for told in heard if told[2] == 640]
    assert [done for _, done, _ in trained] == [0, 9 * 32, 9 * 64, 9 * 64]
    assert heard[-1] == ("task", 80, 80)
    assert (tmp_path / "training" / "shared_reward-0" / "checkpoint").is_dir()
    for key, value in found[0].items():
        if key != "seconds":
            assert np.array_equal(value, found[1][key], equal_nan=True), key


def test_a_comparison_is_a_benchmark_with_one_run_of_each_row() -> None:
    asked = config(evaluation={"markets": 4, "seed": 3, "confidence": 0.9, "resamples": 50})
    preset = asked.benchmark
    assert [str(cell) for cell in preset.cells] == [f"{name}-0" for name in asked.names]
    assert (preset.scenario, preset.training) == (asked.scenario, asked.training)
    assert (preset.markets, preset.seed) == (4, 3)
    assert (preset.confidence, preset.resamples) == (0.9, 50)
    values = preset.model_dump(exclude={"train_scenario"})
    assert Benchmark.model_validate(values | {"training": asked.training}) == preset


def test_the_terminal_ends_with_table_finding_and_report(tmp_path: Path) -> None:
    console = quiet()
    compare(config(), tmp_path / "out", play=play, run=Inline(), console=console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "The dashboard beside the truth" in text
    assert "With every channel learning from its own claims (independent), " in text
    assert text.rstrip().endswith(str(tmp_path / "out" / "report.html"))
    assert max(map(len, text.split("95 % bootstrap")[0].splitlines())) <= 120
