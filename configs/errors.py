"""The error for users' mistakes, and the nearest valid name for its message."""

import difflib
from collections.abc import Iterable


class OneVoiceError(ValueError):
    """A user's mistake, in one line: the thing, the place and the mend."""


def nearest(name: str, valid: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the closest of ``valid``, else the list of ``valid``."""
    names = sorted(valid)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; choose from {', '.join(names)}"
