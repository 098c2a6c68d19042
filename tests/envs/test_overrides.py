"""Fields of a scenario as keyword arguments: type checkers know their names and types."""

import os
import subprocess
import sys
from pathlib import Path
from typing import get_type_hints

import pytest
from pydantic import TypeAdapter

from onevoice.envs import load_scenario
from onevoice.envs.spec.loading import ScenarioOverrides
from onevoice.envs.spec.scenario import Scenario

SOURCE = Path(__file__).parents[2] / ".src"
CALLS = {
    'make("quartet", population=5, budget={"kind": "split"}, coordination="full")': "",
    'make("quartet", populatoin=5)': 'did you mean "population"?',
    'make_vec("quartet", 2, populatoin=5)': 'did you mean "population"?',
    'load_scenario("quartet", dayz=28)': 'keyword argument "dayz"',
    'load_scenario("quartet", days="28")': 'expected "float"',
    'load_scenario("quartet", market_split="tst")': "expected \"Literal['train'",
}
"""Calls, and what mypy says to each."""


def test_overrides_are_the_fields_of_a_scenario() -> None:
    assert list(ScenarioOverrides.__annotations__) == list(Scenario.model_fields)


@pytest.mark.parametrize("name", Scenario.model_fields)
def test_an_override_has_a_type_that_takes_the_default(name: str) -> None:
    value = load_scenario("quartet").model_dump()[name]
    override = TypeAdapter(get_type_hints(ScenarioOverrides)[name])
    assert override.validate_python(value) is not None


def test_plain_overrides_have_the_types_of_their_fields() -> None:
    hints = get_type_hints(ScenarioOverrides)
    plain = {"description", "population", "days", "tick_hours", "decision_hours", "block"}
    plain |= {"market_split", "action_type", "action_mask", "mask_format"}
    assert {name: hints[name] for name in plain} == {
        name: Scenario.model_fields[name].annotation for name in plain
    }


def test_a_type_checker_finds_a_mistyped_override(tmp_path: Path) -> None:
    lines = ["from onevoice.envs import load_scenario, make, make_vec", *CALLS]
    (tmp_path / "calls.py").write_text("\n".join(lines) + "\n")
    modules = ("calls", "onevoice", "onevoice.envs", "onevoice.envs.spec.loading")
    options = ["--config-file=", "--follow-imports=skip", "--ignore-missing-imports"]
    options += ["--no-error-summary", "--hide-error-context", f"--cache-dir={tmp_path / 'cache'}"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *(f"-m{name}" for name in modules)],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": f"{SOURCE}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line for line in done.stdout.splitlines() if ": error: " in line]
    expected = {line: said for line, said in enumerate(CALLS.values(), 2) if said}
    assert len(found) == len(expected), done.stdout
    for text, (line, said) in zip(found, expected.items(), strict=True):
        assert text.startswith(f"calls.py:{line}: error: ")
        assert said in text
