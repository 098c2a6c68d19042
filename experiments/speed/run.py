"""Carries out the measurements one after the other; nothing else of ours runs meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from onevoice.experiments.core.progress import Display
from onevoice.experiments.core.tasks import compile_first
from onevoice.experiments.speed import engine, processes
from onevoice.experiments.speed.config import Config, Part
from onevoice.experiments.speed.engine import CALLED, ROOF_TICKS
from onevoice.experiments.speed.estimates import Call, Layer, Peak, Roof, Speed, Start
from onevoice.experiments.speed.peers.contests import PEERS, Result, contend

HELD = 100_000
"""Customers whose arrays are measured: enough to make what does not grow with them vanish."""


@dataclass
class Findings:
    """What was measured; empty where it was not asked for."""

    start: Start | None = None
    bytes: dict[str, float] = field(default_factory=dict)
    """Per customer, by scenario."""
    peak: Peak | None = None
    speeds: list[Speed] = field(default_factory=list)
    roofs: list[Roof] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)


class Work(NamedTuple):
    """A part of the benchmark."""

    pieces: Callable[[Config], int]
    seconds: Callable[[Config], float]
    """Rough time of a piece, for the ETA only."""
    do: Callable[[Config, Findings], Iterator[None]]
    """Adds to the findings, piece by piece."""


def run(config: Config) -> Findings:
    """Measure what was asked for: processes first, while this one is still small."""
    found = Findings()
    todo = {part: work for part, work in WORK.items() if part in config.parts}
    costs: dict[str, dict[str, float]] = {
        part: {"measuring": w.pieces(config) * w.seconds(config)} for part, w in todo.items()
    }
    with Display(costs) as display:
        compile_first(display)
        for part, work in todo.items():
            for done, _ in enumerate(work.do(config, found), 1):
                display.report(part, "measuring", done, work.pieces(config))
    return found


def _start(config: Config, found: Findings) -> Iterator[None]:
    found.start = processes.start()
    yield


def _memory(config: Config, found: Findings) -> Iterator[None]:
    for name in config.scenarios:
        found.bytes[name] = engine.bytes_per_customer(name, HELD)
    found.peak = processes.peak(config.scenarios[-1], config.populations[-1])
    yield


def _engine(config: Config, found: Findings) -> Iterator[None]:
    for name in config.scenarios:
        found.speeds += engine.speeds(config, name)
        yield


def _roofline(config: Config, found: Findings) -> Iterator[None]:
    for name in config.scenarios:
        found.roofs += engine.roofs(config, name)
        yield


def _rules(config: Config, found: Findings) -> Iterator[None]:
    for name in config.scenarios:
        found.layers += engine.layers(config, name)
        yield


def _calls(config: Config, found: Findings) -> Iterator[None]:
    for name in CALLED:
        found.calls += engine.calls(config, name)
        yield


def _peers(config: Config, found: Findings) -> Iterator[None]:
    for peer in PEERS:
        result = contend(peer, config)
        found.results += [result] if result else []
        yield


WORK: dict[Part, Work] = {
    "start": Work(lambda config: 1, lambda config: 45.0, _start),
    "memory": Work(lambda config: 1, lambda config: 8.0, _memory),
    "engine": Work(
        lambda config: len(config.scenarios),
        lambda config: 2.7 * config.seconds * len(config.populations) * len(config.threads),
        _engine,
    ),
    "roofline": Work(
        lambda config: len(config.scenarios),
        lambda config: 1.7 * config.seconds * (1 + 2 * len(ROOF_TICKS)),
        _roofline,
    ),
    "rules": Work(
        lambda config: len(config.scenarios),
        lambda config: 1.7 * config.seconds * (1 + len(engine.RULE_LAGS)),
        _rules,
    ),
    "calls": Work(
        lambda config: len(CALLED),
        lambda config: 1.7 * config.seconds * (2 + len(config.num_envs)),
        _calls,
    ),
    "peers": Work(lambda config: len(PEERS), lambda config: 3.0 * config.seconds, _peers),
}
