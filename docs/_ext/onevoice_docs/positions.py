"""Where the entries of a long vector lie: one line for all that differ in a number or a word."""

from collections.abc import Iterable
from typing import NamedTuple

from onevoice.envs.interface.meanings import pattern

LETTERS = {"segment_<s>": "s", "<channel>": "c", "<message>": "m", "<audience>": "a"}
"""Letter of a placeholder in a formula."""


class Pattern(NamedTuple):
    """All entries of one pattern."""

    pattern: str
    name: str
    """The first of them."""
    first: int
    strides: dict[str, int]
    """By letter: how far apart two neighbours lie."""

    @property
    def formula(self) -> str:
        """The index of an entry, as ``15 + 21 s + m``."""
        by_size = sorted(self.strides.items(), key=lambda item: -item[1])
        terms = [letter if stride == 1 else f"{stride} {letter}" for letter, stride in by_size]
        return " + ".join([str(self.first), *terms] if self.first or not terms else terms)

    def at(self, places: dict[str, int]) -> int:
        """The index of the entry at these places, by letter."""
        return self.first + sum(stride * places[letter] for letter, stride in self.strides.items())


def patterns(names: Iterable[str]) -> list[Pattern]:
    """The patterns of names, in order of their first entries.

    Raises:
        ValueError: if the entries of a pattern do not lie at even distances.
    """
    groups: dict[str, list[tuple[int, str]]] = {}
    for index, name in enumerate(names):
        groups.setdefault(pattern(name), []).append((index, name))
    return [_pattern(key, entries) for key, entries in groups.items()]


def _pattern(key: str, entries: list[tuple[int, str]]) -> Pattern:
    first, name = entries[0]
    rows = _places(key, [name for _, name in entries])
    strides = {
        letter: index - first
        for (index, _), places in zip(entries, rows, strict=True)
        for letter in places
        if places[letter] == 1 == sum(places.values())
    }
    found = Pattern(key, name, first, strides)
    if [found.at(places) for places in rows] != [index for index, _ in entries]:
        raise ValueError(f"entries of {key} do not lie at even distances")
    return found


def _places(key: str, names: list[str]) -> list[dict[str, int]]:
    """For each name the place of its segment, channel, message and audience among the others."""
    letters = [LETTERS.get(word.removesuffix("_0"), "") for word in key.split("/")]
    seen: dict[str, dict[str, int]] = {letter: {} for letter in letters if letter}
    rows = []
    for name in names:
        words = zip(letters, name.split("/"), strict=True)
        rows.append({x: seen[x].setdefault(word, len(seen[x])) for x, word in words if x})
    return rows
