"""The rows of the benchmark's table: a new policy or mode is one line in ``ROWS``."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["baseline", "fitted", "trained", "planner"]
"""``baseline``: made by name and played. ``fitted``: made by name, then fitted on training markets.
``trained``: a mode of ``onevoice train``. ``planner``: made by name, decides with the full state.
"""


class Cell(NamedTuple):
    """One run of a row."""

    row: str
    seed: int
    """Counted from 0."""

    @property
    def name(self) -> str:
        """Name of its part, and of its training run's folder."""
        return f"{self.row}-{self.seed}"

    @classmethod
    def named(cls, name: str) -> "Cell":
        """The cell whose part has this name."""
        row, _, seed = name.rpartition("-")
        return cls(row, int(seed))


@dataclass(frozen=True)
class Row:
    """How the cells of a row come about."""

    kind: Kind
    seeds: int | None = 1
    """Runs of the row, each with a seed of its own; none: as many as the benchmark is told."""
    shuffled: bool = False
    """Whether it is also played with observations from other markets: does it use them?"""


ROWS: dict[str, Row] = {
    "silent": Row("baseline"),
    "random": Row("baseline"),
    "manual": Row("baseline"),
    "greedy": Row("baseline", shuffled=True),
    "open_loop": Row("fitted"),
    "marginal": Row("fitted"),
    "independent": Row("trained", seeds=None, shuffled=True),
    "shared": Row("trained", seeds=None, shuffled=True),
    "central_critic": Row("trained", seeds=None, shuffled=True),
    "incremental": Row("trained", seeds=None, shuffled=True),
    "central": Row("trained", seeds=None, shuffled=True),
    "reference": Row("planner"),
}
"""By name, in the order of the table."""
TRAINED = tuple(name for name, row in ROWS.items() if row.kind == "trained")
