"""The settings: what quick changes, and mistakes."""

import re

import pytest

from onevoice.envs import load_scenario
from onevoice.experiments.cli import main
from onevoice.experiments.speed import Config
from onevoice.experiments.speed.config import QUICK


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
