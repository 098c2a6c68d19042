import json
from pathlib import Path

import pytest

from tests.golden.cases import PLAYS, TRAININGS, machine, play, trained

HASHES = json.loads(Path(__file__).with_name("hashes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", PLAYS)
def test_a_play_of_seeded_actions_gives_the_recorded_hashes(case: str) -> None:
    assert play(case) == HASHES["plays"][case]


@pytest.mark.parametrize("case", TRAININGS)
def test_a_short_training_leaves_the_recorded_checkpoint(case: str, tmp_path: Path) -> None:
    if machine() != HASHES["machine"]:
        pytest.skip(f"trainings were recorded on {HASHES['machine']}, this is {machine()}")
    assert trained(case, tmp_path / "run") == HASHES["trainings"][case]


def test_no_recorded_hash_is_left_over() -> None:
    assert set(HASHES["plays"]) == set(PLAYS)
    assert set(HASHES["trainings"]) == set(TRAININGS)
