"""The command from end to end with a few customers."""

import json
from pathlib import Path

import pytest

from onevoice.experiments.cli import main

FEW = [
    "--scenarios", "smoke", "--populations", "20,50", "--num_envs", "1,2", "--seconds", "0.001",
    "--peer_population", "20", "--object_population", "20",
]  # fmt: skip


def test_the_command_leaves_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
    assert set(found["tables"]) == {
        "memory", "engine", "threads", "growth", "roofline", "rules", "calls", "peers",
    }  # fmt: skip
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
