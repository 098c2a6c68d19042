"""The one error a user meets, and the search for the name they meant."""

import difflib
from collections.abc import Iterable


class OneVoiceError(ValueError):
    """A mistake in what the user gave: names the thing, the place and the mend in one line."""


def nearest(name: str, valid: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the closest of ``valid``, else what exists."""
    names = sorted(valid)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; choose from {', '.join(names)}"
