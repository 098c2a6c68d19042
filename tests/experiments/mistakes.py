"""What the command line says to a mistake."""

from collections.abc import Sequence

import pytest

from onevoice.experiments.cli import main

Capture = pytest.CaptureFixture[str]


def status_of(words: Sequence[str]) -> object:
    """The exit status of a command."""
    try:
        return main(words)
    except SystemExit as stop:
        return stop.code


def error_line(words: Sequence[str], capsys: Capture, status: int = 2) -> str:
    """The one line that a command says, which must fail."""
    assert status_of(words) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("onevoice: error: ")
    return err.removeprefix("onevoice: error: ").rstrip()


def instead(command: Sequence[str], words: Sequence[str]) -> list[str]:
    """The command with an option, ``words``, in place of what it gives for it."""
    given = list(command)
    if words[0] in given:
        del given[given.index(words[0]) : given.index(words[0]) + 2]
    return [*given, *words]
