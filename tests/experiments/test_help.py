"""The help of the commands, and their completion in a shell."""

import shutil
import subprocess
from pathlib import Path

import pytest

from onevoice.configs.fields import field_rows
from onevoice.configs.loader import config_names
from onevoice.experiments.arguments import SHELLS, parsers
from onevoice.experiments.cli import main
from onevoice.experiments.commands import config_of
from onevoice.experiments.studies import STUDIES
from onevoice.policies.baselines import BASELINES
from onevoice.training.config import MODES
from tests.experiments.mistakes import Capture, status_of

COMMANDS = tuple(parsers()[1])
SCREEN = 40
"""Lines that a help may have."""


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def help_of(capsys: Capture, *words: str) -> str:
    assert status_of(words) == 0
    return capsys.readouterr().out


def joined(text: str) -> str:
    """A help text as if it had been one line."""
    return " ".join(text.split())


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_help_names_every_command_with_its_sentence(words: list[str], capsys: Capture) -> None:
    out = help_of(capsys, *words)
    assert len(out.splitlines()) <= SCREEN
    assert all(f"\n    {command} " in out for command in COMMANDS)
    assert all(f" {study.name} {study.help} " in joined(out) for study in STUDIES.values())


@pytest.mark.parametrize("columns", ["20", "80", "100", "300"])
@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_fits_on_a_screen(
    command: str, columns: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = help_of(capsys, command, "--help").splitlines()
    assert len(lines) <= SCREEN
    assert max(map(len, lines)) <= min(max(int(columns), 80), 100)
    assert lines[0].startswith(f"usage: onevoice {command}")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_begins_with_the_options_of_the_command_itself(command: str, capsys: Capture) -> None:
    options = [
        line.split()[0]
        for line in help_of(capsys, command, "-h").splitlines()
        if line.startswith("  -")
    ]
    actions = parsers()[1][command]._actions
    own = [action.option_strings[0] for action in actions if action.option_strings]
    assert [option.strip(",") for option in options[: len(own)]] == own


@pytest.mark.parametrize("name", STUDIES)
def test_help_of_a_study_has_its_own_fields_before_those_of_every_study(
    name: str, capsys: Capture
) -> None:
    out, fields = help_of(capsys, name, "--help"), list(config_of(name).__annotations__)
    listed = [field for field in fields if f"\n  --{field.replace('_', '-')} " in out]
    assert set(fields) - set(listed) <= {"scenario"}  # the argument SCENARIO
    if "\n  --workers " in out and "workers" not in fields:
        shared = out.index("\n  --workers ")
        assert all(out.index(f"\n  --{f.replace('_', '-')} ") < shared for f in listed)


@pytest.mark.parametrize("command", ["compare", "train", "benchmark"])
def test_help_all_lists_every_field_with_default_and_sentence(
    command: str, capsys: Capture
) -> None:
    short, out = help_of(capsys, command, "--help"), help_of(capsys, command, "--help-all")
    assert "--scenario.budget.kind" not in short
    assert "--help-all lists the fields of scenario, " in short
    for row in field_rows(config_of(command)):
        assert f"\n  --{row.name.replace('_', '-')} " in out
    line = "\n  --training.gamma float >= 0, < 1 (default: 0.99)\n        discount per decision\n"
    assert line in out
    assert out.startswith(short.partition("--help-all lists")[0].rstrip())


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["train"], MODES),
        (["train"], config_names("scenarios")),
        (["compare"], [*BASELINES, *MODES, *config_names("experiments")]),
        (["evaluate"], ["validation", *BASELINES, *config_names("scenarios")]),
        (["benchmark"], [*config_names("benchmarks"), "open_loop", "ppo|smoke"]),
        (["attribution"], ["engagement|touch", *BASELINES]),
        (["speed"], ["true|false", "roofline"]),
        (["completion"], SHELLS),
    ],
)  # fmt: skip
def test_help_names_what_can_be_chosen(words: list[str], names: list[str], capsys: Capture) -> None:
    told = help_of(capsys, *words, "--help").replace(",", " ").split()
    assert set(names) <= set(told)


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_scripts_know_commands_fields_and_names(shell: str, capsys: Capture) -> None:
    script = help_of(capsys, "completion", shell)
    for word in (*COMMANDS, *MODES, "--scenario.budget.kind", "--compare-with", "quartet"):
        assert word in script


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_commands_options_and_names(tmp_path: Path, capsys: Capture) -> None:
    script = tmp_path / "completion"
    script.write_text(help_of(capsys, "completion", "bash"))
    lines = {
        "onevoice tr": "train",
        "onevoice train du": "duet",
        "onevoice train duet --mode inc": "incremental",
        "onevoice train duet --mo": "--mode",
        "onevoice train duet --scenario.budget.k": "--scenario.budget.kind",
        "onevoice train duet --scenario.budget.kind sp": "split",
        "onevoice benchmark quartet --rows gre": "greedy",
        "onevoice rule-relaxation --dashboard c": "claims",
    }
    tries = [
        f"COMP_WORDS=({line}); COMP_CWORD={len(line.split()) - 1}; _shtab_onevoice 2>/dev/null; "
        'echo "${COMPREPLY[*]}"'
        for line in lines
    ]
    told = subprocess.run(
        ["bash", "-c", "\n".join([f"source {script}", *tries])],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.splitlines() == list(lines.values())


def test_one_table_holds_every_study() -> None:
    for name, study in STUDIES.items():
        assert name == study.name
        assert study.default in config_names(study.kind)
        assert main([name, "--help"]) == 0
