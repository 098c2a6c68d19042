"""The README's code runs as it stands there, but for its size."""

import math
import re
import shlex
from pathlib import Path

import pytest

from onevoice.experiments.cli import main
from tests.documents import ROOT, blocks, smaller

README = "README.md"
FIRST = "Train your first policy"
COMPANY = ["--scenario.population", "100", "--scenario.days", "14"]
LITTLE = {
    "train": ["--training", "smoke", "--training.total_steps", "224", *COMPANY],
    "evaluate": ["--count", "2"],
}
"""What makes a command small."""


def test_the_first_policy_is_trained_judged_and_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    [commands], [code] = blocks(README, FIRST, "sh"), blocks(README, FIRST, "python")
    for line in commands.splitlines():
        program, *words = shlex.split(line, comments=True)
        if program == "onevoice":
            assert main([*words, *LITTLE[words[0]]]) == 0, line
        else:
            assert [program, *words] == ["tensorboard", "--logdir", "runs"]
            assert list(Path(words[-1]).rglob("events.out.tfevents.*"))
    capsys.readouterr()
    exec(smaller(code, {'"quartet", market': '"quartet", population=100, days=14, market'}), {})
    assert math.isfinite(float(capsys.readouterr().out))


@pytest.mark.parametrize(
    ("heading", "index", "changes"),
    [
        ("The environment", 0, {"population=5_000": "population=100, days=7"}),
        ("The environment", 1, {"num_envs=64": "num_envs=2"}),
        ("Training", 0, {"n_steps=128": "n_steps=8", "num_envs=16": "num_envs=2, population=100",
                         "batch_size=1024": "batch_size=64", "200_000": "64"}),
    ],
)  # fmt: skip
def test_other_code_runs(heading: str, index: int, changes: dict[str, str]) -> None:
    exec(smaller(blocks(README, heading, "python")[index], changes), {})


def test_the_documents_that_it_links_are_there() -> None:
    text = (ROOT / README).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert {"docs/add_your_algorithm.md", "docs/benchmark.md"} <= set(links)
    assert all((ROOT / link).exists() for link in links)
