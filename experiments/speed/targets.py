"""What the benchmark's figures should come to on two cores of a server."""

from typing import NamedTuple


class Target(NamedTuple):
    """A bound that a figure should keep."""

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


ENGINE = {(4, 1): Target(25), (4, 2): Target(14), (7, 1): Target(45), (7, 2): Target(25)}
"""ns per customer-tick by channels and threads, from ``FROM_CUSTOMERS`` on."""
FROM_CUSTOMERS = 100_000
FLAT = Target(20)
"""% that the slowest population is slower than the fastest."""
PACKED = Target(0.4, at_least=True)
"""Share of float instructions; a vectorised loop keeps a scalar copy of each, so half is all."""
RULED = Target(1.5)
"""Times as much with every rule of the coordination layer."""
CALL = Target(40)
"""us of a call beside the customers, one environment."""
PETTINGZOO = Target(150)
"""us likewise through PettingZoo."""
BYTES = {4: Target(96), 7: Target(144)}
"""Per customer, by channels."""
FIRST_STEP = Target(1.5)
"""Seconds from the start of the process."""
COMPILE = Target(20)
"""Seconds."""
