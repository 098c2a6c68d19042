"""The command from end to end with a few customers, its processes and its mistakes."""

import json
import re
from pathlib import Path

import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs import load_scenario
from onevoice.experiments.cli import main
from onevoice.experiments.speed import Config, processes
from onevoice.experiments.speed.config import QUICK

FEW = [
    "--scenarios", "smoke", "--populations", "20,50", "--num_envs", "1,2", "--seconds", "0.001",
    "--peer_population", "20", "--object_population", "20",
]  # fmt: skip


def test_bench_leaves_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    words = [
        "speed",
        "smoke",
        *FEW,
        "--parts",
        "memory,engine,roofline,rules,calls,peers",
        "--out",
        str(out),
    ]
    assert main(words) == 0
    assert "Report: " in capsys.readouterr().out
    found = json.loads((out / "speed.json").read_text())
    assert {"memory", "engine", "growth", "roofline", "rules", "calls", "peers"} == set(
        found["tables"]
    )
    assert len(found["tables"]["calls"]) == 3 * 3
    assert found["tables"]["peers"][0]["ratio"] > 0.0
    assert (out / "report.html").is_file()
    assert len(list((out / "figures").glob("*.png"))) == 3


def test_an_interrupted_run_starts_again_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(name: str, population: int) -> float:
        raise KeyboardInterrupt

    words = ["speed", "smoke", *FEW, "--parts", "memory", "--out", str(tmp_path / "run")]
    with monkeypatch.context() as patch:
        patch.setattr("onevoice.experiments.speed.engine.bytes_per_customer", interrupted)
        assert main(words) == 130
    assert main(words) == 0


def test_a_process_takes_its_first_step_and_counts_instructions() -> None:
    found = processes._run(processes.STEP + processes.COUNT)
    assert found["time"] > 0.0
    assert set(found["code"]) <= {"512", "256", "128", "32"}


def test_a_process_that_fails_is_told_in_one_line() -> None:
    with pytest.raises(OneVoiceError, match=r"ended with 1: ValueError: no luck"):
        processes._run("raise ValueError('no luck')")


def test_the_start_is_the_median_of_warm_processes_and_one_that_compiles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = iter([2.0, 1.0, 3.0, 30.0])
    caches = []

    def first_step(code: str, **environment: str) -> tuple[float, dict[str, object]]:
        caches.append("NUMBA_CACHE_DIR" in environment)
        return next(seconds), {"code": {"512": 3}}

    monkeypatch.setattr(processes, "_first_step", first_step)
    start = processes.start()
    assert caches == [False, False, False, True]
    assert (start.first_step.value, start.compiling, start.code) == (2.0, 28.0, {512: 3})


def test_quick_changes_what_is_not_given() -> None:
    quick = Config(scenario=load_scenario("smoke"), quick=True, seconds=5.0)
    assert quick.populations == QUICK["populations"]
    assert quick.seconds == 5.0
    assert Config(scenario=load_scenario("smoke")).populations != QUICK["populations"]


@pytest.mark.parametrize(
    "words",
    [
        "--scenarios nowhere", "--scenarios []", "--scenario.days 5", "--populations 5,5",
        "--populations []", "--parts speed", "--seconds 0",
    ],
)  # fmt: skip
def test_mistakes_are_told_in_one_line(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed", "smoke", *words.split()]) == 2
    assert re.fullmatch(r"onevoice: error: [^\n]+\n", capsys.readouterr().err)


def test_the_fields_have_a_sentence_each() -> None:
    assert all(field.description for field in Config.model_fields.values())
