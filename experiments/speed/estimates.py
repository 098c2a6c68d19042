"""What the measurements come to: figures of this machine, and the ratios that are judged."""

from collections import Counter
from typing import NamedTuple

from onevoice.experiments.core.statistics import Estimate

ARRAYS, PARALLEL = "arrays", "PettingZoo"
"""The faces of an environment."""


class Speed(NamedTuple):
    """The engine with so many customers."""

    scenario: str
    channels: int
    customers: int
    threads: int
    nanoseconds: Estimate
    """Per customer and tick, the whole ``step`` included."""
    loop: Estimate
    """The same of the calibration loop."""

    @property
    def ratio(self) -> float:
        """Times as long as the calibration loop."""
        return self.nanoseconds.value / self.loop.value


class SpeedUp(NamedTuple):
    """How many times as fast two threads are as one."""

    scenario: str
    customers: int
    engine: float
    loop: float
    """Of the calibration loop."""


class Growth(NamedTuple):
    """Whether a customer costs the same in every population, one thread."""

    scenario: str
    fewest: int
    most: int
    spread: float
    """% that the slowest population is slower than the fastest."""


class Layer(NamedTuple):
    """The engine with every rule of the coordination layer, beside the same without."""

    scenario: str
    channels: int
    customers: int
    lag: float
    """Age of what rules know, hours."""
    free: Estimate
    """ns per customer and tick without rules."""
    ruled: Estimate
    """And with them."""

    @property
    def ratio(self) -> float:
        """Times as long as without rules."""
        return self.ruled.value / self.free.value


class Roof(NamedTuple):
    """The engine with decisions of so many ticks, and what bounds it."""

    scenario: str
    channels: int
    ticks: int
    """Of a decision: the customers go through them each time their state passes from memory."""
    measured: Estimate
    """ns per customer-tick of ``customers``, more than any cache holds; one thread."""
    cached: Estimate
    """Of few customers, whose state stays in a core's own cache."""
    passing: Estimate
    """ns per customer-tick that reading and writing the customers' state takes alone."""
    customers: int


class Call(NamedTuple):
    """One ``step`` with next to no customers."""

    face: str
    scenario: str
    channels: int
    environments: int
    microseconds: Estimate
    fixed: Estimate
    """us of the calibration calls."""

    @property
    def ratio(self) -> float:
        """Times as long as the calibration calls."""
        return self.microseconds.value / self.fixed.value

    @property
    def single(self) -> bool:
        """Whether it is of one environment, for which targets hold."""
        return self.environments == 1


class Start(NamedTuple):
    """How long a user waits."""

    first_step: Estimate
    """Seconds from the start of a process to the end of its first step, kernels in the cache."""
    imports: Estimate
    """Seconds of a process that only imports what any environment needs."""
    compiling: float
    """Further seconds of the first step if the cache is empty."""
    loop: float
    """Seconds in which the same process compiles the calibration loop."""
    code: Counter[int]
    """Float instructions of the compiled hot loops by their bits."""

    @property
    def step_ratio(self) -> float:
        """Times as long to the first step as to the end of the imports."""
        return self.first_step.value / self.imports.value

    @property
    def compile_ratio(self) -> float:
        """Times as long to compile as the calibration loop takes."""
        return self.compiling / self.loop


class Peak(NamedTuple):
    """Largest resident memory of a process, bytes."""

    scenario: str
    customers: int
    empty: int
    """Once the kernels are loaded."""
    full: int
    """After one week of an episode."""

    @property
    def per_customer(self) -> float:
        """Bytes beyond what the process held before."""
        return (self.full - self.empty) / self.customers


def speed_ups(speeds: list[Speed]) -> list[SpeedUp]:
    """Two threads beside one, wherever both were measured."""
    alone = {(one.scenario, one.customers): one for one in speeds if one.threads == 1}
    return [
        SpeedUp(
            two.scenario, two.customers,
            one.nanoseconds.value / two.nanoseconds.value, one.loop.value / two.loop.value,
        )
        for two in speeds
        if two.threads == 2 and (one := alone.get((two.scenario, two.customers)))
    ]  # fmt: skip


def growths(speeds: list[Speed]) -> list[Growth]:
    """One row for each scenario with several populations."""
    alone: dict[str, list[Speed]] = {}
    for one in speeds:
        if one.threads == 1:
            alone.setdefault(one.scenario, []).append(one)
    return [_growth(name, mine) for name, mine in alone.items() if len(mine) > 1]


def _growth(name: str, speeds: list[Speed]) -> Growth:
    costs = [one.nanoseconds.value for one in speeds]
    spread = 100.0 * (max(costs) / min(costs) - 1.0)
    return Growth(name, speeds[0].customers, speeds[-1].customers, spread)


def calls_of_arrays(calls: list[Call]) -> dict[str, float]:
    """Us that a call for arrays of one environment costs, by scenario."""
    arrays = [one for one in calls if one.face == ARRAYS and one.single]
    return {one.scenario: one.microseconds.value for one in arrays}
