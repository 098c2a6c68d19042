"""The README's code runs as it stands there, but for its size; its links lead somewhere."""

import math
import shlex
from pathlib import Path

import pytest

from onevoice.experiments.cli import main
from tests.documents import ROOT, blocks, dead_links, links, smaller, target

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
    ],
)
def test_other_code_runs(heading: str, index: int, changes: dict[str, str]) -> None:
    exec(smaller(blocks(README, heading, "python")[index], changes), {})


def test_its_links_are_absolute_and_lead_somewhere() -> None:
    page = ROOT / README
    assert [link for link in links(page) if not link.startswith(("https://", "#"))] == []
    assert dead_links(page) == []
    named = {str(to[0].relative_to(ROOT)) for link in links(page) if (to := target(page, link))}
    assert {"docs/add_your_algorithm.md", "docs/benchmark.md"} <= named
