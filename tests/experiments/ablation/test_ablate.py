"""The command from end to end, on two channels and 200 customers."""

import json
from pathlib import Path

import pytest

from onevoice.experiments.cli import main


def test_ablate_leaves_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    few = ["--markets", "2", "--factors", "0,1", "--overlaps", "1", "--resamples", "50"]
    days = ["--scenario.days", "3", "--workers", "1"]
    assert main(["ablate", "smoke", *few, *days, "--out", str(out)]) == 0
    assert "Report: " in capsys.readouterr().out
    found = json.loads((out / "ablate.json").read_text())
    assert {"mechanisms", "customers", "sensitivity", "diagram", "audiences"} == set(
        found["tables"]
    )
    assert (out / "report.html").is_file()
    assert len(list((out / "figures").glob("*.png"))) == 3
