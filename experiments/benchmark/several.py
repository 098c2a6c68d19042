"""The loss of independent learning beside the number of channels, over several benchmarks."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.typing import F64
from onevoice.experiments.benchmark.findings import listed
from onevoice.experiments.benchmark.raw import read_raw
from onevoice.experiments.benchmark.results import Results
from onevoice.experiments.core.statistics import Estimate, Sample, run_difference
from onevoice.experiments.findings import dollars
from onevoice.experiments.study import Cell, Column, Sheet

SELFISH, TOGETHER = "independent", "shared_reward"


class Several:
    """Benchmarks by rising number of channels, over the test markets that all of them have."""

    def __init__(self, results: Sequence[Results]) -> None:
        """Take one benchmark for each number of channels.

        Raises:
            OneVoiceError: if they cannot be compared.
        """
        self.markets = min(one.config.markets for one in results)
        self.results = sorted((one.first(self.markets) for one in results), key=_channels)
        for before, after in pairwise(self.results):
            if _channels(before) == _channels(after):
                raise OneVoiceError(
                    f"compare_with: two benchmarks have {_channels(after)} channels; "
                    "give one of each"
                )
        for one in self.results:
            if not {SELFISH, TOGETHER} <= set(one.names):
                raise OneVoiceError(
                    f"compare_with: the benchmark with {_channels(one)} channels lacks "
                    f"{SELFISH} or {TOGETHER}; make these rows first"
                )

    @property
    def channels(self) -> list[int]:
        """How many there are in each."""
        return [_channels(one) for one in self.results]

    @property
    def names(self) -> tuple[str, ...]:
        """The rows that stand in all of them."""
        first, *others = self.results
        return tuple(n for n in first.names if all(n in one.names for one in others))

    def loss(self, place: int) -> Estimate:
        """What independent channels lose beside a shared reward."""
        return self.results[place].versus(TOGETHER, SELFISH)

    def growth(self, place: int) -> Estimate:
        """How much larger the loss is than with the next fewer channels, paired over markets."""
        samples = (*self._samples(place), *self._samples(place - 1))
        return self.results[place].bootstrap.interval(_difference_of_differences, *samples)

    def _samples(self, place: int) -> tuple[Sample, Sample]:
        one = self.results[place]
        first, second = (
            (f"{_channels(one)}/{name}", one.scores(name)) for name in (TOGETHER, SELFISH)
        )
        return first, second


def read_several(results: Results, folders: Sequence[Path]) -> Several:
    """A benchmark and the raw results of others."""
    raws = [read_raw(folder) for folder in folders]
    return Several([results, *(Results(raw.config, raw) for raw in raws)])


def sheet(several: Several) -> Sheet:
    """The loss for each number of channels, and the modes as they rank there."""
    columns = (
        Column("channels", "channels"),
        Column("loss", "loss, $", 0, f"NCV of {TOGETHER} less that of {SELFISH}"),
        Column("growth", "growth, $", 0, "loss less that with the next fewer channels"),
        Column("ranking", "modes by NCV"),
    )
    rows: list[dict[str, Cell]] = [
        {
            "channels": _channels(one),
            "loss": several.loss(place),
            "growth": several.growth(place) if place else None,
            "ranking": ", ".join(one.ranked(one.modes)),
        }
        for place, one in enumerate(several.results)
    ]
    title = f"The loss of independent learning by channels, {several.markets} markets"
    return Sheet("channels", title, columns, tuple(rows))


def finding(several: Several) -> str:
    """Whether the loss grows from each number of channels to the next."""
    counts = several.channels
    losses = [several.loss(place) for place in range(len(counts))]
    told = "; ".join(
        f"{count} channels {dollars(loss.value)} ({dollars(loss.low)} to {dollars(loss.high)})"
        for count, loss in zip(counts, losses, strict=True)
    )
    kinds: dict[str, list[str]] = {"grows": [], "shrinks": [], "is not told apart": []}
    for place in range(1, len(counts)):
        kinds[_word(several.growth(place))].append(f"{counts[place - 1]} to {counts[place]}")
    verdict = "; ".join(f"it {word} from {listed(steps)}" for word, steps in kinds.items() if steps)
    return f"Channels that learn for themselves lose, beside {TOGETHER}: {told}; {verdict}."


def _word(growth: Estimate) -> str:
    if not growth.excludes():
        return "is not told apart"
    return "grows" if growth.low > 0.0 else "shrinks"


def _channels(results: Results) -> int:
    return len(results.config.scenario.channels)


def _difference_of_differences(*samples: F64) -> F64:
    return run_difference(*samples[:2]) - run_difference(*samples[2:])
