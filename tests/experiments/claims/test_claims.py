"""The command from end to end, on 600 customers in two simulations."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from onevoice.experiments.cli import main
from onevoice.experiments.core.tasks import complete
from onevoice.experiments.core.workers import FINISHED, Report, Work, run_tasks
from tests.experiments.mistakes import Capture, error_line

TASKS = ["conflicts", "simulation-0", "simulation-1"]
FIELDS = [
    "--scenario.population", "600", "--scenario.tick_hours", "24", "--scenario.decision_hours",
    "168", "--seeds", "2", "--growth_population", "20", "--resamples", "50", "--workers", "2",
]  # fmt: skip


class Recorder:
    """Runs jobs, in workers or in this process, and remembers which."""

    def __init__(self, spawn: bool) -> None:
        self.spawn, self.jobs, self.told = spawn, list[str](), list[tuple[str, str, int, int]]()

    def __call__(self, work: Work, jobs: Sequence[str], workers: int, report: Report) -> None:
        self.jobs += jobs

        def hear(job: str, stage: str, done: int, total: int) -> None:
            self.told.append((job, stage, done, total))
            report(job, stage, done, total)

        if self.spawn:
            return run_tasks(work, jobs, workers, hear)
        for job in jobs:
            work(job, lambda stage, done, total, job=job: hear(job, stage, done, total))  # type: ignore[misc]
            hear(job, FINISHED, 1, 1)
        return None


def run(out: Path, monkeypatch: pytest.MonkeyPatch, *, spawn: bool) -> Recorder:
    recorder = Recorder(spawn)
    with monkeypatch.context() as patch:
        patch.setattr(
            "onevoice.experiments.claims.run.complete",
            lambda *a, **k: complete(*a, **k, run=recorder),
        )
        assert main(["claims", "article", *FIELDS, "--out", str(out)]) == 0
    return recorder


def test_a_study_runs_resumes_and_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    out = tmp_path / "out"
    first = run(out, monkeypatch, spawn=True)
    shown = capsys.readouterr().out
    assert "targets are met" in shown
    assert str(out / "report.html") in shown
    assert sorted(first.jobs) == sorted(p.stem for p in (out / "tasks").iterdir()) == TASKS
    for job in TASKS:
        whole = [one for one in first.told if one[0] == job and one[1] == "task"]
        assert [done for *_, done, _ in whole] == list(range(1, whole[0][3] + 1))
    files = {
        path: path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.parent.name != "tasks"
    }
    assert len(files) == 4 + 8  # config, JSON, CSV, page; figures
    line = error_line(["claims", "article", *FIELDS, "--out", str(out)], capsys)
    assert "holds a finished study" in line

    (out / "tasks" / "simulation-0.npz").unlink()
    (out / "claims.json").unlink()
    assert run(out, monkeypatch, spawn=False).jobs == ["simulation-0"]
    for path, content in files.items():
        assert path.read_bytes() == content, path.name

    values = json.loads((out / "claims.json").read_text())
    assert values["config"]["scenario"]["population"] == 600
    (out / "claims.json").unlink()
    capsys.readouterr()
    other = ["claims", "article", *FIELDS, "--seed", "1", "--out", str(out)]
    assert "holds another study of claims" in error_line(other, capsys)
