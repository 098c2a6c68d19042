"""What the figures should come to, each a ratio of two figures of the same run.

Nanoseconds do not travel between processors; how often the engine takes the time of other work on
the same processor does, roughly. A bound on time is 1.25 times the median of several runs, so that
an engine 1.5 times slower misses it.
"""

from typing import NamedTuple


class Target(NamedTuple):
    """A bound that a ratio should keep."""

    bound: float
    at_least: bool = False

    def __str__(self) -> str:
        """As tables show it."""
        sign = "\N{GREATER-THAN OR EQUAL TO}" if self.at_least else "\N{LESS-THAN OR EQUAL TO}"
        return f"{sign} {self.bound:g}"

    def verdict(self, value: float) -> str:
        """``met`` or ``missed``."""
        kept = value >= self.bound if self.at_least else value <= self.bound
        return "met" if kept else "missed"


ENGINE = {case: Target(5.9) for case in ((4, 1), (4, 2), (7, 1), (7, 2))}
"""Times the calibration loop by channels and threads, from ``FROM_CUSTOMERS`` on."""
FROM_CUSTOMERS = 100_000
SPEED_UP = Target(1.35, at_least=True)
"""Times as fast with two threads as with one, likewise; two cores that are free give 1.7."""
FLAT = Target(20)
"""% that the slowest population is slower than the fastest."""
PACKED = Target(0.4, at_least=True)
"""Share of float instructions; a vectorised loop keeps a scalar copy of each, so half is all."""
RULED = Target(1.5)
"""Times as much with every rule of the coordination layer."""
CALL = Target(2.4)
"""Times the calibration calls: a call beside the customers, one environment."""
PETTINGZOO = {2: Target(5.9), 4: Target(7.2), 7: Target(10.2)}
"""Likewise through PettingZoo, which has a dict for each channel; by channels."""
BYTES = {4: Target(96), 7: Target(144)}
"""Per customer, by channels."""
FIRST_STEP = Target(3.3)
"""Times the import of what any environment needs, both from the start of the process."""
COMPILE = Target(118)
"""Times the compilation of the calibration loop."""
