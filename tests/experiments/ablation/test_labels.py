"""Labels: factors are told in runs, state by state."""

import pytest

from onevoice.experiments.ablation.labels import WORDS, runs, where
from onevoice.experiments.ablation.losses import State

LETTERS: dict[str, State] = {"c": "collapse", "l": "loss", "o": "open", "g": "gain"}


def states(word: str) -> dict[float, State]:
    """One letter for each factor of 0, 0.5, 1, 2, 4."""
    return dict(zip((0.0, 0.5, 1.0, 2.0, 4.0), (LETTERS[one] for one in word), strict=True))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ccccc", "everywhere"), ("lcccc", "0.5 to 4"), ("ccccg", "0 to 2"),
        ("lcocc", "0.5, 2 to 4"), ("cllll", "0"), ("clclc", "0, 1, 4"),
        ("lllll", "nowhere"), ("ooggl", "nowhere"),
    ],
)  # fmt: skip
def test_where_the_collapse_exists(word: str, expected: str) -> None:
    assert where(states(word)) == expected


def test_a_coefficient_that_was_nowhere_within_bounds_has_no_collapse() -> None:
    assert where({}) == "nowhere"


def test_every_state_has_its_runs() -> None:
    assert runs(states("gglol")) == {"gain": "0 to 0.5", "loss": "1, 4", "open": "2"}


def test_every_state_has_words_of_its_own() -> None:
    assert set(WORDS) == set(LETTERS.values())
    assert len(set(WORDS.values())) == len(WORDS)
