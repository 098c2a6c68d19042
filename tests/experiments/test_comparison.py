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
from onevoice.experiments.comparison import compare, train_and_evaluate
from onevoice.experiments.config import Experiment
from onevoice.experiments.core.rollout import load_evaluation, save_evaluation
from onevoice.experiments.core.tasks import config_text, prepare
from onevoice.experiments.core.workers import FINISHED, Report, Tell, Work
from tests.experiments.fakes import evaluation, experiment


def job(experiment: Experiment, out: Path, name: str, tell: Tell) -> None:
    """Pretend to train and evaluate."""
    tell("evaluation", 1, 1)
    place = experiment.names.index(name)
    made = evaluation(name, ncv=100.0 - 10 * place, open_rate=0.3 + 0.02 * place)
    save_evaluation(made, out / "evaluations" / f"{name}.npz")


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
    compare(experiment(**changes), out, job=job, run=inline, console=quiet(), command="again")
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
        "evaluations/shared_reward.npz",
    } <= written
    assert not [name for name in written if "tmp" in name]


def test_the_written_configuration_repeats_the_comparison(tmp_path: Path) -> None:
    run(tmp_path / "out")
    text = (tmp_path / "out" / "config.yaml").read_text()
    assert Experiment.model_validate(yaml.safe_load(text)) == experiment()


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
    assert run(tmp_path / "out") == ["shared_reward", "manual", "greedy"]
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
        prepare(experiment(), tmp_path / "file", "comparison")
    with pytest.raises(OneVoiceError, match=r"cannot be written \(Not a directory\)"):
        prepare(experiment(), tmp_path / "file" / "below", "comparison")


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    prepare(experiment(), tmp_path, "comparison")
    assert (tmp_path / "config.yaml").read_text() == config_text(experiment())


def test_a_mode_is_trained_once_and_judged_the_same_again(tmp_path: Path) -> None:
    small = {"total_steps": 64, "num_envs": 8, "n_steps": 4, "batch_size": 16, "n_epochs": 1}
    heard, evaluations = list[tuple[str, int, int]](), []
    for _ in range(2):
        train_and_evaluate(
            experiment(training=small), tmp_path, "shared_reward", lambda *told: heard.append(told)
        )
        evaluations.append(load_evaluation(tmp_path / "evaluations" / "shared_reward.npz").metrics)
    assert [told for told in heard if told[0] == "training"] == [
        ("training", 0, 64),
        ("training", 32, 64),
        ("training", 64, 64),
        ("training", 64, 64),
    ]
    assert heard[-1] == ("evaluation", 8, 8)
    assert (tmp_path / "shared_reward" / "checkpoint").is_dir()
    for key, value in evaluations[0].items():
        assert np.array_equal(value, evaluations[1][key], equal_nan=True), key


def test_the_terminal_ends_with_table_finding_and_report(tmp_path: Path) -> None:
    console = quiet()
    compare(experiment(), tmp_path / "out", job=job, run=Inline(), console=console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "The dashboard │ the truth" in text
    assert "With every channel learning from its own claims (independent), " in text
    assert text.rstrip().endswith(str(tmp_path / "out" / "report.html"))
    assert max(map(len, text.split("\n\n")[0].splitlines())) <= 120
